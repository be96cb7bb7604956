# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""A loop that only fills a dict that was made empty right above it."""

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
    code="GRN107",
    name="store-in-loop",
    severity="note",
    aliases=("PERF403", "W8403"),
    needles=(b"] = ",),
    since="0.1.0",
    fix="unsafe",
    tests=False,
    help="write a dict comprehension",
)
_EMPTY = ("{}", "dict()")


@RULE.glance(*BODIES)
def glance(node: ast.AST, _: bool) -> bool:
    """A loop that does nothing but store into what the line above it makes empty."""
    return any(_stores(loop, name) for name, loop in below_empty(node, _EMPTY))


def _stores(loop: ast.For, name: str) -> bool:
    match glance_at_step(loop):
        case ast.Assign(targets=[ast.Subscript(value=ast.Name(id=word))]):
            return word == name
    return False


@RULE.on(cst.For)
def check(node: cst.For, here: Here) -> Iterator[Hit]:
    """``prices = {}``, and below it ``for row in rows: prices[row.name] = row.price``."""
    step = only_step(node)
    match step:
        case Step(
            does=cst.Assign(
                targets=[
                    cst.AssignTarget(
                        target=cst.Subscript(
                            value=cst.Name(name),
                            slice=[cst.SubscriptElement(slice=cst.Index(value=key, star=None))],
                        )
                    )
                ],
                value=value,
            )
        ):
            pass
        case _:
            return
    if any(isinstance(one, cst.Tuple) and not one.lpar for one in (key, value)):
        return
    yield from written_out(
        node,
        step,
        name,
        f"{here.code(key)}: {here.code(value)}",
        say("this loop does nothing but fill `{name}`, one entry a turn", name=name),
        here,
        empty=_EMPTY,
        brackets="{}",
    )
