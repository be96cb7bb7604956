# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""A suppression as a value: what a comment says, where, and which lines it covers."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from greenlint.finding import Span, TextEdit
from greenlint.messages import Message

_NOQA = re.compile(rb"(?i:noqa)\s*:[^\r\n]*?[A-Z]{3,5}[0-9]{3}")


def wanted(raw: bytes) -> bool:
    """Whether a file may hold suppressions at all: bytes, no parse."""
    if b"greenlint:" in raw:
        return True
    return b"noqa" in raw.lower() and _NOQA.search(raw) is not None


class Kind(StrEnum):
    """The forms of a suppression, the narrowest first."""

    IGNORE = "ignore"
    NOQA = "noqa"
    RANGE = "disable"
    FILE = "file-ignore"


@dataclass(frozen=True, slots=True)
class Listing:
    """The words of a comment, the place of each, and what goes with the last of them: `whole`."""

    words: tuple[str, ...]
    places: tuple[Span, ...]
    whole: Span

    def without(self, words: Collection[str]) -> TextEdit:
        """The edit that takes words out, and with the last word the comment itself."""
        return self.rewritten([word for word in self.words if word not in words])

    def rewritten(self, words: Sequence[str]) -> TextEdit:
        """The edit that makes these the words; none of them removes the comment."""
        if not words:
            return TextEdit(self.whole, "")
        first, last = self.places[0], self.places[-1]
        span = Span(first.line, first.column, last.end_line, last.end_column, first.start, last.end)
        return TextEdit(span, ", ".join(words))


@dataclass(frozen=True, slots=True)
class Selector:
    """One word of a suppression as written, and the lines it covers, both ends included.

    `closer` is the ``enable`` comment that ends a range, if one does.
    """

    word: str
    span: Span
    first: int
    last: int
    closer: Listing | None = None


@dataclass(frozen=True, slots=True)
class Suppression:
    """A comment to greenlint.  With a `problem` it is none: the sentence says what is wrong.

    `until` is a date as YYYY-MM-DD, the last day on which it holds, or "".
    """

    kind: Kind
    span: Span
    listing: Listing
    selectors: tuple[Selector, ...] = ()
    reason: str = ""
    until: str = ""
    problem: Message | None = None

    def expired(self, today: date) -> bool:
        """Whether its last day is over."""
        return bool(self.until) and date.fromisoformat(self.until) < today

    def __str__(self) -> str:
        return f"{self.kind}[{','.join(self.listing.words)}]"


def ours(suppression: Suppression, word: str) -> bool:
    """Whether a word is meant for greenlint alone: other linters may read a ``noqa`` too."""
    return suppression.kind is not Kind.NOQA or word.startswith("GRN")
