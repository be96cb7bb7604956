# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""A loop that sleeps until a thread, process, future or event is done."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import NamedTuple

import libcst as cst
from greenlint_rules.glances import does_only, method_of
from greenlint_rules.shapes import SLEEPS, reads_clock

from greenlint.here import Here, reads
from greenlint.messages import say
from greenlint.project.nodes import every
from greenlint.rule import Confidence, Edit, Fix, Hit, Rule, Safety
from greenlint.scope import dotted
from greenlint.walk import within

RULE = Rule(
    code="GRN605",
    name="join-by-sleep",
    severity="warning",
    needles=(b".is_alive()", b".poll()", b".is_set()", b".done()"),
    since="0.1.0",
    lifecycle="preview",
    fix="unsafe",
    help="wait for it instead: the call returns as soon as it is done, and sleeps until then",
    tests=False,
)


class Wait(NamedTuple):
    """The state that a loop asks for, and the call that waits for it."""

    receiver: cst.BaseExpression
    asked: str
    call: str
    proven: bool


_PROVEN = {
    "is_alive": (
        "threading.Thread", "threading.Timer", "multiprocessing.Process",
        "multiprocessing.context.Process",
    ),
    "poll": ("subprocess.Popen", "psutil.Popen"),
    "is_set": ("threading.Event", "multiprocessing.Event"),
}  # fmt: skip
_LEAVING = (cst.Break, cst.Raise, cst.Return)
_WAITS = {"is_alive": "join", "poll": "wait", "is_set": "wait", "done": "result"}


@RULE.glance(ast.While)
def glance(node: ast.While, _: bool) -> bool:
    """A while that asks for a state, and whose body calls, counts and gives up at most."""
    return does_only(node.body, ast.Call, ast.AugAssign, ast.If) and any(
        isinstance(part, ast.Call) and method_of(part) in _WAITS for part in every(node.test)
    )


@RULE.on(cst.While)
def joins(node: cst.While, here: Here) -> Iterator[Hit]:
    """A while over one state, whose body does nothing but sleep."""
    counters = _only_sleeps(node.body, here)
    if counters is None:
        return
    for operand in _operands(node.test):
        wait = _wait(operand, here)
        if wait is None:
            continue
        alone = operand is node.test
        others = (one for one in _operands(node.test) if one is not operand)
        if not all(reads_clock(one, here) or counters & {*reads(one)} for one in others):
            return
        yield Hit(
            node,
            say(
                "this loop wakes up to ask whether `{name}` is done; `{call}` sleeps until it is",
                name=here.brief(wait.receiver),
                call=f"{here.brief(wait.receiver)}.{wait.call}({'' if alone else 'timeout'})",
            ),
            fix=_fix(node, wait, here) if alone and wait.proven else None,
            confidence=_confidence(wait, here),
        )
        return


def _confidence(wait: Wait, here: Here) -> Confidence | None:
    """Low where Ctrl-C is waited for as well: on Windows a waiting call does not notice it.  Low
    for what may be an event or a future of asyncio, which plain code cannot wait for.
    """
    for node in here.ancestors:
        if isinstance(node, cst.FunctionDef):
            break
        if isinstance(node, cst.Try) and any(_is_interrupt(one) for one in node.handlers):
            return Confidence.LOW
    if wait.proven:
        return None
    return Confidence.MEDIUM if wait.asked in ("is_alive", "poll") else Confidence.LOW


def _is_interrupt(handler: cst.ExceptHandler) -> bool:
    return handler.type is not None and any(
        name == "KeyboardInterrupt" for name in reads(handler.type)
    )


def _operands(test: cst.BaseExpression) -> Iterator[cst.BaseExpression]:
    """What must all hold for the loop to go on."""
    if isinstance(test, cst.BooleanOperation) and isinstance(test.operator, cst.And):
        yield from _operands(test.left)
        yield from _operands(test.right)
    else:
        yield test


def _wait(test: cst.BaseExpression, here: Here) -> Wait | None:
    """The wait that a condition stands for: ``t.is_alive()``, ``p.poll() is None``, or
    ``not e.is_set()``.
    """
    words: tuple[str, ...]
    match test:
        case cst.Call(args=[]) as call:
            words = ("is_alive",)
        case cst.UnaryOperation(operator=cst.Not(), expression=cst.Call(args=[]) as call):
            words = ("is_set", "done")
        case cst.Comparison(
            left=cst.Call(args=[]) as call,
            comparisons=[
                cst.ComparisonTarget(
                    operator=cst.Is() | cst.Equal(), comparator=cst.Name(value="None")
                )
            ],
        ):
            words = ("poll",)
        case _:
            return None
    match call.func:
        case cst.Attribute(value=receiver, attr=cst.Name(value=word)) if word in words:
            if not dotted(receiver):
                return None
            proven = here.made_by(receiver) in _PROVEN.get(word, ())
            return Wait(receiver, word, _WAITS[word], proven)
    return None


def _only_sleeps(block: cst.BaseSuite, here: Here) -> set[str] | None:
    """The names that a body counts with, if it sleeps and at most counts or looks at the clock
    to give up; None for any other body.
    """
    slept, counters = False, set()
    for statement in _flat(block):
        match statement:
            case cst.Expr(value=cst.Call() as call):
                if here.qualified(call.func) not in SLEEPS and not _joins_briefly(call):
                    return None
                slept = True
            case cst.AugAssign(target=cst.Name(value=word)):
                counters.add(word)
            case cst.If(test=test, orelse=None, body=body) if reads_clock(test, here):
                if not any(isinstance(one, _LEAVING) for one in within(body)):
                    return None
            case _:
                return None
    return counters if slept else None


def _flat(block: cst.BaseSuite) -> Iterator[cst.CSTNode]:
    for statement in block.body:
        if isinstance(statement, cst.SimpleStatementLine):
            yield from statement.body
        else:
            yield statement


def _joins_briefly(call: cst.Call) -> bool:
    """``t.join(0.5)``: a wait that is cut into pieces."""
    match call:
        case cst.Call(
            func=cst.Attribute(attr=cst.Name(value="join")),
            args=[cst.Arg(value=cst.Float() | cst.Integer())],
        ):
            return True
    return False


def _fix(node: cst.While, wait: Wait, here: Here) -> Fix | None:
    """The loop's place taken by the waiting call, where nothing else stands in it."""
    code = here.code(node)
    if node.orelse is not None or "#" in code or len(node.body.body) != 1:
        return None
    text = f"{here.code(wait.receiver)}.{wait.call}()"
    last: cst.CSTNode = node.body.body[0]
    if isinstance(last, cst.SimpleStatementLine):
        last = last.body[0]
    return Fix(say("wait with `{call}`", call=text), (Edit(node, text, last),), Safety.UNSAFE)
