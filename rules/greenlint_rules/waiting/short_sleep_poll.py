# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""A while loop that sleeps for a moment and looks again."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from itertools import takewhile

import libcst as cst
from greenlint_rules.glances import arguments
from greenlint_rules.shapes import SLEEPS

from greenlint.here import Here
from greenlint.messages import say
from greenlint.rule import Confidence, Hit, Option, Related, Rule
from greenlint.scope import How
from greenlint.walk import within

RULE = Rule(
    code="GRN601",
    name="short-sleep-poll",
    severity="warning",
    aliases=("GL002",),
    needles=(b"sleep",),
    since="0.1.0",
    lifecycle="stable",
    help="wait for the event itself (`Event.wait`, `join`, `get(timeout=...)`), or sleep longer",
    options=(Option("min-poll-interval", 0.1, "the shortest pause in seconds that is left alone"),),
    tests=False,
)

# Programs that keep a beat: hardware, games, music, terminals.
_BEATS = frozenset((
    "RPi", "gpiozero", "pigpio", "smbus", "smbus2", "spidev", "serial", "board", "busio", "machine",
    "usb", "pygame", "pyglet", "arcade", "turtle", "curses", "tkinter", "pyautogui", "pynput",
    "mido", "rtmidi", "cv2",
))  # fmt: skip
_ENDS = re.compile(r"_*(a?close|stop|kill|terminate|shutdown|cancel|__a?exit__|join|finali[sz]e)")
_WHY = re.compile(
    r"\b(?:can(?:'t|not| not)|because|unable|not possible|no (?:event|callback)|moment)\b",
    re.IGNORECASE,
)
_DRAWS = frozenset((
    "draw", "render", "blit", "flip", "refresh", "animate", "write", "print", "show", "tick",
))  # fmt: skip


@RULE.glance(words=("sleep",))
def glance(node: ast.Call, in_loop: bool) -> bool:
    """A sleep in a loop of a length that may be known here."""
    given = arguments(node) if in_loop else []
    return bool(given) and isinstance(given[0], (ast.Constant, ast.Name, ast.BinOp))


@RULE.on(cst.Call)
def poll(node: cst.Call, here: Here) -> Iterator[Hit]:
    """A sleep of constant length whose innermost loop is a while that may end."""
    if not node.args or here.qualified(node.func) not in SLEEPS:
        return
    seconds = _seconds(node.args[0].value, here)
    if seconds is None or not 0 < seconds < float(here.options["min-poll-interval"]):
        return
    loop = here.every_turn(few=True)
    if loop is None or not isinstance(loop.node, cst.While) or not _asks(loop.node):
        return
    if (
        here.function is None
        or _counts_attempts(loop.node)
        or _follows_yield(here)
        or _keeps_a_beat(loop.node, here)
    ):
        return
    yield Hit(
        node,
        say(
            "`{call}` lets this loop wake up and look again up to {times} times a second",
            call=here.brief(node),
            times=f"{round(1 / seconds):,}",
        ),
        confidence=Confidence.LOW if _is_ending(here) or _says_why(here) else None,
        related=(Related(loop.header, "this loop"),),
    )


def _is_ending(here: Here) -> bool:
    """Whether the function puts an end to something: what it waits for is over in a moment."""
    function = here.function
    return function is not None and _ENDS.match(function.name.value) is not None


def _says_why(here: Here) -> bool:
    """Whether the lines above the sleep say why nothing else is waited for, or how short it is."""
    statement = here.statement()
    lines = statement.leading_lines if isinstance(statement, cst.SimpleStatementLine) else ()
    told = " ".join(line.comment.value for line in lines if line.comment is not None)
    return _WHY.search(told) is not None


def _seconds(expr: cst.BaseExpression, here: Here, depth: int = 0) -> float | None:
    """The value of a number, of a fraction of numbers, or of a name bound to one once."""
    match expr:
        case cst.Integer() | cst.Float():
            return float(expr.evaluated_value)
        case cst.BinaryOperation(left=left, operator=cst.Divide(), right=right):
            whole, part = _seconds(left, here, depth), _seconds(right, here, depth)
            return whole / part if whole is not None and part else None
        case cst.Name(value=word) if depth < 3:
            bindings = here.bindings(word)
            if len(bindings) == 1 and bindings[0].how is How.ASSIGN and bindings[0].value:
                return _seconds(bindings[0].value, here, depth + 1)
    return None


def _asks(loop: cst.While) -> bool:
    """Whether the loop has a condition, in its head or where it leaves from its middle."""
    if not (isinstance(loop.test, (cst.Name, cst.Integer)) and loop.test.value in ("True", "1")):
        return True
    return any(
        isinstance(node, cst.If)
        and any(isinstance(part, (cst.Break, cst.Return)) for part in within(node))
        for node in within(loop.body)
    )


def _counts_attempts(loop: cst.While) -> bool:
    """Whether the loop gives up after a constant number of turns: a `for` in other words."""
    counters = {
        node.target.value
        for node in within(loop.body)
        if isinstance(node, cst.AugAssign) and isinstance(node.target, cst.Name)
    }
    tests = [loop.test, *(node.test for node in within(loop.body) if isinstance(node, cst.If))]
    for node in within(*tests):
        match node:
            case cst.Comparison(
                left=cst.Name(value=word), comparisons=[cst.ComparisonTarget(comparator=limit)]
            ) if word in counters and isinstance(limit, cst.Integer):
                return True
    return False


def _follows_yield(here: Here) -> bool:
    """Whether the turn has just handed over a result: the pause then limits a rate."""
    statement = here.statement()
    block = next(node for node in here.ancestors if isinstance(node, cst.BaseSuite))
    before = takewhile(lambda one: one is not statement, block.body)
    return any(isinstance(part, cst.Yield) for part in within(*before))


def _keeps_a_beat(loop: cst.While, here: Here) -> bool:
    top = here.names.scopes.bindings(here.module).values()
    if any(b.dotted.split(".")[0] in _BEATS for bindings in top for b in bindings):
        return True
    calls = (node.func for node in within(loop.body) if isinstance(node, cst.Call))
    return any(_last_word(func) in _DRAWS for func in calls)


def _last_word(func: cst.BaseExpression) -> str:
    match func:
        case cst.Attribute(attr=cst.Name(value=word)) | cst.Name(value=word):
            return word
    return ""
