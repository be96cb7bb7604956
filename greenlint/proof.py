# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Whether a text can take the place of a file's: it is read back as it is, and it parses.

LibCST need not parse again what a change did not touch.  Where the interpreter accepts the text,
the body of a function or class that holds no change may be a string: one statement more or less
that parses changes nothing for those around it (docs/decisions/0009-glances.md).
"""

from __future__ import annotations

import ast
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from operator import itemgetter

from greenlint.glance import Syntax
from greenlint.messages import Message, say
from greenlint.sketch import Places, without
from greenlint.source import NotPython, SourceFile

#: Where something new stands: start and end offset.
Span = tuple[int, int]


def unacceptable(source: SourceFile, text: str) -> Message | None:
    """Why a text cannot take the place of the source, if it cannot."""
    raw = read_back(source, text)
    return raw if isinstance(raw, Message) else unparsable(SourceFile(source.name, raw))


def read_back(source: SourceFile, text: str) -> bytes | Message:
    """The bytes of a text in the source's place, or why it would not be the same text in them."""
    try:
        new = SourceFile(source.name, source.encode(text))
        return new.raw if new.text == text else say("a file that would be read differently")
    except UnicodeEncodeError as error:
        letter = error.object[error.start]
        return say(
            "{letter}, which the file's encoding ({encoding}) cannot express",
            letter=repr(letter),
            encoding=source.encoding,
        )
    except NotPython as error:
        return say("a file that cannot be read back ({why})", why=error)


def unparsable(
    source: SourceFile, syntax: Syntax | None = None, changed: Sequence[Span] = ()
) -> Message | None:
    """Why LibCST does not take a file, if it does not.

    With its `syntax` and all places at which it was `changed`, from a text that parsed.
    """
    import libcst as cst

    try:
        if syntax is None or not _parses_around(source.text, syntax.tree, changed):
            cst.parse_module(source.text)
    except (cst.ParserSyntaxError, cst.CSTValidationError, RecursionError) as error:
        line = getattr(error, "raw_line", 0)
        if line:
            return say("code that does not parse (line {line})", line=line)
        return say("code that does not parse")
    return None


def _parses_around(text: str, tree: ast.Module | None, changed: Sequence[Span]) -> bool:
    """Whether LibCST takes the text without the bodies in which nothing was changed; what is wrong
    where it does not, the whole text tells.
    """
    import libcst as cst

    if tree is None:
        return False
    try:
        cst.parse_module(without(text, _untouched(tree, Places(text), changed)))
    except (cst.ParserSyntaxError, cst.CSTValidationError, RecursionError):
        return False
    return True


# The fields that hold statements, or what does.
_BLOCKS = ("body", "orelse", "handlers", "finalbody", "cases")


def _untouched(tree: ast.Module, places: Places, changed: Sequence[Span]) -> Iterator[Span]:
    work: list[ast.AST] = [tree]
    while work:
        one = work.pop()
        if isinstance(one, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            body = places.body(one)
            if body is not None and not _meets(body, changed):
                yield body
                continue
        for name in _BLOCKS:
            work += getattr(one, name, ())


def _meets(body: Span, changed: Sequence[Span]) -> bool:
    """Whether one of the changes, which are in order and apart, is in a body or stands at it."""
    first = bisect_left(changed, body[0], key=itemgetter(1))
    return first < len(changed) and changed[first][0] <= body[1]
