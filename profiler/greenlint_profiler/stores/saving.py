# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""A realised saving: what tests use less since a finding is gone, as a gate measured it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from greenlint_profiler.stores.rows import Row, key, text
from greenlint_profiler.units import Evidence


@dataclass(frozen=True, slots=True)
class Less:
    """What one call of a test uses less than before.

    `quantity` is "joules" or "cpu_seconds" with its label `evidence`; `base` is what it used, and
    `low` and `high` enclose `saved` with 95 %, all in joules or seconds.  Without a quantity only
    counts fell.
    """

    test: str
    quantity: str | None = None
    evidence: str = "none"
    base: float | None = None
    saved: float | None = None
    low: float | None = None
    high: float | None = None
    queries: int = 0
    requests: int = 0


@dataclass(frozen=True, slots=True)
class Total:
    """The sum over tests: of one quantity, with the least of their labels; an interval is the sum
    of theirs, which is wider than it need be.
    """

    saved: float
    low: float
    high: float
    base: float
    evidence: str


@dataclass(frozen=True, slots=True)
class Saving:
    """A finding of the base that the head no longer has, and what tests use less in the head.

    `finished` is when, UTC, ISO 8601; `base` and `head` are commits, and a `dirty` head has changes
    beyond its own.  `together` findings went at once, this one included: the saving is theirs
    together.  `path` and `line` are those of the base.
    """

    fingerprint: str
    rule: str
    name: str
    path: str
    line: int
    message: str
    finished: str
    base: str
    head: str
    dirty: bool
    machine_class: str
    meter: str
    together: int
    tests: tuple[Less, ...]


def total(tests: Iterable[Less], quantity: str) -> Total | None:
    """What all tests together save of one quantity; None where none was compared by it."""
    some = [one for one in tests if one.quantity == quantity]
    if not some:
        return None
    return Total(
        saved=sum(one.saved or 0.0 for one in some),
        low=sum(one.low or 0.0 for one in some),
        high=sum(one.high or 0.0 for one in some),
        base=sum(one.base or 0.0 for one in some),
        evidence=max((one.evidence for one in some), key=lambda name: Evidence(name).rank),
    )


def row(one: Saving) -> Row:
    """What is stored of it; a finding has one of each gate."""
    made = key(one.fingerprint, one.base, one.head, one.finished)
    about = (text(one.fingerprint), one.finished, text(one.machine_class))
    return (made, *about, json.dumps(as_record(one)))


def as_record(one: Saving) -> dict[str, Any]:
    """Plain values."""
    return asdict(one) | {"tests": [asdict(test) for test in one.tests]}


def from_record(record: Mapping[str, Any]) -> Saving:
    """The saving again; raises KeyError or TypeError where it is none."""
    names = [one.name for one in fields(Saving) if one.name != "tests"]
    return Saving(
        **{name: record[name] for name in names},
        tests=tuple(Less(**test) for test in record["tests"]),
    )
