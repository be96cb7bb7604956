# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Where a series of figures moved to another level, whatever the distribution of its noise.

At each place the ranks before it are held against those after it (the statistic of Mann and
Whitney, standardised); the place where they differ most is a change point if noise alone shows so
much in one of a hundred series.  That is the change-point model of Hawkins and Deng (A
nonparametric change-point control chart, Journal of Quality Technology 42, 2010) on a series that
is complete.  What noise alone shows is found by permutation (Dwass, Modified randomization tests,
Annals of Mathematical Statistics 28, 1957), so that the level is exact for every length.  Each part
is then looked at in the same way (binary segmentation: Vostrikova, Soviet Mathematics Doklady 24,
1981).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate, pairwise
from math import sqrt

from greenlint_profiler.repeats import median

# One of a hundred series without a change shows one all the same.
LEVEL = 0.01
_PERMUTATIONS = 1999
# The same series gives the same answer, today and tomorrow.
_SEED = 20261130
# So many standard deviations are shown by noise alone more often than that, in every series: the
# least that is rare is 2.6, of ten figures, and more of longer ones.
_COMMON = 2.5


@dataclass(frozen=True, slots=True)
class Change:
    """From the point at place `at` on (counted from 0) the level is `after`; until then `before`.

    `p` is how often noise alone shows so much; absent where nothing was left to chance.
    """

    at: int
    before: float
    after: float
    p: float | None = None

    @property
    def ratio(self) -> float | None:
        """The new level as a part of the old one."""
        return self.after / self.before if self.before > 0 else None


def changes(values: Sequence[float]) -> tuple[Change, ...]:
    """The change points of a series, in order; levels are medians of the parts between them."""
    found = sorted(_split(values, 0))
    ends = [0, *(at for at, _ in found), len(values)]
    levels = [median(values[a:b]) for a, b in pairwise(ends)] if found else []
    return tuple(
        Change(at, levels[place], levels[place + 1], p) for place, (at, p) in enumerate(found)
    )


def steps(counts: Sequence[float]) -> tuple[Change, ...]:
    """Of what is counted exactly, every place where the count is another one."""
    pairs = enumerate(pairwise(counts), 1)
    return tuple(Change(at, before, after) for at, (before, after) in pairs if before != after)


def _split(values: Sequence[float], offset: int) -> Iterator[tuple[int, float]]:
    """The places of the change points with their p, in any order."""
    if len(values) < 2:
        return
    ranks = _ranks(values)
    at, strength = _strongest(ranks)
    if strength < _COMMON:
        return
    p = _chance(tuple(sorted(ranks)), strength)
    if p > LEVEL:
        return
    yield offset + at, p
    yield from _split(values[:at], offset)
    yield from _split(values[at:], offset + at)


def _ranks(values: Sequence[float]) -> list[float]:
    """The place of each value among all, from 1; equal ones share the mean of their places."""
    order = sorted(range(len(values)), key=values.__getitem__)
    ranks = [0.0] * len(values)
    first = 0
    while first < len(order):
        last = first
        while last + 1 < len(order) and values[order[last + 1]] == values[order[first]]:
            last += 1
        for place in order[first : last + 1]:
            ranks[place] = (first + last) / 2 + 1
        first = last + 1
    return ranks


def _strongest(ranks: Sequence[float]) -> tuple[int, float]:
    """After how many values the ranks differ most from those that follow, and by how many standard
    deviations of their sum.
    """
    expected, weights = _expected(len(ranks))
    sums = accumulate(ranks[:-1])
    strengths = [
        abs(total - mean) * weight
        for total, mean, weight in zip(sums, expected, weights, strict=True)
    ]
    strongest = max(strengths)
    return strengths.index(strongest) + 1, strongest / _deviation(ranks)


@lru_cache(maxsize=256)
def _expected(count: int) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """The mean of the sum of the first k ranks, and one over its deviation in units of theirs."""
    places = range(1, count)
    means = tuple(k * (count + 1) / 2 for k in places)
    return means, tuple(sqrt((count - 1) / (k * (count - k))) for k in places)


def _deviation(ranks: Sequence[float]) -> float:
    """Of single ranks about their mean; 1 where all are equal, so that no sum of them differs."""
    middle = (len(ranks) + 1) / 2
    return sqrt(sum((rank - middle) ** 2 for rank in ranks) / len(ranks)) or 1.0


@lru_cache(maxsize=256)
def _by_chance(ranks: tuple[float, ...]) -> tuple[float, ...]:
    """How strong the strongest place is when the order means nothing; ascending."""
    from random import Random

    shuffled, chance = list(ranks), Random(_SEED)
    found = []
    for _ in range(_PERMUTATIONS):
        chance.shuffle(shuffled)
        found.append(_strongest(shuffled)[1])
    return tuple(sorted(found))


def _chance(ranks: tuple[float, ...], strength: float) -> float:
    """How often noise alone shows so much, the series itself counted among the chances."""
    from bisect import bisect_left

    shown = _by_chance(ranks)
    as_strong = len(shown) - bisect_left(shown, strength * (1 - 1e-12))
    return (1 + as_strong) / (1 + len(shown))
