# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""GRN303: a view's serializer reads relations that the view's queryset does not fetch."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from greenlint_rules.fetching import advice, confidence, missing, named, places

from greenlint.messages import say
from greenlint.project import serializers, views
from greenlint.project.project import Class, Project, Unit
from greenlint.project.values import Rows
from greenlint.rule import Hit, Options, Rule

RULE = Rule(
    code="GRN303",
    name="unfetched-serializer-relation",
    needles=(b"serializer_class",),
    since="0.1.0",
    lifecycle="preview",
    across=True,
    tests=False,
)


@RULE.across_files
def view(unit: Unit, project: Project, _: Options) -> Iterator[Hit]:
    """Views whose rows are shown by a serializer."""
    for cls in unit.classes.values():
        if not views.is_view(project, cls):
            continue
        for shown in views.shown(project, cls):
            accesses = serializers.accesses(project, shown.serializer)
            found = missing(project, shown.rows, accesses, shown.many)
            if found:
                yield Hit(
                    _place(cls, unit, shown.rows),
                    say(
                        "{serializer} reads {relations} of each row, and the queryset does not "
                        "fetch them: a query for each row",
                        serializer=f"`{shown.serializer.name}`",
                        relations=named(found),
                    ),
                    help=advice(found),
                    confidence=confidence(shown.rows, found, shown.unsure),
                    related=tuple(places(found)),
                )


def _place(cls: Class, unit: Unit, rows: Rows) -> ast.AST:
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
