# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""The gate on real suites: does it fail without a cause, does it find what it should, and how long
does it take; beside what others do in the same hours.

    python -m benchmarks.gate [--only PART ...] [--suite SUITE ...] [--rounds N] [--folder FOLDER]

Raw data is added to benchmarks/gate line by line, so that a run that was stopped is not lost, and
another adds to it; `--only report` writes benchmarks/RESULTS-gate.md of all that is there.  The
processes of a gate are pinned to the last processor that this program may use (taskset).
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from benchmarks import gate_peers, gate_power, gate_report, gate_things, suites
from benchmarks import gate_runs as runs
from benchmarks.corpus import DEFAULT_FOLDER, pins
from benchmarks.gate_repository import Repository
from benchmarks.gate_runs import Suite
from benchmarks.gate_tests import drawn, narrowed

SUITES = ("django-rest-framework", "sqlalchemy")
TESTS = 25
# Part -> gates a suite: enough for 500 comparisons without load, and 300 of either rise.
PARTS = {"aa": 10, "power": 12, "counts": 1, "twenty": 4, "joules": 8, "loaded": 4, "report": 1}
# Of a suite, the files that the draw is from; all that its pins name where none are.
ORM = ("test_cascade", "test_unitofworkv2", "test_query", "inheritance/test_basic")
FILES = {"sqlalchemy": tuple(f"test/orm/{name}.py" for name in ORM)}
BUSY = "while True: pass"


def main(words: Sequence[str]) -> int:
    """The parts that were asked for, one after the other."""
    parser = argparse.ArgumentParser("python -m benchmarks.gate", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--only", nargs="+", choices=PARTS, default=list(PARTS), metavar="PART")
    parser.add_argument("--suite", nargs="+", choices=SUITES, default=SUITES)
    parser.add_argument("--rounds", type=int, metavar="N", help="so many gates a suite and part")
    parser.add_argument("--folder", type=Path, default=DEFAULT_FOLDER)
    asked = parser.parse_args(words)
    folder = asked.folder.absolute()
    for part in asked.only:
        rounds = asked.rounds or PARTS[part]
        if part == "report":
            gate_report.write()
        elif part == "twenty":
            gate_things.twenty(rounds, folder / "gate")
        elif part == "joules":
            gate_things.joules(rounds, folder / "gate")
        else:
            on_suites(part, asked.suite, rounds, folder)
    return 0


def on_suites(part: str, names: Sequence[str], rounds: int, folder: Path) -> None:
    """One part, on each of the suites; the suites take turns where there are many gates."""
    ready = [suite(name, folder) for name in names]
    hooked = part in ("power", "counts")
    tests = [drawn(one, TESTS, folder / "gate", hooked=hooked) for one in ready]
    few = [narrowed(*both) for both in zip(ready, tests, strict=True)]
    if part == "counts":
        for one, drawn_tests in zip(few, tests, strict=True):
            gate_power.counted(one, drawn_tests, folder / "gate")
        return
    for _ in range(rounds):
        for one, drawn_tests in zip(few, tests, strict=True):
            if part == "power":
                gate_power.power(one, drawn_tests, 1, folder / "gate")
            else:
                unchanged(part, one, folder / "gate")


def suite(name: str, folder: Path) -> Suite:
    """A real suite, with what it needs, as a repository."""
    pinned = pins()["suites"][name]
    assert isinstance(pinned, dict)
    found = suites.ready(folder / "suites" / name, name, pinned)
    Repository.of(found.root)
    return Suite(name, found.root, found.python, FILES.get(name, found.tests))


def unchanged(part: str, one: Suite, folder: Path) -> None:
    """A gate with nothing to find, and a run of pytest-benchmark after it."""
    with busy(os.cpu_count() or 1) if part == "loaded" else busy(0):
        load = runs.load()
        found, kept = runs.gate(one, "HEAD", "HEAD", folder / "cache")
        held = runs.record(part, one, found, kept, load, samples=True)
        runs.append(f"samples-{part}-{one.name}", held, folder / "gate")
        for test in held["tests"]:
            test.pop("samples", None)
        runs.append(part, held)
        gate_power.tell(held)
    if part == "aa":
        gate_peers.pytest_benchmark(one, folder)


@contextmanager
def busy(count: int) -> Iterator[None]:
    """So many processes that never rest, one on each processor."""
    others = []
    try:
        for number in range(count):
            others.append(subprocess.Popen([sys.executable, "-c", BUSY]))
            os.sched_setaffinity(others[-1].pid, {number})
        yield
    finally:
        for other in others:
            other.kill()
            other.wait()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
