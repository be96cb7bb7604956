# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""CPU time of a command's processes that no sampler looks at: programs in other languages.

They are found by their parents in /proc, some times a second; one that lives for less is missed.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass

from greenlint_profiler.world import World


@dataclass(frozen=True, slots=True)
class Other:
    """What one process used between two moments, by the name of its program."""

    pid: int
    name: str
    first_ns: int
    last_ns: int
    cpu_ns: int


def process_ns(pid: int) -> int:
    """CPU time of a process; raises OSError when it has ended.

    The clock's number is that of include/linux/posix-timers.h; clock_getcpuclockid(3) makes it.
    """
    return time.clock_gettime_ns((~pid << 3) | 2)


class Descendants:
    """The processes below one, looked for again at each `look`."""

    def __init__(
        self,
        pid: int,
        world: World,
        cpu_ns: Callable[[int], int] = process_ns,
        now_ns: Callable[[], int] = time.monotonic_ns,
    ) -> None:
        self._pid = pid
        self._world = world
        self._cpu_ns = cpu_ns
        self._now_ns = now_ns
        self._known: dict[int, tuple[int, int]] = {}
        self._since_ns = now_ns()
        self.found: list[Other] = []

    def look(self) -> None:
        """Note what each of them used since the last look."""
        tree = self._tree()
        for pid, name in tree.items():
            try:
                cpu_ns = self._cpu_ns(pid)
            except OSError:
                continue
            now_ns = self._now_ns()
            since_ns, before_ns = self._known.get(pid, (self._since_ns, 0))
            if cpu_ns > before_ns:
                self.found.append(Other(pid, name, since_ns, now_ns, cpu_ns - before_ns))
            self._known[pid] = now_ns, cpu_ns
        self._since_ns = self._now_ns()
        self._known = {pid: known for pid, known in self._known.items() if pid in tree}

    def _tree(self) -> dict[int, str]:
        """Name by process number, of the first process and all below it."""
        parents: dict[int, tuple[int, str]] = {}
        for entry in self._world.names(self._world.proc):
            if entry.isdigit():
                stat = self._world.text(self._world.proc, entry, "stat") or ""
                # The name stands in brackets, and may have brackets in it: proc(5).
                name, closed, rest = stat.partition("(")[2].rpartition(")")
                fields = rest.split()
                if closed and len(fields) > 1 and fields[0] != "Z":
                    parents[int(entry)] = int(fields[1]), name
        below = {self._pid: parents[self._pid][1]} if self._pid in parents else {}
        grown = True
        while grown:
            grown = False
            for pid, (parent, name) in parents.items():
                if parent in below and pid not in below and pid != os.getpid():
                    below[pid] = name
                    grown = True
        return below
