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
    asked = sum(
        isinstance(one, ast.Call)
        and isinstance(one.func, ast.Attribute)
        and one.func.attr in _WORDS
        for one in node.values
    )
    return asked > 1 and isinstance(node.op, ast.Or)


@RULE.on(cst.BooleanOperation)
def chained(node: cst.BooleanOperation, here: Here) -> Iterator[Hit]:
    """A chain of `or` that holds nothing but such questions about one name."""
    questions = _questions(node)
    if not questions or _questions(here.parent):
        return
    first = questions[0]
    assert isinstance(first.func, cst.Attribute)
    texts = [one.args[0].value for one in questions]
    given = ", ".join(here.code(text) for text in texts)
    kind = here.kind(first.func.value)
    safe = isinstance(first.func.value, cst.Name) and kind in (Kind.TEXT, Kind.BYTES)
    yield Hit(
        node,
        say(
            "`{name}` is asked {times} times, where one call takes a tuple",
            name=here.brief(first.func),
            times=len(questions),
        ),
        fix=Fix(
            say("ask once, with a tuple"),
            (Edit(node, f"{here.code(first.func)}(({given}))"),),
            Safety.SAFE if safe else Safety.UNSAFE,
        ),
    )


def _questions(node: cst.CSTNode | None) -> list[cst.Call]:
    """The calls of a chain, if all of them ask the same of the same; else none."""
    if not isinstance(node, cst.BooleanOperation) or not isinstance(node.operator, cst.Or):
        return []
    calls: list[cst.Call] = []
    rest: cst.BaseExpression = node
    while isinstance(rest, cst.BooleanOperation) and isinstance(rest.operator, cst.Or):
        if not isinstance(rest.right, cst.Call):
            return []
        calls.insert(0, rest.right)
        rest = rest.left
    if not isinstance(rest, cst.Call):
        return []
    calls.insert(0, rest)
    asked = {_asked(one) for one in calls}
    return calls if len(asked) == 1 and "" not in asked else []


def _asked(call: cst.Call) -> str:
    """``text.startswith`` of a call with one text that is written out, "" for another."""
    match call:
        case cst.Call(
            func=cst.Attribute(attr=cst.Name(value=word)) as func,
            args=[cst.Arg(keyword=None, star="", value=cst.SimpleString())],
        ) if word in _WORDS:
            return dotted(func)
    return ""
