# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Rises of a known size in real functions: how large they came out, and whether they are found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import exp
from pathlib import Path

from greenlint_profiler.gate.judging.design import Design
from greenlint_profiler.repeats import mean

from benchmarks import gate_runs as runs
from benchmarks import gate_seeds as seeds
from benchmarks.gate_repository import Repository
from benchmarks.gate_runs import Suite
from benchmarks.gate_tables import effect
from benchmarks.gate_tests import Drawn, narrowed

RISES = (0.10, 0.20)
# Calibration measures about a doubling, so that noise of a few percent leaves little in a tenth.
CALIBRATION_RISE, CALIBRATION_RESTARTS = 1.0, 3
NO_LIMIT = 1000.0
# So few units a call are no rise: what the first gates came to where a correction went below none.
UNSEEDED = 0.01
Parts = dict[str, tuple[str, float]]


def shape_of(number: int, revision: int) -> str:
    """Which shape a test has in one of the three revisions: every test has each of them once."""
    return seeds.SHAPES[(number + revision) % len(seeds.SHAPES)]


def rise_of(number: int, revision: int, turn: int) -> float:
    """By how much: both in turns."""
    return RISES[(number + revision + turn) % len(RISES)]


def calibrated(suite: Suite, tests: Sequence[Drawn], folder: Path) -> list[Parts]:
    """For each revision, the units a call that double a test: (shape, units).

    First with as many units as a guess says; what they cost in that very place is measured by the
    pairs of some restarts, as the gate will.
    """
    found: list[Parts] = []
    repository = Repository(suite.root)
    kept = {one["revision"]: one for one in runs.lines("calibration") if one["suite"] == suite.name}
    for revision in range(len(seeds.SHAPES)):
        if revision not in kept:
            held = {"suite": suite.name, "revision": revision, "load": round(runs.load(), 1)}
            kept[revision] = held | {"tests": _measured(suite, tests, repository, revision, folder)}
            runs.append("calibration", kept[revision])
        measured = kept[revision]["tests"]
        found.append(
            {
                test: (one["shape"], one["units"] / (exp(one["effect"]) - 1))
                for test, one in measured.items()
            }
        )
    return found


def _measured(
    suite: Suite, tests: Sequence[Drawn], repository: Repository, revision: int, folder: Path
) -> Mapping[str, Mapping[str, object]]:
    guessed = {}
    for number, one in enumerate(tests):
        shape = shape_of(number, revision)
        units = CALIBRATION_RISE * one.seconds / (seeds.GUESSED_SECONDS[shape] * one.calls)
        guessed[one.test] = shape, units
    head = seeds.seeded(suite.name, repository, guessed)
    # One look, at the cap, and no rise is too large: every test gets so many restarts.
    design = Design(restarts=CALIBRATION_RESTARTS)
    _, kept = runs.gate(
        suite, "HEAD", head, folder / "cache", design=design, work=(), increase=NO_LIMIT
    )
    told = {}
    for test, (shape, units) in guessed.items():
        restarts = runs.effects(kept.restarts.get(test, []))
        if len(restarts) < CALIBRATION_RESTARTS:
            print(f"{test} is left out: no figures with {units:.1f} {shape} more a call")
            continue
        told[test] = {
            "shape": shape,
            "units": round(units, 4),
            "effect": round(mean(restarts), 5),
            "each": [round(one, 4) for one in restarts],
        }
    return told


def parts(
    doubling: Sequence[Parts], tests: Sequence[Drawn], revision: int, turn: int
) -> tuple[Parts, dict[str, float]]:
    """The units of one head, and the rise that each test is to have.

    The first unit of a call costs more than the next, when what it needs is not in the processor's
    caches: so a gate that has measured a test with this shape corrects what calibration says, by
    the straight line from nothing to what it measured, and from there on to a doubling.
    """
    wanted = {
        one.test: rise_of(n, revision, turn)
        for n, one in enumerate(tests)
        if one.test in doubling[revision]
    }
    known = {
        one["test"]: (one["units"], exp(effect(one)) - 1)
        for held in runs.lines("power")
        for one in held["tests"]
        if held["revision"] == revision and "effects" in one and one["units"] > UNSEEDED
    }
    units = {}
    for test, rise in wanted.items():
        shape, double = doubling[revision][test]
        more = rise * double
        if test in known:
            before, found = known[test]
            if found > rise:
                more = before * rise / found
            else:
                more = before + (rise - found) * (double - before) / (1 - found)
        units[test] = shape, round(max(2 * UNSEEDED, more), 4)
    return units, wanted


def power(suite: Suite, tests: Sequence[Drawn], rounds: int, folder: Path) -> None:
    """So many gates: each of the three revisions with either rise of every test."""
    doubling = calibrated(suite, tests, folder)
    repository = Repository(suite.root)
    before = sum(one["suite"] == suite.name for one in runs.lines("power"))
    for number in range(before, before + rounds):
        revision, turn = number // len(RISES) % len(seeds.SHAPES), number % len(RISES)
        units, wanted = parts(doubling, tests, revision, turn)
        head = seeds.seeded(suite.name, repository, units)
        load = runs.load()
        found, kept = runs.gate(suite, "HEAD", head, folder / "cache", work=())
        held = runs.record("power", suite, found, kept, load)
        held["tests"] = [one for one in held["tests"] if one["test"] in units]
        for one in held["tests"]:
            shape, count = units[one["test"]]
            one |= {"shape": shape, "rise": wanted[one["test"]], "units": count}
        runs.append("power", {**held, "revision": revision})
        tell(held)


def counted(suite: Suite, tests: Sequence[Drawn], folder: Path) -> None:
    """What the exact counts say of the same rises, in gates of as few restarts as there can be:
    counts need one.
    """
    doubling = calibrated(suite, tests, folder)
    repository = Repository(suite.root)
    for turn in range(len(RISES)):
        for revision in range(len(seeds.SHAPES)):
            units, wanted = parts(doubling, tests, revision, turn)
            queries = {t: one for t, one in units.items() if one[0] == seeds.QUERIES}
            head = seeds.seeded(suite.name, repository, queries)
            some = narrowed(suite, [one for one in tests if one.test in queries])
            load = runs.load()
            design = Design(restarts=2)
            found, kept = runs.gate(some, "HEAD", head, folder / "cache", design=design)
            held = runs.record("counts", some, found, kept, load)
            for one in held["tests"]:
                one |= {"shape": seeds.QUERIES, "rise": wanted[one["test"]]}
                for large in ("effects", "of_ten", "pairs", "base", "head"):
                    one.pop(large, None)
            runs.append("counts", held)


def tell(held: runs.Record) -> None:
    """A line on a gate that has ended."""
    verdicts = [one.get("told", one["verdict"]) for one in held["tests"]]
    counts = {one: verdicts.count(one) for one in dict.fromkeys(verdicts)}
    print(
        f"{held['when']} {held['part']} {held['suite']}: {counts}, {held['restarts']} pairs of "
        f"processes, {held['seconds']:.0f} s, load {held['load']}",
        flush=True,
    )
