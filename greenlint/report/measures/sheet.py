# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""A page as blocks of text, before it is HTML, Markdown or PDF: what is said, and by whom.

Words of ours and words of others are kept apart in every line, so that each format can show which
is which, and so that nothing that somebody declared is ever taken for a statement of greenlint.
"""

from __future__ import annotations

import string
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from greenlint.formats.words import clean, encodable, shorten
from greenlint.report.measures.numbers import Lang

# A text of others on a page; the data has the whole of it.
LONGEST_QUOTE = 160


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of a line.  `quoted`: words of others; `code`: a name or a command, theirs as well;
    `lang` where it is not that of the page; `to` the anchor of a section that it leads to.
    """

    text: str
    quoted: bool = False
    code: bool = False
    lang: Lang | None = None
    to: str = ""


Line: TypeAlias = tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text; `lead` is the sentence that matters most, `small` a remark below a table."""

    line: Line
    lead: bool = False
    small: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """Rows below their heads; the first cell of a row is its head.  `numeric` are columns by
    number that hold figures.
    """

    caption: Line
    heads: tuple[str, ...]
    rows: tuple[tuple[Line, ...], ...]
    numeric: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Facts:
    """Names and what they are."""

    pairs: tuple[tuple[str, Line], ...]


Block: TypeAlias = Paragraph | Table | Facts


@dataclass(frozen=True, slots=True)
class Section:
    """Blocks below a heading.

    `kind`: "" or "note", what must not be missed; "details", which a screen may fold and paper
    shows; "half", which on paper is beside another; or "card".  `anchor` is what a span can lead
    to; `lang` that of the heading, where it is not that of the page.
    """

    heading: str
    blocks: tuple[Block, ...]
    kind: str = ""
    anchor: str = ""
    lang: Lang | None = None


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page in one language.  `title` is ours, `subject` is theirs."""

    lang: Lang
    title: str
    subject: str
    head: tuple[Block, ...]
    sections: tuple[Section, ...]
    foot: str = ""


def said(text: str) -> Line:
    """A line of our own words."""
    return (Span(text),) if text else ()


def quote(text: object, lang: Lang | None = None) -> Span:
    """Words of others: on one line, with nothing that a screen obeys, and cut where too long."""
    held = shorten(clean(encodable(str(text))).strip(), LONGEST_QUOTE)
    return Span(held, quoted=True, lang=lang)


def code(text: object) -> Span:
    """A name or command of others."""
    held = shorten(clean(encodable(str(text))).strip(), LONGEST_QUOTE)
    return Span(held, code=True)


def filled(template: str, **places: Span | str) -> Line:
    """A sentence of ours with words in its places, each of which stays whose it is."""
    return tuple(_pieces(template, places))


def _pieces(template: str, places: dict[str, Span | str]) -> Iterator[Span]:
    held = ""
    for literal, name, _, _ in string.Formatter().parse(template):
        held += literal
        if name is None:
            continue
        place = places[name]
        if isinstance(place, str):
            held += place
            continue
        if held:
            yield Span(held)
        yield place
        held = ""
    if held:
        yield Span(held)
