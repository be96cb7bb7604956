# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Who else used the processor: CPU time of this process, and of the whole machine."""

from __future__ import annotations

import os
import time

from greenlint_profiler.value import value
from greenlint_profiler.world import World

try:
    import resource
except ImportError:  # Windows
    resource = None  # type: ignore[assignment]

# Others' part of all CPU time above which a counter is not ours alone.
OTHERS_PERCENT = 10
# The kernel counts in ticks, mostly of 10 ms; fewer than these say nothing.
_TICKS_THAT_COUNT = 3
# user, nice, system, irq, softirq, steal: all of /proc/stat that is not idle, counted once.
_BUSY = (0, 1, 2, 5, 6, 7)


@value
class Load:
    """CPU time so far: of this process with its reaped children, and of the machine in ticks."""

    own_ns: int
    machine_ticks: int | None


def own_ns() -> int:
    """CPU time of this process, and of those of its children that have ended."""
    if resource is None:
        return time.process_time_ns()
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time_ns() + round((ended.ru_utime + ended.ru_stime) * 1e9)


def own_load() -> Load:
    """CPU time until now, of this process alone: where nobody asks for the machine's, a look at
    /proc/stat would cost more than all else.
    """
    return Load(own_ns(), None)


def load(world: World) -> Load:
    """CPU time until now; the machine's is absent where /proc/stat does not tell it."""
    ticks = None
    try:
        with open(os.path.join(world.proc, "stat"), "rb") as file:
            fields = file.readline().split()[1:]
        ticks = sum(int(fields[index]) for index in _BUSY if index < len(fields))
    except (OSError, ValueError):
        pass
    return Load(own_ns(), ticks)


def others(first: Load, last: Load) -> float | None:
    """The part of others in all CPU time between two moments, 0 to 1.

    Absent where it cannot be told: no /proc/stat, or a time of a few ticks.
    """
    if first.machine_ticks is None or last.machine_ticks is None:
        return None
    hertz = os.sysconf("SC_CLK_TCK")
    ticks = last.machine_ticks - first.machine_ticks
    own_ticks = (last.own_ns - first.own_ns) * hertz / 1e9
    if ticks < 2 * _TICKS_THAT_COUNT:
        return None
    strange = ticks - own_ticks
    return 0.0 if strange < _TICKS_THAT_COUNT else min(1.0, strange / ticks)


def busy(first: Load, last: Load, seconds: float) -> float | None:
    """The part of the machine's whole CPU time that anybody used between two moments, 0 to 1."""
    if first.machine_ticks is None or last.machine_ticks is None:
        return None
    capacity = seconds * os.sysconf("SC_CLK_TCK") * (os.cpu_count() or 1)
    return min(1.0, (last.machine_ticks - first.machine_ticks) / capacity)
