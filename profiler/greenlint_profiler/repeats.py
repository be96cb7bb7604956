# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Repetitions -> their median, an interval of 95 %, their spread, and those that stand out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from math import comb, fsum, sqrt

# Two-sided 95 % of Student's t for 1 to 5 degrees of freedom (any table; ISO 2602:1980).
_T95 = (12.7062, 4.3027, 3.1824, 2.7764, 2.5706)
# From so many runs on, two of them enclose the median in at least 95 of 100 series.
ENOUGH_FOR_ORDER = 6
# A modified z-score above this stands out (Iglewicz and Hoaglin, How to Detect and Handle
# Outliers, 1993); 0.6745 is the quartile of a normal distribution, which the MAD estimates.
_STANDS_OUT = 3.5
_MAD_OF_NORMAL = 0.6745
_FEWEST_FOR_OUTLIERS = 5
# Runs that hardly differ from one another are not held against each other.
_NOTICEABLE = 0.02


# The three below are those of `statistics`, whose import (fractions, decimal, random) takes longer
# than a short command.


def mean(values: Sequence[float]) -> float:
    """The arithmetic mean of at least one value."""
    return fsum(values) / len(values)


def median(values: Sequence[float]) -> float:
    """The middle one of at least one value, or between the two in the middle."""
    ordered = sorted(values)
    half = len(ordered) // 2
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2


def deviation(values: Sequence[float]) -> float:
    """The standard deviation of a sample of at least two."""
    middle = mean(values)
    return sqrt(fsum((value - middle) ** 2 for value in values) / (len(values) - 1))


class Basis(Enum):
    """What an interval rests on."""

    INSTRUMENT = "instrument"  # one run: what the meter cannot know of it
    STUDENT = "student-t"  # two to five runs: the mean, runs taken as normal
    ORDER = "order-statistics"  # six and more: the median, whatever the distribution


@dataclass(frozen=True, slots=True)
class Summary:
    """Some values of one quantity, in its own unit.

    `low` and `high` enclose what the runs estimate in 95 of 100 series; absent where one run has
    nothing to say of it.  `deviation` is the sample's, absent for one run.  `outliers` are places
    in the series, counted from 0.
    """

    count: int
    median: float
    mean: float
    low: float | None
    high: float | None
    minimum: float
    maximum: float
    deviation: float | None
    basis: Basis
    outliers: tuple[int, ...] = ()

    @property
    def spread(self) -> float | None:
        """The standard deviation as a part of the mean."""
        return None if self.deviation is None or self.mean <= 0 else self.deviation / self.mean


def summarise(
    values: Sequence[float],
    instrument: tuple[float, float] | None = None,
    least: float | None = 0.0,
) -> Summary | None:
    """The summary of a series, or None of an empty one.

    `instrument` is the meter's own interval, for a series of one: it is part of the spread of
    more.  Up to five runs the interval is Student's t of the mean, which then holds the median
    too; from six on it is two of the runs (exact binomial, as in ISO 16269-7:2001), which takes
    no distribution for granted and no notice of a run that was disturbed.  `least` is what the
    quantity cannot fall below, nor its interval; None where it can be negative.
    """
    if not values:
        return None
    count, middle = len(values), mean(values)
    low: float | None
    high: float | None
    if count == 1:
        (low, high), basis = instrument or (None, None), Basis.INSTRUMENT
    elif count < ENOUGH_FOR_ORDER:
        half = _T95[count - 2] * deviation(values) / sqrt(count)
        low, high, basis = middle - half, middle + half, Basis.STUDENT
        low = low if least is None else max(least, low)
    else:
        first = _rank(count)
        ordered = sorted(values)
        low, high, basis = ordered[first], ordered[-1 - first], Basis.ORDER
    return Summary(
        count,
        median(values),
        middle,
        low,
        high,
        min(values),
        max(values),
        deviation(values) if count > 1 else None,
        basis,
        tuple(_outliers(values)),
    )


def _rank(count: int) -> int:
    """How many runs may be left out at each end so that 95 % is kept: each is below the median
    with one half, so that the number of those below is binomial.
    """
    left_out, below = 0, comb(count, 0)
    while True:
        below += comb(count, left_out + 1)
        if 2 * below > 0.05 * 2**count:
            return left_out
        left_out += 1


def _outliers(values: Sequence[float]) -> list[int]:
    """The places of values that are far from the median, as seen from the others."""
    if len(values) < _FEWEST_FOR_OUTLIERS:
        return []
    middle = median(values)
    typical = median([abs(value - middle) for value in values])
    far = max(_STANDS_OUT * typical / _MAD_OF_NORMAL, _NOTICEABLE * abs(middle))
    return [index for index, value in enumerate(values) if abs(value - middle) > far]
