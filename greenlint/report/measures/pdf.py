# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Pages as PDF, through WeasyPrint: each language on one sheet of A4 where it fits."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from greenlint.errors import UsageError
from greenlint.report.measures.html import render as html
from greenlint.report.measures.sheet import Sheet

if TYPE_CHECKING:
    from collections.abc import Mapping

NEEDS = (
    "A PDF needs WeasyPrint, which is not installed or lacks its libraries ({why}). Install "
    "`greenlint[pdf]` and the system's Pango, or write -o html:PATH and print that from a browser."
)
# Sizes of the text, in points, until it fits; smaller is not read on paper.  Each takes a second or
# two of CPU time.
POINTS = (7.2, 6.4, 5.8, 5.5)


def render(sheets: Sequence[Sheet], *, fit: bool = True) -> bytes:
    """All pages; with `fit` in the largest size in which each language is one page, and in the
    smallest where none is enough.  Raises UsageError where WeasyPrint cannot be used.
    """
    written: bytes = fitted(sheets, POINTS if fit else POINTS[:1]).write_pdf()
    return written


def fitted(sheets: Sequence[Sheet], sizes: Sequence[float] = POINTS) -> Any:
    """A document of WeasyPrint in the first of these sizes that fits, else in the last."""
    text = html(sheets, paper=True)
    for points in sizes[:-1]:
        document = _laid_out(text, points)
        if len(document.pages) <= len(sheets):
            return document
    return _laid_out(text, sizes[-1])


def _laid_out(text: str, points: float) -> Any:
    """The document in that size; nothing that it names is fetched."""
    try:
        from weasyprint import CSS, HTML
    except (ImportError, OSError) as error:
        raise UsageError(NEEDS.format(why=str(error).partition("\n")[0])) from None

    size = CSS(string=f"html {{ font-size: {points}pt !important; }}", url_fetcher=_refuse)
    return HTML(string=text, url_fetcher=_refuse).render(stylesheets=[size])


def _refuse(url: str, *_: object, **__: object) -> Mapping[str, object]:
    """A page of ours names no other file, and none is opened."""
    raise ValueError(f"{url} is not fetched")
