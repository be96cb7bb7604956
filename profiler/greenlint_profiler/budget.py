# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""A budget against what was measured: kept, exceeded, or not to be judged."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from greenlint_profiler.repeats import Summary
from greenlint_profiler.units import Evidence


class Verdict(Enum):
    """The words of every judgement; the worst comes first."""

    FAIL = "fail"
    CANNOT_MEASURE = "cannot-measure"
    PASS = "pass"


class Doubt(Enum):
    """Why a budget cannot be judged: a code for programs; `sentence` is for people."""

    NO_FIGURE = "no-figure"
    PART_MISSING = "part-missing"
    LABEL = "label"

    @property
    def sentence(self) -> str:
        """The doubt in words."""
        return _SENTENCES[self]


_SENTENCES = {
    Doubt.NO_FIGURE: "there is no figure to judge",
    Doubt.PART_MISSING: "some of the runs have no figure",
    Doubt.LABEL: "the figure has a weaker label than a budget accepts",
}


@dataclass(frozen=True, slots=True)
class Judged:
    """One budget and its verdict; `limit` and `used` are joules or seconds, as `quantity` says.

    `used` is the upper end of the 95 % interval, and the value itself where there is none.
    """

    quantity: str
    limit: float
    used: float | None
    verdict: Verdict
    doubt: Doubt | None = None


def judge_joules(
    limit: float, figure: Summary | None, runs: int, evidence: Evidence, accepted: Evidence
) -> Judged:
    """Joules need a label that is accepted, and a figure of every run: runs without one are not
    left out of a judgement.
    """
    doubt = None
    if figure is None:
        doubt = Doubt.NO_FIGURE
    elif not evidence.reaches(accepted):
        doubt = Doubt.LABEL
    elif figure.count < runs:
        doubt = Doubt.PART_MISSING
    used = None if figure is None else _upper(figure)
    if doubt is not None:
        return Judged("joules", limit, used, Verdict.CANNOT_MEASURE, doubt)
    return _judged("joules", limit, used)


def judge_cpu(limit: float, figure: Summary | None) -> Judged:
    """CPU seconds are the kernel's own count, on every machine."""
    if figure is None:
        return Judged("cpu_seconds", limit, None, Verdict.CANNOT_MEASURE, Doubt.NO_FIGURE)
    return _judged("cpu_seconds", limit, _upper(figure))


def _judged(quantity: str, limit: float, used: float | None) -> Judged:
    """An absolute budget is held against the upper bound: what is not shown is not kept."""
    assert used is not None
    verdict = Verdict.PASS if used <= limit else Verdict.FAIL
    return Judged(quantity, limit, used, verdict)


def _upper(figure: Summary) -> float:
    return figure.median if figure.high is None else figure.high


def worst(judged: Iterable[Judged]) -> Verdict | None:
    """The verdict of all together; None where there was no budget."""
    found = {one.verdict for one in judged}
    return next((verdict for verdict in Verdict if verdict in found), None)
