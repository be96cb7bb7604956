# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""The words of a command that runs pytest: those before pytest's own, and pytest's own."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from greenlint_profiler.said import say

PLUGIN = "pytest_greenlint.gating"

_PYTEST = re.compile(r"(?:pytest|py\.test)(?:-3(?:\.\d+)?)?")
_PYTHON = re.compile(r"(?:python|pypy)(?:\d+(?:\.\d+)*)?t?")
# They start the program that is named after options of their own.
_LAUNCHERS = frozenset(
    ("uv", "uvx", "poetry", "pdm", "hatch", "pipenv", "rye", "pixi", "conda", "env", "nice")
)
# Options of launchers whose next word is a value, and may read like a program.
_WITH_VALUE = re.compile(
    r"--(?:with(?:-editable|-requirements)?|python|package|extra|(?:only-|no-)?group|env-file"
    r"|directory|project|index|from)|-[pnueE]"
)
# -I and -E, also among other options of one letter.
_IGNORES = re.compile(r"-[bBdqRsSuvx]*[IE][a-zA-Z]*")
# Options of the interpreter whose next word is a value.
_PYTHON_WITH_VALUE = frozenset(("-X", "-W", "--check-hash-based-pycs"))


class Refused(Exception):
    """A command that cannot be held against itself, and the way out, in a sentence."""


@dataclass(frozen=True, slots=True)
class PytestCommand:
    """`before` ends with the word that is pytest; `arguments` are pytest's own."""

    before: tuple[str, ...]
    arguments: tuple[str, ...]

    @property
    def worker(self) -> tuple[str, ...]:
        """The same command, serving one test at a time."""
        return (*self.before, "-p", PLUGIN, *self.arguments)


def pytest_command(words: Sequence[str]) -> PytestCommand | None:
    """The command taken apart, or None for one that does not run pytest, as far as can be seen.

    Raises Refused for pytest under coverage, whose tracing is most of what would be measured, and
    for an interpreter that is told to ignore its environment.
    """
    at = _pytest_at(words)
    if at is None:
        return None
    if _under_coverage(words[:at]):
        raise Refused(
            say(
                "Cannot compare `{command}`: coverage traces every line, and most of what is "
                "measured would be coverage itself. Give the command without it: `{bare}`.",
                command=" ".join(words),
                bare=" ".join(_bare(words[:at], words[at:])),
            )
        )
    ignoring = _ignoring(words[:at])
    if ignoring is not None:
        raise Refused(
            say(
                "Cannot compare `{command}`: {ignoring} makes Python ignore PYTHONPATH, by "
                "which the gate gets into both sides. Give the command without it.",
                command=" ".join(words),
                ignoring=ignoring,
            )
        )
    return PytestCommand(tuple(words[: at + 1]), tuple(words[at + 1 :]))


def resolved(words: Sequence[str], root: Path, where: Path) -> tuple[str, ...]:
    """The command with a program that is given by a relative path, and is not in the worktree at
    `root`, taken from the folder `where` the user stands in: an environment is in no commit.
    """
    program = words[0]
    relative = os.sep in program and not os.path.isabs(program)
    if relative and not (root / program).exists() and (where / program).exists():
        # Not resolved any further: an interpreter finds its environment by the link it is.
        return (os.path.normpath(where / program), *words[1:])
    return tuple(words)


def _pytest_at(words: Sequence[str]) -> int | None:
    """Which word is pytest; of ``-m pytest`` the second."""
    launched = False
    index = 0
    while index < len(words):
        word = words[index]
        name = os.path.basename(word)
        if _PYTEST.fullmatch(name):
            return index
        if _is_python(word):
            return _module_at(words, index + 1)
        if name == "coverage":
            return _named_after(words, index)
        if not launched and name not in _LAUNCHERS:
            return None
        launched = True
        index += 2 if _WITH_VALUE.fullmatch(word) else 1
    return None


def _module_at(words: Sequence[str], index: int) -> int | None:
    """Which word after an interpreter is pytest, as a module or as a script."""
    while index < len(words):
        word = words[index]
        if word == "-m":
            module = words[index + 1 : index + 2]
            if [*module] == ["coverage"]:
                return _named_after(words, index + 1)
            return index + 1 if module and module[0] in ("pytest", "py.test") else None
        if word == "-mpytest":
            return index
        if not word.startswith("-"):
            return index if _PYTEST.fullmatch(os.path.basename(word)) else None
        if word == "-c":
            return None
        index += 2 if word in _PYTHON_WITH_VALUE else 1
    return None


def _named_after(words: Sequence[str], index: int) -> int | None:
    return next((at for at in range(index + 1, len(words)) if words[at] == "pytest"), None)


def _ignoring(before: Sequence[str]) -> str | None:
    """The option by which an interpreter ignores its environment, if it was given."""
    python = next((i for i, word in enumerate(before) if _is_python(word)), len(before))
    options = before[python + 1 :]
    return next((word for word in options if _IGNORES.fullmatch(word)), None)


def _is_python(word: str) -> bool:
    return _PYTHON.fullmatch(os.path.basename(word)) is not None


def _under_coverage(before: Sequence[str]) -> bool:
    return any(os.path.basename(word) == "coverage" for word in before)


def _bare(before: Sequence[str], rest: Sequence[str]) -> list[str]:
    """The command without coverage and its options."""
    at = next(i for i, word in enumerate(before) if os.path.basename(word) == "coverage")
    return [*before[:at], *rest]
