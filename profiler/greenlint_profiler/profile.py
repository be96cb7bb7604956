# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""A command, run as often as asked, each run a window of one account."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from greenlint_profiler.account import Account
from greenlint_profiler.child import Ended
from greenlint_profiler.idle import Idle, baseline, joined
from greenlint_profiler.measurement import Measurement
from greenlint_profiler.quantity import in_seconds
from greenlint_profiler.repeats import median
from greenlint_profiler.said import Figure, say
from greenlint_profiler.units import Evidence
from greenlint_profiler.watch import Interrupted, Watch
from greenlint_profiler.window import Window
from greenlint_profiler.world import World

# Runs a command once, from its start until it was waited for.
RunOnce = Callable[[], Ended]
Tell = Callable[[str], object]


@dataclass(frozen=True, slots=True)
class Plan:
    """What is asked for: how often, after how many runs that do not count, and how long the
    machine is watched at rest, before and perhaps after; 0 leaves that out.
    """

    command: tuple[str, ...]
    repeat: int = 1
    warmup: int = 0
    idle_seconds: float = 0.0
    idle_after: bool = False


@dataclass(frozen=True, slots=True)
class Run:
    """One run: what the machine used while it ran, and how it ended.

    `started` is when, in seconds since 1970, to lay it beside the log of another instrument.
    """

    measurement: Measurement
    ended: Ended
    started: float

    @property
    def succeeded(self) -> bool:
        """Whether the command says that it did what it should."""
        return self.ended.exit_code == 0


@dataclass(frozen=True, slots=True)
class Profile:
    """The runs that count; with the one at which the repetition ended, if a run failed.

    `exit_code` is that of the command: of the run that failed, warm-ups included, else 0.
    `interrupted` is the signal that ended the series before it was done.
    """

    plan: Plan
    meter: str
    notes: tuple[str, ...]
    band: tuple[float, float] | None
    runs: tuple[Run, ...]
    exit_code: int
    warmups_done: int = 0
    idle: Idle | None = None
    interrupted: int | None = None

    @property
    def counted(self) -> tuple[Run, ...]:
        """The runs that figures are made of: a run that failed stands for itself alone."""
        succeeded = tuple(run for run in self.runs if run.succeeded)
        return succeeded or self.runs

    @property
    def evidence(self) -> Evidence:
        """The weakest label of the runs that have joules: a series is as good as its worst part.

        Where none has, that of what there is instead.
        """
        taken = [run.measurement for run in self.counted]
        told = [one for one in taken if one.joules is not None] or taken
        labels = (one.evidence for one in told)
        return max(labels, key=lambda label: label.rank, default=Evidence.NONE)


def profile(
    plan: Plan, account: Account, world: World, watch: Watch, run_once: RunOnce, tell: Tell
) -> Profile:
    """Do as planned, until all is done, a run fails, or somebody asks us to stop.

    Raises what `run_once` raises: a command that cannot be started has no energy.
    """
    runs: list[Run] = []
    warmups = 0
    idle: Idle | None = None
    failed = 0
    interrupted: int | None = None
    try:
        if plan.idle_seconds:
            tell(say("watching the idle machine for {seconds}", seconds=_rest(plan)))
            idle = baseline(account, world, plan.idle_seconds, watch.sleep)
        for count, run in enumerate(_runs(plan, account, world, run_once, tell), 1):
            if count > plan.warmup:
                runs.append(run)
            else:
                warmups += 1
            failed = run.ended.exit_code
            if failed:
                break
            if watch.asked is not None and count < plan.warmup + plan.repeat:
                raise Interrupted(watch.asked)
        if plan.idle_after and idle is not None and not failed:
            tell(say("watching the idle machine for {seconds} again", seconds=_rest(plan)))
            idle = joined(idle, baseline(account, world, plan.idle_seconds, watch.sleep))
    except Interrupted as stop:
        interrupted = stop.number
    meter = account.meter
    return Profile(
        plan=plan,
        meter=meter.name,
        notes=tuple(meter.notes),
        band=meter.band,
        runs=tuple(runs),
        exit_code=failed,
        warmups_done=warmups,
        idle=idle,
        interrupted=interrupted,
    )


def _rest(plan: Plan) -> str:
    return Figure(f"{plan.idle_seconds:g} s")


def _runs(
    plan: Plan, account: Account, world: World, run_once: RunOnce, tell: Tell
) -> Iterator[Run]:
    """Warm-ups first; one run after the other, when the next one is asked for."""
    total = plan.warmup + plan.repeat
    spent: list[float] = []
    for number in range(total):
        if total > 1:
            count = number - plan.warmup + 1
            name = say("warm-up")
            if count > 0:
                name = say("run {number} of {all}", number=count, all=plan.repeat)
            if spent:
                left = in_seconds(median(spent) * (total - number))
                name = say("{run}, about {seconds} to go", run=name, seconds=left)
            tell(name)
        run = _measured(account, world, run_once)
        spent.append(run.measurement.seconds)
        yield run


def _measured(account: Account, world: World, run_once: RunOnce) -> Run:
    """One run; its CPU seconds are the child's own, without what we needed ourselves."""
    window = Window("", account, world, nested=False)
    started = time.time()
    with window:
        ended = run_once()
    return Run(replace(window.measurement, cpu_seconds=ended.cpu_seconds), ended, started)
