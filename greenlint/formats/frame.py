# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""The few lines of source around a finding, with the place underlined and its neighbours named."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from greenlint.finding import Finding, Place
from greenlint.formats.paint import Paint
from greenlint.formats.words import clean, text_of
from greenlint.messages import ENGLISH, Language

BEFORE = 3  # lines of context
NEAR = 6  # how far a related place may be to be shown in the same frame
WIDTH = 100  # code points of a line that are shown
TAB = "    "


@dataclass(frozen=True, slots=True)
class Window:
    """The part of a source line that is shown, from code point `start` up to `stop`."""

    line: str
    start: int
    stop: int

    @classmethod
    def around(cls, line: str, column: int) -> Window:
        """The whole line, or of a long one the part around a 1-based column."""
        if len(line) <= WIDTH:
            return cls(line, 0, len(line))
        start = max(0, min(column - 1 - WIDTH // 4, len(line) - WIDTH))
        return cls(line, start, start + WIDTH)

    @property
    def text(self) -> str:
        """What is printed: tabs as spaces, an ellipsis where something was cut away."""
        cut = "…" if self.stop < len(self.line) else ""
        return self._head + visible(self.line[self.start : self.stop]) + cut

    def indent(self, column: int) -> int:
        """Terminal cells before a 1-based column."""
        stop = min(max(column - 1, self.start), self.stop)
        return cells(self._head + visible(self.line[self.start : stop]))

    def extent(self, column: int, end_column: int) -> int:
        """Terminal cells from a column to an exclusive one, at least one."""
        return max(1, self.indent(end_column) - self.indent(column))

    @property
    def _head(self) -> str:
        return "…" if self.start else ""


def visible(source: str) -> str:
    """Source as it can be printed: tabs are spaces, control characters are replaced."""
    return clean(source.replace("\t", TAB))


def cells(text: str) -> int:
    """How many terminal cells the text takes: East Asian wide signs two, combining ones none."""
    if text.isascii():
        return len(text)
    return sum(_cell(char) for char in text)


def _cell(char: str) -> int:
    if unicodedata.combining(char):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


@dataclass(frozen=True, slots=True)
class Frame:
    """The lines `first` to `last` around a finding; none when the source is not to be had."""

    finding: Finding
    lines: Sequence[str]
    labels: tuple[Place, ...]
    first: int
    last: int

    @classmethod
    def of(cls, finding: Finding, lines: Sequence[str]) -> Frame:
        """The frame of a finding in the lines of its file."""
        line = finding.span.line
        if not 1 <= line <= len(lines):
            return cls(finding, lines, (), 1, 0)
        labels = tuple(place for place in finding.related if _near(place, finding, lines))
        places = [place.span.line for place in labels]
        first = min([max(1, line - BEFORE), *places])
        while first < min([line, *places]) and not lines[first - 1].strip():
            first += 1
        return cls(finding, lines, labels, first, max([line, *places]))

    @property
    def margin(self) -> str:
        """White space as wide as the line numbers."""
        return " " * max(2, len(str(self.last)))

    def rows(self, paint: Paint, language: Language = ENGLISH) -> Iterator[str]:
        """The printed lines, without their newlines."""
        if self.first > self.last:
            return
        bar = paint.label(f"{self.margin} |")
        yield bar
        for number in range(self.first, self.last + 1):
            window = Window.around(self.lines[number - 1], self._column(number))
            head = paint.label(f"{number:>{len(self.margin)}} |")
            yield f"{head} {window.text}".rstrip()
            for row in self._under(number, window, paint, language):
                yield f"{bar} {row}"
        yield bar

    def _column(self, number: int) -> int:
        """The column that has to be seen on a line."""
        if number == self.finding.span.line:
            return self.finding.span.column
        return next((label.span.column for label in self.labels if label.span.line == number), 1)

    def _under(
        self, number: int, window: Window, paint: Paint, language: Language
    ) -> Iterator[str]:
        span = self.finding.span
        if number == span.line:
            text_end = len(window.line.rstrip()) + 1
            end = span.end_column if span.end_line == span.line else text_end
            carets = "^" * window.extent(span.column, end)
            yield " " * window.indent(span.column) + paint.caret(carets)
        for label in self.labels:
            if label.span.line == number:
                words = f"--- {clean(text_of(label.message, language))}"
                yield " " * window.indent(label.span.column) + paint.label(words)


def _near(place: Place, finding: Finding, lines: Sequence[str]) -> bool:
    close = abs(place.span.line - finding.span.line) <= NEAR
    return place.path == finding.path and close and 1 <= place.span.line <= len(lines)
