# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Test suites of others, with `pytest --energy` and without: are outcomes alike, and what it costs.

    python -m benchmarks.suites [--only SUITE ...] [--rounds N] [--folder FOLDER]

Each suite is a source distribution with an environment of its own, in which xdist, asyncio, django,
cov, randomly, rerunfailures, timeout and benchmark are installed beside greenlint.  The order of
its tests is shuffled by one seed for all runs.  Runs take turns; what is compared are CPU seconds,
since other programs share the machine.  A whole run writes benchmarks/RESULTS-pytest.md.
"""

from __future__ import annotations

import argparse
import datetime
import os
import subprocess
import sys
import tarfile
import venv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from benchmarks.corpus import DEFAULT_FOLDER, PROJECT, pins
from benchmarks.figure import rounded
from benchmarks.machine import Machine
from benchmarks.measure import Command, Reading, Spread, run
from benchmarks.peers import scripts

# What must change no outcome by being there too.
PLUGINS = (
    *("pytest", "pytest-xdist", "pytest-asyncio", "pytest-django", "pytest-cov"),
    *("pytest-randomly", "pytest-rerunfailures", "pytest-timeout", "pytest-benchmark"),
)
Outcomes = dict[str, str]
# pytest: 0 all passed, 1 some failed.
ENDED = frozenset({0, 1})
# The larger of the two is what a test may cost.
MOST_MS, MOST_PART = 1.0, 0.03
# Ways to run a suite: name -> words.
ON = ("--energy", "--energy-no-store")
WAYS: Mapping[str, tuple[str, ...]] = {
    "off": (),
    "on": ON,
    "on, verdicts": (*ON, "--energy-fail", "--energy-budget=100 kJ", "--energy-shared=skip"),
    "off, 2 workers": ("-n", "2"),
    "on, 2 workers": ("-n", "2", *ON),
    "off, coverage": ("--cov", "--cov-report="),
    "on, coverage": ("--cov", "--cov-report=", *ON),
}
PAIRS = (
    ("off", "on"),
    ("off", "on, verdicts"),
    ("off, 2 workers", "on, 2 workers"),
    ("off, coverage", "on, coverage"),
)
HEADER = """\
<!--
SPDX-FileCopyrightText: The greenlint developers
SPDX-License-Identifier: EUPL-1.2
-->

# Test suites of others, with `pytest --energy` and without

Made by `python -m benchmarks.suites` on {machine}; load {load:.1f} at its start. {date}.
No machine of this project has an energy counter: what is measured is CPU time, queries and
requests, as on every hosted CI runner. Runs with and without take turns, {rounds} of each in the
first pair of ways and one in the others; the seconds are those of the CPU, since other programs
shared the machine. Allowed is the larger of 1 ms a test and 3 %.

"""


@dataclass(frozen=True)
class Suite:
    """One suite, unpacked and installed."""

    name: str
    root: Path
    python: Path
    tests: tuple[str, ...]
    versions: str

    def command(self, way: str, told: Path) -> Command:
        """Run it one way; `told` is where the outcomes go."""
        fixed = ("-q", "-p", "no:cacheprovider", "-p", "no:warnings", f"--junitxml={told}")
        words = (*fixed, "-o", "junit_family=xunit1", "--randomly-seed=1", *WAYS[way])
        return Command((str(self.python), "-m", "pytest", *words, *self.tests), self.root, ENDED)


def suites(folder: Path, only: Sequence[str]) -> Iterator[Suite]:
    """Every suite that was asked for, made ready once."""
    for name, pinned in pins()["suites"].items():
        if not only or name in only:
            assert isinstance(pinned, dict)
            yield ready(folder / name, name, pinned)


def ready(
    folder: Path, name: str, pinned: Mapping[str, Any], plugins: Sequence[str] = PLUGINS
) -> Suite:
    """The sources below `folder`, and an environment with these plugins and what they need.

    greenlint is installed anew each time, as users have it: coverage follows what is installed in
    place into every line, as a project's own.
    """
    environment, source = folder / "environment", folder / "source"
    python = scripts(environment) / "python"
    done = folder / "installed.txt"
    wanted = repr((pinned, plugins))
    pip = [str(python), "-m", "pip", "--disable-pip-version-check", "-q"]
    if not done.exists() or done.read_text() != wanted:
        venv.create(environment, clear=True, with_pip=True)
        into = ["--no-binary", ":all:", "-d", str(source)]
        subprocess.run([*pip, "download", "--no-deps", *into, pinned["requirement"]], check=True)
        (archive,) = source.glob("*.tar.gz")
        with tarfile.open(archive) as packed:
            packed.extractall(source, filter="data")
        needs = [*plugins, *pinned["needs"], str(PROJECT)]
        subprocess.run([*pip, "install", *needs], check=True)
        root = _root(source)
        subprocess.run([*pip, "install", "--no-deps", "--editable", str(root)], check=True)
        done.write_text(wanted)
    else:
        again = ("--force-reinstall", "--no-deps", str(PROJECT))
        subprocess.run([*pip, "install", *again], check=True)
    listed = subprocess.run(
        [str(python), "-m", "pip", "list", "--format=freeze"],
        capture_output=True,
        check=True,
        text=True,
    )
    known = dict(line.split("==") for line in listed.stdout.splitlines() if "==" in line)
    versions = ", ".join(f"{one} {known[one]}" for one in plugins)
    return Suite(pinned["requirement"], _root(source), python, tuple(pinned["tests"]), versions)


def _root(source: Path) -> Path:
    (root,) = (path for path in source.iterdir() if path.is_dir())
    return root


def outcomes(told: Path) -> Outcomes:
    """Of each test that ran: passed, failed, error or skipped.  Ids may stand more than once."""
    found: Outcomes = {}
    for case in ElementTree.parse(told).getroot().iter("testcase"):
        words = [child.tag for child in case if child.tag in ("failure", "error", "skipped")]
        name = f"{case.get('classname')}::{case.get('name')}"
        while name in found:
            name += "'"
        found[name] = " ".join(sorted(words)) or "passed"
    return found


@dataclass(frozen=True)
class Compared:
    """One suite, run in two ways."""

    suite: str
    ways: tuple[str, str]
    tests: int
    differing: tuple[str, ...]
    wavering: int
    readings: Sequence[tuple[Reading, Reading]]

    @property
    def ratio(self) -> Spread:
        """CPU seconds with energy over those without."""
        return Spread.of([on.cpu_seconds / off.cpu_seconds for off, on in self.readings])

    @property
    def ms_a_test(self) -> Spread:
        """What each test cost more, in milliseconds of CPU time."""
        more = [on.cpu_seconds - off.cpu_seconds for off, on in self.readings]
        return Spread.of([1000 * seconds / self.tests for seconds in more])

    @property
    def allowed_ms(self) -> float:
        """The larger of 1 ms and 3 % of what a test costs without."""
        usual = Spread.of([off.cpu_seconds for off, _ in self.readings]).median
        return max(MOST_MS, 1000 * MOST_PART * usual / self.tests)

    def cells(self) -> tuple[str, ...]:
        """The cells of its line."""
        ms, ratio = self.ms_a_test, self.ratio
        alike = "alike" if not self.differing else f"**{len(self.differing)} differ**"
        waver = f"; {self.wavering} waver without" if self.wavering else ""
        return (
            self.suite,
            f"{self.ways[0]} / {self.ways[1]}",
            str(self.tests),
            f"{alike}{waver}",
            f"{rounded(ratio.median)} ({rounded(ratio.low)} – {rounded(ratio.high)})",
            f"{rounded(ms.median)} ({rounded(ms.low)} – {rounded(ms.high)})",
            rounded(self.allowed_ms),
            "yes" if ms.median <= self.allowed_ms else "**no**",
        )


HEADINGS = ("suite", "ways", "tests", "outcomes", "CPU ratio", "ms a test", "allowed", "kept")


def compare(
    suite: Suite, ways: tuple[str, str], rounds: int, folder: Path, without: list[Outcomes]
) -> Compared:
    """Run a suite both ways in turns.  A test whose outcome changes from one run without energy to
    the next says nothing, and is counted apart; `without` has all such runs so far.
    """
    told = folder / "junit.xml"
    readings, seen = [], []
    for _ in range(rounds):
        off = run(suite.command(ways[0], told))
        without.append(outcomes(told))
        on = run(suite.command(ways[1], told))
        seen.append(outcomes(told))
        readings.append((off, on))
    usual = without[0]
    wavering = {name for one in without for name in _unlike(usual, one)}
    differing = {name for one in seen for name in _unlike(usual, one)} - wavering
    return Compared(suite.name, ways, len(usual), tuple(sorted(differing)), len(wavering), readings)


def _unlike(first: Outcomes, second: Outcomes) -> set[str]:
    return {name for name in first | second if first.get(name) != second.get(name)}


def main(words: Sequence[str]) -> int:
    """Every suite, every pair of ways; the table, and what differed."""
    parser = argparse.ArgumentParser("python -m benchmarks.suites", description=__doc__)
    parser.add_argument("--only", action="append", default=[], metavar="SUITE")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--folder", type=Path, default=DEFAULT_FOLDER / "suites")
    asked = parser.parse_args(words)
    os.environ["PYTHONHASHSEED"] = "0"
    machine = Machine.here()
    rows, versions = [HEADINGS, ("---",) * len(HEADINGS)], ""
    for suite in suites(asked.folder, asked.only):
        versions, without = suite.versions, []
        for number, ways in enumerate(PAIRS):
            # Ways beside the first show that outcomes are alike; once says that.
            rounds = 1 if number else asked.rounds
            found = compare(suite, ways, rounds, asked.folder, without)
            rows.append(found.cells())
            print(*found.cells(), sep=" | ", flush=True)
            for name in found.differing:
                print(f"    differs: {name}", flush=True)
    text = HEADER.format(
        machine=machine.words(),
        load=machine.load_at_start,
        date=datetime.date.today().isoformat(),
        rounds=asked.rounds,
    )
    table = "".join(f"| {' | '.join(row)} |\n" for row in rows)
    if not asked.only:
        results = Path(__file__).with_name("RESULTS-pytest.md")
        results.write_text(f"{text}{table}\nWith {versions}.\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
