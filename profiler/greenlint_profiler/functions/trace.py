# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Functions over time, and the power beside them, for Perfetto and chrome://tracing.

The Trace Event Format: complete events (``X``) in microseconds, counters (``C``), metadata (``M``).
A function's slice spans the looks that found it one after the other in the same place of the stack.

Viewers build the stacks of a track from times alone: slices must lie within one another or apart,
and of two that begin together they take the first in the file for the outer one.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from itertools import count
from operator import itemgetter
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
    tracks = _tracks(attribution, zero_ns)
    return {
        "displayTimeUnit": "ms",
        "otherData": {
            "command": title,
            "unit": attribution.unit.value,
            "basis": " ".join(basis(attribution)),
            "sampling": overhead(attribution.sampling),
        },
        "traceEvents": [
            *_names(attribution, tracks),
            *_power(attribution, zero_ns),
            *_cpu(attribution, zero_ns),
            *(one for track in tracks for one in track.slices()),
        ],
    }


def _us(ns: int, zero_ns: int) -> float:
    """Microseconds in eighths, which floating point has exactly: sums and products of a reader
    cannot put the end of a slice after the beginning of the next.
    """
    return round((ns - zero_ns) / 125) / 8


def _names(attribution: Attribution, tracks: Sequence[_Track]) -> Iterator[dict[str, Any]]:
    def named(kind: str, name: str, pid: int, tid: int = 0) -> dict[str, Any]:
        return {"ph": "M", "name": kind, "pid": pid, "tid": tid, "args": {"name": name}}

    yield named("process_name", "machine", _MACHINE)
    for one in attribution.processes:
        yield named("process_name", one.name, one.pid)
    for track in tracks:
        yield named("thread_name", track.name, track.pid, track.number)


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
    names = ["power", *(f"power {counter.domain}" for counter in attribution.counters)]
    for stretch in attribution.stretches[-1:]:
        us = _us(stretch.last_ns, zero_ns)
        yield from (_counter(name, _MACHINE, us, "W", 0) for name in names)


def _cpu(attribution: Attribution, zero_ns: int) -> Iterator[dict[str, Any]]:
    """How many processors each process kept busy."""
    for process in attribution.processes:
        for look in process.looks:
            busy = look.cpu_ns / max(1, look.last_ns - look.first_ns)
            us = _us(look.first_ns, zero_ns)
            yield _counter("processors busy", process.pid, us, "processors", busy)
        for look in process.looks[-1:]:
            us = _us(look.last_ns, zero_ns)
            yield _counter("processors busy", process.pid, us, "processors", 0)


def _tracks(attribution: Attribution, zero_ns: int) -> list[_Track]:
    """A track for each thread; threads that bear one name and ran at once have one each."""
    tracks: dict[tuple[int | None, str, int], _Track] = {}
    places = _Places()
    for piece in attribution.pieces:
        if piece.what is not What.RAN:
            continue
        for namesake in count(1):
            key = piece.process, piece.thread, namesake
            if key not in tracks:
                name = piece.thread if namesake == 1 else f"{piece.thread} ({namesake})"
                pid = piece.process or _MACHINE
                track = _Track(name, pid, len(tracks) + 1, zero_ns, places, attribution.unit)
                tracks[key] = track
            if tracks[key].free_at(piece.first_ns):
                tracks[key].take(piece)
                break
    return list(tracks.values())


class _Places(dict[Function, str]):
    """Where functions are, each found out once."""

    def __missing__(self, function: Function) -> str:
        place = self[function] = where(function)
        return place


class _Track:
    """One thread: the slices that are open, outermost first, and those that have ended."""

    def __init__(
        self, name: str, pid: int, number: int, zero_ns: int, places: _Places, unit: Unit
    ) -> None:
        self.name = name
        self.pid = pid
        self.number = number
        self._places = places
        self._unit = unit
        self._zero_ns = zero_ns
        self._open: list[tuple[Function, int, float]] = []
        self._ended: list[tuple[float, float, int, dict[str, Any]]] = []  # begin, -length, depth
        self._until_ns = 0

    def free_at(self, ns: int) -> bool:
        """Whether nothing of the thread is known after that moment."""
        return not self._open or self._until_ns <= ns

    def take(self, piece: Piece) -> None:
        """Go on with what is the same, end what is not, begin the rest."""
        functions = [place.function for place in piece.stack]
        same = 0
        if piece.first_ns <= self._until_ns:
            for (function, _, _), other in zip(self._open, functions, strict=False):
                if function != other:
                    break
                same += 1
        self._close(same)
        self._open += [(function, piece.first_ns, 0.0) for function in functions[same:]]
        self._open = [
            (function, first_ns, amount + piece.energy_uj)
            for function, first_ns, amount in self._open
        ]
        self._until_ns = piece.last_ns

    def slices(self) -> list[dict[str, Any]]:
        """All slices, each behind those that it lies in."""
        self._close(0)
        self._ended.sort(key=itemgetter(0, 1, 2))
        return [event for *_, event in self._ended]

    def _close(self, kept: int) -> None:
        """End all slices but the outermost so many."""
        until = _us(self._until_ns, self._zero_ns)
        while len(self._open) > kept:
            function, first_ns, amount = self._open.pop()
            begin = _us(first_ns, self._zero_ns)
            args = {"at": self._places[function], self._unit.value: self._unit.shown(amount)}
            event = {
                "ph": "X",
                "name": function.name,
                "cat": "function",
                "pid": self.pid,
                "tid": self.number,
                "ts": begin,
                "dur": until - begin,
                "args": args,
            }
            self._ended.append((begin, begin - until, len(self._open), event))
