# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""How much larger some figures are than others, by ranks: exact, whatever their distribution.

The estimate is the median of all ratios of one of these to one of those (Hodges and Lehmann,
Annals of Mathematical Statistics 34, 1963, on logarithms); its interval are two of these ratios,
chosen by the exact distribution of the statistic of Mann and Whitney (Bauer, Constructing
confidence sets using rank statistics, Journal of the American Statistical Association 67, 1972).
Equal figures make it wider, never narrower.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import comb

from greenlint_profiler.repeats import median

CONFIDENCE = 0.95


@dataclass(frozen=True, slots=True)
class Ratio:
    """The second figures as a part of the first; `low` and `high` enclose it in at least 95 of 100
    series, and are absent where there are too few figures for that.
    """

    ratio: float
    low: float | None
    high: float | None


def ratio(before: Sequence[float], after: Sequence[float]) -> Ratio | None:
    """The ratio of figures above 0; None where one is not, or there are none."""
    if not before or not after or min(*before, *after) <= 0:
        return None
    ratios = sorted(new / old for new in after for old in before)
    out = left_out(len(before), len(after))
    if out is None:
        return Ratio(median(ratios), None, None)
    return Ratio(median(ratios), ratios[out], ratios[-1 - out])


@lru_cache(maxsize=512)
def left_out(first: int, second: int) -> int | None:
    """How many of the ratios may be left out at each end so that 95 % is kept; None where even all
    of them are not enough.
    """
    allowed = (1 - CONFIDENCE) / 2 * comb(first + second, first)
    below = 0
    for out, ways in enumerate(_ways(first, second)):
        below += ways
        if below > allowed:
            return out - 1 if out else None
    raise AssertionError("all ways together are more than allowed")


def fewest(first: int) -> int:
    """How many figures are needed beside `first` of the other side for an interval."""
    second = 1
    while left_out(first, second) is None:
        second += 1
    return second


def _ways(first: int, second: int) -> list[int]:
    """In how many of the orders of two samples so many pairs stand the wrong way round: the
    coefficients of the Gaussian binomial (Mann and Whitney 1947, by its product formula).
    """
    ways = [1] + [0] * (first * second)
    for factor in range(1, first + 1):
        for place in range(len(ways) - 1, second + factor - 1, -1):
            ways[place] -= ways[place - second - factor]
        for place in range(factor, len(ways)):
            ways[place] += ways[place - factor]
    return ways
