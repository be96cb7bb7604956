# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Pages as PDF, through WeasyPrint, on A4."""

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


def render(sheets: Sequence[Sheet]) -> bytes:
    """All pages, each language from a page of its own on.  Raises UsageError where WeasyPrint
    cannot be used.
    """
    written: bytes = laid_out(sheets).write_pdf()
    return written


def laid_out(sheets: Sequence[Sheet]) -> Any:
    """A document of WeasyPrint, in the sizes that the page has on paper; nothing that it names is
    fetched.
    """
    try:
        from weasyprint import HTML
    except (ImportError, OSError) as error:
        raise UsageError(NEEDS.format(why=str(error).partition("\n")[0])) from None

    return HTML(string=html(sheets, paper=True), url_fetcher=_refuse).render()


def _refuse(url: str, *_: object, **__: object) -> Mapping[str, object]:
    """A page of ours names no other file, and none is opened."""
    raise ValueError(f"{url} is not fetched")
