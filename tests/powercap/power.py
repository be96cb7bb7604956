# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Power over time that is known exactly: its energy is an integral that anybody can check."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Power:
    """Steps of (milliseconds, milliwatts), one after the other, again and again."""

    steps: tuple[tuple[int, int], ...]

    def energy_uj(self, ns: int) -> int:
        """The energy from the beginning until `ns`: milliwatts x nanoseconds are picojoules."""
        turn_ns = sum(ms for ms, _ in self.steps) * 1_000_000
        turn_pj = sum(ms * 1_000_000 * mw for ms, mw in self.steps)
        turns, rest = divmod(ns, turn_ns)
        picojoules = turns * turn_pj
        for ms, mw in self.steps:
            part = min(rest, ms * 1_000_000)
            picojoules += part * mw
            rest -= part
        return picojoules // 1_000_000

    def between(self, first_ns: int, last_ns: int) -> int:
        """The energy between two moments, in microjoules."""
        return self.energy_uj(last_ns) - self.energy_uj(first_ns)


def parse(text: str) -> Power:
    """``65`` is 65 W; ``20x300,90x200`` is 20 W for 300 ms, then 90 W for 200 ms, and so on."""
    steps = []
    for part in text.split(","):
        watts, _, ms = part.partition("x")
        steps.append((int(ms or 1000), round(float(watts) * 1000)))
    return Power(tuple(steps))


def constant(watts: float) -> Power:
    """The same power all the time."""
    return Power(((1000, round(watts * 1000)),))
