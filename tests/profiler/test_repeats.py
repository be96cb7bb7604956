# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Repetitions: their median, an interval that keeps its promise, their spread, outliers."""

from __future__ import annotations

import random
from statistics import NormalDist

import pytest
from greenlint_profiler.repeats import Basis, summarise


def test_nothing_has_no_summary() -> None:
    """Absent, and not 0."""
    assert summarise([]) is None


def test_one_run_has_the_instruments_interval() -> None:
    """And none where the instrument has nothing to say; a single run has no spread."""
    one = summarise([5.0], (4.0, 6.0))
    assert one is not None
    assert (one.median, one.low, one.high, one.basis) == (5.0, 4.0, 6.0, Basis.INSTRUMENT)
    assert one.deviation is None
    assert one.spread is None
    bare = summarise([5.0])
    assert bare is not None
    assert (bare.low, bare.high) == (None, None)


def test_few_runs_have_students_interval() -> None:
    """By hand: 4.3027 x 1 / sqrt(3) on each side of the mean."""
    few = summarise([9.0, 10.0, 11.0])
    assert few is not None
    assert few.basis is Basis.STUDENT
    assert few.low == pytest.approx(10 - 2.48416, abs=1e-4)
    assert few.high == pytest.approx(10 + 2.48416, abs=1e-4)
    assert few.spread == pytest.approx(0.1)


@pytest.mark.parametrize(
    ("count", "left_out"), [(6, 0), (8, 0), (9, 1), (11, 1), (12, 2), (20, 5), (30, 9), (50, 17)]
)
def test_more_runs_have_two_of_them(count: int, left_out: int) -> None:
    """As many left out at each end as the table of the sign test allows at 5 %."""
    many = summarise([float(value) for value in range(count)])
    assert many is not None
    assert many.basis is Basis.ORDER
    assert (many.low, many.high) == (left_out, count - 1 - left_out)


def test_no_interval_falls_below_what_can_be() -> None:
    """Two runs that differ much: an energy is not negative, what lies above idle can be."""
    energy, above = summarise([1.0, 3.0]), summarise([1.0, 3.0], least=None)
    assert energy is not None
    assert above is not None
    assert energy.low == 0.0
    assert above.low == pytest.approx(2 - 12.7062)


@pytest.mark.parametrize("count", [2, 3, 5, 6, 9, 12, 25])
def test_intervals_hold_the_truth_as_often_as_they_say(count: int) -> None:
    """Of 2 000 series of a known distribution, at least 94 of 100 intervals hold its median."""
    chance = random.Random(count)
    normal = NormalDist(100, 5)
    held = 0
    for _ in range(2000):
        figure = summarise([normal.inv_cdf(chance.random()) for _ in range(count)])
        assert figure is not None
        assert figure.low is not None
        assert figure.high is not None
        held += figure.low <= 100 <= figure.high
        assert figure.low <= figure.median <= figure.high
    assert held >= 0.94 * 2000


def test_a_run_that_stands_out_is_named() -> None:
    """By its place; those around it are not, nor runs that hardly differ."""
    steady = [10.0, 10.1, 9.9, 10.05, 9.95, 10.0]
    figure = summarise([*steady, 14.0])
    assert figure is not None
    assert figure.outliers == (6,)
    for values in (steady, [10.0, 10.0, 10.0, 10.0, 10.1], [1.0, 9.0, 1.0, 9.0]):
        calm = summarise(values)
        assert calm is not None
        assert calm.outliers == ()
