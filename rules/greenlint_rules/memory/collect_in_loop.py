# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""A loop that has the garbage collector go through everything on each turn."""

from __future__ import annotations

import re
from collections.abc import Iterator

import libcst as cst
from greenlint_rules.glances import calls_of
from greenlint_rules.shapes import SLEEPS
from greenlint_rules.turns import branches

from greenlint.here import Here, Loop
from greenlint.messages import say
from greenlint.rule import Confidence, Hit, Related, Rule
from greenlint.scope import dotted
from greenlint.walk import within

RULE = Rule(
    code="GRN214",
    name="collect-in-loop",
    severity="note",
    confidence="medium",
    needles=(b"gc",),
    since="0.1.0",
    lifecycle="preview",
    help="leave it to Python, which collects as objects are made, or do it once after the loop",
    tests=False,
)

_COLLECT = frozenset(("gc.collect",))
# Calls by which a program makes room on purpose.
_MAKES_ROOM = re.compile(r"empty|clear|free|trim|release|close|unload")


calls_of(RULE, _COLLECT, in_loops=True)


@RULE.on(cst.Call)
def collected(node: cst.Call, here: Here) -> Iterator[Hit]:
    """`gc.collect()` that no condition keeps from any turn."""
    if here.qualified(node.func) not in _COLLECT:
        return
    loop = here.every_turn()
    if loop is None or branches(loop, here) or _waits(loop, here):
        return
    if not isinstance(here.parent, cst.Expr):
        return  # how much was found is asked for
    yield Hit(
        node,
        say("`{call}` looks at every object on every turn", call=here.brief(node)),
        confidence=Confidence.LOW if _makes_room(loop) else None,
        related=(Related(loop.header, "this loop"),),
    )


def _waits(loop: Loop, here: Here) -> bool:
    """Whether the loop has time: it sleeps, or waits for others."""
    return any(
        isinstance(part, (cst.Await, cst.Yield))
        or (isinstance(part, cst.Call) and here.qualified(part.func) in SLEEPS)
        for part in within(*loop.body)
    )


def _makes_room(loop: Loop) -> bool:
    """Whether a turn lets go of something large that it names."""
    return any(
        isinstance(part, cst.Del)
        or (
            isinstance(part, cst.Call)
            and _MAKES_ROOM.search(dotted(part.func).rpartition(".")[2]) is not None
        )
        for part in within(*loop.body)
    )
