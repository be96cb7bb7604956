# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Counters that follow a known power on a grid of about a millisecond, as real ones do."""

from __future__ import annotations

import os
import random
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tests.powercap.power import Power, constant
from tests.powercap.tree import File, Zones, build, show

GRID_NS = 1_000_000


def modulus_uj(file: File) -> int:
    """After how much energy a counter is where it was: 2^32 steps."""
    return file.max_range_uj + max(1, round(file.max_range_uj / (2**32 - 1)))


@dataclass
class Counters:
    """What counters hold at any moment, and what was issued: the truth, without any file.

    Each socket has its own phase, period and jitter, and its counters are updated together.
    With `grid_ns` 0 a counter always shows what was issued until now.
    """

    files: list[File]
    power: Mapping[str, Power]
    began_ns: int = 0
    grid_ns: int = GRID_NS
    jitter_ns: int = 100_000
    seed: int = 1

    def power_of(self, file: File) -> Power:
        """The power that drives a counter: by zone, else by name, else by the first word of it."""
        known = (file.zone, file.name, file.name.partition("-")[0])
        return next((self.power[name] for name in known if name in self.power), constant(1))

    def issued_uj(self, names: Iterable[str], first_ns: int, last_ns: int) -> int:
        """The truth: the energy issued between two moments by the zones that are named."""
        wanted = set(names)
        return sum(
            self.power_of(file).between(first_ns - self.began_ns, last_ns - self.began_ns)
            for file in self.files
            if file.zone in wanted
        )

    def updated_ns(self, file: File, now_ns: int) -> int:
        """When a counter was last updated: on its socket's grid, a little early or late."""
        if self.grid_ns == 0:
            return now_ns
        socket = file.zone.split(":")[1]
        own = random.Random(f"{self.seed} {socket}")
        phase, period = own.randrange(self.grid_ns), self.grid_ns + own.randint(-1000, 1000)
        step = (now_ns - phase) // period + 1
        while True:
            jitter = random.Random(f"{self.seed} {socket} {step}").uniform(-1, 1) * self.jitter_ns
            moment = phase + step * period + round(jitter)
            if moment <= now_ns:
                return moment
            step -= 1

    def value_uj(self, file: File, at_ns: int) -> int:
        """What a counter that was updated at a moment holds."""
        issued = self.power_of(file).energy_uj(at_ns - self.began_ns)
        value_uj = (file.value_uj + issued) % modulus_uj(file)
        if self.grid_ns == 0:
            return value_uj
        unit_uj = file.max_range_uj / (2**32 - 1)
        return int(value_uj // unit_uj * unit_uj)


@dataclass
class Simulator(Counters):
    """A tree whose counters are driven by hand: `show_at` writes what they show at a moment."""

    sys: Path = field(kw_only=True)
    stopped: set[str] = field(default_factory=set)
    _descriptors: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for file in self.files:
            file.path.chmod(0o644)
            self._descriptors[file.zone] = os.open(file.path, os.O_RDWR)

    def show_at(self, now_ns: int) -> None:
        """Write what each counter shows at a moment."""
        for file in self.files:
            if file.zone not in self.stopped:
                self.write(file, self.value_uj(file, self.updated_ns(file, now_ns)))

    def write(self, file: File, value_uj: int) -> None:
        """Show a value."""
        show(self._descriptors[file.zone], value_uj)

    def vanish(self, file: File) -> None:
        """Take a zone away, as when its driver is unloaded."""
        os.ftruncate(self._descriptors[file.zone], 0)
        self.stopped.add(file.zone)
        file.path.unlink(missing_ok=True)

    def close(self) -> None:
        """Close the files."""
        for descriptor in self._descriptors.values():
            os.close(descriptor)
        self._descriptors.clear()


def simulated(sys: Path, zones: Zones, power: Mapping[str, Power], **more: int) -> Simulator:
    """A tree of these zones, driven by this power."""
    return Simulator(build(sys, zones), power, sys=sys, **more)


def counted(files: Iterable[File]) -> list[str]:
    """The zones of a total: packages and memory, each counter once."""
    kept: dict[str, str] = {}
    for file in files:
        if re.match(r"package|dram", file.name):
            above = file.zone if file.name != "dram" else file.zone.rpartition(":")[0]
            name = file.name if file.name != "dram" else f"dram of {above}"
            kept.setdefault(name, file.zone)
    return list(kept.values())
