# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""SQL that stands in the code and reaches a database."""

from __future__ import annotations

import ast

import libcst as cst

from greenlint.here import Here
from greenlint.rule import Question, Rule
from greenlint_rules.glances import arguments
from greenlint_rules.orm import is_connection, is_cursor, is_session
from greenlint_rules.rows_glance import leads_to_connection, may_be_session


def statements_of(rule: Rule) -> None:
    """Let a rule look at files in which `statement` could find one."""

    @rule.glance(words=("execute",))
    def _executed(node: ast.Call, _: bool) -> bool | Question:
        given = arguments(node)[:1]
        if not isinstance(node.func, ast.Attribute) or not given:
            return False
        receiver = node.func.value
        return isinstance(given[0], (ast.Constant, ast.Name, ast.Call)) and (
            lambda names: (
                names.any(receiver, leads_to_connection) or may_be_session(receiver, names)
            )
        )


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
