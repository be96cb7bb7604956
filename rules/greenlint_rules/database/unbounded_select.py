# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""GRN324: a statement asks for all rows of a table."""

from __future__ import annotations

import re
from collections.abc import Iterator

import libcst as cst
from greenlint_rules.sql import statement, statements_of

from greenlint.here import Here
from greenlint.rule import Hit, Rule

RULE = Rule(
    code="GRN324",
    name="unbounded-select",
    severity="note",
    needles=(b"execute(",),
    since="0.1.0",
    lifecycle="preview",
    help="say which rows are wanted, or how many: `where`, `limit`",
    tests=False,
    opt_in=True,
    repeats=False,
)

_ROWS = re.compile(r"select\b.+\bfrom [\w.\"`]+", re.IGNORECASE)
# What bounds the rows, or makes few of many.
_BOUNDED = re.compile(
    r"\b(where|limit|fetch|top|group by|having|join|count|sum|min|max|avg|exists|distinct|offset"
    r"|pragma|sqlite_master|information_schema|pg_\w+)\b",
    re.IGNORECASE,
)

statements_of(RULE)


@RULE.on(cst.Call)
def unbounded(call: cst.Call, here: Here) -> Iterator[Hit]:
    """``cursor.execute("select name from product")``."""
    text = statement(call, here)
    if text is not None and _ROWS.match(text) and not _BOUNDED.search(text):
        yield Hit(call, "this statement asks for all rows of its table, however many there are")
