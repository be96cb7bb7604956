# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""A loop that asks another machine for a state, and would do so for ever."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import libcst as cst
from greenlint_rules.glances import last_words, renamed
from greenlint_rules.outside import REQUESTS, sleeps
from greenlint_rules.shapes import reads_clock

from greenlint.here import Here, reads
from greenlint.messages import say
from greenlint.project.nodes import every, word_of
from greenlint.rule import Hit, Related, Rule
from greenlint.walk import within

RULE = Rule(
    code="GRN609",
    name="poll-without-deadline",
    severity="note",
    confidence="medium",
    needles=(b"sleep",),
    since="0.1.0",
    lifecycle="preview",
    help="give up in time: a deadline of `time.monotonic()`, or a number of attempts",
    tests=False,
)

_SESSIONS = (
    "requests.Session", "requests.session", "httpx.Client", "httpx.AsyncClient",
    "aiohttp.ClientSession", "boto3.client", "boto3.resource",
)  # fmt: skip
_LOOKING = ("get", "head", "describe", "request", "list")
_LIMITS = re.compile(r"timeout|move_on|fail_after|fail_at|cancel")
_BOUNDS = (
    "timeout", "deadline", "attempt", "retries", "retry", "tries", "max", "elapsed", "expire",
    "limit", "remaining", "count", "stop", "cancel", "shutdown", "running",
)  # fmt: skip


@RULE.glance(ast.While)
def glance(node: ast.While, _: bool) -> bool:
    """A while that sleeps, and asks for something."""
    parts = (part for one in (node.test, *node.body) for part in every(one))
    words = {word_of(part) for part in parts if isinstance(part, ast.Call)}
    return "sleep" in words and any(word.startswith((*_LOOKING, "urlopen")) for word in words)


renamed(RULE, last_words(REQUESTS) | {"sleep"})


@RULE.on(cst.While)
def polls(node: cst.While, here: Here) -> Iterator[Hit]:
    """A while that sleeps, asks over the network, and knows neither time nor count."""
    calls = [one for one in within(node.test, node.body) if isinstance(one, cst.Call)]
    asked = [one for one in calls if _asks(one, here)]
    if not asked or not sleeps(here, node.body) or not _ends(node):
        return
    if reads_clock(node, here) or _counts(node) or _says_bound(node):
        return
    if any(isinstance(one, cst.With) and _is_limit(one, here) for one in here.ancestors):
        return
    yield Hit(
        node,
        say(
            "this loop asks `{call}` until the answer fits, however long that takes",
            call=here.brief(asked[0].func),
        ),
        related=(Related(asked[0], "asked here"),),
    )


def _is_limit(around: cst.With, here: Here) -> bool:
    """``with anyio.move_on_after(20):``"""
    return any(_LIMITS.search(here.code(item)) for item in around.items)


def _asks(call: cst.Call, here: Here) -> bool:
    name = here.qualified(call.func) or ""
    if name in REQUESTS:
        return name.endswith((".get", ".head", ".request", ".urlopen"))
    word = call.func.attr.value if isinstance(call.func, cst.Attribute) else ""
    if not word.startswith(_LOOKING):
        return False
    receiver = call.func.value if isinstance(call.func, cst.Attribute) else None
    return receiver is not None and here.made_by(receiver) in _SESSIONS


def _ends(node: cst.While) -> bool:
    """Whether the loop waits for something: it has a condition, or is left from its middle."""
    if not (isinstance(node.test, (cst.Name, cst.Integer)) and node.test.value in ("True", "1")):
        return True
    return any(isinstance(one, (cst.Break, cst.Return)) for one in within(node.body))


def _counts(node: cst.While) -> bool:
    return any(isinstance(one, cst.AugAssign) for one in within(node.body)) or any(
        isinstance(one, cst.Yield) for one in within(node.body)
    )


def _says_bound(node: cst.While) -> bool:
    """Whether a condition reads a name that speaks of an end."""
    tests = [node.test, *(one.test for one in within(node.body) if isinstance(one, cst.If))]
    words = (name.lower() for test in tests for name in reads(test))
    return any(bound in word for word in words for bound in _BOUNDS)
