# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""A coroutine that sleeps and looks again at what this program itself changes."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import libcst as cst
from greenlint_rules.glances import does_only
from greenlint_rules.shapes import LOOKS, SLEEPS, reads_clock

from greenlint.here import Here, reads
from greenlint.messages import say
from greenlint.rule import Confidence, Hit, Rule
from greenlint.scope import How, dotted
from greenlint.walk import within

RULE = Rule(
    code="GRN606",
    name="async-sleep-poll",
    severity="warning",
    aliases=("ASYNC110", "S7484"),
    needles=(b"await ",),
    since="0.1.0",
    lifecycle="preview",
    help="let its changer say so: `asyncio.Event`, `asyncio.Condition`; or await the task itself",
    tests=False,
)


@RULE.glance(ast.While)
def glance(node: ast.While, _: bool) -> bool:
    """A while whose body awaits and gives up at most."""
    return does_only(node.body, ast.Await, ast.If) and any(
        isinstance(one, ast.Expr) for one in node.body
    )


@RULE.on(cst.While)
def polls(node: cst.While, here: Here) -> Iterator[Hit]:
    """A while over the program's own state, whose body only awaits a sleep."""
    sleep = _only_sleep(node.body, here)
    if sleep is None:
        return
    asked = [one for one in _operands(node.test) if not _is_time(one, here)]
    if not asked or not all(_is_state(one) for one in asked):
        return
    own = any(_is_own(part, here) for one in asked for part in within(one, names=True))
    yield Hit(
        node,
        say(
            "this loop wakes up to look at `{condition}` again and again; an event "
            "would wake it once",
            condition=here.brief(asked[0]),
        ),
        confidence=None if own else Confidence.LOW,
    )


def _only_sleep(block: cst.BaseSuite, here: Here) -> cst.Call | None:
    """The sleep, when the body does nothing else than that and giving up in time."""
    found: cst.Call | None = None
    for statement in block.body:
        match statement:
            case (
                cst.SimpleStatementLine(
                    body=[cst.Expr(value=cst.Await(expression=cst.Call() as call))]
                )
                | cst.Expr(value=cst.Await(expression=cst.Call() as call))
            ):
                if here.qualified(call.func) not in SLEEPS:
                    return None
                found = call
            case cst.If(test=test, orelse=None) if reads_clock(test, here):
                continue
            case _:
                return None
    return found


def _operands(test: cst.BaseExpression) -> Iterator[cst.BaseExpression]:
    match test:
        case cst.BooleanOperation(left=left, right=right):
            yield from _operands(left)
            yield from _operands(right)
        case cst.UnaryOperation(operator=cst.Not(), expression=inner):
            yield from _operands(inner)
        case _:
            yield test


def _is_time(expr: cst.BaseExpression, here: Here) -> bool:
    """Whether an operand only says that it is too late."""
    return reads_clock(expr, here) or any(
        word in name for name in reads(expr) for word in ("deadline", "timeout", "expired")
    )


def _is_state(expr: cst.BaseExpression) -> bool:
    """Something that is only looked at: an attribute, a name, ``task.done()``, ``len(queue)``."""
    match expr:
        case cst.Comparison(left=left, comparisons=[one]):
            return _is_state(left) and (_is_state(one.comparator) or _is_plain(one.comparator))
        case cst.Attribute() | cst.Name():
            return bool(dotted(expr)) and dotted(expr) not in ("True", "False")
        case cst.Subscript(value=inner):
            return _is_state(inner)
        case cst.Call(func=cst.Attribute(value=receiver, attr=cst.Name(value=word)), args=[]):
            return word in LOOKS and bool(dotted(receiver))
        case cst.Call(func=cst.Name(value="len"), args=[one]):
            return _is_state(one.value)
    return _is_plain(expr)


def _is_plain(expr: cst.BaseExpression) -> bool:
    return isinstance(expr, (cst.Integer, cst.Float, cst.SimpleString, cst.Name))


def _is_own(part: cst.CSTNode, here: Here) -> bool:
    """Whether this file changes what is looked at, or it is an event, a task or a lock."""
    match part:
        case cst.Call(func=cst.Attribute(attr=cst.Name(value=word)), args=[]):
            return word in ("is_set", "done", "locked", "empty", "full")
        case cst.Attribute(value=cst.Name(value="self")):
            bindings, _ = here.names.attribute(part, here.link)
            return sum(one.how in (How.ASSIGN, How.AUGMENT) for one in bindings) > 1
        case cst.Name(value=word):
            bindings = here.bindings(word)
            return any(one.how is How.ASSIGN for one in bindings) and len(bindings) > 1
    return False
