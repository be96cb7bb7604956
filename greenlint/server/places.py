# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Places in a text: lines and columns of ours, and positions in the units of a client.

Lines end as Python's and the protocol's do, so that a form feed or a line separator ends none.
"""

from __future__ import annotations

import re
from functools import cached_property

from lsprotocol import types as lsp

from greenlint.finding import Span

_NEWLINE = re.compile(r"\r\n|\n|\r")
_MARK = "\ufeff"


class Places:
    """One text as a client holds it; `encoding` says what its characters count: bytes of UTF-8,
    units of UTF-16, or code points.
    """

    def __init__(self, text: str, encoding: str) -> None:
        self._text = text
        self._encoding = encoding

    @cached_property
    def lines(self) -> list[str]:
        """The lines without their newlines."""
        return _NEWLINE.split(self._text)

    def range(self, span: Span) -> lsp.Range:
        """Where a span of ours stands for the client."""
        return lsp.Range(
            self.position(span.line, span.column), self.position(span.end_line, span.end_column)
        )

    def position(self, line: int, column: int) -> lsp.Position:
        """A 1-based line and column; one behind the text is at its end."""
        if line > len(self.lines):
            return self.position(len(self.lines), len(self.lines[-1]) + 1)
        before = self.lines[line - 1][: column - 1 + self._shift(line)]
        return lsp.Position(line - 1, self._units(before))

    def place(self, position: lsp.Position) -> tuple[int, int]:
        """A position of the client as 1-based line and column; one that is nowhere, as the nearest
        before it.
        """
        line = min(position.line + 1, len(self.lines))
        text = self.lines[line - 1]
        if position.line + 1 > line:
            return line, len(text) + 1
        if self._encoding == lsp.PositionEncodingKind.Utf32:
            at = min(position.character, len(text))
        else:
            at, units = 0, 0
            while at < len(text) and (units := units + self._units(text[at])) <= position.character:
                at += 1
        return line, max(at - self._shift(line), 0) + 1

    def _shift(self, line: int) -> int:
        """A byte-order mark is a character of the client's text, and none of a source's."""
        return int(line == 1 and self._text.startswith(_MARK))

    def _units(self, text: str) -> int:
        if text.isascii() or self._encoding == lsp.PositionEncodingKind.Utf32:
            return len(text)
        if self._encoding == lsp.PositionEncodingKind.Utf8:
            return len(text.encode("utf-8", "surrogatepass"))
        return len(text.encode("utf-16-le", "surrogatepass")) // 2
