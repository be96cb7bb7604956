# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Pieces of CPU time, and the energy of each stretch of time -> pieces of energy.

A stretch's energy is divided by CPU time over what ran in it.  With less than one processor's worth
of CPU time in it, the rest of its time is nobody's work: it was waited, or not looked at.  So every
microjoule is given away once, and none twice.

That all CPU time of a stretch costs the same, whatever is computed, is an assumption: the result is
an estimate, however well the energy was measured.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence

from greenlint_profiler.functions.curve import Stretch
from greenlint_profiler.functions.pieces import Piece, What
from greenlint_profiler.functions.samples import Look, Process

# A stretch by its number, and for how many nanoseconds something lay in it.
_Span = tuple[int, int]


def weigh(
    found: Sequence[Piece], processes: Sequence[Process], stretches: Sequence[Stretch]
) -> list[Piece]:
    """The pieces with their energy, and pieces for the time in which less than one ran.

    The stretches follow one another.  The sum over all pieces is the sum over all stretches whose
    energy is known.
    """
    scale = _Scale(stretches)
    within = [scale.within(piece.first_ns, piece.last_ns) for piece in found]
    busy_ns, sampled_ns = [0.0] * len(stretches), [0.0] * len(stretches)
    for piece, spans in zip(found, within, strict=True):
        of_all = [busy_ns] if piece.what is What.OTHER else [busy_ns, sampled_ns]
        for index, ns in spans:
            for used_ns in of_all:
                used_ns[index] += piece.cpu_ns * ns / piece.ns
    prices = [
        (one.energy_uj or 0) / max(one.ns, busy)
        for one, busy in zip(stretches, busy_ns, strict=True)
    ]
    weighed = [
        piece.worth(piece.cpu_ns / piece.ns * sum(prices[index] * ns for index, ns in spans))
        for piece, spans in zip(found, within, strict=True)
    ]
    covered_ns = scale.covered(processes)
    waits = _waits(processes, scale, len(stretches))
    for index, stretch in enumerate(stretches):
        idle_ns = max(0.0, stretch.ns - busy_ns[index])
        waited_ns = min(idle_ns, max(0.0, covered_ns[index] - sampled_ns[index]))
        weighed += _waited(stretch, prices[index] * waited_ns, waits[index])
        weighed += _unsampled(stretch, prices[index] * (idle_ns - waited_ns))
    return weighed


class _Scale:
    """Where moments lie among stretches."""

    def __init__(self, stretches: Sequence[Stretch]) -> None:
        self._firsts = [one.first_ns for one in stretches]
        self._lasts = [one.last_ns for one in stretches]

    def within(self, first_ns: int, last_ns: int) -> list[_Span]:
        """The stretches that something lies in; a moment lies in one."""
        found = []
        last_ns = max(last_ns, first_ns + 1)
        index = max(0, bisect_right(self._firsts, first_ns) - 1)
        while index < len(self._firsts) and self._firsts[index] < last_ns:
            ns = min(last_ns, self._lasts[index]) - max(first_ns, self._firsts[index])
            if ns > 0:
                found.append((index, ns))
            index += 1
        return found

    def covered(self, processes: Iterable[Process]) -> list[int]:
        """How much of each stretch a sampler looked at, in one process at least."""
        covered_ns = [0] * len(self._firsts)
        for first_ns, last_ns in _union((one.began_ns, _end_of(one)) for one in processes):
            for index, ns in self.within(first_ns, last_ns):
                covered_ns[index] += ns
        return covered_ns


def _waited(
    stretch: Stretch, energy_uj: float, where: Sequence[tuple[float, Piece]]
) -> Iterator[Piece]:
    """What nothing ran for while a sampler looked, over the places where processes waited."""
    if energy_uj <= 0:
        return
    whole = sum(weight for weight, _ in where)
    for weight, piece in where:
        yield piece.worth(energy_uj * weight / whole)
    if not where:
        yield Piece(What.WAITING, stretch.first_ns, stretch.last_ns, 0, energy_uj=energy_uj)


def _unsampled(stretch: Stretch, energy_uj: float) -> Iterator[Piece]:
    if energy_uj > 0:
        yield Piece(What.UNSAMPLED, stretch.first_ns, stretch.last_ns, 0, energy_uj=energy_uj)


def _waits(
    processes: Sequence[Process], scale: _Scale, count: int
) -> list[list[tuple[float, Piece]]]:
    """For each stretch, where processes waited in it, and for how long."""
    waits: list[list[tuple[float, Piece]]] = [[] for _ in range(count)]
    for process in processes:
        for look in process.looks:
            if look.waiting is not None:
                piece = Piece(
                    What.WAITING,
                    look.first_ns,
                    look.last_ns,
                    0,
                    process.pid,
                    stack=look.waiting,
                )
                for index, ns in scale.within(look.first_ns, look.last_ns):
                    waits[index].append((ns * _idle_part(look), piece))
    return waits


def _idle_part(look: Look) -> float:
    return max(0.01, 1 - look.cpu_ns / max(1, look.last_ns - look.first_ns))


def _end_of(process: Process) -> int:
    return process.looks[-1].last_ns if process.looks else process.began_ns


def _union(spans: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Spans without their overlaps, in order; empty ones left out."""
    ends_ns: int | None = None
    for first_ns, last_ns in sorted(spans):
        begins_ns = first_ns if ends_ns is None else max(first_ns, ends_ns)
        if begins_ns < last_ns:
            yield begins_ns, last_ns
            ends_ns = last_ns


def apportion(total: int, weights: Sequence[float]) -> list[int]:
    """Integers that are in proportion to weights and whose sum is the total: largest remainders.

    Nothing is given where no weight is.
    """
    whole = sum(weights)
    if whole <= 0:
        return [0] * len(weights)
    exact = [total * weight / whole for weight in weights]
    given = [int(one) for one in exact]
    by_remainder = sorted(range(len(weights)), key=lambda index: given[index] - exact[index])
    left = total - sum(given)
    for index in by_remainder[: max(0, left)]:
        given[index] += 1
    spare = (index for index in reversed(by_remainder) if given[index] > 0)
    for index, _ in zip(spare, range(-left), strict=False):
        given[index] -= 1
    return given
