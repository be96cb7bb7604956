# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Stored runs of two revisions, held against each other test by test.

Joules and CPU time are compared by what the runs of one machine class differ anyway; that is
advice, since two moments differ by more than their code.  Queries and requests are compared
exactly.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum

from greenlint_profiler.budget import Verdict
from greenlint_profiler.past.history import COUNTED
from greenlint_profiler.past.ranks import Ratio, ratio
from greenlint_profiler.repeats import median
from greenlint_profiler.stores.store import PASSED
from greenlint_profiler.stores.stored import Sample, StoredRun, Stratum
from greenlint_profiler.units import Evidence

QUANTITIES = ("joules", "cpu_seconds", "queries", "requests")
# The order in which verdicts of many tests make one: nothing that could be judged comes before all.
_WORST = (Verdict.FAIL, Verdict.INCONCLUSIVE, Verdict.IMPROVED, Verdict.PASS)

# Differences that are smaller are none, however sure: the floor of the gate.  An edge of a window
# is known to 0.41 ms of the machine's power, and CPU time to some tens of microseconds.
_EDGE_SECONDS = 3 * 0.41e-3
_CPU_SECONDS = 50e-6

# A test -> the part by which it may use more before that is a regression.
Limits = Callable[[str], float]


class Doubt(Enum):
    """Why two sides cannot be told apart, or compared at all: a code, and a sentence."""

    TOO_FEW = "too-few-runs"
    SPREAD = "spread"
    SMALL = "below-floor"
    VARIES = "count-varies"
    LABELS = "no-common-label"
    ZERO = "below-resolution"

    @property
    def sentence(self) -> str:
        """The doubt in words."""
        return _SENTENCES[self]


_SENTENCES = {
    Doubt.TOO_FEW: "too few runs for an interval",
    Doubt.SPREAD: "the runs of one side differ too much",
    Doubt.SMALL: "the difference is too small to be told from none",
    Doubt.VARIES: "the count is not the same in all runs of a side",
    Doubt.LABELS: "the two sides have no label of evidence in common",
    Doubt.ZERO: "one of the figures is 0",
}


@dataclass(frozen=True, slots=True)
class Side:
    """One side: the words for it, and its runs, the newest first."""

    name: str
    runs: tuple[StoredRun, ...]


@dataclass(frozen=True, slots=True)
class Compared:
    """One quantity of one test on both sides, a figure a run.

    `change` is the second side as a part of the first; `low` and `high` enclose it with 95 %.
    Both are absent where the figures do not tell.
    """

    test: str
    quantity: str
    evidence: str | None
    before: tuple[float, ...]
    after: tuple[float, ...]
    verdict: Verdict
    limit: float | None = None
    change: float | None = None
    low: float | None = None
    high: float | None = None
    doubt: Doubt | None = None


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two sides, and what they have in common; `stratum` is absent where that is counted work."""

    before: Side
    after: Side
    stratum: Stratum | None
    others: tuple[Stratum, ...]
    tests: tuple[Compared, ...]
    only_before: tuple[str, ...]
    only_after: tuple[str, ...]

    def verdict(self, quantities: Sequence[str] = QUANTITIES) -> Verdict:
        """The verdict of all tests together, by some quantities."""
        found = {one.verdict for one in self.tests if one.quantity in quantities}
        return next((one for one in _WORST if one in found), Verdict.CANNOT_MEASURE)


def common(before: Iterable[StoredRun], after: Iterable[StoredRun]) -> list[Stratum]:
    """The strata in which both sides have runs, that of the newest run of the second side first."""
    known = {run.stratum for run in before}
    return [one for one in dict.fromkeys(run.stratum for run in after) if one in known]


def compare(
    before: Side,
    after: Side,
    samples: Iterable[Sample],
    limits: Limits,
    stratum: Stratum | None,
    others: Sequence[Stratum] = (),
) -> Comparison:
    """Compare the samples of both sides' runs.

    Without a stratum in common only what is counted can be compared, which is the same on every
    machine.  A test that failed did not do its work, and a run is asked for its last attempt.
    """
    first, second = _by_test(before, after, samples)
    quantities = QUANTITIES if stratum is not None else COUNTED
    return Comparison(
        before,
        after,
        stratum,
        tuple(others),
        tuple(
            compared
            for test in sorted(first.keys() & second.keys())
            for quantity in quantities
            if (compared := _one(test, quantity, first[test], second[test], limits)) is not None
        ),
        tuple(sorted(first.keys() - second.keys())),
        tuple(sorted(second.keys() - first.keys())),
    )


_Samples = Mapping[str, Sequence[Sample]]


def _by_test(before: Side, after: Side, samples: Iterable[Sample]) -> tuple[_Samples, _Samples]:
    """The samples of each side that count, by test."""
    sides = [{run.id for run in side.runs} for side in (before, after)]
    last = {(one.run, one.test): one for one in samples}  # attempts come in order
    parted: list[dict[str, list[Sample]]] = [{}, {}]
    for one in last.values():
        if one.outcome == PASSED:
            for runs, found in zip(sides, parted, strict=True):
                if one.run in runs:
                    found.setdefault(one.test, []).append(one)
    return parted[0], parted[1]


def _one(
    test: str, quantity: str, before: Sequence[Sample], after: Sequence[Sample], limits: Limits
) -> Compared | None:
    """One quantity of a test; None where one side has nothing of it."""
    old, new = tuple(_values(quantity, before)), tuple(_values(quantity, after))
    if not old or not new:
        return None
    if quantity in COUNTED:
        return _exactly(test, quantity, old, new)
    label = _shared_label(quantity, before, after)
    if label is None:
        verdict, doubt = Verdict.CANNOT_MEASURE, Doubt.LABELS
        return Compared(test, quantity, None, old, new, verdict, doubt=doubt)
    old, new = tuple(_values(quantity, before, label)), tuple(_values(quantity, after, label))
    found = _by_spread(test, quantity, label, old, new, limits(test))
    changed = found.verdict in (Verdict.FAIL, Verdict.IMPROVED)
    if changed and abs(median(new) - median(old)) <= _floor(quantity, label, (*before, *after)):
        return replace(found, verdict=Verdict.INCONCLUSIVE, doubt=Doubt.SMALL)
    return found


def _floor(quantity: str, label: str, samples: Sequence[Sample]) -> float:
    """The least difference that is one, in joules or seconds."""
    if quantity == "cpu_seconds":
        return _CPU_SECONDS
    watts = [
        one.joules / one.seconds
        for one in samples
        if one.joules is not None and one.seconds and one.evidence == label
    ]
    return _EDGE_SECONDS * median(watts) if watts else 0.0


def _shared_label(quantity: str, before: Sequence[Sample], after: Sequence[Sample]) -> str | None:
    """The best label that figures of both sides have."""
    first, second = (
        {one.evidence for one in side if one.value(quantity) is not None}
        for side in (before, after)
    )
    return min(first & second, key=lambda label: Evidence(label).rank, default=None)


def _values(quantity: str, samples: Sequence[Sample], label: str | None = None) -> Iterator[float]:
    for one in samples:
        value = one.value(quantity)
        if value is not None and label in (None, one.evidence):
            yield value


def _exactly(
    test: str, quantity: str, before: tuple[float, ...], after: tuple[float, ...]
) -> Compared:
    """A count has changed when no run of one side has it as any run of the other has."""
    old, new = median(before), median(after)
    verdict, doubt = _told_exactly(before, after)
    change = new / old if old else 1.0 if verdict is Verdict.PASS else None
    return Compared(test, quantity, None, before, after, verdict, change=change, doubt=doubt)


def _told_exactly(
    before: tuple[float, ...], after: tuple[float, ...]
) -> tuple[Verdict, Doubt | None]:
    if min(after) > max(before):
        return Verdict.FAIL, None
    if max(after) < min(before):
        return Verdict.IMPROVED, None
    if len({*before, *after}) == 1:
        return Verdict.PASS, None
    return Verdict.INCONCLUSIVE, Doubt.VARIES


def _by_spread(
    test: str,
    quantity: str,
    label: str,
    before: tuple[float, ...],
    after: tuple[float, ...],
    limit: float,
) -> Compared:
    """What the runs of both sides say together, by how they differ among themselves."""
    found = ratio(before, after)
    verdict, doubt = _told_by_spread(found, limit)
    if found is None:
        return Compared(test, quantity, label, before, after, verdict, limit, doubt=doubt)
    change, low, high = found.ratio, found.low, found.high
    return Compared(test, quantity, label, before, after, verdict, limit, change, low, high, doubt)


def _told_by_spread(found: Ratio | None, limit: float) -> tuple[Verdict, Doubt | None]:
    """The rule of the gate: the whole interval is beyond the limit, or its upper end within it."""
    if found is None:
        return Verdict.CANNOT_MEASURE, Doubt.ZERO
    if found.low is None or found.high is None:
        return Verdict.INCONCLUSIVE, Doubt.TOO_FEW
    if found.low > 1 + limit:
        return Verdict.FAIL, None
    if found.high < 1 / (1 + limit):
        return Verdict.IMPROVED, None
    if found.high < 1 + limit:
        return Verdict.PASS, None
    return Verdict.INCONCLUSIVE, Doubt.SPREAD
