# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Budgets that nobody could judge: which of them fail a run that was asked for a verdict.

A gate does not switch itself off.  What cannot be judged is told in any case; with `--energy-fail`
it ends the run with exit code 1, unless the user said before that this machine need not judge it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from greenlint_profiler.budget import Doubt, Verdict
from greenlint_profiler.said import say
from greenlint_profiler.suite.judge import ENERGIES

from pytest_greenlint.settings import Asked

_WAYS_OUT = {
    Doubt.WORKERS: "run without -n, or with --energy-exclusive; --energy-shared=skip goes on",
    Doubt.LABEL: "--energy-accept names the label that counts; --energy-shared=skip goes on where "
    "others share the machine",
    Doubt.NO_FIGURE: "`greenlint doctor` shows how to enable a counter; `require-meter = false` in "
    "[tool.greenlint.energy] goes on without",
    Doubt.PART_MISSING: "some calls have no joules; more or longer calls may",
    Doubt.NOT_COUNTED: "--energy-work says what is counted",
    Doubt.DEBUGGER: "run without the debugger",
    Doubt.BELOW_RESOLUTION: "a budget that small needs a longer call: repeat the work within it",
    Doubt.FAILED: "a test that fails is not judged",
}


@dataclass(frozen=True, slots=True)
class Unjudged:
    """How many budgets fail the run for a reason, and how many are excused."""

    counts: Mapping[Doubt, int]
    excused: int

    def lines(self, *, fails: bool) -> Iterator[str]:
        """Why the run fails, and the way out."""
        if not fails:
            return
        for doubt, count in self.counts.items():
            way_out = say(_WAYS_OUT[doubt])
            yield say("  {code} ({n}): {way_out}", code=doubt.value, n=count, way_out=way_out)
        if self.counts:
            yield say("--energy-fail asked for a verdict on these, and there is none: exit code 1")


def unjudged(data: Mapping[str, Any], asked: Asked) -> Unjudged:
    """Those of the last attempt at each test."""
    last = {test["id"]: test for test in data["tests"]}
    counts: dict[Doubt, int] = {}
    excused = 0
    for test in last.values():
        for one in test["budget"]["judged"] if test["budget"] else ():
            if one["verdict"] != Verdict.CANNOT_MEASURE.value:
                continue
            doubt = Doubt(one["reason"])
            if one["quantity"] in ENERGIES and _excused(doubt, test["evidence"], asked):
                excused += 1
            else:
                counts[doubt] = counts.get(doubt, 0) + 1
    return Unjudged(counts, excused)


def _excused(doubt: Doubt, evidence: str, asked: Asked) -> bool:
    """Whether the user said that such joules need not be judged here."""
    shared = doubt is Doubt.WORKERS or (doubt is Doubt.LABEL and evidence == "shared")
    if shared:
        return asked.shared != "error"
    return doubt is Doubt.NO_FIGURE and not asked.settings.require_meter
