# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""One test, or one shared fixture -> its part of a greenlint-energy/1 document, in plain values.

A part is what a worker process hands to the one that reports.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from greenlint_profiler.budget import Judged, worst
from greenlint_profiler.figures import energy
from greenlint_profiler.measurement import Energy, Measurement
from greenlint_profiler.repeats import median
from greenlint_profiler.suite.judge import evidence_of, limits_of
from greenlint_profiler.suite.record import CALL, PHASES, Case, Phase, SharedFixture
from greenlint_profiler.units import Domain, Evidence, Reason
from greenlint_profiler.work.work import NOTHING_COUNTED, Work

# What docs/schemas/greenlint-energy-1.json promises.
_MOST_LINES = 10
_LONGEST_STATEMENT = 200
# By `id`: up to Python 3.11 an enumeration takes as long for its `value` as all else of a phase.
_CODES = {id(one): one.value for kind in (Evidence, Reason) for one in kind}
_QUANTITIES = ("joules", "dram_joules", "cpu_seconds", "queries", "requests", "instructions")


def case_entry(case: Case, band: tuple[float, float] | None = None) -> dict[str, Any]:
    """A test; `band` is the meter's, where it estimates."""
    call = case.phases.get(CALL)
    calls = case.samples or (() if call is None else (call,))
    return {
        "id": case.id,
        "attempt": case.attempt,
        "outcome": case.outcome,
        "phases": {name: phase_entry(case.phases.get(name)) for name in PHASES},
        "samples": [_sample(one.measurement) for one in case.samples],
        "stopped": None if case.stopped is None else case.stopped.value,
        **_figures([one.measurement for one in calls], band),
        "evidence": (evidence_of(calls) if calls else Evidence.NONE).value,
        "domains": {} if call is None else _domains(call.measurement.domains),
        "work": _work(NOTHING_COUNTED if call is None else call.work),
        "budget": _budget(case),
        "max_increase": case.budget.max_increase,
        "baseline": None,
        "change": None,
        "verdict": verdict_of(case.judged),
    }


def fixture_entry(fixture: SharedFixture) -> dict[str, Any]:
    """A fixture that is charged to no test."""
    return {
        "name": fixture.name,
        "scope": fixture.scope,
        "where": fixture.where,
        "setup": phase_entry(fixture.setup),
        "teardown": phase_entry(fixture.teardown),
    }


def phase_entry(phase: Phase | None) -> dict[str, Any] | None:
    """A phase; nothing where it was not reached."""
    if phase is None:
        return None
    measured = phase.measurement
    return {
        "joules": measured.joules,
        "ci": _interval(measured.total),
        "reason": _code(measured.total.reason),
        "seconds": _rounded(measured.seconds),
        "cpu_seconds": _rounded(measured.cpu_seconds),
        "evidence": _CODES[id(measured.evidence)],
        "queries": phase.work.queries,
        "requests": phase.work.requests,
    }


def verdict_of(judged: Sequence[Judged]) -> str | None:
    """The word for all budgets of a test together; None where there was none to judge."""
    found = worst(judged)
    return None if found is None else found.value


def _figures(
    calls: Sequence[Measurement], band: tuple[float, float] | None
) -> dict[str, float | list[float] | str | None]:
    """What stands for the test: its call, or the medians of several."""
    figure = energy([one.total for one in calls], band)
    ends = None if figure is None else (figure.low, figure.high)
    reason = next((one.total.reason for one in calls if one.total.reason is not None), None)
    return {
        "joules": None if figure is None else _rounded(figure.median),
        "ci": None if ends is None or None in ends else [_rounded(end or 0.0) for end in ends],
        "reason": _code(reason) if figure is None else None,
        "seconds": _rounded(median([one.seconds for one in calls])) if calls else None,
        "cpu_seconds": _rounded(median([one.cpu_seconds for one in calls])) if calls else None,
    }


def _sample(measured: Measurement) -> dict[str, Any]:
    return {
        "joules": measured.joules,
        "seconds": _rounded(measured.seconds),
        "cpu_seconds": _rounded(measured.cpu_seconds),
        "evidence": measured.evidence.value,
    }


def _interval(one: Energy) -> list[float] | None:
    if one.low_uj is None or one.high_uj is None:
        return None
    return [one.low_uj / 1e6, one.high_uj / 1e6]


def _domains(domains: Mapping[Domain, Energy]) -> dict[str, float | None]:
    return {str(domain): one.joules for domain, one in domains.items()}


def _work(work: Work) -> dict[str, Any]:
    more: dict[str, Any] = {"ungrouped": work.ungrouped} if work.ungrouped else {}
    if work.instructions is not None:
        more["instructions_are"] = work.instructions_are
    return more | {
        "queries": work.queries,
        "repeated": [
            {
                "statement": _cut(one.statement),
                "count": one.count,
                "path": one.path,
                "line": one.line,
                "symbol": one.symbol,
            }
            for one in work.repeated[:_MOST_LINES]
        ],
        "requests": work.requests,
        "requested": [
            {
                "method": one.method,
                "host": one.host,
                "count": one.count,
                "path": one.path,
                "line": one.line,
            }
            for one in work.requested[:_MOST_LINES]
        ],
        "instructions": work.instructions,
    }


def _cut(statement: str) -> str:
    longest = _LONGEST_STATEMENT
    return statement if len(statement) <= longest else f"{statement[: longest - 1]}…"


def _budget(case: Case) -> dict[str, Any] | None:
    limits = dict(limits_of(case.budget))
    if not limits and not case.judged:
        return None
    return {
        "domains": sorted(kind.value for kind in case.domains),
        **{quantity: limits.get(quantity) for quantity in _QUANTITIES},
        "judged": [
            {
                "quantity": one.quantity,
                "limit": one.limit,
                "used": None if one.used is None else _rounded(one.used),
                "verdict": one.verdict.value,
                "reason": None if one.doubt is None else one.doubt.value,
            }
            for one in case.judged
        ],
    }


def _code(reason: Reason | None) -> str | None:
    return None if reason is None else _CODES[id(reason)]


def _rounded(value: float) -> float:
    """Microjoules and microseconds are the finest that anything here can tell.

    By whole numbers: `round(value, 6)` goes through the decimal digits, ten times as long.
    """
    return round(value * 1e6) / 1e6
