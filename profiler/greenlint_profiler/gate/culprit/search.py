# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Halving a line of commits until the first one that fails is known, around those that cannot be
judged.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from math import ceil, log2

from greenlint_profiler.budget import Verdict

# The verdict of a place in the line, with how many steps are left, this one included; None where
# the search is to end.
Judge = Callable[[int, int], Verdict | None]

_KEPT = (Verdict.PASS, Verdict.IMPROVED)


@dataclass(frozen=True, slots=True)
class Narrowed:
    """The last place that is known to pass, and the first that is known to fail.

    `ended` says that the search was ended before every place between them was tried.
    """

    low: int
    high: int
    ended: bool = False

    @property
    def found(self) -> bool:
        """Whether there is nothing between them."""
        return self.high - self.low == 1


def search(last: int, judge: Judge) -> Narrowed:
    """Find the first that fails of the places 0, which passes, to `last`, which fails.

    What is inconclusive or cannot be measured is left out, and others are tried in its stead.
    """
    low, high = 0, last
    skipped: set[int] = set()
    while (middle := _middle(low, high, skipped)) is not None:
        verdict = judge(middle, steps(low, high))
        if verdict is None:
            return Narrowed(low, high, ended=True)
        if verdict is Verdict.FAIL:
            high = middle
        elif verdict in _KEPT:
            low = middle
        else:
            skipped.add(middle)
    return Narrowed(low, high)


def steps(low: int, high: int) -> int:
    """How many judgements find the first that fails, if none is left out."""
    return ceil(log2(high - low))


def _middle(low: int, high: int, skipped: Collection[int]) -> int | None:
    """The place to try next; None when all between are known.

    Commits that do not build stand together.  So the distance to the middle is doubled after every
    second one that was left out, to either side, rather than trying one after the other.
    """
    open_ones = [place for place in range(low + 1, high) if place not in skipped]
    if not open_ones:
        return None
    middle = (low + high) // 2
    left_out = sum(low < place < high for place in skipped)
    distance = 2 ** ((left_out - 1) // 2) if left_out else 0
    return min(open_ones, key=lambda place: (abs(abs(place - middle) - distance), place))
