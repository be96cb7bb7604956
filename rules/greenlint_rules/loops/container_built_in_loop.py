# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""A set or list that each turn of a loop builds anew from the same source, to look into it once."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import libcst as cst
from greenlint_rules.builders import behind_view, builtin, only_argument
from greenlint_rules.own import is_still

from greenlint.here import Here
from greenlint.kinds import Kind
from greenlint.messages import say
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


@RULE.glance(words=_BUILDS)
def glance(node: ast.Call, in_loop: bool) -> bool:
    """A container made of something with a name, in a loop."""
    if not in_loop or len(node.args) != 1:
        return False
    return isinstance(node.args[0], (ast.Name, ast.Attribute, ast.Call))


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
        case cst.Attribute(attr=cst.Name(word)):
            return word in _ASKS
    return False
