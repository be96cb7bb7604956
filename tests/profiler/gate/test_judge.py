# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Effects of restarts -> a verdict, at and around its bounds."""

from __future__ import annotations

from collections.abc import Callable
from math import exp, log, sqrt

import pytest
from greenlint_profiler.budget import Verdict
from greenlint_profiler.gate.judging import judge as judging
from greenlint_profiler.gate.judging.design import LOOKS, Design, Look
from greenlint_profiler.gate.judging.effect import effect, level, trimmed_mean, watts
from greenlint_profiler.gate.judging.holm import holds, together
from greenlint_profiler.gate.judging.judge import Doubt, judge, mde
from greenlint_profiler.gate.judging.sample import Pair, Quantity, Restart, Sample, quantity
from greenlint_profiler.gate.judging.student import quantile
from greenlint_profiler.units import Evidence

LOOK = Look(4, 0.0005)


def around(middle: float, spread: float, count: int = 4) -> list[float]:
    """So many effects, an even number, with this mean and this standard deviation."""
    step = spread * sqrt((count - 1) / count)
    return [middle - step, middle + step] * (count // 2)


@pytest.mark.parametrize(
    ("middle", "spread", "verdict"),
    [
        (0.0, 0.005, Verdict.PASS),
        (log(1.05), 0.005, Verdict.INCONCLUSIVE),  # just at the limit: neither
        (log(1.2), 0.005, Verdict.FAIL),
        (log(1.2), 0.04, Verdict.INCONCLUSIVE),
        (log(0.5), 0.005, Verdict.IMPROVED),
        (log(0.97), 0.005, Verdict.PASS),  # less, and not by more than the limit
        (0.0, 0.1, Verdict.INCONCLUSIVE),
        (0.0, 0.0, Verdict.PASS),
    ],
)
def test_the_verdict_is_that_of_the_bounds(middle: float, spread: float, verdict: Verdict) -> None:
    """Above the limit, below it, or on both sides of it."""
    told = judge(around(middle, spread), 0.05, LOOK, base=1.0, floor=0.0)
    assert told.verdict is verdict
    assert told.ratio == pytest.approx(exp(middle))
    assert told.low <= told.ratio <= told.high
    assert (told.doubt is Doubt.SPREAD) == (verdict is Verdict.INCONCLUSIVE)


def test_the_lower_bound_decides_a_failure() -> None:
    """Just above the limit it fails, just below it does not."""
    spread = 0.02
    half = quantile(1 - LOOK.error, 3) * spread / 2
    at = log(1.05) + half
    assert judge(around(at + 1e-6, spread), 0.05, LOOK, 1.0, 0.0).verdict is Verdict.FAIL
    assert judge(around(at - 1e-6, spread), 0.05, LOOK, 1.0, 0.0).verdict is not Verdict.FAIL


def test_the_upper_bound_of_95_percent_decides_a_pass() -> None:
    """Just below the limit it passes, just above it does not; the certificate is that bound."""
    spread = 0.02
    half = quantile(0.95, 3) * spread / 2
    at = log(1.05) - half
    passed = judge(around(at - 1e-6, spread), 0.05, LOOK, 1.0, 0.0)
    assert passed.verdict is Verdict.PASS
    assert passed.certificate == pytest.approx(0.05, abs=1e-5)
    assert judge(around(at + 1e-6, spread), 0.05, LOOK, 1.0, 0.0).verdict is Verdict.INCONCLUSIVE


def test_a_difference_below_the_floor_is_none() -> None:
    """A test of 100 us that takes 30 us more passes, however sure that is."""
    floor = judging.floor(Quantity.CPU_SECONDS, 0.0)
    assert judge(around(log(1.3), 0.001), 0.05, LOOK, 100e-6, floor).verdict is Verdict.PASS
    assert judge(around(log(1.6), 0.001), 0.05, LOOK, 100e-6, floor).verdict is Verdict.FAIL


def test_the_floor_of_joules_goes_by_the_power() -> None:
    """Three edges of 0.41 ms: at 100 W they are 0.123 J."""
    assert judging.floor(Quantity.JOULES, 100.0) == pytest.approx(0.123)


def test_what_would_decide_is_told_and_does() -> None:
    """As many restarts like these give a verdict."""
    told = judge(around(0.0, 0.05), 0.05, LOOK, 1.0, 0.0)
    assert told.wanted is not None
    for count, verdict in ((told.wanted, Verdict.PASS), (4, Verdict.INCONCLUSIVE)):
        look = Look(count, LOOK.error)
        assert judge(around(0.0, 0.05, count), 0.05, look, 1.0, 0.0).verdict is verdict
    assert judge(around(log(1.05), 0.05), 0.05, LOOK, 1.0, 0.0).wanted is None


def test_the_minimal_detectable_effect() -> None:
    """exp((t + z) s / sqrt(k)) - 1, by hand for sixteen restarts of 2.5 %."""
    assert mde(0.025, 16) == pytest.approx(exp((2.6025 + 1.2816) * 0.025 / 4) - 1, rel=1e-4)


def test_looks_spend_one_percent_in_all() -> None:
    """Whatever the cap is, which has a look of its own."""
    for restarts in (2, 4, 5, 8, 16, 17, 24, 256):
        looks = list(Design(restarts=restarts).looks())
        assert looks[-1].restarts == restarts
        assert sum(look.error for look in looks) == pytest.approx(0.01)
        assert all(look.error >= 0.0005 for look in looks)
    for look, (count, error) in zip(Design().looks(), LOOKS, strict=True):
        assert look.restarts == count
        assert look.error == pytest.approx(error)


def test_holm_keeps_what_is_small_enough_for_its_place() -> None:
    """0.001 is below 0.01 / 4, 0.003 below 0.01 / 3, and 0.006 not below 0.01 / 2."""
    found = holds({"a": 0.006, "b": 0.001, "c": 0.009, "d": 0.003}, 4, 0.01)
    assert found == {"b", "d"}
    assert holds({}, 0, 0.01) == frozenset()
    assert holds({"a": 0.01}, 1, 0.01) == {"a"}
    assert holds({"a": 0.01}, 2, 0.01) == frozenset()  # another could have failed, and did not


def test_two_times_is_more_than_once() -> None:
    """The probability that a product of two uniform numbers is that small."""
    assert together(0.01, 0.01) == pytest.approx(1e-4 * (1 + 4 * log(10)))
    assert together(1.0, 1.0) == 1
    assert together(0.0, 0.5) == 0


def test_the_trimmed_mean_leaves_the_ends_out() -> None:
    """Two of ten at each end; of four none."""
    assert trimmed_mean([1000, 3, 3, 3, 3, 3, 3, 3, -5, -900]) == 3
    assert trimmed_mean([1, 2, 3, 6]) == 3


def test_an_effect_is_the_logarithm_of_the_ratio(restart: Callable[..., Restart]) -> None:
    """And there is none where a figure is 0."""
    assert effect(restart(0.1), Quantity.CPU_SECONDS) == pytest.approx(0.1)
    assert effect(restart(0.1), Quantity.JOULES) is None
    assert effect(Restart((Pair(Sample(1, 0), Sample(1, 1)),)), Quantity.CPU_SECONDS) is None
    assert effect(Restart(()), Quantity.CPU_SECONDS) is None
    assert level([restart(0.1)], Quantity.CPU_SECONDS, head=False) == 0.05


@pytest.mark.parametrize(
    ("evidence", "joules", "expected"),
    [
        (Evidence.MEASURED, 2.0, Quantity.JOULES),
        (Evidence.MEASURED, None, Quantity.CPU_SECONDS),
        (Evidence.MEASURED, 0.0, Quantity.CPU_SECONDS),
        (Evidence.SHARED, 2.0, Quantity.CPU_SECONDS),
        (Evidence.ESTIMATED, 2.0, Quantity.CPU_SECONDS),
        (Evidence.PROXY, None, Quantity.CPU_SECONDS),
    ],
)
def test_joules_decide_where_every_sample_is_measured(
    evidence: Evidence, joules: float | None, expected: Quantity
) -> None:
    """One sample that is not makes it CPU time."""
    measured = Sample(1.0, 1.0, 2.0, Evidence.MEASURED)
    other = Sample(1.0, 1.0, joules, evidence)
    assert quantity([Restart((Pair(measured, other),))]) is expected
    assert quantity([]) is Quantity.CPU_SECONDS


def test_power_is_that_of_the_base() -> None:
    """Joules over seconds."""
    base, head = Sample(2.0, 2.0, 60.0), Sample(1.0, 1.0, 500.0)
    assert watts([Restart((Pair(base, head),))]) == 30
    assert watts([]) == 0


@pytest.mark.parametrize(
    ("cpu_seconds", "seconds", "more", "later"),
    [
        (0.004, 0.02, 30, 70),  # never more than four times as many in all, eight times later
        (0.05, 0.06, 10, 30),  # twenty take a second of the processor
        (0.0999, 0.11, 0, 10),
        (0.5, 0.6, 0, 0),
        (0.001, 0.2, 10, 30),  # it waits: twenty take four seconds by the clock
        (0.0, 0.0, 30, 70),
    ],
)
def test_short_tests_get_more_pairs(
    cpu_seconds: float, seconds: float, more: int, later: int
) -> None:
    """As many as fit, none where the pairs that were asked for take as long already; more where a
    look has been that did not decide, and for seeing a failure again.
    """
    design = Design(pairs=10)
    assert [design.filling(cpu_seconds, seconds, had) for had in (0, 3)] == [more, more]
    assert [design.filling(cpu_seconds, seconds, had) for had in (4, 9)] == [later, later]
