# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""CPU seconds, where no joules are to be had: a record has them beside every meter's figures."""

from __future__ import annotations

from greenlint_profiler.counter import Counter
from greenlint_profiler.said import say
from greenlint_profiler.units import Evidence, Reason
from greenlint_profiler.world import World


class Cpu:
    """A meter without counters: its records have CPU seconds, and no joules."""

    name = "cpu"
    evidence = Evidence.PROXY
    band = None
    notes = (say("CPU seconds only: no joules were measured or estimated"),)
    counters: tuple[Counter, ...] = ()

    def read(self) -> list[int | Reason]:
        """Nothing: there is no counter."""
        return []

    def close(self) -> None:
        """Nothing is open."""


def open_meter(world: World) -> Cpu:
    """It works everywhere."""
    return Cpu()
