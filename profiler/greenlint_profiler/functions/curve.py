# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Edges of one account, one after the other -> the energy of each stretch of time between them.

A stretch is as long as the counters need to move, and at least as long as the edges lie apart.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from greenlint_profiler.account import Edge
from greenlint_profiler.counter import Counter
from greenlint_profiler.units import Reason


@dataclass(frozen=True, slots=True)
class Stretch:
    """Energy between two moments: packages and memory, and each counter for itself.

    `energy_uj` is None where a counter of the total failed meanwhile; `reason` says how.
    """

    first_ns: int
    last_ns: int
    energy_uj: int | None
    parts_uj: tuple[int, ...] = ()
    reason: Reason | None = None

    @property
    def ns(self) -> int:
        """How long it was."""
        return self.last_ns - self.first_ns

    @property
    def watts(self) -> float | None:
        """The mean power."""
        return None if self.energy_uj is None else self.energy_uj * 1000 / self.ns


class Curve:
    """Takes edges in their order, and keeps the stretches between them."""

    def __init__(self, counters: Sequence[Counter]) -> None:
        self.counters = tuple(counters)
        self.stretches: list[Stretch] = []
        self._in_total = [index for index, one in enumerate(counters) if one.in_total]
        self._from: Edge | None = None
        self._last: Edge | None = None

    def add(self, edge: Edge) -> None:
        """One more edge.  As long as the total stands still, or is not readable, it goes on."""
        before, self._last = self._from, edge
        if before is None:
            self._from = edge
            return
        total_uj = sum(self._moved(before, edge, index) for index in self._in_total)
        reason = self._fault(before, edge)
        missing = any(edge.entries[index].missing for index in self._in_total)
        if edge.mid_ns > before.mid_ns and not missing and (total_uj > 0 or reason is not None):
            self._close(before, edge, total_uj, reason)

    def end(self) -> None:
        """No more edges: what the counters no longer showed is a stretch without energy."""
        if self._from is None or self._last is None or self._last.mid_ns <= self._from.mid_ns:
            return
        missing = [self._last.entries[index].missing for index in self._in_total]
        reason = next((one for one in missing if one is not None), None)
        self._close(self._from, self._last, 0, reason)

    def _close(self, before: Edge, edge: Edge, total_uj: int, reason: Reason | None) -> None:
        parts_uj = tuple(self._moved(before, edge, index) for index in range(len(self.counters)))
        energy_uj = total_uj if reason is None and self._in_total else None
        self.stretches.append(Stretch(before.mid_ns, edge.mid_ns, energy_uj, parts_uj, reason))
        self._from = edge

    @staticmethod
    def _moved(before: Edge, edge: Edge, index: int) -> int:
        return edge.entries[index].energy_uj - before.entries[index].energy_uj

    def _fault(self, before: Edge, edge: Edge) -> Reason | None:
        for index in self._in_total:
            if edge.entries[index].faults > before.entries[index].faults:
                return edge.entries[index].fault
        return None
