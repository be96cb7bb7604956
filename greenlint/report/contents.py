# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""What the report page shows, as plain values: findings, the run they are joined with, its tests,
and earlier runs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from greenlint.hotspots import Cost, Executed, Measured
    from greenlint.result import Entry, ReportContext


class Standing(StrEnum):
    """What is known of a finding at run time, the surest first; see greenlint.hotspots.Cost."""

    CONFIRMED = "confirmed"
    SEEN = "seen"
    EXECUTED = "executed"
    LOADED = "loaded"
    UNEXECUTED = "unexecuted"
    UNKNOWN = "unknown"


def standing(cost: Cost | None) -> Standing:
    """Where a finding belongs."""
    if cost is None:
        return Standing.UNKNOWN
    if cost.again:
        return Standing.CONFIRMED
    if cost.seen:
        return Standing.SEEN
    if cost.tests is None:
        return Standing.UNKNOWN
    if cost.tests:
        return Standing.EXECUTED
    return Standing.LOADED if cost.loaded else Standing.UNEXECUTED


class Budget(NamedTuple):
    """One limit of a test: joules, seconds or counts, as `quantity` says; `used` is None where it
    could not be measured.
    """

    quantity: str
    limit: float
    used: float | None
    verdict: str


class OneTest(NamedTuple):
    """One test of the run: what its call used, None where nobody counted.

    `past` are its joules, or its CPU seconds, in earlier runs that may be compared and in this
    one, the oldest first; `past_are` says which.
    """

    id: str
    outcome: str
    cpu_seconds: float | None
    joules: float | None
    low: float | None
    high: float | None
    evidence: str
    queries: int | None
    requests: int | None
    budgets: tuple[Budget, ...] = ()
    past: tuple[float, ...] = ()
    past_are: str = "cpu_seconds"


class PastRun(NamedTuple):
    """A stored run on an equal machine, measured in the same way, the totals of all its tests."""

    id: str
    date: str
    tests: int
    joules: float | None
    cpu_seconds: float | None
    queries: int | None


class Mended(NamedTuple):
    """A finding that is gone, where it was."""

    rule: str
    name: str
    path: str
    line: int
    message: str


class Less(NamedTuple):
    """What one call of each of some tests uses less together: "joules" or "cpu_seconds", as
    `quantity` says, of `base` before; `low` and `high` enclose `saved` with 95 %.
    """

    quantity: str
    evidence: str
    base: float
    saved: float
    low: float
    high: float


class Saved(NamedTuple):
    """A gate that findings were mended before: its day, YYYY-MM-DD, both revisions, the findings
    that went at once, and what `tests` tests use less since.
    """

    day: str
    base: str
    head: str
    mended: tuple[Mended, ...]
    tests: int
    less: tuple[Less, ...]
    queries: int
    requests: int
    machine_class: str
    meter: str


@dataclass(frozen=True, slots=True)
class Contents:
    """All of it.

    `document` is the run as stored, schema greenlint-energy/1, None where none is joined; `past`
    are runs that may be compared with it, the oldest first, itself included; `told` is what is
    missing, in sentences of `told_lang`; `saved` are the gates that measured mended findings, the
    newest first.  `made` is a day, YYYY-MM-DD.  `link` is the address of a line of source, with
    {path} and {line} to be filled in; "" where there is none.
    """

    project: str
    made: str
    version: str
    report: ReportContext
    measured: Measured | None = None
    document: Mapping[str, Any] | None = None
    executed: Executed | None = None
    tests: tuple[OneTest, ...] = ()
    past: tuple[PastRun, ...] = ()
    told: tuple[str, ...] = ()
    saved: tuple[Saved, ...] = ()
    link: str = ""
    told_lang: str = "en"

    @property
    def entries(self) -> tuple[Entry, ...]:
        """The findings, those with most to save first."""
        return self.report.entries
