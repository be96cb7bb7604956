# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""A loop over places in a list that only looks up the item at each."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import libcst as cst
from greenlint_rules.builders import builtin, only_argument
from greenlint_rules.lookups import SEQUENCES, lookups, may_look_up, safety, turns_of
from greenlint_rules.loop_names import free_name, lives_on, one_of

from greenlint.here import Here
from greenlint.messages import say
from greenlint.rule import Edit, Fix, Hit, Question, Rule
from greenlint.scope import dotted
from greenlint.walk import within

RULE = Rule(
    code="GRN110",
    name="index-for-item",
    severity="note",
    aliases=("C0200",),
    needles=(b"range(len(", b"range(0, len("),
    since="0.1.0",
    fix="safe",
    tests=False,
    help="go over the items themselves",
)


_FORMS = (("range(len(", "))"), ("range(0, len(", "))"))


@RULE.glance(ast.Subscript)
def glance(node: ast.Subscript, in_loop: bool) -> bool | Question:
    """A name in square brackets, where the loop goes over places in what stands before them."""
    return may_look_up(node, in_loop, *_FORMS)


@RULE.on(cst.For, cst.CompFor)
def check(node: cst.For | cst.CompFor, here: Here) -> Iterator[Hit]:
    """``for number in range(len(rows))`` with nothing but ``rows[number]``."""
    rows = _counted(node.iter, here)
    if rows is None or not dotted(rows) or not isinstance(node.target, cst.Name):
        return
    turns = turns_of(node, here)
    if turns is None or here.kind(rows) not in SEQUENCES:
        return
    number = node.target.value
    found = lookups(turns, rows, number, here)
    if not found or len(found) != _times(number, turns.body):
        return
    if isinstance(node, cst.For) and lives_on(number, node, here):
        return
    row = free_name(here, one_of(dotted(rows)), "item", f"{number}_item")
    nested = any(isinstance(one, (cst.For, cst.CompFor)) for one in here.ancestors)
    inside = any(isinstance(one, (cst.For, cst.CompFor)) for one in within(*turns.body))
    if nested or inside:
        row = free_name(here, f"{number}_item")
    yield Hit(
        node.target,
        say(
            "this loop counts through `{rows}` only to look up `{lookup}`",
            rows=here.brief(rows),
            lookup=here.brief(found[0]),
        ),
        fix=Fix(
            say("go over `{rows}` itself", rows=here.brief(rows)),
            (
                Edit(node.target, row),
                Edit(node.iter, here.code(rows)),
                *(Edit(one, row) for one in found),
            ),
            safety(rows, here),
        )
        if row
        else None,
    )


def _counted(expr: cst.BaseExpression, here: Here) -> cst.BaseExpression | None:
    """``rows`` of ``range(len(rows))`` and ``range(0, len(rows))``."""
    if not isinstance(expr, cst.Call) or builtin(expr, here) != "range":
        return None
    size: cst.BaseExpression | None
    match expr.args:
        case [cst.Arg(value=cst.Integer("0")), cst.Arg(keyword=None, star="", value=size)]:
            pass
        case _:
            size = only_argument(expr)
    if not isinstance(size, cst.Call) or builtin(size, here) != "len":
        return None
    return only_argument(size)


def _times(name: str, body: list[cst.CSTNode]) -> int:
    return sum(isinstance(one, cst.Name) and one.value == name for one in within(*body, names=True))
