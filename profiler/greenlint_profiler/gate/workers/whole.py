# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Any command, as a whole: one fresh process of either side, one after the other."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

from greenlint_profiler.account import Account
from greenlint_profiler.gate.judging.sample import Pair, Restart, Sample, Unmeasured
from greenlint_profiler.gate.sides.places import Place
from greenlint_profiler.gate.workers.command import resolved
from greenlint_profiler.gate.workers.kept import Kept, last_lines
from greenlint_profiler.gate.workers.scratch import scratch
from greenlint_profiler.gate.workers.worker import SIDE
from greenlint_profiler.load import Load
from greenlint_profiler.meter import Meter
from greenlint_profiler.moment import Moment, now, stretch
from greenlint_profiler.world import World, here


@dataclass(frozen=True, slots=True)
class Ran:
    """One run of a command: its sample, or why there is none and what the command said last."""

    sample: Sample | None
    why_not: Unmeasured | None = None
    said: str = ""


@dataclass(frozen=True, slots=True)
class Compared:
    """A pair of runs, as the replicate that it is, or the reason; `said` are last lines."""

    restart: Restart | Unmeasured
    said: str = ""


def run_commands(
    base: Place,
    head: Place,
    command: Sequence[str],
    *,
    head_first: bool,
    seed: int,
    cpu: int | None,
    meter: Meter,
    limit_seconds: float,
    world: World | None = None,
) -> Compared:
    """Run a command on both sides, both with the hash seed `seed`; on the processor `cpu` unless
    that is None, for `limit_seconds` at most.

    CPU time is that of the command and of all processes that were waited for.  A command that does
    not exit with 0 is no measurement: the second side runs all the same, which tells whether it
    fails on both.
    """
    world = world or here()
    account = Account(meter)
    ran: dict[str, Ran] = {}
    for place in (head, base) if head_first else (base, head):
        words = resolved(command, place.root, Path.cwd())
        environ = {**place.environ, SIDE: place.side, "PYTHONHASHSEED": str(seed)}
        told = replace(place, environ=environ)
        ran[place.side] = _run(told, words, cpu, account, world, limit_seconds)
    of_base, of_head = ran["base"], ran["head"]
    if of_base.sample is not None and of_head.sample is not None:
        return Compared(Restart((Pair(of_base.sample, of_head.sample),)))
    return Compared(_why_not(of_base, of_head), of_base.said or of_head.said)


def _run(
    place: Place,
    command: Sequence[str],
    cpu: int | None,
    account: Account,
    world: World,
    limit_seconds: float,
) -> Ran:
    with ExitStack() as stack:
        folder = stack.enter_context(scratch(place))
        log = Path(folder, "log")
        kept = Kept()
        stack.callback(kept.end)
        account.opened()
        stack.callback(account.closed)
        first = now(account, world)
        kept.begin(command, place.environ, place.root, log, cpu)
        ended = kept.ended(limit_seconds)
        last = now(account, world)
        if ended is None:
            return Ran(None, Unmeasured.TIMEOUT, last_lines(log))
        if ended.exit_code != 0:
            failed = Unmeasured.FAILED_HEAD if place.side == "head" else Unmeasured.FAILED_BASE
            return Ran(None, failed, last_lines(log))
    # What the command used is ours, though its keeper waited for it, and not we.
    own_ns = last.load.own_ns + round(ended.cpu_seconds * 1e9)
    load = Load(own_ns, last.load.machine_ticks)
    measured = stretch(account, first, Moment(last.edge, load), "command")
    return Ran(Sample(measured.seconds, ended.cpu_seconds, measured.joules, measured.evidence))


def _why_not(base: Ran, head: Ran) -> Unmeasured:
    reasons = {one.why_not for one in (base, head) if one.why_not is not None}
    if reasons == {Unmeasured.FAILED_BASE, Unmeasured.FAILED_HEAD}:
        return Unmeasured.FAILED_BOTH
    return next(one for one in Unmeasured if one in reasons)
