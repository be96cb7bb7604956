# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Pages as HTML: one file, no network, no script, every value escaped by the template engine."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING

from greenlint.errors import UsageError
from greenlint.report.measures.sheet import Sheet

if TYPE_CHECKING:
    from jinja2 import Template

NEEDS = (
    "The pages of a report need jinja2, which is not installed. Install `greenlint[report]`, or "
    "write -o json or -o markdown, which need nothing."
)


def render(sheets: Sequence[Sheet], *, paper: bool = False) -> str:
    """All pages in one file; `paper` leaves out what only a screen needs.

    Raises UsageError where jinja2 is not installed.
    """
    template = _template()
    return template.render(sheets=sheets, lang=sheets[0].lang, paper=paper)


@cache
def _template() -> Template:
    try:
        from jinja2 import Environment, PackageLoader, StrictUndefined
    except ImportError:
        raise UsageError(NEEDS) from None

    environment = Environment(
        loader=PackageLoader("greenlint.report.measures"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.tests["table"] = lambda block: hasattr(block, "heads")
    environment.tests["facts"] = lambda block: hasattr(block, "pairs")
    return environment.get_template("measures.html")
