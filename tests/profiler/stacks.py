# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Runs made by hand: looks at threads, and the power meanwhile, in milliseconds and watts."""

from __future__ import annotations

from collections.abc import Iterable

from greenlint_profiler.counter import Counter
from greenlint_profiler.functions.attribution import Attribution, attribute
from greenlint_profiler.functions.curve import Stretch
from greenlint_profiler.functions.processes import Other
from greenlint_profiler.functions.samples import Function, Look, Place, Process, Ran, Stack
from greenlint_profiler.measurement import Energy, Measurement
from greenlint_profiler.units import Domain, Evidence, Kind, Reason

MS = 1_000_000
PACKAGE = Counter(Domain(Kind.PACKAGE, 0), None, 1.0, in_total=True)


def place(name: str, line: int = 1) -> Place:
    """A line of a function of `app.py`; the function begins at line 1."""
    return Place(Function(name, "app.py", 1), line)


def stack(*names: str) -> Stack:
    """Functions, the outermost first; ``name:7`` is line 7."""
    parted = (name.partition(":") for name in names)
    return tuple(place(name, int(line or 1)) for name, _, line in parted)


def ran(cpu_ms: float, *names: str, thread: str = "MainThread", asleep: bool = False) -> Ran:
    """A thread that used the processor, and where."""
    return Ran(thread, round(cpu_ms * MS), stack(*names), asleep)


def look(
    first_ms: float,
    last_ms: float,
    *found: Ran,
    cpu_ms: float | None = None,
    own_ms: float = 0,
    waiting: Stack | None = None,
) -> Look:
    """A look; the process used what its threads and the sampler did, unless told otherwise."""
    used_ns = sum(one.cpu_ns for one in found) + round(own_ms * MS)
    cpu_ns = used_ns if cpu_ms is None else round(cpu_ms * MS)
    own_ns = round(own_ms * MS)
    return Look(round(first_ms * MS), round(last_ms * MS), cpu_ns, own_ns, waiting, found)


def process(*looks: Look, pid: int = 1, parent: int = 0) -> Process:
    """A process that was looked at from its beginning."""
    began_ns = looks[0].first_ns if looks else 0
    return Process(pid, parent, began_ns, 10_000, ("python", "app.py"), looks)


def stretch(first_ms: float, last_ms: float, watts: float | None) -> Stretch:
    """A stretch of constant power; without a figure where `watts` is None."""
    ns = round((last_ms - first_ms) * MS)
    energy_uj = None if watts is None else round(watts * ns / 1000)
    reason = Reason.IO_ERROR if watts is None else None
    return Stretch(round(first_ms * MS), round(last_ms * MS), energy_uj, (energy_uj or 0,), reason)


def measured(
    energy_uj: int | None,
    *,
    evidence: Evidence = Evidence.MEASURED,
    cpu_seconds: float = 0.0,
    notes: tuple[str, ...] = (),
) -> Measurement:
    """The window of a run."""
    reason = Reason.NO_JOULES if energy_uj is None else None
    total = Energy(energy_uj, reason=reason, in_total=True)
    return Measurement("", "replay", evidence, 1.0, 0.0, cpu_seconds, total, {}, notes=notes)


def attributed(
    processes: Iterable[Process], stretches: Iterable[Stretch], others: Iterable[Other] = ()
) -> Attribution:
    """A run on a counter, whose window is its stretches."""
    known = list(stretches)
    whole = [one.energy_uj for one in known]
    total = None if None in whole else sum(one or 0 for one in whole)
    return attribute(measured(total), [PACKAGE], list(processes), list(others), known)


EVIL = "<script>alert('&')</script>"


def made_by_hand() -> Attribution:
    """30 ms: `hot` for 10 at 60 W, `cold` for 10 at 20 W, then waiting at 10 W."""
    looks = [
        look(0, 10, ran(10, "main:9", "hot:3")),
        look(10, 20, ran(10, "main:10", EVIL)),
        look(20, 30, waiting=stack("main", "sleep")),
    ]
    stretches = [stretch(0, 10, 60), stretch(10, 20, 20), stretch(20, 30, 10)]
    return attributed([process(*looks)], stretches)
