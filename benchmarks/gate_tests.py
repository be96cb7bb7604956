# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Which tests of a suite are taken: a seeded draw among those that are neither short nor long."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random

from greenlint_profiler.gate.judging.effect import level
from greenlint_profiler.gate.judging.sample import Quantity, Restart
from greenlint_profiler.gate.sides.places import places
from greenlint_profiler.gate.workers.command import pytest_command
from greenlint_profiler.gate.workers.pairs import allowed_cpu, worker_pair

from benchmarks import gate_seeds as seeds
from benchmarks.gate_repository import Repository
from benchmarks.gate_runs import DATA, Suite

SHORTEST_SECONDS, LONGEST_SECONDS = 0.002, 0.060
WARMUPS, PAIRS = 1, 3
PROBES = Path(__file__).with_name("probes")
SEED = 20261130
# In the name of a class that SQLAlchemy made for a database.
MADE = "_sqlite+"


@dataclass(frozen=True)
class Drawn:
    """A test: CPU seconds of a call, and how often a call of it calls the functions that a seeded
    head changes (0 where nobody asked).
    """

    test: str
    seconds: float
    calls: float


def drawn(suite: Suite, count: int, folder: Path, *, hooked: bool) -> list[Drawn]:
    """The first so many tests of a shuffled suite that qualify, or all; kept for the next time.

    With `hooked`, those that call one of the functions, and bear a query more in each call.
    """
    kept = DATA / f"tests-{suite.name}{'-seeded' if hooked else ''}.json"
    if kept.exists():
        held = json.loads(kept.read_text("utf-8"))
        return [Drawn(**one) for one in held["tests"]][:count]
    with tempfile.TemporaryDirectory() as temporary:
        told = Path(temporary, "calls")
        repository = Repository(suite.root)
        head = seeds.counting(suite.name, repository, str(told)) if hooked else "HEAD"
        found, tried = _walk(suite, head, count, folder, told if hooked else None)
    held = {"seed": SEED, "tried": tried, "tests": [vars(one) for one in found]}
    DATA.mkdir(exist_ok=True)
    kept.write_text(json.dumps(held, indent=1) + "\n", "utf-8")
    return found


def _walk(
    suite: Suite, head: str, count: int, folder: Path, told: Path | None
) -> tuple[list[Drawn], int]:
    command = pytest_command(suite.command)
    assert command is not None
    found: list[Drawn] = []
    with (
        places(
            suite.root,
            "HEAD",
            head,
            install=None,
            cache=folder / "cache",
            say=lambda _: None,
            python=str(suite.python),
            alike=True,
        ) as (base, other),
        worker_pair(base, other, command, seed=1, cpu=allowed_cpu(), work=()) as pair,
    ):
        slow = _not_short(suite)
        tests = sorted(set(pair.base_tests) & set(pair.head_tests) & slow)
        Random(SEED).shuffle(tests)
        for tried, test in enumerate(tests, 1):
            taken = pair.measure(test, PAIRS, WARMUPS, [False, True, False])
            if isinstance(taken, Restart) and (one := _fitting(test, taken, told)):
                found.append(one)
                print(f"{suite.name}: {len(found)} of {tried} {one}", flush=True)
            if len(found) == count:
                return found, tried
    return found, tried


def _not_short(suite: Suite) -> set[str]:
    """Tests whose first call took so long by the clock: others do not once they are warm."""
    with tempfile.TemporaryDirectory() as folder:
        told = Path(folder, "seconds")
        environ = {**os.environ, "PYTHONPATH": str(PROBES), "CALL_SECONDS": str(told)}
        words = (*suite.command, "-p", "call_seconds", "-p", "no:randomly")
        subprocess.run(words, cwd=suite.root, env=environ, stdout=subprocess.DEVNULL, check=False)
        taken = [line.partition(" ") for line in told.read_text("utf-8").splitlines()]
    return {test for seconds, _, test in taken if float(seconds) >= SHORTEST_SECONDS}


def _fitting(test: str, taken: Restart, told: Path | None) -> Drawn | None:
    seconds = level([taken], Quantity.CPU_SECONDS, head=False)
    calls = 0.0
    if told is not None:
        calls = _called(told).get(test, 0) / (WARMUPS + PAIRS)
        if calls == 0:
            return None
    if not SHORTEST_SECONDS <= seconds <= LONGEST_SECONDS:
        return None
    return Drawn(test, seconds, calls)


def _called(told: Path) -> Mapping[str, int]:
    if not told.exists():
        return {}
    found = Counter(told.read_text("utf-8").splitlines())
    os.truncate(told, 0)
    return found


def narrowed(suite: Suite, tests: list[Drawn]) -> Suite:
    """The suite with only these."""
    ids = tuple(one.test for one in tests)
    if any(MADE in one for one in ids):
        return replace(suite, only=ids)
    return replace(suite, tests=ids)
