# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Bytes that grow by ``+=`` on every turn of a loop."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import libcst as cst
from greenlint_rules.glances import is_dotted
from greenlint_rules.growth import (
    gathers_pieces,
    is_searched,
    is_short,
    is_sum_of_itself,
    starts_anew,
)

from greenlint.here import Here, Loop
from greenlint.kinds import Kind
from greenlint.messages import say
from greenlint.origins import Origins, annotated
from greenlint.rule import Confidence, Hit, Question, Related, Rule
from greenlint.scope import dotted

RULE = Rule(
    code="GRN250",
    name="bytes-concat-in-loop",
    needles=(b'b"', b"b'", b"bytes", b".encode(", b'B"', b"B'"),
    since="0.1.0",
    lifecycle="stable",
    help="let a `bytearray` grow, or collect the parts in a list and join them once with "
    '`b"".join(parts)`',
    tests=False,
)


@RULE.glance(ast.AugAssign)
def glance(node: ast.AugAssign, in_loop: bool) -> bool | Question:
    """Something added in a loop to what may be bytes."""
    return in_loop and isinstance(node.op, ast.Add) and _may_grow(node.target)


@RULE.glance(ast.Assign)
def glance_at_sum(node: ast.Assign, in_loop: bool) -> bool | Question:
    """The same, written out: ``data = data + chunk``."""
    return in_loop and is_sum_of_itself(node) and _may_grow(node.targets[0])


def _may_grow(target: ast.expr) -> bool | Question:
    return is_dotted(target) and (lambda names: names.any(target, _makes_bytes))


def _makes_bytes(node: ast.AST, _: Origins) -> bool:
    match node:
        case ast.Constant(value=value):
            return isinstance(value, bytes)
        case ast.Call(func=ast.Attribute(attr=word) | ast.Name(id=word)):
            return word in ("bytes", "encode", "read_bytes")
    return annotated(node, "bytes")


@RULE.on(cst.AugAssign)
def grown(node: cst.AugAssign, here: Here) -> Iterator[Hit]:
    """``data += chunk``."""
    if isinstance(node.operator, cst.AddAssign):
        yield from _judge(node, node.target, node.value, here)


@RULE.on(cst.Assign)
def rebuilt(node: cst.Assign, here: Here) -> Iterator[Hit]:
    """``data = data + chunk``."""
    if len(node.targets) != 1 or not isinstance(node.value, cst.BinaryOperation):
        return
    left: cst.BaseExpression = node.value
    while isinstance(left, cst.BinaryOperation) and isinstance(left.operator, cst.Add):
        left = left.left
    target = node.targets[0].target
    if dotted(left) and dotted(left) == dotted(target):
        yield from _judge(node, target, node.value.right, here)


def _judge(
    node: cst.Assign | cst.AugAssign, target: cst.BaseExpression, part: cst.CSTNode, here: Here
) -> Iterator[Hit]:
    loop = here.every_turn()
    name = dotted(target)
    if loop is None or not name or here.kind(target) is not Kind.BYTES:
        return
    if starts_anew(node, name, loop) or _pads(part, loop) or is_searched(name, loop):
        return
    if gathers_pieces(loop) and any(
        starts_anew(node, name, outer) for outer in here.loops() if outer.node is not loop.node
    ):
        return
    yield Hit(
        node,
        say(
            "`{name} += …` copies all bytes gathered so far on every turn",
            name=here.brief(target),
        ),
        confidence=Confidence.LOW if is_short(loop, here) else None,
        related=(Related(loop.header, "this loop"),),
    )


def _pads(part: cst.CSTNode, loop: Loop) -> bool:
    """``while len(data) % 4: data += b"\\0"``: a few bytes up to a boundary."""
    return isinstance(loop.node, cst.While) and isinstance(part, cst.SimpleString)
