# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""A loop over ``enumerate(xs)`` that looks up ``xs[number]``, which it holds already."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import libcst as cst
from greenlint_rules.lookups import (
    SEQUENCES,
    enumerated,
    lookups,
    may_look_up,
    names_of_pair,
    safety,
    turns_of,
)

from greenlint.here import Here
from greenlint.messages import say
from greenlint.rule import Edit, Fix, Hit, Question, Rule
from greenlint.scope import bound_by, dotted

RULE = Rule(
    code="GRN109",
    name="list-lookup-in-enumerate",
    severity="note",
    aliases=("PLR1736", "S8518", "R1736"),
    needles=(b"enumerate(",),
    since="0.1.0",
    fix="safe",
    tests=False,
    help="use the name that the loop gives to the item",
)


_FORMS = (("enumerate(", ")"), ("enumerate(", ", 0)"), ("enumerate(", ", start=0)"))


@RULE.glance(ast.Subscript)
def glance(node: ast.Subscript, in_loop: bool) -> bool | Question:
    """A name in square brackets, where the loop numbers what stands before them."""
    return may_look_up(node, in_loop, *_FORMS)


@RULE.on(cst.For, cst.CompFor)
def check(node: cst.For | cst.CompFor, here: Here) -> Iterator[Hit]:
    """``for number, row in enumerate(rows)`` with ``rows[number]``."""
    pair = names_of_pair(node.target)
    rows = enumerated(node.iter, here) if pair else None
    if pair is None or rows is None or not dotted(rows):
        return
    turns = turns_of(node, here)
    if turns is None or here.kind(rows) not in SEQUENCES:
        return
    number, row = pair
    if row in bound_by(*turns.body):
        return
    for one in lookups(turns, rows, number, here):
        yield Hit(
            one,
            say(
                "`{lookup}` looks up what this loop holds as `{value}`",
                lookup=here.brief(one),
                value=row,
            ),
            fix=Fix(say("use `{value}`", value=row), (Edit(one, row),), safety(rows, here)),
        )
