# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""GRN331: a response model or a schema reads relationships that are loaded row by row."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from greenlint_rules.fetching import confidence, loading, missing, named, places

from greenlint.messages import say
from greenlint.project import sqlalchemy
from greenlint.project.frames import Frame, frames_in
from greenlint.project.needs import Need
from greenlint.project.project import Project, Unit
from greenlint.project.responses import Shown, shown
from greenlint.project.values import AWAITED
from greenlint.rule import Confidence, Hit, Options, Related, Rule

RULE = Rule(
    code="GRN331",
    name="lazy-load-in-response-model",
    needles=(b"response_model", b"->", b".dump(", b".dumps(", b"parse_obj_as", b"TypeAdapter"),
    since="0.1.0",
    lifecycle="preview",
    across=True,
    alone=False,
    tests=False,
)


@RULE.across_files
def response(unit: Unit, project: Project, _: Options) -> Iterator[Hit]:
    """Endpoints that answer with rows, and rows that a schema dumps."""
    if not sqlalchemy.in_use(project):
        return
    for frame in frames_in(project, unit):
        for one in shown(project, frame):
            if one.rows.fetched.unsure == AWAITED:
                continue
            found = missing(project, one.rows, one.accesses, one.many)
            if found:
                yield Hit(
                    _place(frame, one),
                    say(
                        "`{schema}` reads {relations} of each row, and the query does not load "
                        "them: a query for each row",
                        schema=one.schema.name,
                        relations=named(found),
                    ),
                    help=loading(project, one.rows.model, found),
                    confidence=_confidence(project, one, found),
                    related=(Related(one.given, "shown here"), *places(found)),
                )


def _confidence(project: Project, one: Shown, found: list[Need]) -> Confidence:
    """Low where rows from elsewhere may be those of an asynchronous session; medium for one row,
    whose lists may be short.
    """
    if one.rows.few or (one.rows.fetched.unsure and sqlalchemy.is_awaited(project)):
        return Confidence.LOW
    sure = confidence(one.rows, found)
    return Confidence.MEDIUM if sure is Confidence.HIGH and not one.many else sure


def _place(frame: Frame, one: Shown) -> ast.AST:
    """The query, where the function asks for the rows; else what it gives on."""
    at = one.rows.at
    if at is None or at.unit is not frame.unit or isinstance(frame.scope, ast.Module):
        return one.given
    first, last = frame.scope.lineno, frame.scope.end_lineno or 0
    return at.node if first <= getattr(at.node, "lineno", 0) <= last else one.given
