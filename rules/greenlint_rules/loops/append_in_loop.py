# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""A loop that only appends to a list that was made empty right above it."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import libcst as cst
from greenlint_rules.filling import Step, below_empty, glance_at_step, only_step, written_out
from greenlint_rules.glances import BODIES

from greenlint.here import Here
from greenlint.messages import say
from greenlint.rule import Hit, Rule

RULE = Rule(
    code="GRN105",
    name="append-in-loop",
    severity="note",
    aliases=("PERF401", "W8401", "FURB138"),
    needles=(b".append(",),
    since="0.1.0",
    fix="unsafe",
    tests=False,
    help="write a list comprehension: it appends without looking up a method on every turn",
)
_EMPTY = ("[]", "list()")


@RULE.glance(*BODIES)
def glance(node: ast.AST, _: bool) -> bool:
    """A loop that does nothing but append to what the line above it makes empty."""
    return any(_appends(loop, name) for name, loop in below_empty(node, _EMPTY))


def _appends(loop: ast.For, name: str) -> bool:
    match glance_at_step(loop):
        case ast.Expr(
            value=ast.Call(func=ast.Attribute(value=ast.Name(id=word), attr="append"), args=[item])
        ):
            return word == name and not isinstance(item, ast.Starred)
    return False


@RULE.on(cst.For)
def check(node: cst.For, here: Here) -> Iterator[Hit]:
    """``found = []``, and below it ``for row in rows: found.append(row.name)``."""
    step = only_step(node)
    match step:
        case Step(
            does=cst.Expr(
                value=cst.Call(
                    func=cst.Attribute(value=cst.Name(name), attr=cst.Name("append")),
                    args=[cst.Arg(keyword=None, star="", value=element)],
                )
            )
        ):
            pass
        case _:
            return
    if step.test is None and element.deep_equals(node.target):
        return  # elements as they are: manual-list-copy
    yield from written_out(
        node,
        step,
        name,
        here.code(element),
        say("this loop does nothing but append to `{name}`, one call a turn", name=name),
        here,
        empty=_EMPTY,
        brackets="[]",
    )
