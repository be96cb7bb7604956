# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""The syntax trees of a project's files, parsed when they are asked for, and held for a while."""

from __future__ import annotations

import ast
import contextlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from greenlint.project.body import Body, body_of
from greenlint.project.syntax import parse
from greenlint.source import NotPython, SourceFile

# Lines of source whose trees are held at a time: 1.3 kB a line, and half as much for answers.
_HELD_LINES = 80_000
# What stays of them when some have to go: enough to go on with, and few enough for a while.
_KEPT_LINES = 0.8
# What trees of the pass before may take of that room, until they are asked for.
_EARLY_LINES = 60_000


class Early:
    """Trees that this process made in the pass before, each for whoever asks for it first.

    The first so many are kept: files are asked for in the order in which they were read.
    """

    def __init__(self) -> None:
        self._kept: dict[str, tuple[bytes, ast.Module, int]] = {}
        self.lines = 0

    def keep(self, source: SourceFile, tree: ast.Module) -> None:
        """Keep the tree of a file, if there is room."""
        self.take(source)
        lines = source.raw.count(b"\n")
        if self.lines + lines <= _EARLY_LINES:
            self._kept[source.name] = (source.raw, tree, lines)
            self.lines += lines

    def take(self, source: SourceFile) -> ast.Module | None:
        """The tree of a file as it is now, which is not kept any longer."""
        raw, tree, lines = self._kept.pop(source.name, (b"", None, 0))
        self.lines -= lines
        return tree if raw == source.raw else None


EARLY = Early()


class Trees:
    """Trees by the names of their files, those used longest ago first, with the definitions in
    each by name.
    """

    def __init__(self) -> None:
        self._held: dict[str, tuple[ast.Module, Body, int]] = {}
        self._uses: Counter[str] = Counter()
        self._lines = 0

    def of(self, name: str, load: Callable[[], SourceFile]) -> tuple[ast.Module, Body]:
        """The tree of a file; an empty one where it cannot be read or is no Python."""
        held = self._held.get(name)
        if held is None:
            tree, lines = ast.Module([], []), 0
            with contextlib.suppress(NotPython, OSError):
                source = load()
                lines = source.raw.count(b"\n")
                tree = EARLY.take(source) or parse(source) or tree
            self._lines += lines
            held = self._held[name] = (tree, body_of(tree), lines)
        return held[:2]

    def drop(self, used: Iterable[str]) -> list[str]:
        """Drop some, if there are too many: those that the fewest files used, and of those what was
        used longest ago.  The names of what was dropped.

        `used` are those that were used just now.
        """
        for name in used:
            self._uses[name] += 1
            held = self._held.pop(name, None)
            if held is not None:
                self._held[name] = held
        gone: list[str] = []
        room = _HELD_LINES - EARLY.lines
        if self._lines > room:
            for name in sorted(self._held, key=self._uses.__getitem__):
                if self._lines <= room * _KEPT_LINES:
                    break
                self.lose(name)
                gone.append(name)
        return gone

    def lose(self, name: str) -> None:
        """Drop one, if it is held."""
        held = self._held.pop(name, None)
        if held is not None:
            tree, _, lines = held
            self._lines -= lines
            for frame in vars(tree).pop("frames", ()):
                frame.forget(-1)

    def frames(self) -> Iterator[Any]:
        """The frames (greenlint.project.frames) that are kept with trees."""
        for tree, _, _ in self._held.values():
            yield from vars(tree).get("frames", ())
