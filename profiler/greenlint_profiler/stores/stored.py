# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""What is read out of a store: runs, and the figures of one test in them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from greenlint_profiler.said import say


@dataclass(frozen=True, slots=True)
class Stratum:
    """Runs whose joules and times may be compared: equal machines, interpreters, ways of running.

    `traced` is under coverage or a debugger, which take time of their own.
    """

    machine_class: str
    interpreter: str
    traced: bool = False

    def __str__(self) -> str:
        return str(self.words)

    @property
    def words(self) -> str:
        """The stratum for people."""
        name = f"{self.machine_class} ({self.interpreter})"
        return say("{name}, under coverage or a debugger", name=name) if self.traced else name


@dataclass(frozen=True, slots=True)
class StoredRun:
    """A run without its tests; joules and seconds, absent where nobody counted.

    `started` is UTC, ISO 8601 to the microsecond; `tests` is how many records it has.
    `instructions_are` those of the "machine" or of "bytecode": what differs is not compared.
    """

    id: str
    started: str
    stratum: Stratum
    runner: str
    label: str | None
    branch: str | None
    commit: str | None
    dirty: bool | None
    ci: str | None
    meter: str
    evidence: str
    seconds: float | None
    tests: int
    joules: float | None
    cpu_seconds: float | None
    queries: int | None
    requests: int | None
    verdict: str | None
    instructions_are: str | None = None


@dataclass(frozen=True, slots=True)
class Sample:
    """One test in one run: what its call used, and the instrument's interval of the joules.

    A run is one process, and so one sample, however often it repeated the test: what differs from
    process to process is not seen inside one.
    """

    run: str
    test: str
    attempt: int
    outcome: str
    evidence: str
    joules: float | None
    low_joules: float | None
    high_joules: float | None
    seconds: float | None
    cpu_seconds: float | None
    queries: int | None
    requests: int | None
    instructions: int | None

    def value(self, quantity: str) -> float | None:
        """The figure of one of greenlint_profiler.stores.rows.QUANTITIES."""
        found: float | None = getattr(self, quantity)
        return found


@dataclass(frozen=True, slots=True)
class Point:
    """One quantity of one test in one run that passed it."""

    run: StoredRun
    evidence: str
    value: float

    @property
    def stratum(self) -> Stratum:
        """With what it may be compared."""
        return self.run.stratum


def run_of(row: tuple[Any, ...]) -> StoredRun:
    """A row of RUN_COLUMNS."""
    machine_class, interpreter, traced, run_id, started, *rest = row
    runner, label, branch, commit, dirty, *figures = rest
    return StoredRun(
        run_id,
        started,
        Stratum(machine_class, interpreter, bool(traced)),
        runner,
        label,
        branch,
        commit,
        None if dirty is None else bool(dirty),
        *figures,
    )


# In the order of run_of, of the tables run r and machine m.
RUN_COLUMNS = (
    "m.class, m.interpreter, r.traced, r.id, r.started, r.runner, r.label, r.branch, r.revision, "
    "r.dirty, r.ci, r.meter, r.evidence, r.seconds, r.tests, r.joules, r.cpu_seconds, r.queries, "
    "r.requests, r.verdict, r.instructions_are"
)
# In the order of Sample, of the tables run r, test t and sample s.
SAMPLE_COLUMNS = (
    "r.id, t.id, s.attempt, s.outcome, s.evidence, s.joules, s.low_joules, s.high_joules, "
    "s.seconds, s.cpu_seconds, s.queries, s.requests, s.instructions"
)
