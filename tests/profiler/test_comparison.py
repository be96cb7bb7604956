# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Stored runs against stored runs: exact intervals, exact counts, and what is never compared."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from math import comb
from random import Random

import pytest
from greenlint_profiler.budget import Verdict
from greenlint_profiler.past.comparison import Compared, Comparison, Doubt, Side, common, compare
from greenlint_profiler.past.ranks import _ways, fewest, left_out, ratio
from greenlint_profiler.stores.stored import Sample, Stratum

from tests.profiler.test_history import HERE, point

LIMIT = 0.10


# Ranks


@pytest.mark.parametrize(("first", "second"), [(1, 1), (2, 3), (4, 4), (5, 3), (1, 6)])
def test_the_ways_are_counted_right(first: int, second: int) -> None:
    """As by going through every order."""
    counted = [0] * (first * second + 1)
    for places in combinations(range(first + second), first):
        counted[sum(place - rank for rank, place in enumerate(places))] += 1
    assert _ways(first, second) == counted
    assert sum(counted) == comb(first + second, first)


@pytest.mark.parametrize(
    ("first", "second", "out"),
    [
        (4, 4, 0),
        (5, 12, 11),
        (12, 5, 11),
        (10, 10, 23),
        (20, 20, 127),
        (3, 4, None),
        (1, 38, None),
        (1, 39, 0),
    ],
)
def test_the_interval_is_that_of_the_exact_test(first: int, second: int, out: int | None) -> None:
    """One less than R's qwilcox(0.025, first, second), and none where that is 0."""
    assert left_out(first, second) == out


def test_how_many_runs_are_needed() -> None:
    """Four and four, three and five, two and eight, one and thirty-nine."""
    assert [fewest(first) for first in (1, 2, 3, 4, 5, 8)] == [39, 8, 5, 4, 3, 2]


def test_the_interval_holds_the_truth() -> None:
    """In at least 95 of 100 series, of normal and of skewed figures alike."""
    chance = Random(11)
    for draw in (lambda: chance.gauss(3, 0.2), lambda: chance.lognormvariate(1, 0.4)):
        held = 0
        for _ in range(1000):
            found = ratio([draw() for _ in range(12)], [1.2 * draw() for _ in range(5)])
            assert found is not None
            assert found.low is not None
            assert found.high is not None
            held += found.low <= 1.2 <= found.high
        assert held >= 935  # 95 % less two standard deviations of 1 000 series


def test_what_has_no_ratio() -> None:
    """Nothing, and nothing as a part of something."""
    assert ratio([], [1.0]) is None
    assert ratio([1.0], []) is None
    assert ratio([0.0, 1.0], [1.0]) is None
    alone = ratio([2.0], [3.0])
    assert alone is not None
    assert (alone.ratio, alone.low) == (1.5, None)


# Sides


def sample(run: str, test: str = "t", **figures: object) -> Sample:
    usual = {
        "joules": 3.0,
        "cpu_seconds": 0.25,
        "queries": 12,
        "requests": 0,
        "evidence": "measured",
        "outcome": "passed",
        "attempt": 1,
    }
    known = usual | figures
    nothing = dict.fromkeys(("low_joules", "high_joules", "seconds", "instructions"))
    return Sample(run, test, **{**nothing, **known})  # type: ignore[arg-type]


def compared(
    before: list[dict[str, object]], after: list[dict[str, object]], stratum: Stratum | None = HERE
) -> Comparison:
    """A run for each, and in it the test `t` with these figures."""
    runs = [point(1, number).run for number in range(len(before) + len(after))]
    first, second = Side("a", tuple(runs[: len(before)])), Side("b", tuple(runs[len(before) :]))
    samples = [sample(run.id, **figures) for run, figures in zip(runs, before + after, strict=True)]
    return compare(first, second, samples, lambda _: LIMIT, stratum)


def one(found: Comparison, quantity: str) -> Compared:
    (chosen,) = (held for held in found.tests if held.quantity == quantity)
    return chosen


def noisy(level: float, count: int, seed: int = 1) -> list[dict[str, object]]:
    chance = Random(seed)
    return [{"joules": level * chance.gauss(1, 0.01)} for _ in range(count)]


# Verdicts


@pytest.mark.parametrize(
    ("level", "verdict"),
    [
        (4.0, Verdict.FAIL),
        (3.6, Verdict.FAIL),
        (3.3, Verdict.INCONCLUSIVE),
        (3.0, Verdict.PASS),
        (2.8, Verdict.PASS),
        (2.5, Verdict.IMPROVED),
    ],
)
def test_a_level_against_the_limit(level: float, verdict: Verdict) -> None:
    """3.0 J before, 10 % of room: the whole interval decides."""
    found = one(compared(noisy(3.0, 12), noisy(level, 5, 2)), "joules")
    assert found.verdict is verdict
    assert found.change == pytest.approx(level / 3, rel=0.02)
    assert found.doubt is (Doubt.SPREAD if verdict is Verdict.INCONCLUSIVE else None)


@pytest.mark.parametrize(
    ("quantity", "before", "after", "verdict"),
    [
        ("cpu_seconds", 100e-6, 140e-6, Verdict.INCONCLUSIVE),
        ("cpu_seconds", 100e-6, 160e-6, Verdict.FAIL),
        ("cpu_seconds", 160e-6, 120e-6, Verdict.INCONCLUSIVE),
        ("joules", 0.040, 0.050, Verdict.INCONCLUSIVE),
        ("joules", 0.040, 0.055, Verdict.FAIL),
    ],
)
def test_small_differences_are_none(
    quantity: str, before: float, after: float, verdict: Verdict
) -> None:
    """50 µs of CPU time; 1.23 ms at the power of the test, which is 10 W here."""

    def side(level: float) -> list[dict[str, object]]:
        return [{quantity: level * (1 + number / 1000), "seconds": 0.0045} for number in range(6)]

    found = one(compared(side(before), side(after)), quantity)
    assert found.verdict is verdict
    assert found.doubt is (Doubt.SMALL if verdict is Verdict.INCONCLUSIVE else None)


def test_too_few_runs_decide_nothing() -> None:
    """However large the change looks."""
    found = one(compared(noisy(3.0, 12), noisy(9.0, 1)), "joules")
    assert (found.verdict, found.doubt) == (Verdict.INCONCLUSIVE, Doubt.TOO_FEW)
    assert found.change == pytest.approx(3, rel=0.05)
    assert found.low is None


@pytest.mark.parametrize(
    ("before", "after", "verdict"),
    [
        ([12], [13], Verdict.FAIL),
        ([12, 12], [12], Verdict.PASS),
        ([134, 134], [9], Verdict.IMPROVED),
        ([12, 14], [15, 16], Verdict.FAIL),
        ([12, 14], [13, 13], Verdict.INCONCLUSIVE),
        ([12, 12], [12, 13], Verdict.INCONCLUSIVE),
        ([0], [0], Verdict.PASS),
        ([0], [3], Verdict.FAIL),
    ],
)
def test_counts_are_exact(before: list[int], after: list[int], verdict: Verdict) -> None:
    """One query more is a regression, also of one run; where the runs of a side differ, all of the
    others must be beyond.
    """
    sides = [[{"queries": count} for count in side] for side in (before, after)]
    assert one(compared(*sides), "queries").verdict is verdict


def test_labels_are_not_mixed() -> None:
    """The best label that both sides have; figures with another one are left out."""
    shared = [{**held, "evidence": "shared"} for held in noisy(9.0, 4)]
    found = one(compared(noisy(3.0, 6) + shared, noisy(3.0, 5, 2) + shared), "joules")
    assert (found.evidence, len(found.before), len(found.after)) == ("measured", 6, 5)
    assert found.verdict is Verdict.PASS
    apart = one(compared(noisy(3.0, 6), shared), "joules")
    assert (apart.verdict, apart.doubt) == (Verdict.CANNOT_MEASURE, Doubt.LABELS)


def test_a_test_that_failed_did_less() -> None:
    """It is no improvement; of reruns the last one counts."""
    found = compared([{"queries": 12}], [{"queries": 1, "outcome": "failed"}])
    assert found.tests == ()
    assert found.only_before == ("t",)
    assert found.verdict() is Verdict.CANNOT_MEASURE


def test_without_a_stratum_only_counts_are_compared() -> None:
    """Another machine's joules say nothing; its queries are the same."""
    found = compared(noisy(3.0, 6), noisy(9.0, 6), stratum=None)
    assert {held.quantity for held in found.tests} == {"queries", "requests"}
    assert found.verdict() is Verdict.PASS


def test_what_both_sides_have_in_common() -> None:
    """The strata of both, that of the newest run of the second side first."""
    other, third = replace(HERE, machine_class="epyc"), replace(HERE, traced=True)
    before = [point(1, number, stratum).run for number, stratum in enumerate((HERE, other))]
    after = [point(1, number, stratum).run for number, stratum in enumerate((third, other, HERE))]
    assert common(before, after) == [other, HERE]
    assert common(before, after[:1]) == []


def test_the_verdict_of_all() -> None:
    """A regression of any; of some quantities alone, where these are asked for."""
    found = compared(noisy(3.0, 6), noisy(9.0, 6))
    assert found.verdict() is Verdict.FAIL
    assert found.verdict(("queries", "requests")) is Verdict.PASS
    assert found.verdict(("instructions",)) is Verdict.CANNOT_MEASURE
