# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Bytes of which every turn of a loop copies a large part, only to look into it."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import libcst as cst

from greenlint.here import Here, Loop
from greenlint.kinds import Kind
from greenlint.messages import say
from greenlint.rule import Confidence, Hit, Related, Rule
from greenlint.scope import How, dotted

RULE = Rule(
    code="GRN213",
    name="bytes-sliced-in-loop",
    severity="note",
    confidence="medium",
    aliases=("W8204",),
    needles=(b"bytes", b".encode("),
    since="0.1.0",
    lifecycle="preview",
    opt_in=True,
    help="slice a `memoryview` of them, or keep a position: neither copies",
    tests=False,
)

# Below some hundreds of bytes a view costs more than the copy: measured, see the page.
_SMALL = 1024


@RULE.glance(ast.Subscript)
def glance(node: ast.Subscript, in_loop: bool) -> bool:
    """A slice of a name in a loop, without a step."""
    return (
        in_loop
        and isinstance(node.slice, ast.Slice)
        and node.slice.step is None
        and isinstance(node.value, (ast.Name, ast.Attribute))
        and isinstance(node.ctx, ast.Load)
    )


@RULE.on(cst.Subscript)
def sliced(node: cst.Subscript, here: Here) -> Iterator[Hit]:
    """``data = data[16:]``, ``data[at : at + 65536]`` in a loop."""
    match node:
        case cst.Subscript(
            value=cst.Name() | cst.Attribute() as whole,
            slice=[cst.SubscriptElement(slice=cst.Slice(lower=lower, upper=upper, step=None))],
        ):
            pass
        case _:
            return
    if isinstance(here.parent, (cst.AssignTarget, cst.Del, cst.Attribute)):
        return  # `memoryview` has no methods of text
    if isinstance(here.parent, (cst.DictElement, cst.Element, cst.Yield, cst.Return)):
        return  # who gets it may want bytes
    if here.kind(whole) is not Kind.BYTES or _is_written_out(whole, here) or _grows(whole, here):
        return
    loop = here.every_turn()
    if loop is None or not here.depends(node, loop):
        return
    width = _width(lower, upper)
    if width is not None and width < _SMALL:
        return
    yield Hit(
        node,
        say("`{slice}` copies that part of the bytes on every turn", slice=here.brief(node)),
        confidence=None
        if width is not None or _is_the_rest(node, whole, upper, loop, here)
        else Confidence.LOW,
        related=(Related(loop.header, "this loop"),),
    )


def _is_written_out(whole: cst.BaseExpression, here: Here) -> bool:
    """Bytes that stand in the file are few."""
    if not isinstance(whole, cst.Name):
        return False
    bound = here.bindings(whole.value)
    return bool(bound) and all(
        one.how is How.ASSIGN and isinstance(one.value, cst.SimpleString) for one in bound
    )


def _grows(whole: cst.BaseExpression, here: Here) -> bool:
    """Whether more is added to the bytes, which a view cannot have: a `bytearray` helps there."""
    if not isinstance(whole, cst.Name):
        return True
    return any(
        one.how is How.AUGMENT or isinstance(one.value, cst.BinaryOperation)
        for one in here.bindings(whole.value)
    )


def _width(lower: cst.BaseExpression | None, upper: cst.BaseExpression | None) -> int | None:
    """How many bytes a slice takes, where that is written there: ``[:4]``, ``[at : at + 4]``."""
    match upper:
        case cst.Integer() if lower is None or isinstance(lower, cst.Integer):
            return upper.evaluated_value - (lower.evaluated_value if lower is not None else 0)
        case cst.BinaryOperation(left=left, operator=cst.Add(), right=cst.Integer() as more) if (
            lower is not None and left.deep_equals(lower)
        ):
            return more.evaluated_value
    return None


def _is_the_rest(
    node: cst.Subscript,
    whole: cst.BaseExpression,
    upper: cst.BaseExpression | None,
    loop: Loop,
    here: Here,
) -> bool:
    """``data = data[n:]``: whatever is left is copied on every turn."""
    match here.parent:
        case cst.Assign(targets=[cst.AssignTarget(target)], value=value):
            return upper is None and value is node and dotted(target) == dotted(whole)
    return False
