# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""The same text asked several times whether it starts, or ends, with this or that."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import libcst as cst

from greenlint.here import Here
from greenlint.kinds import Kind
from greenlint.messages import say
from greenlint.rule import Edit, Fix, Hit, Rule, Safety
from greenlint.scope import dotted

RULE = Rule(
    code="GRN255",
    name="startswith-chain",
    severity="note",
    aliases=("PIE810", "S8513"),
    needles=(b"startswith", b"endswith"),
    since="0.1.0",
    lifecycle="preview",
    fix="safe",
    help="ask once, with a tuple",
    tests=False,
)

_WORDS = ("startswith", "endswith")


@RULE.glance(ast.BoolOp)
def glance(node: ast.BoolOp, _: bool) -> bool:
    """``text.startswith("a") or text.startswith("b")``."""
    if isinstance(node.op, ast.Or):
        return sum(map(_may_ask, node.values)) > 1
    return sum(isinstance(one, ast.UnaryOp) and _may_ask(one.operand) for one in node.values) > 1


def _may_ask(node: ast.expr) -> bool:
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in _WORDS
    )


@RULE.on(cst.BooleanOperation)
def chained(node: cst.BooleanOperation, here: Here) -> Iterator[Hit]:
    """A chain of `or` that holds nothing but such questions about one name, or one of `and not`."""
    questions = _questions(node, here)
    if not questions or _questions(here.parent, here):
        return
    first = questions[0]
    assert isinstance(first.func, cst.Attribute)
    given = ", ".join(text for one in questions for text in _texts(one.args[0].value, here))
    kind = here.kind(first.func.value)
    safe = isinstance(first.func.value, cst.Name) and kind in (Kind.TEXT, Kind.BYTES)
    negated = "not " if isinstance(node.operator, cst.And) else ""
    yield Hit(
        node,
        say(
            "`{name}` is asked {times} times, where one call takes a tuple",
            name=here.brief(first.func),
            times=len(questions),
        ),
        fix=Fix(
            say("ask once, with a tuple"),
            (Edit(node, f"{negated}{here.code(first.func)}(({given}))"),),
            Safety.SAFE if safe else Safety.UNSAFE,
        ),
    )


def _questions(node: cst.CSTNode | None, here: Here) -> list[cst.Call]:
    """The calls of a chain, if all of them ask the same of the same; else none."""
    if not isinstance(node, cst.BooleanOperation):
        return []
    operator = node.operator.__class__
    calls: list[cst.Call] = []
    rest: cst.BaseExpression = node
    while isinstance(rest, cst.BooleanOperation) and rest.operator.__class__ is operator:
        calls[:0] = _question(rest.right, operator)
        if not _question(rest.right, operator):
            return []
        rest = rest.left
    if not _question(rest, operator):
        return []
    calls[:0] = _question(rest, operator)
    asked = {_asked(one, here) for one in calls}
    return calls if len(asked) == 1 and "" not in asked else []


def _question(part: cst.BaseExpression, operator: type) -> list[cst.Call]:
    """The call that a part of a chain is; of one with `and`, the call behind `not`."""
    if operator is cst.Or:
        return [part] if isinstance(part, cst.Call) else []
    match part:
        case cst.UnaryOperation(operator=cst.Not(), expression=cst.Call() as call):
            return [call]
    return []


def _asked(call: cst.Call, here: Here) -> str:
    """``text.startswith`` of a call with one text, or several that are written out; "" for
    another.
    """
    match call:
        case cst.Call(
            func=cst.Attribute(attr=cst.Name(value=word)) as func,
            args=[cst.Arg(keyword=None, star="", value=given)],
        ) if word in _WORDS:
            return dotted(func) if _texts(given, here) else ""
    return ""


def _texts(given: cst.BaseExpression, here: Here) -> list[str]:
    """The texts that are asked about: one that is written out or proven to be one, or a tuple."""
    if isinstance(given, cst.Tuple):
        inner = [_texts(one.value, here) for one in given.elements]
        return [text for one in inner for text in one] if all(inner) else []
    proven = isinstance(given, (cst.Name, cst.Attribute)) and here.is_text(given)
    return [here.code(given)] if proven or isinstance(given, cst.SimpleString) else []
