# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Looks of samplers -> pieces of CPU time, each with whom it belongs to.

All of a process's CPU time is somebody's: of a thread and its stack, of threads without Python, or
of the sampler itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum

from greenlint_profiler.functions.processes import Other
from greenlint_profiler.functions.samples import Process, Stack
from greenlint_profiler.functions.settle import settled


class What(Enum):
    """Whose a piece is; the value is what reports call all but the first."""

    RAN = "code"
    WAITING = "(waiting)"
    NATIVE = "(threads without Python)"
    OTHER = "(programs that are not sampled)"
    SAMPLER = "(sampler)"
    UNSAMPLED = "(not sampled)"


@dataclass(frozen=True, slots=True)
class Piece:
    """Something that lasted from one moment to another, and the CPU time that it took.

    `process` is its number, None where no process is meant; `energy_uj` is a share of what the
    counters counted, and 0 until it is given one.
    """

    what: What
    first_ns: int
    last_ns: int
    cpu_ns: int
    process: int | None = None
    thread: str = ""
    stack: Stack = ()
    energy_uj: float = 0.0

    @property
    def ns(self) -> int:
        """How long it lasted, and never nothing."""
        return max(1, self.last_ns - self.first_ns)

    def worth(self, energy_uj: float) -> Piece:
        """The piece with its share; there are very many, and `replace` would be slow."""
        return Piece(
            self.what,
            self.first_ns,
            self.last_ns,
            self.cpu_ns,
            self.process,
            self.thread,
            self.stack,
            energy_uj,
        )


def pieces(processes: Iterable[Process], others: Iterable[Other]) -> list[Piece]:
    """Everything that used the processor."""
    sampled = list(processes)
    known = {process.pid for process in sampled}
    found = [piece for process in sampled for piece in _of_process(process)]
    found += [
        Piece(What.OTHER, one.first_ns, one.last_ns, one.cpu_ns, one.pid, one.name)
        for one in others
        if one.pid not in known
    ]
    return found


def _of_process(process: Process) -> Iterator[Piece]:
    # The clocks of a process and its threads are read one after the other: what one look has too
    # much of, the next has too little of.
    owed_ns = 0
    for look in settled(process.looks):
        first_ns, last_ns, pid = look.first_ns, look.last_ns, process.pid
        for ran in look.ran:
            yield Piece(What.RAN, first_ns, last_ns, ran.cpu_ns, pid, ran.thread, ran.stack)
        if look.own_ns > 0:
            yield Piece(What.SAMPLER, first_ns, last_ns, look.own_ns, pid)
        owed_ns += look.cpu_ns - look.own_ns - sum(ran.cpu_ns for ran in look.ran)
        if owed_ns > 0:
            yield Piece(What.NATIVE, first_ns, last_ns, owed_ns, pid)
            owed_ns = 0
