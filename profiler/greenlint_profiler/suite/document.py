# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""One run of a suite as a greenlint-energy/1 document: what stores, reports and tables read."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from greenlint_profiler.budget import Verdict
from greenlint_profiler.suite.entries import case_entry, fixture_entry
from greenlint_profiler.suite.record import SETUP, TEARDOWN, Suite
from greenlint_profiler.units import Reason

SCHEMA = "greenlint-energy/1"


@dataclass(frozen=True, slots=True)
class About:
    """What is known of a run besides its tests, each as the schema has it."""

    run: Mapping[str, Any]
    machine: Mapping[str, Any]
    meter: Mapping[str, Any]
    conditions: Mapping[str, Any]
    band: tuple[float, float] | None = None


def document(suite: Suite, about: About) -> dict[str, Any]:
    """A suite that ran in this process."""
    tests = [case_entry(case, about.band) for case in suite.cases]
    return assembled(about, tests, [fixture_entry(one) for one in suite.fixtures], suite.notes)


def assembled(
    about: About,
    tests: Sequence[dict[str, Any]],
    fixtures: Sequence[dict[str, Any]],
    notes: Sequence[str] = (),
) -> dict[str, Any]:
    """The document of parts that were made before, maybe by other processes."""
    return {
        "schema": SCHEMA,
        "tool": {"name": "greenlint", "version": version()},
        "run": dict(about.run),
        "machine": dict(about.machine),
        "meter": dict(about.meter),
        "conditions": dict(about.conditions),
        "tests": list(tests),
        "fixtures": list(fixtures),
        "total": total(tests, fixtures, overlapping=_overlapping(about)),
        "notes": list(dict.fromkeys(notes)),
        "verdict": _worst(tests),
        "baseline": None,
    }


def version() -> str:
    """That of the package this module is in, which is loaded by now."""
    version: str = sys.modules[__name__.partition(".")[0]].__version__
    return version


def _overlapping(about: About) -> bool:
    """Whether windows of several workers were open at once, on one counter of the machine."""
    return bool(about.conditions["xdist"]) and not about.conditions.get("exclusive", False)


def total(
    tests: Sequence[Mapping[str, Any]],
    fixtures: Sequence[Mapping[str, Any]],
    *,
    overlapping: bool = False,
) -> dict[str, Any]:
    """All phases of all tests and fixtures together.

    Of `overlapping` windows no joules: a counter of the machine counted them in each of the windows
    that were open.
    """
    called = [phase for test in tests if (phase := test["phases"]["call"]) is not None]
    around = [
        phase
        for test in tests
        for name in (SETUP, TEARDOWN)
        if (phase := test["phases"][name]) is not None
    ]
    around += [
        phase for one in fixtures for name in (SETUP, TEARDOWN) if (phase := one[name]) is not None
    ]
    phases = [*called, *around]
    joules = None if overlapping else _sum_of_joules(phases)
    cpu_seconds = round(sum(phase["cpu_seconds"] for phase in phases), 6) if phases else None
    unit = "cpu_seconds" if joules is None else "joules"
    everything = sum(phase[unit] or 0.0 for phase in phases)
    part = sum(phase[unit] or 0.0 for phase in around) / everything if everything else None
    return {
        "joules": joules,
        "cpu_seconds": cpu_seconds,
        "queries": _sum_of_counts(phases, "queries"),
        "requests": _sum_of_counts(phases, "requests"),
        "setup_and_teardown": None if part is None else round(part, 4),
    }


def _sum_of_joules(phases: Sequence[Mapping[str, Any]]) -> float | None:
    """None as soon as one phase has no joules, unless less than a step of the counter was used.

    A counter moves in steps, and each step falls into one phase or another: that of a phase that
    saw none is 0, and the sum is neither short nor long for it.
    """
    below = Reason.BELOW_RESOLUTION.value
    if not any(phase["joules"] is not None for phase in phases):
        return None
    if any(phase["joules"] is None and phase["reason"] != below for phase in phases):
        return None
    return round(sum(phase["joules"] or 0.0 for phase in phases), 6)


def _sum_of_counts(phases: Sequence[Mapping[str, Any]], quantity: str) -> int | None:
    counts = [phase[quantity] for phase in phases if phase[quantity] is not None]
    return sum(counts) if counts else None


def _worst(tests: Sequence[Mapping[str, Any]]) -> str | None:
    found = {test["verdict"] for test in tests}
    return next((verdict.value for verdict in Verdict if verdict.value in found), None)


def written(held: Mapping[str, Any]) -> Iterator[str]:
    """The document as text, piece by piece: a line for each test, so that two can be compared."""
    first = True
    for name, value in held.items():
        yield "{\n" if first else ",\n"
        first = False
        yield f"{json.dumps(name)}:"
        if name in ("tests", "fixtures") and value:
            yield "[\n" + ",\n".join(_line(one) for one in value) + "\n]"
        else:
            yield _line(value)
    yield "\n}\n"


def _line(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
