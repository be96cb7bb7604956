# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""A loop that lets a missing key raise, catches that, and puts a constant in its place."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import libcst as cst

from greenlint.here import Here
from greenlint.kinds import Kind
from greenlint.messages import say
from greenlint.rule import Confidence, Hit, Related, Rule

RULE = Rule(
    code="GRN753",
    name="expected-key-error",
    severity="note",
    confidence="medium",
    aliases=("GCI109",),
    needles=(b"KeyError",),
    since="0.1.0",
    lifecycle="preview",
    opt_in=True,
    help="ask with a default: `prices.get(name, 0)`",
    tests=False,
)

_PLAIN = (cst.SimpleString, cst.Integer, cst.Float, cst.UnaryOperation)
_CONSTANTS = ("None", "True", "False")


@RULE.glance(ast.Try)
def glance(node: ast.Try, in_loop: bool) -> bool:
    """One statement with square brackets, and one handler of a KeyError, in a loop."""
    match node.body, node.handlers:
        case [ast.Assign(value=ast.Subscript())], [ast.ExceptHandler(type=ast.Name("KeyError"))]:
            return in_loop
    return False


@RULE.on(cst.Try)
def caught(node: cst.Try, here: Here) -> Iterator[Hit]:
    """``try: price = prices[name]``, ``except KeyError: price = 0``."""
    if node.orelse is not None or node.finalbody is not None:
        return
    match node.handlers:
        case [cst.ExceptHandler(type=cst.Name("KeyError"), name=None, body=instead)]:
            pass
        case _:
            return
    got, given = _assigned(node.body), _assigned(instead)
    if got is None or given is None or not got[0].deep_equals(given[0]) or not _is_plain(given[1]):
        return
    match got[1]:
        case cst.Subscript(value=mapping, slice=[cst.SubscriptElement(slice=cst.Index(star=None))]):
            pass
        case _:
            return
    kind = here.kind(mapping)
    loop = here.every_turn()
    if loop is None or kind not in (Kind.DICT, None) or _fills_itself(mapping, here):
        return
    yield Hit(
        node,
        say(
            "`{lookup}` raises for each key that is not there, only to be given a constant",
            lookup=here.brief(got[1]),
        ),
        confidence=None if kind is Kind.DICT else Confidence.LOW,
        related=(Related(loop.header, "this loop"),),
    )


def _assigned(
    body: cst.BaseSuite,
) -> tuple[cst.BaseAssignTargetExpression, cst.BaseExpression] | None:
    """What a block assigns to what, if that is all it does."""
    match body:
        case cst.IndentedBlock(
            body=[
                cst.SimpleStatementLine(
                    body=[cst.Assign(targets=[cst.AssignTarget(target)], value=value)]
                )
            ]
        ):
            return target, value
    return None


def _is_plain(expr: cst.BaseExpression) -> bool:
    """A constant that costs nothing where it is not wanted."""
    return isinstance(expr, _PLAIN) or (isinstance(expr, cst.Name) and expr.value in _CONSTANTS)


def _fills_itself(mapping: cst.BaseExpression, here: Here) -> bool:
    """A dict that makes what is missing: `get` would not."""
    return here.made_by(mapping) in ("collections.defaultdict", "collections.Counter")
