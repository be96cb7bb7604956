# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""The syntax trees of a project's files, parsed when they are asked for."""

from __future__ import annotations

import ast
import contextlib
from collections.abc import Callable
from dataclasses import dataclass, field

from greenlint.project.body import Body, body_of
from greenlint.project.syntax import parse
from greenlint.source import NotPython, SourceFile

# Lines of source whose trees are held at a time: 1.3 kB a line, and half as much for answers.
_HELD_LINES = 80_000


@dataclass(slots=True)
class Trees:
    """Trees by the names of their files, and the definitions in each by name."""

    _held: dict[str, tuple[ast.Module, Body]] = field(default_factory=dict)
    _lines: int = 0

    def of(self, name: str, load: Callable[[], SourceFile]) -> tuple[ast.Module, Body]:
        """The tree of a file; an empty one where it cannot be read or is no Python."""
        held = self._held.get(name)
        if held is None:
            tree = ast.Module([], [])
            with contextlib.suppress(NotPython, OSError):
                source = load()
                self._lines += source.raw.count(b"\n")
                tree = parse(source) or tree
            held = self._held[name] = (tree, body_of(tree))
        return held

    def drop(self) -> bool:
        """Drop all, if they are many; whether they were."""
        if self._lines <= _HELD_LINES:
            return False
        self._held.clear()
        self._lines = 0
        return True
