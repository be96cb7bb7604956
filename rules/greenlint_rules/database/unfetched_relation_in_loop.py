# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""GRN304: a loop over a queryset reads relations that the queryset does not fetch."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from greenlint_rules.fetching import advice, named, places
from greenlint_rules.often import ONCE
from greenlint_rules.readings import KEPT, SHOWN, Reading, confidence, origin, readings

from greenlint.messages import Message, say
from greenlint.project import models
from greenlint.project.project import Project, Unit
from greenlint.rule import Hit, Options, Related, Rule

RULE = Rule(
    code="GRN304",
    name="unfetched-relation-in-loop",
    needles=(
        b"for ", b"sorted(", b"map(", b"groupby(", b".objects", b".filter(", b".all()",
        b"_related(",
    ),
    since="0.1.0",
    lifecycle="stable",
    across=True,
    alone=False,
    tests=False,
)  # fmt: skip


@RULE.across_files
def loop(unit: Unit, project: Project, _: Options) -> Iterator[Hit]:
    """Loops whose element is read along a relation, and calls that hand rows to one."""
    if ONCE.search(unit.name) and "migrat" not in unit.name:
        return
    for place, one in readings(project, unit, models.is_django):
        yield _hit(unit, project, place, one)


def _hit(unit: Unit, project: Project, place: ast.AST, one: Reading) -> Hit:
    found = one.often
    return Hit(
        place,
        _message(one, named(found)),
        help=advice(found),
        confidence=confidence(project, one, found, unit),
        related=(
            *(
                Related(node, "this loop" if one.item else "this call")
                for node in one.loops[:2]
                if not one.item.startswith(KEPT)
            ),
            *origin(place, one.row),
            *places(found),
        ),
    )


def _message(one: Reading, relations: str) -> Message:
    if one.item == SHOWN:
        return say(
            "Django shows each of these rows, and asks the database for {relations}: a query for "
            "each row",
            relations=relations,
        )
    if one.item.startswith(KEPT):
        return say(
            "a method of the model asks the database for {relations} of each row that is kept in "
            "`{name}`: a query for each row",
            name=one.item.removeprefix(KEPT),
            relations=relations,
        )
    if not one.item:
        return say(
            "each row that this call goes through asks the database for {relations}: a query for "
            "each row",
            relations=relations,
        )
    return say(
        "each `{item}` of this loop asks the database for {relations}: a query for each row",
        item=one.item,
        relations=relations,
    )
