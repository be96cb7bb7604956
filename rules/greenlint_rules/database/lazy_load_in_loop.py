# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""GRN330: a loop over rows of SQLAlchemy reads relationships that are loaded one by one."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from greenlint_rules.fetching import loading, named, places
from greenlint_rules.often import ONCE
from greenlint_rules.readings import Reading, confidence, origin, readings

from greenlint.messages import say
from greenlint.project import sqlalchemy
from greenlint.project.needs import Need
from greenlint.project.project import Project, Unit
from greenlint.project.values import AWAITED
from greenlint.rule import Confidence, Hit, Options, Related, Rule

RULE = Rule(
    code="GRN330",
    name="lazy-load-in-loop",
    needles=(b"for ", b"sorted(", b"map(", b"groupby(", b"session", b".query"),
    since="0.1.0",
    lifecycle="preview",
    across=True,
    alone=False,
    tests=False,
)

# Methods of a session after which what its rows have is loaded anew.
_ENDING = frozenset(("commit", "rollback", "expire", "expire_all", "expunge", "expunge_all"))


@RULE.across_files
def loop(unit: Unit, project: Project, _: Options) -> Iterator[Hit]:
    """Loops whose element is read along a relationship, and calls that hand rows to one."""
    if not sqlalchemy.in_use(project) or ONCE.search(unit.name):
        return
    for place, one in readings(project, unit, sqlalchemy.is_mapped):
        if one.row.fetched.unsure != AWAITED:
            yield _hit(unit, project, place, one)


def _hit(unit: Unit, project: Project, place: ast.AST, one: Reading) -> Hit:
    found = one.often
    return Hit(
        place,
        say(
            "each `{item}` of this loop has {relations} loaded by itself: a query for each row",
            item=one.item,
            relations=named(found),
        )
        if one.item
        else say(
            "each row that this call goes through has {relations} loaded by itself: a query for "
            "each row",
            relations=named(found),
        ),
        help=loading(project, one.row.model, found),
        confidence=_confidence(unit, project, one, found),
        related=(
            *(Related(node, "this loop" if one.item else "this call") for node in one.loops[:2]),
            *origin(place, one.row),
            *places(found),
        ),
    )


def _confidence(unit: Unit, project: Project, one: Reading, found: list[Need]) -> Confidence:
    """Low, too, where the loop ends transactions, after which all rows are loaded anew, and where
    rows from elsewhere may be those of an asynchronous session.
    """
    if one.called & _ENDING or (one.row.fetched.unsure and sqlalchemy.is_awaited(project)):
        return Confidence.LOW
    return confidence(project, one, found, unit)
