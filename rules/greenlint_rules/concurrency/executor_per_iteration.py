# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""A pool of threads or processes made anew on every turn of a loop, or for every request."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst
from greenlint_rules.glances import calls_of
from greenlint_rules.handlers import request_handler
from greenlint_rules.outside import is_kept

from greenlint.here import Here, Loop
from greenlint.messages import say
from greenlint.rule import Confidence, Hit, Related, Rule
from greenlint.scope import dotted
from greenlint.walk import within

RULE = Rule(
    code="GRN650",
    name="executor-per-iteration",
    needles=(b"PoolExecutor", b"Pool("),
    since="0.1.0",
    lifecycle="preview",
    help="make the pool once, outside, and hand it the work of every turn",
    tests=False,
)

_THREADS = frozenset(
    (
        "concurrent.futures.ThreadPoolExecutor", "concurrent.futures.thread.ThreadPoolExecutor",
        "multiprocessing.pool.ThreadPool", "multiprocessing.dummy.Pool",
    )
)  # fmt: skip
_PROCESSES = frozenset(
    (
        "concurrent.futures.ProcessPoolExecutor", "concurrent.futures.process.ProcessPoolExecutor",
        "multiprocessing.Pool", "multiprocessing.pool.Pool",
    )
)  # fmt: skip


calls_of(RULE, _THREADS | _PROCESSES)


@RULE.on(cst.Call)
def made_again(node: cst.Call, here: Here) -> Iterator[Hit]:
    """A constructor of a pool that a loop, or a request, repeats."""
    name = here.qualified(node.func) or ""
    if (name not in _THREADS and name not in _PROCESSES) or is_kept(node, here):
        return
    what = "threads" if name in _THREADS else "processes"
    loop = here.every_turn()
    if loop is not None:
        if not _differs(node, loop, here) and not _tries_again(loop):
            yield Hit(
                node,
                say(
                    "`{call}` starts and stops its {what} on every turn of a loop",
                    call=here.brief(node.func),
                    what=what,
                ),
                confidence=Confidence.LOW if name in _THREADS else None,
                related=(Related(loop.header, "this loop"),),
            )
        return
    function = request_handler(here)
    if function is not None and not list(here.loops(few=True)):
        yield Hit(
            node,
            say(
                "`{call}` starts and stops its {what} for every request that `{name}` answers",
                call=here.brief(node.func),
                what=what,
                name=function.name.value,
            ),
            confidence=Confidence.LOW if name in _THREADS else Confidence.MEDIUM,
        )


def _differs(node: cst.Call, loop: Loop, here: Here) -> bool:
    """Whether a pool is set up for this turn alone: its workers start with what the turn has."""
    return any(
        here.depends(arg.value, loop)
        for arg in node.args
        if arg.keyword is not None
        and arg.keyword.value in ("initargs", "initializer", "mp_context")
    )


def _tries_again(loop: Loop) -> bool:
    """A loop that counts its tries and is left when one has worked, or makes a new pool when the
    old one broke.
    """
    if isinstance(loop.node, cst.While):
        return any(isinstance(one, (cst.Break, cst.Return, cst.Try)) for one in within(*loop.body))
    match loop.iter:
        case cst.Call(func=func) if dotted(func).rpartition(".")[2] in ("range", "count"):
            return any(isinstance(one, (cst.Break, cst.Return)) for one in within(*loop.body))
    return False
