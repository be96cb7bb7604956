# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Two places and what is asked -> the record of a gate."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from math import sqrt
from pathlib import Path
from typing import Any

from greenlint_profiler.budget import Judged, Verdict
from greenlint_profiler.choose import choose, open_named
from greenlint_profiler.gate.asked import Asked
from greenlint_profiler.gate.bench import Clock, CommandBench, Say, TestBench
from greenlint_profiler.gate.error import CannotMeasure
from greenlint_profiler.gate.judging.counts import counted
from greenlint_profiler.gate.judging.effect import level
from greenlint_profiler.gate.judging.sample import Quantity, Restart, Unmeasured
from greenlint_profiler.gate.judging.sequence import Limits, Series, run
from greenlint_profiler.gate.judging.student import quantile
from greenlint_profiler.gate.result import Gate, Outcome, worst
from greenlint_profiler.gate.selfcheck import spreads
from greenlint_profiler.gate.sides.places import Place
from greenlint_profiler.gate.where import explained
from greenlint_profiler.gate.workers.command import PytestCommand, pytest_command
from greenlint_profiler.gate.workers.protocol import TestInfo
from greenlint_profiler.meter import Meter
from greenlint_profiler.repeats import deviation, mean, median
from greenlint_profiler.said import joined
from greenlint_profiler.said import say as message
from greenlint_profiler.settings_budgets import Budget
from greenlint_profiler.suite import about
from greenlint_profiler.units import Evidence
from greenlint_profiler.world import World

# The bound of a figure that an absolute budget is held against (one-sided 95 %).
_UPPER = 0.95
_LABELS = {Quantity.JOULES: Evidence.MEASURED, Quantity.CPU_SECONDS: Evidence.PROXY}
_FEWEST_FOR_A_BOUND = 2


def compare(
    base: Place, head: Place, asked: Asked, world: World, say: Say, kept: Path | None = None
) -> Gate:
    """Measure and judge; self-checks are in the folder `kept`.

    Raises Refused, CannotCompare, CannotMeasure, Unreadable, and Unavailable where the meter that
    was named does not work here.
    """
    clock = Clock(asked.seconds)
    with closing(_meter(asked, world)) as meter:
        machine = about.machine(world)
        machine["class"] = about.machine_class(machine["cpu"], meter, coverage=False)
        asked, note = _with_spreads(asked, meter, machine["class"], kept)
        command = None if asked.whole else pytest_command(asked.command)
        if command is None:
            found = _whole(base, head, asked, meter, machine, clock, say)
        else:
            found = _tests(base, head, command, asked, machine, clock, say)
    return replace(found, notes=(*found.notes, *note))


def _with_spreads(
    asked: Asked, meter: Meter, machine_class: str, kept: Path | None
) -> tuple[Asked, tuple[str, ...]]:
    """With what the last self-check on such a machine says of each test, and what to tell of it."""
    if kept is None:
        return asked, ()
    what = Quantity.JOULES if meter.evidence is Evidence.MEASURED else Quantity.CPU_SECONDS
    found = spreads.known(kept, machine_class, what.value)
    if found is None:
        none = message(
            "No self-check was made on such a machine: `greenlint energy selfcheck` says how often "
            "the gate is wrong here, and which budgets it can tell."
        )
        return asked, (none,)
    failed = message("The self-check of {day} did not pass.", day=found.taken)
    told = () if found.passed else (failed,)
    return replace(asked, spreads=found.spreads), told


def _meter(asked: Asked, world: World) -> Meter:
    if asked.meter in (None, "auto"):
        return choose(world, estimates=False).meter
    return open_named(asked.meter or "", world)


def _whole(
    base: Place,
    head: Place,
    asked: Asked,
    meter: Meter,
    machine: Mapping[str, Any],
    clock: Clock,
    say: Say,
) -> Gate:
    bench = CommandBench(base, head, asked, meter, clock, say)
    name = bench.NAME
    series = run(
        bench.restart,
        [name],
        lambda _: asked.increase,
        asked.design,
        clock.time_left,
        asked.smallest,
    )
    return Gate(
        command=asked.command,
        base=base.revision,
        head=head.revision,
        design=asked.design,
        meter=meter.name,
        machine=machine,
        whole=outcome(series[name], Budget(), bench.said.get(name, "")),
        notes=tuple(_notes(base, head, bench.cpu)),
        restarts=bench.opens,
        seconds=clock.passed,
    )


def _tests(
    base: Place,
    head: Place,
    command: PytestCommand,
    asked: Asked,
    machine: Mapping[str, Any],
    clock: Clock,
    say: Say,
) -> Gate:
    bench = TestBench(base, head, command, asked, clock, say)
    with bench.opened():
        only_base = _without(bench.base_tests, bench.head_tests, asked)
        only_head = _without(bench.head_tests, bench.base_tests, asked)
        common = [test for test in bench.head_tests if test in bench.base_tests]
        wanted = [test for test in common if asked.wanted(test)]
        if not wanted and not only_base and not only_head:
            raise CannotMeasure(_no_tests(common, asked))
        limits = _limits(bench.head_tests, asked)
        series = run(
            bench.restart,
            wanted,
            limits,
            asked.design,
            clock.time_left,
            asked.smallest,
        )
    outcomes = [
        outcome(series[test], bench.head_tests[test].budget, bench.said.get(test, ""))
        for test in wanted
    ]
    return Gate(
        command=asked.command,
        base=base.revision,
        head=head.revision,
        design=asked.design,
        meter=bench.meter,
        machine=machine,
        tests=tuple(explained(outcomes, bench.looks) if asked.looks else outcomes),
        only_base=only_base,
        only_head=only_head,
        notes=(*bench.notes, *_notes(base, head, bench.cpu)),
        restarts=bench.opens,
        seconds=clock.passed,
    )


def _no_tests(common: Sequence[str], asked: Asked) -> str:
    if asked.exactly is not None:
        return message("None of the tests that are looked for is on both sides.")
    if common:
        return message(
            "None of the {n} tests of both sides is meant by {options}.",
            n=len(common),
            options=" ".join(f"--only={glob}" for glob in asked.only),
        )
    return message("`{command}` selects no test, on neither side.", command=" ".join(asked.command))


def _without(
    tests: Mapping[str, TestInfo], others: Mapping[str, TestInfo], asked: Asked
) -> tuple[str, ...]:
    return tuple(test for test in tests if test not in others and asked.wanted(test))


def _limits(tests: Mapping[str, TestInfo], asked: Asked) -> Limits:
    """What a test states of itself comes before what the command says of all."""

    def limit(test: str) -> float | None:
        own = tests[test].budget.max_increase
        return asked.increase if own is None else own

    return limit


def _notes(base: Place, head: Place, cpu: int | None) -> list[str]:
    own = [joined(": ", (one.side, one.environment)) for one in (base, head) if one.environment]
    pinned = [] if cpu is not None else [message("The processes are pinned to no processor.")]
    return [*own, *pinned]


def outcome(series: Series, budget: Budget, said: str) -> Outcome:
    """All that is known of a test, and the verdict of that together."""
    counts = tuple(
        counted(series.restarts, {"queries": budget.queries, "requests": budget.requests})
    )
    told, what = series.told, series.quantity
    if series.unmeasured is not None or told is None:
        found = [Verdict.CANNOT_MEASURE, *(one.verdict for one in counts)]
        return Outcome(
            series.test,
            worst(found),
            counts=counts,
            unmeasured=series.unmeasured or Unmeasured.NO_TIME,
            detail=said,
        )
    judged = tuple(_judged(series.restarts, budget, what))
    verdicts = [told.verdict, *(one.verdict for one in counts), *(one.verdict for one in judged)]
    return Outcome(
        test=series.test,
        verdict=worst(verdicts),
        evidence=_LABELS[what],
        quantity=what,
        base=level(series.restarts, what, head=False),
        head=level(series.restarts, what, head=True),
        told=told,
        recurred=series.recurred,
        counts=counts,
        budgets=judged,
        detail=said,
    )


def _judged(restarts: Sequence[Restart], budget: Budget, what: Quantity) -> list[Judged]:
    """The absolute budgets of the head, by the upper bound of what it uses."""
    found = []
    if budget.cpu_ns is not None:
        found.append(_absolute(restarts, Quantity.CPU_SECONDS, budget.cpu_ns / 1e9))
    if budget.energy_uj is not None and what is Quantity.JOULES:
        found.append(_absolute(restarts, Quantity.JOULES, budget.energy_uj / 1e6))
    return found


def _absolute(restarts: Sequence[Restart], what: Quantity, limit: float) -> Judged:
    levels = [
        median([sample.of(what) or 0.0 for sample in restart.samples(head=True)])
        for restart in restarts
    ]
    used = mean(levels)
    if len(levels) >= _FEWEST_FOR_A_BOUND:
        half = deviation(levels) / sqrt(len(levels))
        used += quantile(_UPPER, len(levels) - 1) * half
    verdict = Verdict.PASS if used <= limit else Verdict.FAIL
    return Judged(what.value, limit, used, verdict)
