# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""The verdict on one test, and how a report says it: outcome, failure text, properties, letter."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from greenlint_profiler.budget import Doubt, Judged, Verdict
from greenlint_profiler.suite.failure import details, headline
from greenlint_profiler.suite.judge import ENERGIES, evidence_of, judged
from greenlint_profiler.suite.record import Phase
from greenlint_profiler.units import Evidence

from pytest_greenlint.marks import Wanted
from pytest_greenlint.state import State

PREFIX = "greenlint."
VERDICT = f"{PREFIX}verdict"
LETTER = "J"
_SECTION = "greenlint energy"


def judge(
    state: State, item: pytest.Item, wanted: Wanted, calls: Sequence[Phase]
) -> tuple[Judged, ...]:
    """The verdicts on a test that passed: those on its budgets, and that of a hook."""
    found = list(judged(calls, wanted.budget, state.terms(wanted.domains)))
    if state.asked.shared == "record":
        found = [one for one in found if not is_shared(one, calls)]
    hook = item.ihook.pytest_greenlint_verdict
    if hook.get_hookimpls():
        history = state.history(item.nodeid, evidence_of(calls))
        own = hook(item=item, measurement=calls[-1].measurement, history=history)
        if own is not None:
            found.append(own)
    return tuple(found)


def is_shared(one: Judged, calls: Sequence[Phase]) -> bool:
    """Whether joules cannot be judged because others used the counter too."""
    if one.quantity not in ENERGIES or one.verdict is not Verdict.CANNOT_MEASURE:
        return False
    labels = {call.measurement.evidence for call in calls}
    return one.doubt is Doubt.WORKERS or (one.doubt is Doubt.LABEL and Evidence.SHARED in labels)


def properties(entry: dict[str, Any]) -> list[tuple[str, object]]:
    """What stands in JUnit XML as ``<property name="greenlint.energy_j" ...>``."""
    work = entry["work"]
    told = {
        "energy_j": entry["joules"],
        "energy_ci_j": None if entry["ci"] is None else "{:g} {:g}".format(*entry["ci"]),
        "evidence": entry["evidence"],
        "cpu_s": entry["cpu_seconds"],
        "queries": work["queries"],
        "requests": work["requests"],
        "verdict": entry["verdict"],
    }
    return [(f"{PREFIX}{name}", value) for name, value in told.items() if value is not None]


def without_properties(
    held: list[tuple[str, object]],
) -> list[tuple[str, object]]:
    """Those of others: an attempt that is made again has properties of its own."""
    return [one for one in held if not one[0].startswith(PREFIX)]


def fail(report: pytest.TestReport, entry: dict[str, Any], state: State, item: pytest.Item) -> None:
    """Turn the report of a call that passed into that of an exceeded budget."""
    from _pytest._code.code import (
        ReprEntryNative,
        ReprExceptionInfo,
        ReprFileLocation,
        ReprTraceback,
    )

    speak = state.speak
    message = speak(headline(entry))
    path, line, _ = item.location
    lines = details(entry, state.machine_class, state.meter.name, speak=speak)
    told = "\n".join([message, *lines])
    report.outcome = "failed"
    report.longrepr = ReprExceptionInfo(
        reprtraceback=ReprTraceback([ReprEntryNative([f"{message}\n"])], None, "native"),
        reprcrash=ReprFileLocation(path, (line or 0) + 1, message),
    )
    report.sections.append((_SECTION, told.partition("\n")[2]))


def letter(report: pytest.TestReport) -> tuple[str, str, str] | None:
    """``J`` for a budget; the word stays FAILED, which parsers of logs look for."""
    if report.when != "call" or not report.failed:
        return None
    if (VERDICT, Verdict.FAIL.value) not in report.user_properties:
        return None
    return "failed", LETTER, "FAILED"
