# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""The interval of a rate that was counted, also where nothing was seen."""

from __future__ import annotations

from math import sqrt

_Z95 = 1.959964


def interval(seen: int, of: int) -> tuple[float, float]:
    """The 95 % interval of a rate of which so many were seen (Wilson, Probable inference, the law
    of succession, and statistical inference, Journal of the American Statistical Association 22,
    1927).  Raises ValueError where nothing was tried.
    """
    if of < 1 or not 0 <= seen <= of:
        raise ValueError(f"{seen} of {of} is no rate")
    rate, square = seen / of, _Z95**2
    middle = (rate + square / (2 * of)) / (1 + square / of)
    half = _Z95 / (1 + square / of) * sqrt(rate * (1 - rate) / of + square / (4 * of * of))
    low = 0.0 if seen == 0 else middle - half
    high = 1.0 if seen == of else middle + half
    return low, high
