# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""The text of an experiment -> a module, and functions within it; what went wrong, and where."""

from __future__ import annotations

import ast
import sys
import traceback
from collections.abc import Callable
from types import ModuleType
from typing import Any

from greenlint_profiler.experiment.trial import Trial, Trouble
from greenlint_profiler.said import as_record, say

SETUP = "setup"
_NAME = "experiment"
_RUN = "_run_of_this_side"


class Failed(Exception):
    """Something of the experiment failed: as it travels to the one who asked."""

    def __init__(
        self, trouble: Trouble, sentence: str, block: str | None = None, line: int | None = None
    ) -> None:
        super().__init__(sentence)
        self._facts = (trouble, sentence, block, line)

    @classmethod
    def of(cls, error: Exception, trouble: Trouble) -> Failed:
        """An exception of the experiment's own code: a module that is absent is no fault of it."""
        block, line = _where(error)
        if isinstance(error, ModuleNotFoundError) and error.name:
            needs = say("needs {module}", module=error.name.partition(".")[0])
            return cls(Trouble.NEEDS, needs, block, line)
        said = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
        return cls(trouble, said, block, line)

    def message(self) -> dict[str, Any]:
        """Plain values."""
        trouble, sentence, block, line = self._facts
        told = as_record(sentence)
        return {"failed": trouble.value, "told": told, "block": block, "line": line}


def module(trial: Trial) -> ModuleType:
    """A module in which the setup has run.  It has a name of its own: what is sent to other
    processes is found by it.
    """
    space = ModuleType(_NAME)
    sys.modules[_NAME] = space
    if trial.size is not None:
        vars(space)["size"] = trial.size
    try:
        exec(compile(trial.setup, _file(SETUP), "exec", dont_inherit=True), vars(space))
    except Exception as error:
        raise Failed.of(error, Trouble.RAISED) from None
    return space


def function(
    space: ModuleType, text: str, side: str, result: str | None = None
) -> Callable[[], object]:
    """A side's code as a function of the module, which returns the `result` if one is given."""
    try:
        tree = ast.parse(text, _file(side))
        body: list[ast.stmt] = tree.body or [ast.Pass()]
        if result is not None:
            body = [*body, ast.Return(ast.parse(result, "<result>", "eval").body)]
        (made,) = ast.parse(f"def {_RUN}(): pass").body
        assert isinstance(made, ast.FunctionDef)
        made.body = body
        whole = ast.fix_missing_locations(ast.Module([made], []))
        exec(compile(whole, _file(side), "exec", dont_inherit=True), vars(space))
    except SyntaxError as error:
        raise Failed(Trouble.RAISED, f"SyntaxError: {error.msg}", side, error.lineno) from None
    run: Callable[[], object] = vars(space).pop(_RUN)
    return run


def _file(block: str) -> str:
    return f"<{block}>"


def _where(error: Exception) -> tuple[str | None, int | None]:
    """The innermost line of the experiment that the error went through, and its block."""
    if isinstance(error, SyntaxError):
        return (error.filename or "").strip("<>") or None, error.lineno
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        if frame.filename in (_file(SETUP), "<before>", "<after>"):
            return frame.filename.strip("<>"), frame.lineno
    return None, None
