# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""What the text of a statement says: whether it is about rows, and which table it names."""

from __future__ import annotations

import re

import libcst as cst

from greenlint.here import Here, Loop, reads
from greenlint.scope import dotted
from greenlint.walk import within

_ROWS = re.compile(
    r"\W*(select\b.*\bfrom|insert|update|delete|replace|merge|with)\b", re.IGNORECASE | re.DOTALL
)
_NAMED = re.compile(r"\b(from|into|update|table|join)\s+[\"'`\[]?\Z", re.IGNORECASE)


def is_about_rows(sql: cst.BaseExpression, here: Here) -> bool:
    """SQL that reads or writes rows, as far as it can be seen; scripts and settings are not."""
    match sql:
        case cst.Name(value=name):
            values = [one.value for one in here.bindings(name)]
            return bool(values) and all(
                value is not None and not isinstance(value, cst.Name) and is_about_rows(value, here)
                for value in values
            )
        case cst.BinaryOperation(left=left):
            return is_about_rows(left, here)
        case cst.Call(func=cst.Attribute(value=template, attr=cst.Name(value="format"))):
            return is_about_rows(template, here)
        case cst.SimpleString() | cst.ConcatenatedString() | cst.FormattedString():
            text = here.code(sql).lstrip("rbfuRBFU(\"' \n\\")
            return bool(_ROWS.match(text))
    return False


def names_table(node: cst.Call, loop: Loop, here: Here) -> bool:
    """Whether the turn chooses the table: ``f"select count(*) from {table}"``, ``query(model)``."""
    for part in within(node):
        if isinstance(part, cst.Call) and _is_of_turn(part, loop):
            return True
        if not isinstance(part, cst.FormattedString):
            continue
        text = ""
        for piece in part.parts:
            if isinstance(piece, cst.FormattedStringText):
                text = piece.value
            elif _NAMED.search(text) and here.depends(piece, loop):
                return True
    return False


def _is_of_turn(call: cst.Call, loop: Loop) -> bool:
    """``session.query(model)``, ``select(table.c.id)`` of what the loop goes over."""
    asked: cst.CSTNode | None = call.args[0].value if call.args else None
    if dotted(call.func).rpartition(".")[2] not in ("query", "select") or loop.target is None:
        return False
    while isinstance(asked, (cst.Attribute, cst.Subscript)):
        asked = asked.value
    return isinstance(asked, cst.Name) and asked.value in reads(loop.target)
