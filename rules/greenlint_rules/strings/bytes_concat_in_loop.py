# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Bytes that grow by ``+=`` on every turn of a loop."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import libcst as cst
from greenlint_rules.glances import is_dotted
from greenlint_rules.turns import is_once

from greenlint.here import Here, Loop
from greenlint.kinds import Kind
from greenlint.messages import say
from greenlint.origins import Origins, annotated
from greenlint.rule import Confidence, Hit, Question, Related, Rule
from greenlint.scope import dotted
from greenlint.walk import within

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
    if not in_loop or len(node.targets) != 1 or not isinstance(node.value, ast.BinOp):
        return False
    left: ast.expr = node.value
    while isinstance(left, ast.BinOp) and isinstance(left.op, ast.Add):
        left = left.left
    same = is_dotted(left) and ast.unparse(left) == ast.unparse(node.targets[0])
    return same and _may_grow(node.targets[0])


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
    if _starts_anew(node, name, loop) or _pads(part, loop) or _is_searched(name, loop):
        return
    if _gathers_pieces(loop) and any(
        _starts_anew(node, name, outer) for outer in here.loops() if outer.node is not loop.node
    ):
        return
    yield Hit(
        node,
        say(
            "`{name} += …` copies all bytes gathered so far on every turn",
            name=here.brief(target),
        ),
        confidence=Confidence.LOW if _is_short(loop, here) else None,
        related=(Related(loop.header, "this loop"),),
    )


def _is_short(loop: Loop, here: Here) -> bool:
    """Whether few pieces are to be expected: the entries of a dict, a made-up example."""
    match loop.iter:
        case cst.Call(func=cst.Attribute(attr=cst.Name(value="items"))):
            return True
    return is_once(here)


def _starts_anew(node: cst.CSTNode, name: str, loop: Loop) -> bool:
    """Whether the loop gives the name another value than a longer one."""
    for other in within(*loop.body):
        if other is node:
            continue
        if isinstance(other, cst.Assign):
            for target in other.targets:
                if name in map(dotted, within(target.target, names=True)) and not _longer(
                    other.value, name
                ):
                    return True
        if isinstance(other, (cst.For, cst.CompFor, cst.NamedExpr, cst.Del)) and name in map(
            dotted, within(other.target, names=True)
        ):
            return True
    return False


def _longer(value: cst.CSTNode, name: str) -> bool:
    while isinstance(value, cst.BinaryOperation) and isinstance(value.operator, cst.Add):
        value = value.left
    return dotted(value) == name


def _is_searched(name: str, loop: Loop) -> bool:
    """Whether a turn looks at all that is there so far: then copying it is the smaller part."""
    for node in within(*loop.body):
        match node:
            case cst.Call(func=cst.Attribute(value=receiver)) if dotted(receiver) == name:
                return True
            case cst.Call(func=func, args=args) if dotted(func) != "len":
                if any(dotted(arg.value) == name for arg in args):
                    return True
            case cst.Comparison(comparisons=tests):
                if any(
                    isinstance(test.operator, (cst.In, cst.NotIn))
                    and dotted(test.comparator) == name
                    for test in tests
                ):
                    return True
    return False


def _gathers_pieces(loop: Loop) -> bool:
    """A for loop over something at hand, not over what a call hands out chunk by chunk."""
    match loop.iter:
        case None:
            return False
        case cst.Call(func=cst.Name(value="enumerate" | "zip" | "reversed" | "sorted" | "range")):
            return True
    return not isinstance(loop.iter, cst.Call)


def _pads(part: cst.CSTNode, loop: Loop) -> bool:
    """``while len(data) % 4: data += b"\\0"``: a few bytes up to a boundary."""
    return isinstance(loop.node, cst.While) and isinstance(part, cst.SimpleString)
