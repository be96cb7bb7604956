# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""What `pytest --energy` costs a test of others' suites, in instructions: exact on a busy machine.

    python -m benchmarks.suite_counts [--only SUITE ...] [--every N] [--folder FOLDER]

Of each suite of benchmarks.suites, every Nth test runs under valgrind (callgrind), with energy and
without, and every eighth of those likewise; tests of hypothesis are left out, which never do the
same work twice.  What the others cost more is the cost of a test; the
rest is what a run costs once: starting, and each file and statement that is seen for the first
time.  Milliseconds are instructions divided by those that a CPU second of the same tests has: a
conversion, no measurement.
A whole run writes benchmarks/RESULTS-pytest-counts.md.
"""

from __future__ import annotations

import argparse
import datetime
import os
import re
import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.corpus import DEFAULT_FOLDER
from benchmarks.figure import rounded
from benchmarks.machine import Machine
from benchmarks.measure import Command, run, run_and_read_errors
from benchmarks.suites import ENDED, MOST_MS, MOST_PART, ON, Suite, suites

EVERY, FEWER = 2, 8
# A plugin of the measured pytest: which of the tests are run.
PICKS = '''\
"""Leaves every so-manieth test, of those that do not draw their examples."""

import os

import pytest


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items):
    same = [item for item in items if not item.get_closest_marker("hypothesis")]
    items[:] = same[:: int(os.environ["PICKED_EVERY"])]


def pytest_sessionfinish(session):
    with open(os.environ["PICKED_TOLD"], "w") as told:
        told.write(str(len(session.items)))
'''
_COLLECTED = re.compile(r"Collected : (\d+)")
HEADINGS = (
    *("suite", "tests", "G instructions without", "with", "M a test without", "M a test more"),
    *("%", "ms a test", "allowed", "kept", "G once a run"),
)
HEADER = """\
<!--
SPDX-FileCopyrightText: The greenlint developers
SPDX-License-Identifier: EUPL-1.2
-->

# What `pytest --energy` costs a test, in instructions

Made by `python -m benchmarks.suite_counts` on {machine}; load {load:.1f} at its start. {date}.
One in {every} tests of each suite, but for those that draw their examples, under
`valgrind --tool=callgrind`, with `{on}` and without, and one in {fewer} of these likewise: what the
others cost more is that of a test, and what is left is that of a run, once: starting, and each file
and statement that is seen for the first time. Milliseconds are the instructions more, divided by
those that a CPU second of the same tests without energy has (the median of three runs): a
conversion, no measurement. Allowed is the larger of 1 ms a test and 3 %.
No machine of this project has an energy counter: what is counted is CPU time, queries and requests.

"""


@dataclass(frozen=True)
class Run:
    """Some tests of a suite: how many, their instructions without energy and with, CPU seconds."""

    tests: int
    off: int
    on: int
    cpu_seconds: float


def cells(name: str, few: Run, many: Run) -> tuple[str, ...]:
    """The cells of a suite's line."""
    tests = many.tests - few.tests
    usual = (many.off - few.off) / tests
    more = (many.on - few.on) / tests - usual
    a_second = (many.off - few.off) / (many.cpu_seconds - few.cpu_seconds)
    ms, allowed = 1000 * more / a_second, max(MOST_MS, 1000 * usual / a_second * MOST_PART)
    return (
        name,
        str(many.tests),
        f"{many.off / 1e9:.3f}",
        f"{many.on / 1e9:.3f}",
        f"{usual / 1e6:.2f}",
        f"{more / 1e6:.3f}",
        f"{100 * more / usual:.1f}",
        rounded(ms),
        rounded(allowed),
        "yes" if ms <= allowed else "**no**",
        f"{(few.on - few.off - more * few.tests) / 1e9:.3f}",
    )


def counted(suite: Suite, every: int, folder: Path) -> tuple[Run, Run]:
    """Run few and many tests of a suite under callgrind, and thrice without it for their seconds.

    Raises CommandFailed where the suite does not run so.
    """
    picks = folder / "picks"
    picks.mkdir(parents=True, exist_ok=True)
    (picks / "greenlint_picks.py").write_text(PICKS)
    told = picks / "told.txt"
    os.environ |= {"PYTHONPATH": str(picks), "PICKED_TOLD": str(told)}
    fixed = ("-q", "-p", "greenlint_picks", "-p", "no:cacheprovider", "-p", "no:warnings")
    words = (str(suite.python), "-m", "pytest", *fixed, "-p", "no:randomly")
    runs = []
    for part in (every * FEWER, every):
        os.environ["PICKED_EVERY"] = str(part)
        plain, energetic = (
            Command((*words, *way, *suite.tests), suite.root, ENDED) for way in ((), ON)
        )
        run(energetic)  # so that byte code is on disk
        seconds = sorted(run(plain).cpu_seconds for _ in range(3))[1]
        tests = int(told.read_text())
        found = [instructions(command, picks) for command in (plain, energetic)]
        runs.append(Run(tests, *found, seconds))
    return runs[0], runs[1]


def instructions(command: Command, folder: Path) -> int:
    """Those that a command executes under callgrind, children left out; `folder` holds its output.

    Raises CommandFailed where the command does, and SystemExit where callgrind tells no total.
    """
    valgrind = ("valgrind", "--tool=callgrind", f"--callgrind-out-file={folder / 'callgrind.out'}")
    under = Command((*valgrind, *command.argv), command.cwd, command.accepted)
    _, errors = run_and_read_errors(under)
    collected = _COLLECTED.findall(errors)
    if not collected:
        raise SystemExit(f"callgrind told no total: {errors}")
    return int(collected[-1])  # children of the tests tell their own before


def main(words: Sequence[str]) -> int:
    """Every suite; the table."""
    parser = argparse.ArgumentParser("python -m benchmarks.suite_counts", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--only", action="append", default=[], metavar="SUITE")
    parser.add_argument("--every", type=int, default=EVERY, metavar="N")
    parser.add_argument("--folder", type=Path, default=DEFAULT_FOLDER / "suites")
    asked = parser.parse_args(words)
    if shutil.which("valgrind") is None:
        raise SystemExit("valgrind is not there; install the package valgrind of the system.")
    os.environ["PYTHONHASHSEED"] = "0"
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    machine = Machine.here()
    rows = [HEADINGS, ("---",) * len(HEADINGS)]
    for suite in suites(asked.folder, asked.only):
        found = counted(suite, asked.every, asked.folder.absolute())
        rows.append(cells(suite.name, *found))
        print(*rows[-1], sep=" | ", flush=True)
    text = HEADER.format(
        machine=machine.words(),
        load=machine.load_at_start,
        date=datetime.date.today().isoformat(),
        every=asked.every,
        fewer=FEWER,
        on=" ".join(ON),
    )
    if not asked.only:
        table = "".join(f"| {' | '.join(row)} |\n" for row in rows)
        results = Path(__file__).with_name("RESULTS-pytest-counts.md")
        results.write_text(f"{text}{table}", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
