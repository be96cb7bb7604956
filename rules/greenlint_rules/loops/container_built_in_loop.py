# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""A set or list that each turn of a loop builds anew from the same source, to look into it once."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from itertools import islice

import libcst as cst
from greenlint_rules.builders import behind_view, builtin, only_argument
from greenlint_rules.own import is_still

from greenlint.here import Here
from greenlint.kinds import Kind
from greenlint.messages import say
from greenlint.project.nodes import word_of
from greenlint.rule import Confidence, Hit, Related, Rule
from greenlint.scope import dotted

RULE = Rule(
    code="GRN120",
    name="container-built-in-loop",
    needles=(b"set(", b"list(", b"tuple(", b"sorted("),
    since="0.1.0",
    tests=False,
    help="build it once, before the loop",
)
_BUILDS = ("set", "frozenset", "list", "tuple", "sorted")
_ASKS = frozenset(
    (
        "difference",
        "intersection",
        "union",
        "issubset",
        "issuperset",
        "isdisjoint",
        "index",
        "count",
    )
)


@RULE.glance(ast.Compare, ast.BinOp, ast.Subscript)
def glance(node: ast.Compare | ast.BinOp | ast.Subscript, in_loop: bool) -> bool:
    """A container made of something with a name and looked into, in a loop."""
    if not in_loop:
        return False
    if isinstance(node, ast.Compare):
        return any(map(_may_build, node.comparators))
    if isinstance(node, ast.BinOp):
        return _may_build(node.left) or _may_build(node.right)
    return _may_build(node.value)


@RULE.glance(words=_ASKS)
def glance_at_question(node: ast.Call, in_loop: bool) -> bool:
    """``list(names).index(name)``"""
    return in_loop and isinstance(node.func, ast.Attribute) and _may_build(node.func.value)


def _may_build(node: ast.expr) -> bool:
    match node:
        case ast.Call(func=ast.Name() | ast.Attribute(), args=[given]) if word_of(node) in _BUILDS:
            return isinstance(given, (ast.Name, ast.Attribute, ast.Call))
    return False


@RULE.on(cst.Call)
def check(node: cst.Call, here: Here) -> Iterator[Hit]:
    """``if order.name in set(names)`` in a loop."""
    if not _is_looked_into(node, here):
        return
    word = builtin(node, here)
    source = only_argument(node) if word in _BUILDS else None
    loop = here.every_turn() if source is not None else None
    if source is None or loop is None:
        return
    whole = behind_view(source)
    if not dotted(whole) or not is_still(whole, loop.node, loop.body, here):
        return
    if whole is source and here.kind(source) in (Kind.GENERATOR, Kind.FILE, Kind.QUERYSET):
        return
    yield Hit(
        node,
        say(
            "`{build}` is built again on every turn, from what this loop does not change",
            build=here.brief(node),
        ),
        related=(Related(loop.header, "this loop"),),
        confidence=_sureness(whole, here),
    )


def _sureness(whole: cst.BaseExpression, here: Here) -> Confidence | None:
    """Constants hold a few items that somebody has written down."""
    if dotted(whole).rpartition(".")[2].isupper():
        return Confidence.LOW
    return None if here.kind(whole) is not None else Confidence.MEDIUM


def _is_looked_into(node: cst.Call, here: Here) -> bool:
    """Whether nobody keeps what is built: it is asked for one thing right there.

    ``in list(names)`` is in-dict-keys'.
    """
    match here.parent:
        case cst.ComparisonTarget(operator=cst.In() | cst.NotIn()):
            return isinstance(node.func, cst.Name) and node.func.value not in ("list", "tuple")
        case cst.Subscript(value=value, slice=[cst.SubscriptElement(slice=cst.Index())]):
            return value is node and isinstance(node.func, cst.Name) and node.func.value != "sorted"
        case cst.BinaryOperation(operator=cst.BitAnd() | cst.BitOr() | cst.Subtract()):
            return True
        case cst.Attribute(attr=cst.Name(word)) if word in _ASKS:
            _, around = islice(here.ancestors, 2)
            return isinstance(around, cst.Call)
    return False
