# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Lines of source -> the tests that execute them, which a gate of a fix is about."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from greenlint.cli.tracing import COMMAND, NoContextsError, data_file, executed
from greenlint.errors import UsageError

if TYPE_CHECKING:
    from greenlint_profiler.gate.asked import Asked


def narrowed(asked: Asked, places: Sequence[str], root: Path) -> Asked:
    """Only the tests that execute one of these lines, each PATH:LINE, as coverage data below `root`
    tells.  Raises UsageError where nobody knows any.
    """
    tests = executing([_place(one, root) for one in places], root)
    wanted = tuple(sorted(test for test in tests if asked.wanted(test)))
    if not wanted:
        said = " ".join(f"--only={glob}" for glob in asked.only)
        raise UsageError(
            "None of the {tests} tests of --executes is meant by {only}.",
            tests=len(tests),
            only=said,
        )
    return replace(asked, exactly=wanted)


def executing(places: Sequence[tuple[str, int]], root: Path) -> frozenset[str]:
    """The tests whose call executes one of the lines.  Raises UsageError where there is none."""
    file = data_file(root)
    if not file.is_file():
        raise UsageError(
            "No coverage data at {file} tells which tests execute a line: run `{command}` first.",
            file=file,
            command=COMMAND,
        )
    try:
        known = executed(file, root, [path for path, _ in places], ())
    except NoContextsError as error:
        raise UsageError(*error.parts) from None
    found: set[str] = set()
    for path, line in places:
        if path not in known.known:
            raise UsageError(
                "{data} does not know the file {path}. Run `{command}` again.",
                data=file.name,
                path=path,
                command=COMMAND,
            )
        tests = known.lines[path].get(line, frozenset())
        if not tests:
            raise UsageError(
                "No test executes {place}, as far as {data} tells. Its lines are those of the "
                "last `{command}`.",
                place=f"{path}:{line}",
                data=file.name,
                command=COMMAND,
            )
        found |= tests
    return frozenset(found)


def _place(word: str, root: Path) -> tuple[str, int]:
    """`shop/views.py:42` from the working directory as a path from the root, and a line."""
    path, _, line = word.rpartition(":")
    if not path or not line.isdecimal() or not int(line):
        raise UsageError(
            "{option} is no PATH:LINE, such as `shop/views.py:42`.", option=f"--executes={word}"
        )
    return Path(os.path.relpath(path, root)).as_posix(), int(line)
