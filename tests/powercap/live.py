# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""A powercap tree that lives: `python -m tests.powercap.live --tree KEY --power 30`.

A process advances the counters about every millisecond along a power that is known exactly, so
that joules that a meter reports can be compared with joules that were issued.  Every value is
simulated.  Point a meter at the tree with GREENLINT_SYSFS_ROOT, or give a program that reads
/sys/class/powercap a mount namespace of its own (`tests.powercap.namespace`).
"""

from __future__ import annotations

import argparse
import json
import os
import random
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from subprocess import PIPE, Popen
from typing import Any

from tests.powercap.power import Power, parse
from tests.powercap.simulator import GRID_NS, Counters, Simulator, counted, simulated
from tests.powercap.tree import trees, zones_of

ROOT = Path(__file__).parents[2]
# When two updates lie further apart, or one takes so long, the machine was too busy to simulate.
LATE_NS = 14 * GRID_NS // 10
SLOW_NS = 2 * GRID_NS // 10


def drive(simulator: Simulator, seconds: float, late: Path) -> None:
    """Update the counters on a grid with jitter; note in `late` each stretch without an update."""
    chance = random.Random(simulator.seed)
    ends_ns = simulator.began_ns + round(seconds * 1e9)
    due_ns = last_ns = simulator.began_ns
    with late.open("a", encoding="ascii") as log:
        while last_ns < ends_ns:
            due_ns += GRID_NS + round(chance.uniform(-1, 1) * simulator.jitter_ns)
            time.sleep(max(0, due_ns - time.monotonic_ns()) / 1e9)
            now_ns = time.monotonic_ns()
            simulator.show_at(now_ns)
            shown_ns = time.monotonic_ns()
            if now_ns - last_ns > LATE_NS or shown_ns - now_ns > SLOW_NS:
                log.write(f"{last_ns} {shown_ns}\n")
                log.flush()
                due_ns = now_ns
            last_ns = now_ns


@dataclass
class Live:
    """A tree that another process keeps alive, and the truth about it."""

    sys: Path
    counters: Counters
    late: Path

    def issued_uj(self, first_ns: int, last_ns: int) -> int:
        """What packages and memory used between two moments of the monotonic clock."""
        zones = counted(self.counters.files)
        return self.counters.issued_uj(zones, first_ns, last_ns)

    def was_late(self, *moments_ns: int) -> bool:
        """Whether the simulation stood still around a moment, because the machine was busy."""
        stretches = [line.split() for line in self.late.read_text("ascii").splitlines()]
        return any(
            int(first) <= moment <= int(last) for first, last in stretches for moment in moments_ns
        )


@contextmanager
def live(folder: Path, tree: str, power: str, **more: Any) -> Iterator[Live]:
    """A live tree below a folder, for as long as the block runs."""
    words = [sys.executable, "-m", "tests.powercap.live", "--json", "--root", str(folder)]
    options = {"tree": tree, "power": power, "seconds": 3600, **more}
    words += [word for name, value in options.items() for word in (f"--{name}", str(value))]
    with Popen(words, cwd=ROOT, stdout=PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            told = json.loads(process.stdout.readline())
            yield _seen_from_outside(told, tree, power)
        finally:
            process.kill()


def _seen_from_outside(told: Mapping[str, Any], tree: str, power: str) -> Live:
    """The truth needs no look at the files: it follows from the power and the beginning."""
    from tests.powercap.tree import File

    files = [
        File(one["zone"], one["name"], Path(one["path"]), one["value_uj"], one["max_range_uj"])
        for one in told["files"]
    ]
    counters = Counters(files, powers(power), told["began_ns"])
    return Live(Path(told["sys"]), counters, Path(told["late"]))


def powers(text: str) -> dict[str, Power]:
    """``package=20x300,90x200;dram=3``, or one power for packages: ``30``."""
    named = (part.partition("=") for part in text.split(";"))
    return {name if equals else "package": parse(rest or name) for name, equals, rest in named}


def main(words: Sequence[str]) -> int:
    """Write a tree, say where it is, and keep it alive."""
    parser = argparse.ArgumentParser("python -m tests.powercap.live", description=__doc__)
    parser.add_argument("--tree", default="client-i5-13500", choices=sorted(trees()))
    parser.add_argument("--power", default="30", help="WATTS, or package=20x300,90x200;dram=3")
    parser.add_argument("--seconds", type=float, default=3600)
    parser.add_argument("--root", type=Path, help="an empty folder; by default a new one")
    parser.add_argument("--below-wrap", type=float, help="joules until the packages wrap")
    parser.add_argument("--jitter", type=float, default=0.1, help="of updates, in milliseconds")
    parser.add_argument("--json", action="store_true", help="tell where it is as JSON")
    asked = parser.parse_args(words)
    with suppress(OSError):
        os.nice(-15)  # hardware counts whatever else the machine does; without the right, as it is
    root = asked.root or Path(tempfile.mkdtemp(prefix="greenlint-live-"))
    simulator = begin(root, asked)
    late = root / "late.txt"
    late.touch()
    _tell(simulator, late, asked)
    try:
        drive(simulator, asked.seconds, late)
    except KeyboardInterrupt:
        return 130
    return 0


def begin(root: Path, asked: argparse.Namespace) -> Simulator:
    """The tree in its first state."""
    zones = zones_of(asked.tree)
    for zone in zones:
        if asked.below_wrap is not None and zone["name"].startswith("package"):
            zone["energy_uj"] = zone["max_energy_range_uj"] - round(asked.below_wrap * 1e6)
    return simulated(
        root / "sys",
        zones,
        powers(asked.power),
        grid_ns=0,
        jitter_ns=round(asked.jitter * 1e6),
        began_ns=time.monotonic_ns(),
    )


def _tell(simulator: Simulator, late: Path, asked: argparse.Namespace) -> None:
    if asked.json:
        files = [{**vars(file), "path": str(file.path)} for file in simulator.files]
        told = {"sys": str(simulator.sys), "late": str(late), "files": files}
        print(json.dumps({**told, "began_ns": simulator.began_ns}), flush=True)
        return
    print(f"A simulated tree ({asked.tree}) at {asked.power} W; nothing here is hardware.")
    print(f"  export GREENLINT_SYSFS_ROOT={simulator.sys}")
    print(f"It lives for {asked.seconds:g} s, or until Ctrl+C.", flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
