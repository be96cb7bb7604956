# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""GRN323: a statement asks for every column of its rows."""

from __future__ import annotations

import re
from collections.abc import Iterator

import libcst as cst
from greenlint_rules.sql import statement, statements_of

from greenlint.here import Here
from greenlint.rule import Hit, Rule

RULE = Rule(
    code="GRN323",
    name="select-star",
    severity="note",
    aliases=("GCI74", "GL005"),
    needles=(b"execute(",),
    since="0.1.0",
    lifecycle="preview",
    help="name the columns that are read",
    tests=False,
    opt_in=True,
    repeats=False,
)

_STAR = re.compile(r"select (distinct )?\*", re.IGNORECASE)

statements_of(RULE)


@RULE.on(cst.Call)
def everything(call: cst.Call, here: Here) -> Iterator[Hit]:
    """``cursor.execute("select * from product")``."""
    text = statement(call, here)
    if text is not None and _STAR.match(text):
        yield Hit(call, "`select *` asks for every column, also those that nobody reads")
