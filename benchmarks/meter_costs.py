# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""What greenlint's own meter costs and how exact it is, on simulated counters.

    python -m benchmarks.meter_costs [--write]

Prints a table: two edges beside the bare reads of the same files, the import of `measure` beside
that of `dataclasses`, and windows on a tree whose counters another process drives.
"""

from __future__ import annotations

import compileall
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean, median

import greenlint_profiler
from greenlint_profiler.account import Account
from greenlint_profiler.measurement import between
from greenlint_profiler.meters import powercap
from greenlint_profiler.window import measure
from greenlint_profiler.world import World

from benchmarks.corpus import HERE
from benchmarks.figure import Figure, at_least, at_most, table
from benchmarks.measure import Spread
from tests.powercap.live import live, powers
from tests.powercap.simulator import Simulator, simulated
from tests.powercap.tree import zones_of

PACKAGE = Path(greenlint_profiler.__file__).parent
RESULTS = HERE / "RESULTS-meters.md"
HEADER = """
## What greenlint's meter costs, and how exact it is

On simulated counters; the cost of a read leaves out what hardware takes to answer. The counters are
files that another process updates every millisecond, so that a reading costs what a file costs.
Windows at whose edges that process, or the reading, was kept waiting, because the machine was busy,
are left out. "Range" is the middle half of the values. `python -m benchmarks.meter_costs --write`
takes these figures alone.

"""
READS = 3000
IMPORTS = 31
WINDOWS = 500
# Readings of a window's two edges that took longer were disturbed.
UNDISTURBED_NS = 1_000_000
TREES = ("client-i5-13500", "xeon-4s-reversed")
IMPORT = """
import time
began = time.process_time()
import dataclasses
there = time.process_time()
from greenlint_profiler import measure
print(1000 * (there - began), 1000 * (time.process_time() - there))
"""


@dataclass(frozen=True)
class Window:
    """What was reported of one window, its interval, and what was issued, in microjoules."""

    energy_uj: int
    low_uj: int
    high_uj: int
    issued_uj: int


def main(words: Sequence[str]) -> int:
    """Print every figure, with `--write` into the page of results; 1 when a target is missed."""
    found = []
    for figure in figures():
        print(" | ".join(figure.cells()), file=sys.stderr, flush=True)
        found.append(figure)
    print(table(found))
    if "--write" in words:
        before, _, _ = RESULTS.read_text("utf-8").partition(HEADER)
        RESULTS.write_text(before + HEADER + table(found), "utf-8")
    return int(any(figure.met is False for figure in found))


def figures() -> Iterator[Figure]:
    """Every figure, in the order of the table."""
    for tree in TREES:
        yield from edges(tree)
    yield from imports()
    for seconds, percent in ((0.05, 5.0), (0.25, 1.0)):
        yield from exactness(seconds, percent)


def edges(tree: str) -> Iterator[Figure]:
    """Two edges of an account above the bare reads of its files, for each counter; and a window."""
    with tempfile.TemporaryDirectory() as folder:
        simulator = simulated(Path(folder), zones_of(tree), powers("package=40;dram=6"))
        world = World(sys=folder)
        account = Account(powercap.open_meter(world))
        files = [os.open(file.path, os.O_RDONLY) for file in simulator.files]

        def bare() -> None:
            for file in files:
                os.pread(file, 32, 0)

        def whole() -> None:
            with measure(meter=account, world=world):
                pass

        costs = [_turn(simulator, (bare, account.edge, whole)) for _ in range(READS)]
        between_two = (account.edge(), account.edge())
        booked = between(account.meter, account.counters, *between_two)
        for file in files:
            os.close(file)
        account.meter.close()
        simulator.close()
    counters = len(booked.domains)
    above = [2 * (edge - bare) / counters for bare, edge, _ in costs]
    what, on = "two edges above the bare reads, each counter", f"{counters} counters"
    yield Figure(what, on, _middle(above), "µs", at_most(20))
    windows = [cost for _, _, cost in costs]
    beside = "edges, /proc/stat and CPU time twice, the record"
    yield Figure("an empty `with measure()`", on, _middle(windows), "µs", None, beside)


def _turn(simulator: Simulator, calls: Sequence[Callable[[], object]]) -> list[float]:
    """Microseconds of each call, one after the other; the counters moved before each."""
    spent = []
    for call in calls:
        simulator.show_at(time.monotonic_ns() - simulator.began_ns)
        began_ns = time.perf_counter_ns()
        call()
        spent.append((time.perf_counter_ns() - began_ns) / 1000)
    return spent


def _middle(values: Sequence[float]) -> Spread:
    """The median with its quartiles: a busy machine makes the extremes say nothing."""
    ordered = sorted(values)
    quarter = len(ordered) // 4
    return Spread(median(ordered), ordered[quarter], ordered[-1 - quarter], len(ordered))


def imports() -> Iterator[Figure]:
    """CPU time of an import in a fresh process, after that of `dataclasses`: of compiled files, as
    pip installs them, and without the site's packages.
    """
    taken = []
    with tempfile.TemporaryDirectory() as folder:
        copy = shutil.copytree(PACKAGE, Path(folder) / PACKAGE.name)
        compileall.compile_dir(copy, quiet=2)
        words = [sys.executable, "-S", "-X", "frozen_modules=on", "-c", IMPORT]
        for _ in range(IMPORTS):
            done = subprocess.run(
                words,
                env={**os.environ, "PYTHONPATH": folder},
                capture_output=True,
                text=True,
                check=True,
            )
            taken.append([float(word) for word in done.stdout.split()])
    base = _middle([before for before, _ in taken])
    beside = f"`import dataclasses` itself: {base.median:.1f} ms"
    own = _middle([after for _, after in taken])
    what = "`from greenlint_profiler import measure`, CPU above `import dataclasses`"
    yield Figure(what, "a fresh process", own, "ms", at_most(10), beside)


def exactness(seconds: float, percent: float) -> Iterator[Figure]:
    """Reported against issued joules, and what the intervals of 95 % hold."""
    told = windows_on_a_live_tree(seconds)
    errors = [one.energy_uj - one.issued_uj for one in told]
    parts = [100 * abs(e) / one.issued_uj for e, one in zip(errors, told, strict=True)]
    on = f"windows of {1000 * seconds:g} ms, package and memory"
    left_out = f"{WINDOWS - len(told)} of {WINDOWS} windows left out"
    yield Figure("error", on, _middle(parts), "%", at_most(percent), left_out)
    held = [one.low_uj <= one.issued_uj <= one.high_uj for one in told]
    share = 100 * fmean(held)
    beside = f"{sum(held)} of {len(held)} windows"
    yield Figure("intervals that hold the truth", on, _once(share), "%", at_least(93), beside)
    yield Figure("intervals that do not", on, _once(100 - share), "%", at_least(1))
    rms = fmean(error**2 for error in errors) ** 0.5
    widths = [(one.high_uj - one.low_uj) / 2 / rms for one in told]
    yield Figure("half-width over RMS error", on, _middle(widths), "x", at_most(2))


def _once(value: float) -> Spread:
    return Spread(value, value, value, 1)


def windows_on_a_live_tree(seconds: float) -> list[Window]:
    """Windows on counters that another process drives, at whose edges it was not kept waiting.

    They are up to a fifth longer than said: all of whole milliseconds would begin and end at the
    same distance from the counters' updates.
    """
    chance = random.Random(1)
    taken = []
    with (
        tempfile.TemporaryDirectory() as folder,
        live(Path(folder), "sandy-ep", "package=40;dram=6") as tree,
    ):
        account = Account(powercap.open_meter(World(sys=str(tree.sys))))
        for _ in range(WINDOWS):
            first = account.edge()
            time.sleep(seconds * chance.uniform(1, 1.2))
            last = account.edge()
            total = between(account.meter, account.counters, first, last).total
            taken.append((total, first, last))
        account.meter.close()
        return [
            Window(total.energy_uj, total.low_uj, total.high_uj, issued_uj)
            for total, first, last in taken
            if not tree.was_late(first.mid_ns, last.mid_ns)
            and first.gap_ns + last.gap_ns <= UNDISTURBED_NS
            and (issued_uj := tree.issued_uj(first.mid_ns, last.mid_ns))
            and total.energy_uj is not None
            and total.low_uj is not None
            and total.high_uj is not None
        ]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
