# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""What functions are called in a report, where they are, and whose they are."""

from __future__ import annotations

import os
import re
from enum import Enum

from greenlint_profiler.functions.samples import Function
from greenlint_profiler.functions.tree import Row

_LIBRARY = re.compile(r".*[/\\](?:site|dist)-packages[/\\]")
_STANDARD_HERE = re.compile(r".*[/\\]python3\.\d+t?[/\\]")


class Whose(Enum):
    """Whose code a function is."""

    OWN = "own code"
    LIBRARY = "library"
    STANDARD = "standard library"
    PYTHON = "Python itself"


def whose(function: Function | None) -> Whose:
    """By the file alone: what is installed is a library's, what is beside it Python's own."""
    if function is None or not function.file:
        return Whose.PYTHON
    if _LIBRARY.match(function.file):
        return Whose.LIBRARY
    if function.file.startswith("<frozen"):
        return Whose.STANDARD
    return Whose.STANDARD if _STANDARD_HERE.match(function.file) else Whose.OWN


def short(path: str) -> str:
    """A file as a reader knows it: from the working directory, or from its library."""
    for folder in (_LIBRARY, _STANDARD_HERE):
        match = folder.match(path)
        if match:
            return path[match.end() :].replace("\\", "/")
    if os.path.isabs(path):
        relative = os.path.relpath(path)
        return path if relative.startswith("..") else relative
    return path


def where(function: Function | None, line: int | None = None) -> str:
    """``file:line`` of a function, or of one line of it; empty for what is no code."""
    if function is None or not function.file:
        return ""
    return f"{short(function.file)}:{function.line if line is None else line}"


def at(row: Row) -> str:
    """The same for a row of a table."""
    return where(row.function, row.line)
