# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""GRN303: a serializer reads relations that the queryset of the view or function does not fetch."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from greenlint_rules.fetching import advice, confidence, missing, named, places

from greenlint.messages import say
from greenlint.project import inner_rows, serializers, showings, views
from greenlint.project.frames import Frame, frames_in
from greenlint.project.needs import Need
from greenlint.project.paths import Access
from greenlint.project.project import Class, Project, Unit
from greenlint.project.values import At, Rows
from greenlint.project.views import Shown
from greenlint.rule import Confidence, Hit, Options, Related, Rule

RULE = Rule(
    code="GRN303",
    name="unfetched-serializer-relation",
    needles=(b"serializer_class", b"many=True"),
    since="0.1.0",
    lifecycle="stable",
    across=True,
    alone=False,
    tests=False,
)


@RULE.across_files
def view(unit: Unit, project: Project, _: Options) -> Iterator[Hit]:
    """Views whose rows are shown by a serializer, and functions that make one of several rows."""
    told: set[tuple[object, Class, str]] = set()
    for place, shown, by in _shown(unit, project):
        accesses = serializers.accesses(project, shown.serializer)
        found = missing(project, shown.rows, accesses, shown.many)
        key = by, shown.serializer, named(found)
        if found and key not in told:
            told.add(key)
            yield _hit(place, shown, found)
        if isinstance(by, Class):
            yield from _inner(by, shown, accesses)


def _inner(view: Class, shown: Shown, accesses: Iterable[Access]) -> Iterator[Hit]:
    """Rows that a method of each row gives: told at the class, for no queryset of it fetches."""
    for inner in inner_rows.inner(view.unit.project, shown.rows, accesses):
        found = missing(view.unit.project, inner.rows, inner.accesses)
        if not found:
            continue
        asked = inner.rows.at
        yield Hit(
            view.node,
            say(
                "{serializer} goes through {rows} and reads {relations} of each row there, which "
                "nothing fetches ahead: a query for each row",
                serializer=f"`{shown.serializer.name}`",
                rows=f"`{inner.name}`",
                relations=named(found),
            ),
            help=advice(found),
            confidence=confidence(inner.rows, found, shown.unsure),
            related=(
                *(
                    [Related(asked.node, "the rows are asked for here", asked.path)]
                    if asked
                    else ()
                ),
                *places(found),
            ),
        )


def _shown(unit: Unit, project: Project) -> Iterator[tuple[ast.AST, Shown, object]]:
    """What is shown in a file: where that is reported, and the class or function that shows it."""
    for cls in unit.classes.values():
        if views.is_view(project, cls):
            for shown in views.shown(project, cls):
                yield _place(cls, unit, shown.rows), shown, cls
    if b"many=True" in unit.source.raw:
        for frame in frames_in(project, unit):
            for shown in showings.in_frame(project, frame):
                yield _near(frame, shown), shown, frame.owner or frame.scope


def _hit(place: ast.AST, shown: Shown, found: list[Need]) -> Hit:
    made = shown.call
    at = () if made is None or made.node is place else (_made(made),)
    return Hit(
        place,
        say(
            "{serializer} reads {relations} of each row, and the queryset does not fetch "
            "{them}: a query for each row",
            serializer=f"`{shown.serializer.name}`",
            relations=named(found),
            them="it" if named(found).count("`") == 2 else "them",
        ),
        help=advice(found),
        confidence=Confidence.LOW
        if all(one.rare or one.unsure for one in found)
        else confidence(shown.rows, found, shown.unsure),
        related=(*at, *places(found)),
    )


def _made(at: At) -> Related:
    return Related(at.node, "the serializer is made here", at.unit.name)


def _near(frame: Frame, shown: Shown) -> ast.AST:
    """The queryset, where the same body writes it; else the call that makes the serializer."""
    at = shown.rows.at
    first, last = getattr(frame.scope, "lineno", 0), getattr(frame.scope, "end_lineno", 0) or 0
    if at is not None and at.unit is frame.unit and first <= getattr(at.node, "lineno", 0) <= last:
        return at.node
    assert shown.call is not None
    return shown.call.node


def _place(cls: Class, unit: Unit, rows: Rows) -> ast.AST:
    """The queryset, where this file writes it; else the class's get_queryset(), or the class."""
    node = cls.node
    if rows.at is not None and rows.at.unit is unit:
        return rows.at.node
    for statement in node.body:
        if isinstance(statement, ast.FunctionDef) and statement.name == "get_queryset":
            return statement
    for statement in node.body:
        if isinstance(statement, ast.Assign) and ast.unparse(statement.targets[0]) == "queryset":
            return statement.value
    return node
