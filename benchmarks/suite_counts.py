# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""What `pytest --energy` costs a test of others' suites, in instructions: exact on a busy machine.

    python -m benchmarks.suite_counts [--only SUITE ...] [--every N] [--folder FOLDER]

Of each suite of benchmarks.suites, every Nth test runs under valgrind (callgrind), with energy and
without, and the first of them alone likewise; so what starting costs is left out.  Milliseconds are
instructions divided by those that a CPU second of the same tests has: a conversion, no measurement.
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

EVERY = 8
# A plugin of the measured pytest: which of the tests are run.
PICKS = '''\
"""Leaves every so-manieth test, or the first of those alone."""

import os

import pytest


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items):
    picked = items[:: int(os.environ["PICKED_EVERY"])]
    items[:] = picked[:1] if os.environ["PICKED_FIRST"] == "1" else picked


def pytest_sessionfinish(session):
    with open(os.environ["PICKED_TOLD"], "w") as told:
        told.write(str(len(session.items)))
'''
_COLLECTED = re.compile(r"Collected : (\d+)")
HEADINGS = (
    *("suite", "tests", "G instructions without", "with", "M a test without", "M a test more"),
    *("%", "ms a test", "allowed", "kept"),
)
HEADER = """\
<!--
SPDX-FileCopyrightText: The greenlint developers
SPDX-License-Identifier: EUPL-1.2
-->

# What `pytest --energy` costs a test, in instructions

Made by `python -m benchmarks.suite_counts` on {machine}; load {load:.1f} at its start. {date}.
Every {every}th test of each suite under `valgrind --tool=callgrind`, with `{on}` and without, and
the first of them alone likewise, which is taken off: so starting is left out. Milliseconds are the
instructions more, divided by those that a CPU second of the same tests without energy has (the
median of three runs): a conversion, no measurement. Allowed is the larger of 1 ms a test and 3 %.
No machine of this project has an energy counter: what is counted is CPU time, queries and requests.

"""


@dataclass(frozen=True)
class Counted:
    """One suite: instructions of the first test and of all picked ones, without energy and with."""

    suite: str
    tests: int
    off: tuple[int, int]
    on: tuple[int, int]
    cpu_seconds: float

    def cells(self) -> tuple[str, ...]:
        """The cells of its line."""
        usual = (self.off[1] - self.off[0]) / (self.tests - 1)
        more = (self.on[1] - self.on[0]) / (self.tests - 1) - usual
        a_second = (self.off[1] - self.off[0]) / self.cpu_seconds
        ms, allowed = 1000 * more / a_second, 1000 * usual / a_second * MOST_PART
        allowed = max(MOST_MS, allowed)
        return (
            self.suite,
            str(self.tests),
            f"{self.off[1] / 1e9:.3f}",
            f"{self.on[1] / 1e9:.3f}",
            f"{usual / 1e6:.2f}",
            f"{more / 1e6:.3f}",
            f"{100 * more / usual:.1f}",
            rounded(ms),
            rounded(allowed),
            "yes" if ms <= allowed else "**no**",
        )


def counted(suite: Suite, every: int, folder: Path) -> Counted:
    """Run the picked tests of a suite under callgrind, and thrice without it for their seconds.

    Raises CommandFailed where the suite does not run so.
    """
    picks = folder / "picks"
    picks.mkdir(parents=True, exist_ok=True)
    (picks / "greenlint_picks.py").write_text(PICKS)
    told = picks / "told.txt"
    os.environ |= {"PYTHONPATH": str(picks), "PICKED_EVERY": str(every), "PICKED_TOLD": str(told)}
    fixed = ("-q", "-p", "greenlint_picks", "-p", "no:cacheprovider", "-p", "no:warnings")
    words = (str(suite.python), "-m", "pytest", *fixed, "-p", "no:randomly")
    seconds: dict[str, list[float]] = {"0": [], "1": []}
    found: dict[tuple[tuple[str, ...], str], int] = {}
    for first in ("0", "1"):
        os.environ["PICKED_FIRST"] = first
        for way in ((), ON):
            argv = (*words, *way, *suite.tests)
            run(Command(argv, suite.root, ENDED))  # so that byte code is on disk
            found[way, first] = _instructions(Command(argv, suite.root, ENDED), picks)
        plain = Command((*words, *suite.tests), suite.root, ENDED)
        seconds[first] = sorted(run(plain).cpu_seconds for _ in range(3))
        if first == "0":
            tests = int(told.read_text())
    cpu_seconds = seconds["0"][1] - seconds["1"][1]
    off, on = ((found[way, "1"], found[way, "0"]) for way in ((), ON))
    return Counted(suite.name, tests, off, on, cpu_seconds)


def _instructions(command: Command, folder: Path) -> int:
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
        rows.append(counted(suite, asked.every, asked.folder.absolute()).cells())
        print(*rows[-1], sep=" | ", flush=True)
    text = HEADER.format(
        machine=machine.words(),
        load=machine.load_at_start,
        date=datetime.date.today().isoformat(),
        every=asked.every,
        on=" ".join(ON),
    )
    if not asked.only:
        table = "".join(f"| {' | '.join(row)} |\n" for row in rows)
        results = Path(__file__).with_name("RESULTS-pytest-counts.md")
        results.write_text(f"{text}{table}", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
