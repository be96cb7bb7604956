# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""What changes in a buffer, as edits of an editor: a fix, or all between two texts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import SequenceMatcher
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING

from lsprotocol import types as lsp

from greenlint.fix import newline_of

if TYPE_CHECKING:
    from greenlint.finding import FoundFix
    from greenlint.server.places import Places
    from greenlint.source import SourceFile

_NEWLINE = re.compile(r"\r\n|\n|\r")


def edits_of(fix: FoundFix, source: SourceFile, places: Places) -> list[lsp.TextEdit]:
    """The edits of one fix, with the newlines of the file."""
    newline = newline_of(source.text)
    return [
        lsp.TextEdit(places.range(one.span), _NEWLINE.sub(lambda _: newline, one.text))
        for one in fix.edits
    ]


def between(before: SourceFile, after: str, places: Places) -> Iterator[lsp.TextEdit]:
    """Edits of whole lines that make one text of another; what is the same is not touched, so
    that a cursor stays where it is.
    """
    old, new = _lines(before.text), _lines(after)
    starts = [0, *accumulate(map(len, old))]
    for what, first, last, start, end in SequenceMatcher(None, old, new, False).get_opcodes():
        if what != "equal":
            span = before.span(starts[first], starts[last])
            yield lsp.TextEdit(places.range(span), "".join(new[start:end]))


def _lines(text: str) -> list[str]:
    ends = [0, *(found.end() for found in _NEWLINE.finditer(text)), None]
    return [text[a:b] for a, b in pairwise(ends)]
