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
# Sizes of the text, in points, until it fits; smaller is not read on paper.
POINTS = (7.4, 7.1, 6.8, 6.5, 6.2, 5.9)


def render(sheets: Sequence[Sheet], *, fit: bool = True) -> bytes:
    """All pages; with `fit` in the largest size in which each language is one page, and in the
    smallest where none is enough.  Raises UsageError where WeasyPrint cannot be used.
    """
    text = html(sheets, paper=True)
    document = None
    for points in POINTS if fit else POINTS[:1]:
        document = _laid_out(text, points)
        if len(document.pages) <= len(sheets):
            break
    assert document is not None  # there is a size
    written: bytes = document.write_pdf()
    return written


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
