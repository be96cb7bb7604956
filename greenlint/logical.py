# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Logical lines and comments of a source, exact because they are taken from its tree."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

import libcst as cst

from greenlint.positions import Positions
from greenlint.source import SourceFile

_BETWEEN = re.compile(r"(?:[ \t\f]*(?:#[^\r\n]*)?(?:\r\n|\n|\r))*[ \t\f]*")


# Strings that may run over several lines; template strings came later than the others.
STRINGS = (cst.SimpleString, cst.FormattedString, getattr(cst, "TemplatedString", cst.SimpleString))
KINDS = (cst.Comment, cst.TrailingWhitespace, cst.ParenthesizedWhitespace, *STRINGS)


@dataclass(frozen=True, slots=True)
class Logical:
    """One logical line: its offsets without indentation, its physical lines, its indentation."""

    start: int
    end: int
    first: int
    last: int
    width: int
    decorator: bool


@dataclass(frozen=True, slots=True)
class Comment:
    """One comment: its offsets, its line, and whether it has that line to itself.

    `inside` is the logical line that it stands on, if any.
    """

    start: int
    end: int
    line: int
    width: int
    alone: bool
    inside: Logical | None


class Layout:
    """The logical lines and the comments of a source, in order."""

    def __init__(self, source: SourceFile, positions: Positions) -> None:
        self.source = source
        self.offsets = positions.of_kinds(*KINDS)
        self.lines = list(self._logical())
        self._starts = [line.start for line in self.lines]

    def _logical(self) -> Iterator[Logical]:
        """Every statement, header and decorator ends in trailing white space of its own."""
        inner = {
            node.first_line
            for node in self.offsets
            if isinstance(node, cst.ParenthesizedWhitespace)
        }
        ends = sorted(
            end
            for node, (_, end) in self.offsets.items()
            if isinstance(node, cst.TrailingWhitespace) and node not in inner
        )
        text, before = self.source.text, 0
        for end in ends:
            found = _BETWEEN.match(text, before)
            start = found.end() if found else before
            span = self.source.span(start, max(start, end - 1))
            width = self._width(start)
            yield Logical(start, end, span.line, span.end_line, width, text[start] == "@")
            before = end

    def comments(self, holding: re.Pattern[str] | None = None) -> list[Comment]:
        """Every comment of the file, or those in which a pattern is found."""
        places = sorted(at for node, at in self.offsets.items() if isinstance(node, cst.Comment))
        text = self.source.text
        return [
            self._comment(start, end)
            for start, end in places
            if holding is None or holding.search(text, start, end)
        ]

    def _comment(self, start: int, end: int) -> Comment:
        line = self.source.span(start, start).line
        begin = self.source.line_starts[line - 1]
        text = self.source.text
        continued = text[max(0, begin - 3) : begin].rstrip("\r\n").endswith("\\")
        inside = self.at(start)
        alone = not text[begin:start].strip() and not (continued and inside)
        return Comment(start, end, line, self._width(start), alone, inside)

    def _width(self, offset: int) -> int:
        begin = self.source.line_starts[self.source.span(offset, offset).line - 1]
        space = self.source.text[begin:offset].rpartition("\f")[2]
        return len(space.expandtabs(8))

    def at(self, offset: int) -> Logical | None:
        """The logical line around an offset."""
        index = bisect_right(self._starts, offset) - 1
        found = self.lines[index] if index >= 0 else None
        return found if found and offset < found.end else None

    def after(self, offset: int) -> list[Logical]:
        """The logical lines that begin after an offset."""
        return self.lines[bisect_right(self._starts, offset) :]

    @property
    def last_line(self) -> int:
        """The number of physical lines."""
        return len(self.source.line_starts)
