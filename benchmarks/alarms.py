# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""How often stored runs of unchanged code look changed: on simulated noise, and in real processes.

``python -m benchmarks.alarms [PROCESSES]``: first series of random numbers, then, where a number is
given, so many processes that do the same eight things, whose CPU time is told as a store would.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from random import Random
from statistics import mean, median, stdev

from greenlint_profiler.past.changepoint import changes
from greenlint_profiler.past.history import fence
from greenlint_profiler.past.ranks import ratio

LIMIT = 1.10
# Between two processes, as runs of a suite do not follow one another at once.
PAUSE_SECONDS = 1.2

Draw = Callable[[Random], float]
NOISE: dict[str, Draw] = {
    "normal": lambda chance: chance.gauss(1, 0.03),
    "skewed": lambda chance: chance.lognormvariate(0, 0.3),
    "5 % outliers": lambda chance: chance.gauss(1, 0.02) * (3 if chance.random() < 0.05 else 1),
}

WORK = """
import json, random, re, time

def tuples():
    grown = ()
    for number in range(1500):
        grown = grown + (number,)

def counts():
    held = {}
    for number in range(80000):
        held[number % 997] = held.get(number % 997, 0) + number

things = {
    "squares": lambda: sum(i * i for i in range(120000)),
    "sorting": lambda: sorted(random.Random(1).random() for _ in range(40000)),
    "json": lambda: json.loads(json.dumps([{"a": i, "b": str(i)} for i in range(8000)])),
    "regex": lambda: re.findall(r"(\\w+)@(\\w+)", "ann@example bob@site " * 4000),
    "counts": counts,
    "joining": lambda: "".join(chr(97 + i % 26) for i in range(120000)),
    "filter": lambda: [x for x in map(str, range(80000)) if "7" in x],
    "tuples": tuples,
}
took = {}
for name, thing in things.items():
    began = time.process_time_ns()
    thing()
    took[name] = (time.process_time_ns() - began) / 1e9
print(json.dumps(took))
"""


def independent(draw: Draw, chance: Random) -> Iterator[float]:
    """Figures that know nothing of one another."""
    while True:
        yield draw(chance)


def drifting(share: float, chance: Random) -> Iterator[float]:
    """Figures of which each keeps a share of the deviation of the one before."""
    off = 0.0
    while True:
        off = share * off + chance.gauss(0, 0.03)
        yield 1 + off


def alarms(series: Iterator[float], runs: int, count: int = 2000) -> float:
    """The part of the series of so many runs in which a change point is seen."""
    return mean(bool(changes(list(islice(series, runs)))) for _ in range(count))


def simulated() -> None:
    """False alarms of change point and fence, and how soon a change is seen."""
    print("change point, part of series without a change (nominal 1 %):")
    for name, draw in NOISE.items():
        found = [f"{alarms(independent(draw, Random(n)), n):.2%} of {n}" for n in (10, 20, 30, 60)]
        print(f"  {name:<14}", ", ".join(found))
    for share in (0.2, 0.4, 0.6):
        found = [f"{alarms(drifting(share, Random(n)), n):.1%} of {n}" for n in (20, 30, 60)]
        print(f"  drifting {share:<5}", ", ".join(found))
    print("fence, part of runs without a change:")
    for name, draw in NOISE.items():
        found = [f"{beyond(draw, before):.2%} after {before}" for before in (8, 15, 30)]
        print(f"  {name:<14}", ", ".join(found))
    print("a rise by so many standard deviations, 20 runs before it; seen after 1, 2, ... runs:")
    for shift in (2, 3, 4, 6):
        print(f"  {shift}:", " ".join(f"{seen(shift, after):.0%}" for after in range(1, 9)))


def beyond(draw: Draw, before: int, count: int = 10_000) -> float:
    """The part of the runs that are beyond the fence of those before them."""
    chance, over = Random(before), 0
    for _ in range(count):
        limit = fence([draw(chance) for _ in range(before)])
        over += limit is not None and draw(chance) > limit.limit
    return over / count


def seen(shift: float, after: int, count: int = 400) -> float:
    """The part of the changes that are seen when there are so many runs after them."""
    chance = Random(1)
    found = 0
    for _ in range(count):
        series = [chance.gauss(50, 1) for _ in range(20)]
        found += bool(changes([*series, *(chance.gauss(50 + shift, 1) for _ in range(after))]))
    return found / count


def processes(count: int) -> None:
    """The same work in so many processes, one after the other."""
    runs = []
    for _ in range(count):
        done = subprocess.run([sys.executable, "-c", WORK], capture_output=True, check=True)
        runs.append(json.loads(done.stdout))
        time.sleep(PAUSE_SECONDS)
    series = {name: [run[name] for run in runs] for name in runs[0]}
    for name, values in series.items():
        spread = stdev(values) / mean(values)
        print(f"  {name:<10} median {1000 * median(values):6.2f} ms, spread {spread:.0%}")
    tell(list(series.values()))


def tell(series: Sequence[Sequence[float]]) -> None:
    """What each way of looking says of series in which nothing changed."""
    naive = [
        values[at] > LIMIT * median(values[at - 12 : at])
        for values in series
        for at in range(12, len(values))
    ]
    print(f"one run above the median of 12 by 10 %: {mean(naive):.1%} of {len(naive)}")
    for before, after in ((12, 5), (20, 20), (6, 4)):
        found = [
            ratio(values[at : at + before], values[at + before : at + before + after])
            for values in series
            for at in range(0, len(values) - before - after + 1, 5)
        ]
        lows = [one.low for one in found if one is not None and one.low is not None]
        rate = mean(low > LIMIT for low in lows)
        shown = mean(low > 1 for low in lows)
        print(
            f"compare {before} with {after}: regression {rate:.1%}, interval above 1 {shown:.1%} "
            f"of {len(lows)}"
        )
    changed = [
        bool(changes(values[at : at + 30]))
        for values in series
        for at in range(0, len(values) - 29, 15)
    ]
    print(f"change point in 30 runs: {mean(changed):.1%} of {len(changed)}")


def main() -> None:
    """Print everything."""
    simulated()
    if len(sys.argv) > 1:
        print(f"{sys.argv[1]} processes:")
        processes(int(sys.argv[1]))


if __name__ == "__main__":
    main()
