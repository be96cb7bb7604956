# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Functions over time, and the power beside them, for Perfetto and chrome://tracing.

The Trace Event Format: complete events (``X``) in microseconds, counters (``C``), metadata (``M``).
A function's slice spans the looks that found it one after the other in the same place of the stack.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from greenlint_profiler.functions.attribution import Attribution, Unit, basis, overhead
from greenlint_profiler.functions.naming import where
from greenlint_profiler.functions.pieces import Piece, What
from greenlint_profiler.functions.samples import Function

_MACHINE = 0


def written(attribution: Attribution, title: str) -> str:
    """The file."""
    return json.dumps(record(attribution, title)) + "\n"


def record(attribution: Attribution, title: str) -> dict[str, Any]:
    """The same as plain values."""
    begins = [one.began_ns for one in attribution.processes]
    begins += [one.first_ns for one in attribution.stretches]
    zero_ns = min(begins, default=0)
    return {
        "displayTimeUnit": "ms",
        "otherData": {
            "command": title,
            "unit": attribution.unit.value,
            "basis": " ".join(basis(attribution)),
            "sampling": overhead(attribution.sampling),
        },
        "traceEvents": [
            *_names(attribution),
            *_power(attribution, zero_ns),
            *_cpu(attribution, zero_ns),
            *_slices(attribution, zero_ns),
        ],
    }


def _us(ns: int, zero_ns: int) -> float:
    return (ns - zero_ns) / 1000


def _threads(attribution: Attribution) -> dict[tuple[int | None, str], int]:
    """A number for each thread of each process, from 1."""
    found: dict[tuple[int | None, str], int] = {}
    for piece in attribution.pieces:
        if piece.what is What.RAN:
            found.setdefault((piece.process, piece.thread), len(found) + 1)
    return found


def _names(attribution: Attribution) -> Iterator[dict[str, Any]]:
    def named(kind: str, name: str, pid: int, tid: int = 0) -> dict[str, Any]:
        return {"ph": "M", "name": kind, "pid": pid, "tid": tid, "args": {"name": name}}

    yield named("process_name", "machine", _MACHINE)
    for one in attribution.processes:
        yield named("process_name", one.name, one.pid)
    for (process, thread), number in _threads(attribution).items():
        yield named("thread_name", thread, process or _MACHINE, number)


def _counter(name: str, pid: int, us: float, unit: str, value: float) -> dict[str, Any]:
    return {"ph": "C", "name": name, "pid": pid, "tid": 0, "ts": us, "args": {unit: value}}


def _power(attribution: Attribution, zero_ns: int) -> Iterator[dict[str, Any]]:
    """The mean power of each stretch: all that counts together, and each counter."""
    for stretch in attribution.stretches:
        us = _us(stretch.first_ns, zero_ns)
        if stretch.watts is not None:
            yield _counter("power", _MACHINE, us, "W", stretch.watts)
            for counter, part_uj in zip(attribution.counters, stretch.parts_uj, strict=True):
                name = f"power {counter.domain}"
                yield _counter(name, _MACHINE, us, "W", part_uj * 1000 / stretch.ns)
    for stretch in attribution.stretches[-1:]:
        yield _counter("power", _MACHINE, _us(stretch.last_ns, zero_ns), "W", 0)


def _cpu(attribution: Attribution, zero_ns: int) -> Iterator[dict[str, Any]]:
    """How many processors each process kept busy."""
    for process in attribution.processes:
        for look in process.looks:
            busy = look.cpu_ns / max(1, look.last_ns - look.first_ns)
            us = _us(look.first_ns, zero_ns)
            yield _counter("processors busy", process.pid, us, "processors", busy)


def _slices(attribution: Attribution, zero_ns: int) -> Iterator[dict[str, Any]]:
    tracks: dict[tuple[int | None, str], _Track] = {}
    places = _Places()
    numbers = _threads(attribution)
    for piece in attribution.pieces:
        if piece.what is What.RAN:
            key = piece.process, piece.thread
            track = tracks.setdefault(key, _Track(attribution, numbers[key], zero_ns, places))
            yield from track.take(piece)
    for track in tracks.values():
        yield from track.close(0)


class _Places(dict[Function, str]):
    """Where functions are, each found out once."""

    def __missing__(self, function: Function) -> str:
        place = self[function] = where(function)
        return place


class _Track:
    """One thread: the slices that are open, outermost first."""

    def __init__(
        self, attribution: Attribution, number: int, zero_ns: int, places: _Places
    ) -> None:
        self._places = places
        self._unit: Unit = attribution.unit
        self._number = number
        self._zero_ns = zero_ns
        self._open: list[tuple[Function, int, float]] = []
        self._pid = _MACHINE
        self._until_ns = 0

    def take(self, piece: Piece) -> Iterator[dict[str, Any]]:
        """Go on with what is the same, end what is not, begin the rest."""
        functions = [place.function for place in piece.stack]
        same = 0
        if piece.first_ns <= self._until_ns:
            for (function, _, _), other in zip(self._open, functions, strict=False):
                if function != other:
                    break
                same += 1
        yield from self.close(same)
        self._pid = piece.process or _MACHINE
        self._open += [(function, piece.first_ns, 0.0) for function in functions[same:]]
        self._open = [
            (function, first_ns, amount + piece.energy_uj)
            for function, first_ns, amount in self._open
        ]
        self._until_ns = piece.last_ns

    def close(self, kept: int) -> Iterator[dict[str, Any]]:
        """End all slices but the outermost so many."""
        while len(self._open) > kept:
            function, first_ns, amount = self._open.pop()
            yield {
                "ph": "X",
                "name": function.name,
                "cat": "function",
                "pid": self._pid,
                "tid": self._number,
                "ts": _us(first_ns, self._zero_ns),
                "dur": (self._until_ns - first_ns) / 1000,
                "args": {"at": self._places[function], self._unit.value: self._unit.shown(amount)},
            }
