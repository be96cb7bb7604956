# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Where a finding about a view's rows stands."""

from __future__ import annotations

import ast

from greenlint.project.project import Class, Unit
from greenlint.project.values import Rows


def place_in(cls: Class, unit: Unit, rows: Rows) -> ast.AST:
    """The queryset, where the class writes it; else its get_queryset(), or the class."""
    node = cls.node
    if rows.at is not None and rows.at.unit is unit:
        line = getattr(rows.at.node, "lineno", 0)
        if node.lineno <= line <= (node.end_lineno or 0):
            return rows.at.node
    for statement in node.body:
        if isinstance(statement, ast.FunctionDef) and statement.name == "get_queryset":
            return statement
    for statement in node.body:
        if isinstance(statement, ast.Assign) and ast.unparse(statement.targets[0]) == "queryset":
            return statement.value
    return node
