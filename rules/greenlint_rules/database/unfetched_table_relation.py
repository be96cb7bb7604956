# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""GRN326: the columns of a table read relations that the rows it shows do not have."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace

from greenlint_rules.fetching import advice, missing, named, places
from greenlint_rules.often import ONCE
from greenlint_rules.placing import place_in

from greenlint.messages import say
from greenlint.project import table_rows, tables
from greenlint.project.frames import Frame, frames_in
from greenlint.project.needs import Need
from greenlint.project.project import Project, Unit
from greenlint.project.table_rows import Shown
from greenlint.project.values import Rows
from greenlint.rule import Confidence, Hit, Options, Rule

RULE = Rule(
    code="GRN326",
    name="unfetched-table-relation",
    needles=(b"Table",),
    since="0.1.0",
    lifecycle="preview",
    across=True,
    alone=False,
    tests=False,
)


@RULE.across_files
def view(unit: Unit, project: Project, _: Options) -> Iterator[Hit]:
    """Views that show their rows in a table, and tables that are made of rows."""
    if ONCE.search(unit.name):
        return
    for cls in unit.classes.values():
        if "table" in cls.facts.names or "table_class" in cls.facts.names:
            for shown in table_rows.of_view(project, cls):
                yield from _hits(project, shown, place_in(cls, unit, shown.rows))
    for frame in frames_in(project, unit):
        for shown in table_rows.of_calls(project, frame):
            if not shown.rows.few:
                yield from _hits(project, shown, _place(frame, shown))


def _place(frame: Frame, shown: Shown) -> ast.AST:
    """The queryset, where the same body writes it, else what is handed over."""
    at = shown.rows.at
    if at is not None and at.unit is frame.unit and not isinstance(frame.scope, ast.Module):
        first, last = frame.scope.lineno, getattr(frame.scope, "end_lineno", 0) or 0
        if first <= getattr(at.node, "lineno", 0) <= last:
            return at.node
    assert shown.node is not None
    return shown.node


def _hits(project: Project, shown: Shown, place: ast.AST) -> Iterator[Hit]:
    fetched = table_rows.fetched(project, shown.table, shown.rows)
    rows = replace(shown.rows, fetched=fetched)
    found = missing(project, rows, tables.of_rows(project, shown.table, rows.model))
    shown_ones = [one for one in found if not one.rare] or found
    if not found:
        return
    yield Hit(
        place,
        say(
            "{table} reads {relations} of each row, and the queryset does not fetch them: a query "
            "for each row",
            table=f"`{shown.table.name}`",
            relations=named(shown_ones),
        ),
        help=advice(shown_ones),
        confidence=_confidence(rows, shown_ones),
        related=tuple(places(shown_ones)),
    )


def _confidence(rows: Rows, found: list[Need]) -> Confidence:
    """Low where more may be fetched than can be read, or the columns are hidden by default."""
    if rows.fetched.unsure or all(one.rare for one in found):
        return Confidence.LOW
    return Confidence.MEDIUM if all(one.unsure for one in found) else Confidence.HIGH
