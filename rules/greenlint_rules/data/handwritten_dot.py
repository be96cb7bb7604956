# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""A product of vectors or matrices that loops of Python add up."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import libcst as cst
from greenlint_rules.arrays import counts, indexed, is_array, is_compiled
from greenlint_rules.shapes import uses_library

from greenlint.here import Here
from greenlint.messages import say
from greenlint.rule import Hit, Related, Rule
from greenlint.scope import dotted

RULE = Rule(
    code="GRN406",
    name="handwritten-dot",
    severity="warning",
    aliases=("GCI107",),
    needles=(b"numpy",),
    since="0.1.0",
    lifecycle="preview",
    help="`a @ b` or `numpy.dot(a, b)` computes it",
    tests=False,
)


@RULE.glance(ast.AugAssign)
def glance(node: ast.AugAssign, in_loop: bool) -> bool:
    """``total += a[i] * b[i]`` in a loop."""
    return (
        in_loop
        and isinstance(node.op, ast.Add)
        and isinstance(node.value, ast.BinOp)
        and isinstance(node.value.op, ast.Mult)
        and isinstance(node.value.left, ast.Subscript)
        and isinstance(node.value.right, ast.Subscript)
    )


@RULE.on(cst.AugAssign)
def added(node: cst.AugAssign, here: Here) -> Iterator[Hit]:
    """``c[i, j] += a[i, k] * b[k, j]``, where the innermost loop counts what both share."""
    match node:
        case cst.AugAssign(
            operator=cst.AddAssign(),
            value=cst.BinaryOperation(left=left, operator=cst.Multiply(), right=right),
        ):
            first, second = indexed(left), indexed(right)
        case _:
            return
    loop = here.every_turn()
    if first is None or second is None or loop is None or not uses_library(here, "numpy"):
        return
    number = counts(loop, here)
    if not number or not _has(first[1], number) or not _has(second[1], number):
        return
    target = indexed(node.target)
    if target is not None and any(dotted(one) == number for one in target[1]):
        return
    if not _are_plain(first[1]) or not _are_plain(second[1]):
        return
    if is_compiled(here) or not is_array(first[0], here) or not is_array(second[0], here):
        return
    yield Hit(
        node,
        say(
            "this adds up the product of `{first}` and `{second}` number by number",
            first=here.brief(first[0]),
            second=here.brief(second[0]),
        ),
        related=(Related(loop.header, "this loop"),),
    )


def _has(indices: list[cst.BaseExpression], number: str) -> bool:
    return sum(dotted(one) == number for one in indices) == 1


def _are_plain(indices: list[cst.BaseExpression]) -> bool:
    """Whether the indices are names or numbers: with ``k - i`` it is a convolution."""
    return all(isinstance(one, (cst.Name, cst.Integer)) for one in indices)
