# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Student's t: the probability below a value, and the value below which a probability lies."""

from __future__ import annotations

from functools import lru_cache
from math import exp, inf, lgamma, log

# Where the continued fraction and the search stop: far finer than any verdict.
_CLOSE = 1e-13
_TURNS = 500


def below(value: float, freedom: int) -> float:
    """The probability that t with so many degrees of freedom is at most `value`.

    Through the regularised incomplete beta function (Abramowitz and Stegun, Handbook of
    Mathematical Functions, 26.7.1 and 26.5.8).
    """
    _refuse(freedom)
    if value == 0:
        return 0.5
    if abs(value) == inf:
        return float(value > 0)
    tail = 0.5 * _beta(freedom / 2, 0.5, freedom / (freedom + value * value))
    return 1 - tail if value > 0 else tail


@lru_cache(maxsize=1024)
def quantile(probability: float, freedom: int) -> float:
    """The value that t with so many degrees of freedom is at most with this probability.

    Raises ValueError for a probability that is not between 0 and 1.
    """
    _refuse(freedom)
    if not 0 < probability < 1:
        raise ValueError(f"a probability lies between 0 and 1, not at {probability}")
    if probability < 0.5:
        return -quantile(1 - probability, freedom)
    low, high = 0.0, 1.0
    while below(high, freedom) < probability:
        low, high = high, 2 * high
    while high - low > _CLOSE * high:
        middle = (low + high) / 2
        if middle in (low, high):
            break
        if below(middle, freedom) < probability:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def _refuse(freedom: int) -> None:
    if freedom < 1:
        raise ValueError(f"t needs a degree of freedom, and there are {freedom}")


def _beta(a: float, b: float, x: float) -> float:
    """The regularised incomplete beta function I_x(a, b)."""
    if x <= 0 or x >= 1:
        return float(x >= 1)
    if x > (a + 1) / (a + b + 2):  # the fraction converges on the other side
        return 1 - _beta(b, a, 1 - x)
    front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log(1 - x))
    return front / (a * _fraction(a, b, x))


def _fraction(a: float, b: float, x: float) -> float:
    """The continued fraction 26.5.8 from its end; twice as long until nothing changes."""
    turns, before = 16, inf
    while turns <= _TURNS:
        value = 1.0
        for m in range(turns, 0, -1):
            even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
            odd = -(a + m - 1) * (a + b + m - 1) * x / ((a + 2 * m - 2) * (a + 2 * m - 1))
            value = 1 + odd / (1 + even / value)
        if abs(value - before) <= _CLOSE * abs(value):
            return value
        turns, before = 2 * turns, value
    return value
