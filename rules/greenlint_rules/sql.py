# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""SQL that stands in the code and reaches a database."""

from __future__ import annotations

import libcst as cst

from greenlint.here import Here
from greenlint_rules.orm import is_connection, is_cursor, is_session


def statement(call: cst.Call, here: Here) -> str | None:
    """The text of ``cursor.execute("select ...")``, where both are proven; None for others."""
    match call:
        case cst.Call(
            func=cst.Attribute(value=receiver, attr=cst.Name(value="execute")),
            args=[cst.Arg(value=sql, star=""), *_],
        ):
            text = _text(sql, here)
            if text is None:
                return None
            proven = is_cursor(receiver, here) or is_connection(receiver, here)
            return " ".join(text.split()) if proven or is_session(receiver, here) else None
    return None


def _text(sql: cst.BaseExpression, here: Here) -> str | None:
    match sql:
        case cst.SimpleString() | cst.ConcatenatedString():
            value = sql.evaluated_value
            return value if isinstance(value, str) else None
        case cst.Call(args=[cst.Arg(value=inner)]) if here.qualified(sql.func) == "sqlalchemy.text":
            return _text(inner, here)
        case cst.Name(value=name):
            bound = here.bindings(name)
            if len(bound) == 1 and isinstance(bound[0].value, cst.SimpleString):
                return _text(bound[0].value, here)
    return None
