# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""A loop that goes through all of another list for the items that fit the one at hand."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import libcst as cst
from greenlint_rules.own import is_still
from greenlint_rules.turns import is_many

from greenlint.here import Here, reads
from greenlint.kinds import Kind
from greenlint.messages import say
from greenlint.rule import Confidence, Hit, Related, Rule
from greenlint.scope import dotted

RULE = Rule(
    code="GRN124",
    name="nested-search",
    severity="note",
    confidence="medium",
    aliases=("GL018",),
    needles=(b"for ",),
    since="0.1.0",
    lifecycle="preview",
    opt_in=True,
    help="put the inner items in a dict by what is compared, once, and look there",
    tests=False,
)

_SMALL = (Kind.TEXT, Kind.BYTES, Kind.GENERATOR, Kind.FILE, Kind.QUERYSET, Kind.MANAGER, Kind.RANGE)


@RULE.glance(ast.For)
def glance(node: ast.For, in_loop: bool) -> bool:
    """A loop in a loop that does nothing but for items that are equal to something."""
    match node.body:
        case [ast.If(test=ast.Compare(ops=[ast.Eq()]), orelse=[])]:
            return in_loop and isinstance(node.iter, (ast.Name, ast.Attribute))
    return False


@RULE.on(cst.For)
def searched(node: cst.For, here: Here) -> Iterator[Hit]:
    """``for price in prices: if price.name == order.name: ...`` in a loop over orders."""
    if node.orelse is not None or node.asynchronous is not None or not dotted(node.iter):
        return
    match node.body:
        case cst.IndentedBlock(
            body=[
                cst.If(
                    test=cst.Comparison(
                        left=left,
                        comparisons=[cst.ComparisonTarget(operator=cst.Equal(), comparator=right)],
                    ),
                    orelse=None,
                )
            ]
        ):
            pass
        case _:
            return
    loop = here.every_turn()
    if loop is None or not isinstance(loop.node, cst.For) or here.kind(node.iter) in _SMALL:
        return
    inner, outer = set(reads(node.target)), set(reads(loop.node.target))
    if not _tells_apart(left, right, inner, outer):
        return
    if outer & set(reads(node.iter)) or not is_still(node.iter, loop.node, loop.body, here):
        return
    many = is_many(node.iter, here)
    yield Hit(
        node,
        say(
            "`{rows}` is gone through on every turn for what is equal to something of this one",
            rows=here.brief(node.iter),
        ),
        confidence=None if many else Confidence.LOW,
        related=(Related(loop.header, "this loop"),),
    )


def _tells_apart(
    left: cst.BaseExpression, right: cst.BaseExpression, inner: set[str], outer: set[str]
) -> bool:
    """Whether one side is of the inner item alone, and the other of the outer one."""
    sides = [set(reads(one)) for one in (left, right)]
    if any(side & inner and side & outer for side in sides):
        return False
    return any(one & inner and two & outer for one, two in (sides, sides[::-1]))
