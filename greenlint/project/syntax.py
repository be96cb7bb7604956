# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Source text to the interpreter's own syntax tree, whose nodes know where they stand.

`ast` parses in a twelfth of LibCST's time, and the index has nothing to write back.  What the
running interpreter does not accept yet is blanked out by way of LibCST: the rest stays in place.
"""

from __future__ import annotations

import ast
import warnings
from bisect import bisect_right

from greenlint.finding import Span
from greenlint.source import SourceFile

#: What has a place in a file: an expression, a statement, a handler, an argument.
Located = ast.expr | ast.stmt | ast.ExceptHandler | ast.arg | ast.keyword | ast.alias


def parse(source: SourceFile) -> ast.Module | None:
    """The tree of a file, or None for one that no Python accepts.

    Newlines are made ``\\n`` by the parser, as they are in `SourceFile.span`.
    """
    found = _accepted(source.text)
    if found is None and (older := _blanked(source.text)) is not None:
        found = _accepted(older)
    return found


def _accepted(text: str) -> ast.Module | None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return ast.parse(text)
        except (SyntaxError, ValueError, MemoryError, RecursionError):
            return None


def _blanked(text: str) -> str | None:
    """The text with newer syntax taken out, nothing moved; None where LibCST refuses it, too."""
    import libcst as cst

    from greenlint.positions import Positions

    try:
        module = cst.parse_module(text)
        newer = (cst.FormattedString, cst.TypeParameters, cst.TypeAlias)
        places = Positions(module, text).of_kinds(*newer)
    except Exception:  # its errors have no common class, and a file less is no failure of a run
        return None
    inner_first = sorted(places.items(), key=lambda place: place[1][1] - place[1][0])
    for node, (start, end) in inner_first:
        text = text[:start] + _blank(node, text[start:end]) + text[end:]
    return text


def _blank(node: object, held: str) -> str:
    """White space, an empty statement or a string, as long as what it stands for."""
    kind = type(node).__name__
    if kind == "FormattedString":
        quote = '"""' if "\n" in held or len(held) > 6 else '"'
        return quote + _spaces(held[len(quote) : -len(quote)]) + quote
    return "pass" + _spaces(held[4:]) if kind == "TypeAlias" else _spaces(held)


def _spaces(held: str) -> str:
    return "".join("\n" if letter == "\n" else " " for letter in held)


class Spans:
    """Places of nodes in one file: the parser counts bytes, a finding counts characters."""

    def __init__(self, source: SourceFile) -> None:
        self._source = source
        self._starts = source.line_starts

    def of(self, node: ast.AST, end: ast.AST | None = None) -> Span:
        """A node's span; of a compound statement, that of its header."""
        line, column = getattr(node, "lineno", 1), getattr(node, "col_offset", 0)
        last = end if end is not None else node
        end_line = getattr(last, "end_lineno", None) or line
        end_column = getattr(last, "end_col_offset", None) or column
        start, stop = self._offset(line, column), self._offset(end_line, end_column)
        body = getattr(node, "body", None)
        if isinstance(body, list) and body and end is None:
            stop = self._header_end(start, self._offset(body[0].lineno, 0), body[0].lineno == line)
        return self._source.span(start, stop)

    def _header_end(self, start: int, body: int, same_line: bool) -> int:
        text = self._source.text
        if same_line:
            body = text.find("\n", start)
            body = len(text) if body < 0 else body
        header = text[start:body].split("\n")[0].rstrip("\r")
        return start + len(header.rstrip())

    def _offset(self, line: int, column: int) -> int:
        start = self._starts[min(line, len(self._starts)) - 1]
        if self._source.raw.isascii():
            return start + column
        text = self._source.text
        stop = self._starts[line] if line < len(self._starts) else len(text)
        encoded = text[start:stop].encode("utf-8", "surrogatepass")
        return start + len(encoded[:column].decode("utf-8", "replace"))

    def line_of(self, offset: int) -> int:
        """The 1-based line of an offset."""
        return bisect_right(self._starts, offset)
