# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""A list that is replaced by its own reversed copy."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import libcst as cst
from greenlint_rules.builders import builtin, has_comment, only_argument, turned_round
from greenlint_rules.own import is_own

from greenlint.here import Here, reads
from greenlint.kinds import Kind
from greenlint.messages import say
from greenlint.rule import Edit, Fix, Hit, Rule, Safety

RULE = Rule(
    code="GRN115",
    name="reverse-copy",
    severity="note",
    aliases=("FURB187",),
    needles=(b"[::-1]", b"reversed("),
    since="0.1.0",
    fix="safe",
    tests=False,
    help="turn the list round in place: `reverse()`",
)


@RULE.glance(ast.Assign)
def glance(node: ast.Assign, _: bool) -> bool:
    """A name that is given something made of itself."""
    match node:
        case ast.Assign(targets=[ast.Name(id=name)], value=ast.Subscript(value=ast.Name(id=same))):
            return name == same
        case ast.Assign(
            targets=[ast.Name()],
            value=ast.Call(func=ast.Name(id="list"), args=[ast.Call(func=ast.Name(id="reversed"))]),
        ):
            return True
    return False


@RULE.on(cst.Assign)
def check(node: cst.Assign, here: Here) -> Iterator[Hit]:
    """``rows = rows[::-1]``, ``rows = list(reversed(rows))``."""
    match node.targets:
        case [cst.AssignTarget(target=cst.Name() as target)]:
            pass
        case _:
            return
    turned = _turned(node.value, here)
    if not isinstance(turned, cst.Name) or turned.value != target.value:
        return
    if here.kind(target) is not Kind.LIST or not is_own(target, here):
        return
    if any(isinstance(one, cst.For) and _goes_over(one, target.value) for one in here.ancestors):
        return
    yield Hit(
        node,
        say(
            "`{code}` makes a second list to turn `{name}` round",
            code=here.brief(node.value),
            name=target.value,
        ),
        fix=None
        if has_comment(node, here)
        else Fix(
            say("turn it round in place"), (Edit(node, f"{target.value}.reverse()"),), Safety.SAFE
        ),
    )


def _goes_over(loop: cst.For, name: str) -> bool:
    """Whether a loop is on its way through the list."""
    return name in reads(loop.iter)


def _turned(value: cst.BaseExpression, here: Here) -> cst.BaseExpression | None:
    """What a copy turns round."""
    if isinstance(value, cst.Subscript):
        return turned_round(value, here)
    if not isinstance(value, cst.Call) or builtin(value, here) != "list":
        return None
    inner = only_argument(value)
    return turned_round(inner, here) if isinstance(inner, cst.Call) else None
