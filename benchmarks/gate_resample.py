# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""The restarts of gates in which nothing changed, drawn anew: what rarer errors there are, and what
a rise of any size would have met.

    python -m benchmarks.gate_resample [--trials N]

A trial is a whole gate by the real sequence of looks, on the tests of a suite; each restart is one
of those that were measured for that test, drawn with replacement, and a rise is added to it.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from math import exp, log
from random import Random
from statistics import mean, median

from greenlint_profiler.budget import Verdict
from greenlint_profiler.gate.judging.design import Design
from greenlint_profiler.gate.judging.sample import Pair, Restart, Sample
from greenlint_profiler.gate.judging.sequence import Series, run

from benchmarks import gate_runs as runs
from benchmarks.gate_runs import Record
from benchmarks.gate_tables import rate, table

RISES = (0.0, 0.03, 0.05, 0.07, 0.10, 0.15, 0.20)
# A test of which fewer restarts are known says little of how it varies.
FEWEST = 8


@dataclass(frozen=True)
class Pool:
    """The restarts of a test: logarithms, and the seconds of its base."""

    effects: tuple[float, ...]
    seconds: float

    def restart(self, chance: Random, rise: float) -> Restart:
        """One of them, as one pair."""
        head = self.seconds * exp(chance.choice(self.effects) + log(1 + rise))
        return Restart((Pair(_sample(self.seconds), _sample(head)),))


def _sample(seconds: float) -> Sample:
    return Sample(seconds, seconds)


def pools(gates: Sequence[Record], suite: str, kind: str) -> dict[str, Pool]:
    """Of all gates of a suite, by test; `kind` is the key of the effects."""
    held: dict[str, list[Record]] = {}
    for gate in gates:
        for one in gate["tests"] if gate["suite"] == suite else ():
            if one.get(kind):
                held.setdefault(one["test"], []).append(one)
    found = {}
    for test, some in held.items():
        effects = [log / runs.PARTS_OF_ONE for one in some for log in one[kind]]
        seconds = median(level for one in some for level in one["base"]) / runs.MICRO
        if len(effects) >= FEWEST:
            found[test] = Pool(tuple(effects), seconds)
    return found


def trial(some: Mapping[str, Pool], rise: float, chance: Random) -> Mapping[str, Series]:
    """One gate."""

    def measure(tests: Sequence[str], _: int) -> dict[str, Restart]:
        return {test: some[test].restart(chance, rise) for test in tests}

    return run(measure, list(some), lambda _: None, Design())


HEADINGS = ("suite", "pairs", "rise", "trials", "failed", "inconclusive", "mean restarts")
# The effect of all pairs of a restart, and of the first ten alone.
KINDS = {"effects": "10 to 80", "of_ten": "10"}


def rows(gates: Sequence[Record], trials: int) -> Iterator[Sequence[str]]:
    """Each suite, each number of pairs, each rise."""
    suites = dict.fromkeys(gate["suite"] for gate in gates)
    for suite, kind in product(suites, KINDS):
        some = pools(gates, suite, kind)
        for rise in RISES if some else ():
            chance = Random(round(1000 * rise))
            told = [
                one.told
                for _ in range(max(1, trials // len(some)))
                for one in trial(some, rise, chance).values()
                if one.told is not None
            ]
            failed = sum(one.verdict is Verdict.FAIL for one in told)
            unsure = sum(one.verdict is Verdict.INCONCLUSIVE for one in told)
            yield (
                *(suite, KINDS[kind], f"+{rise:.0%}", str(len(told)), rate(failed, len(told))),
                *(rate(unsure, len(told)), f"{mean(one.restarts for one in told):.1f}"),
            )


def main(words: Sequence[str]) -> int:
    """Print the table."""
    parser = argparse.ArgumentParser("python -m benchmarks.gate_resample", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--trials", type=int, default=5000, help="tests, of each suite and rise")
    asked = parser.parse_args(words)
    print(table(HEADINGS, list(rows(list(runs.lines("aa")), asked.trials))))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
