# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""`time.sleep` in a coroutine."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import libcst as cst
from greenlint_rules.outside import coroutine

from greenlint.here import Here
from greenlint.messages import say
from greenlint.rule import Edit, Fix, Hit, Rule, Safety
from greenlint.scope import dotted
from greenlint.walk import within

RULE = Rule(
    code="GRN607",
    name="blocking-sleep-in-async",
    severity="warning",
    aliases=("ASYNC251", "S7488"),
    needles=(b"async def",),
    since="0.1.0",
    lifecycle="preview",
    fix="unsafe",
    help="await the event loop's own sleep: `await asyncio.sleep(...)`",
    tests=False,
)

_BENCHMARK = re.compile(r"bench|perf|stress|load_test")
_LOOPS = ("asyncio", "trio", "anyio")


@RULE.glance(words=("sleep",))
def glance(node: ast.Call, _: bool) -> bool:
    """A sleep that is not said to be one of an event loop."""
    match node.func:
        case ast.Attribute(value=ast.Name(id=module)):
            return module not in _LOOPS
    return True


@RULE.on(cst.Call)
def blocks(node: cst.Call, here: Here) -> Iterator[Hit]:
    """``time.sleep`` that runs on the event loop's own thread."""
    if here.qualified(node.func) != "time.sleep":
        return
    function = coroutine(here)
    if function is None or _BENCHMARK.search(here.name) or _has_other_way(here):
        return
    yield Hit(
        node,
        say(
            "`{call}` stops the event loop: every other task waits until `{name}` wakes up",
            call=here.brief(node),
            name=function.name.value,
        ),
        fix=_fix(node, here),
    )


def _has_other_way(here: Here) -> bool:
    """Whether an `if` around awaits a sleep as well: the branch at hand has no event loop."""
    for node in here.ancestors:
        if isinstance(node, cst.FunctionDef):
            return False
        if isinstance(node, cst.If) and any(_sleeps(one) for one in within(node)):
            return True
    return False


def _sleeps(node: cst.CSTNode) -> bool:
    match node:
        case cst.Await(expression=cst.Call(func=func)):
            return dotted(func).rpartition(".")[2] == "sleep"
    return False


def _fix(node: cst.Call, here: Here) -> Fix | None:
    """The same sleep, awaited, where the file has imported just one event loop."""
    loops = [name for name in _LOOPS if here.qualified(cst.Name(name)) == name]
    if len(loops) != 1 or not isinstance(here.parent, cst.Expr) or len(node.args) != 1:
        return None
    if node.args[0].keyword is not None or node.args[0].star:
        return None
    return Fix(
        say("await `{loop}.sleep`", loop=loops[0]),
        (Edit(node.func, f"await {loops[0]}.sleep"),),
        Safety.UNSAFE,
    )
