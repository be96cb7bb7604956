# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""What `greenlint profile --functions` costs the program that it looks into.

    python -m benchmarks.sampling [--pairs N] [--rate HERTZ]

Each program does the same work again and again, in turns with the sampler and without, in one
process: what slows the machine for a while meets both, and so does the place of things in memory.
CPU is user and system time of the process, the sampler's own thread included.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile

from greenlint_profiler.functions.recording import RATE_HERTZ

LIMIT_PERCENT = 3.0

WORK = """
def work(turns):
    total = 0
    for number in range(turns):
        total += number * number
    return total

def down(depth, turns):
    return work(turns) if depth == 0 else down(depth - 1, turns)
"""
# What is done before, and what is done in each turn: some hundredths of a second.
PROGRAMS = {
    "one function": ("", "work(600_000)"),
    "stacks of 60 functions": ("", "for _ in range(200): down(60, 2_900)"),
    "stacks of 500 functions": ("", "for _ in range(10): down(500, 55_000)"),
    "two threads": (
        "import threading",
        """
two = [threading.Thread(target=work, args=(300_000,)) for _ in range(2)]
for one in two: one.start()
for one in two: one.join()
""",
    ),
    "many short calls": (
        "import json",
        "for n in range(3_600): json.loads(json.dumps({'a': [n, work(20)], 'b': str(n)}))",
    ),
    "20 threads asleep": (
        """
import threading
for _ in range(20): threading.Thread(target=threading.Event().wait, daemon=True).start()
""",
        "work(600_000)",
    ),
}
# Prints the CPU seconds of each pair of turns: with the sampler, and without.
TURNS = """
import random, time
from greenlint_profiler.functions.inside.watch import Watch
watch = Watch({folder!r}, {period_us})
watch.begin()

def turn(sampled):
    watch.go_on() if sampled else watch.stop()
    began = time.process_time()
    once()
    return time.process_time() - began

once()
for _ in range({pairs}):
    first = random.random() < 0.5
    used = {{}}
    for sampled in (first, not first):
        used[sampled] = turn(sampled)
    print(used[True], used[False])
watch.stop()
"""


def main() -> int:
    """Print a line for each program; 1 where the median is above the limit."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.sampling", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--pairs", type=int, default=600)
    parser.add_argument("--rate", type=float, default=RATE_HERTZ)
    parser.add_argument("--only", nargs="*", choices=PROGRAMS, metavar="PROGRAM")
    options = parser.parse_args()
    load = os.getloadavg()[0]
    print(f"{options.rate:g} looks a second, {options.pairs} pairs in turns; load {load:.1f}")
    missed = False
    for name in options.only or PROGRAMS:
        percent = overheads(name, options.pairs, options.rate)
        middle = statistics.median(percent)
        low, high = interval(percent)
        missed |= middle > LIMIT_PERCENT
        print(f"{name:<24} CPU {middle:+5.2f} %  (95 %: {low:+.2f} to {high:+.2f})", flush=True)
    return int(missed)


def overheads(name: str, pairs: int, rate: float) -> list[float]:
    """For each pair of turns, by how many percent the CPU time is more with the sampler."""
    before, turn = PROGRAMS[name]
    once = "def once():\n" + "".join(f"    {line}\n" for line in turn.strip().splitlines())
    with tempfile.TemporaryDirectory() as folder:
        turns = TURNS.format(folder=folder, period_us=round(1e6 / rate), pairs=pairs)
        program = f"{WORK}\n{before}\n{once}\n{turns}"
        done = subprocess.run(
            [sys.executable, "-c", program], capture_output=True, text=True, check=True
        )
    used = [tuple(map(float, line.split())) for line in done.stdout.splitlines()]
    return [100 * (sampled / alone - 1) for sampled, alone in used]


def interval(values: list[float]) -> tuple[float, float]:
    """The 95 % interval of the median, by ranks (binomial, normal approximation)."""
    ordered, half = sorted(values), 0.98 * len(values) ** 0.5
    middle = len(ordered) / 2
    return ordered[max(0, round(middle - half))], ordered[
        min(len(ordered), round(middle + half)) - 1
    ]


if __name__ == "__main__":
    sys.exit(main())
