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
    INCONCLUSIVE = "inconclusive"
    PASS = "pass"
    IMPROVED = "improved"


class Doubt(Enum):
    """Why a budget cannot be judged: a code for programs; `sentence` is for people."""

    FAILED = "command-failed"
    NO_FIGURE = "no-figure"
    PART_MISSING = "part-missing"
    LABEL = "weak-label"
    WORKERS = "parallel-workers"
    NOT_COUNTED = "not-counted"
    DEBUGGER = "debugger"
    BELOW_RESOLUTION = "below-resolution"

    @property
    def sentence(self) -> str:
        """The doubt in words."""
        return _SENTENCES[self]


_SENTENCES = {
    Doubt.FAILED: "the command failed, and did not do the work that the budget is for",
    Doubt.NO_FIGURE: "there is no figure to judge",
    Doubt.PART_MISSING: "some of the runs have no joules",
    Doubt.LABEL: "the joules have a weaker label than the budget accepts",
    Doubt.WORKERS: "several workers used the counter at once",
    Doubt.NOT_COUNTED: "nobody counted it",
    Doubt.DEBUGGER: "a debugger held the test",
    Doubt.BELOW_RESOLUTION: "the counter saw less than one step of it, and the budget is small",
}


@dataclass(frozen=True, slots=True)
class Judged:
    """One budget and its verdict; `limit` and `used` are joules, seconds or a count, as `quantity`
    says.

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
    if figure is not None and not evidence.reaches(accepted):
        return doubted("joules", limit, Doubt.LABEL, figure)
    if figure is not None and figure.count < runs:
        return doubted("joules", limit, Doubt.PART_MISSING, figure)
    return judge("joules", limit, figure)


def judge(quantity: str, limit: float, figure: Summary | None) -> Judged:
    """An absolute budget is held against the upper bound: what is not shown is not kept."""
    if figure is None:
        return doubted(quantity, limit, Doubt.NO_FIGURE)
    used = _upper(figure)
    return Judged(quantity, limit, used, Verdict.PASS if used <= limit else Verdict.FAIL)


def judge_failed(quantity: str, limit: float) -> Judged:
    """Of a command that failed nothing can be said: less work is no saving."""
    return doubted(quantity, limit, Doubt.FAILED)


def doubted(quantity: str, limit: float, doubt: Doubt, figure: Summary | None = None) -> Judged:
    """A budget that cannot be judged, and why."""
    used = None if figure is None else _upper(figure)
    return Judged(quantity, limit, used, Verdict.CANNOT_MEASURE, doubt)


def _upper(figure: Summary) -> float:
    return figure.median if figure.high is None else figure.high


def worst(judged: Iterable[Judged]) -> Verdict | None:
    """The verdict of all together; None where there was no budget."""
    found = {one.verdict for one in judged}
    return next((verdict for verdict in Verdict if verdict in found), None)
