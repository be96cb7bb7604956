# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Change points: known series, the level that is kept on noise, and how soon a change is seen."""

from __future__ import annotations

from collections.abc import Callable
from itertools import accumulate, permutations
from math import comb
from random import Random

import pytest
from greenlint_profiler.past import changepoint
from greenlint_profiler.past.changepoint import LEVEL, Change, changes, steps

# The Nile at Aswan, 1871 to 1970, 10^8 cubic metres a year (Cobb, Biometrika 65, 1978; the data set
# `Nile` of R): the flow fell in 1899, as every method finds.
NILE = [
    *(1120, 1160, 963, 1210, 1160, 1160, 813, 1230, 1370, 1140, 995, 935, 1110, 994, 1020, 960),
    *(1180, 799, 958, 1140, 1100, 1210, 1150, 1250, 1260, 1220, 1030, 1100, 774, 840, 874, 694),
    *(940, 833, 701, 916, 692, 1020, 1050, 969, 831, 726, 456, 824, 702, 1120, 1100, 832, 764),
    *(821, 768, 845, 864, 862, 698, 845, 744, 796, 1040, 759, 781, 865, 845, 944, 984, 897, 822),
    *(1010, 771, 676, 649, 846, 812, 742, 801, 1040, 860, 874, 848, 890, 744, 749, 838, 1050, 918),
    *(986, 797, 923, 975, 815, 1020, 906, 901, 1170, 912, 746, 919, 718, 714, 740),
]


def test_the_nile_fell_in_1899() -> None:
    """The classic series has its one change where the literature has it."""
    assert len(NILE) == 100
    found = changes(NILE)
    assert [1871 + change.at for change in found] == [1899]
    assert (found[0].before, found[0].after) == (1130, 842.5)
    assert found[0].p == 1 / 2000


def test_a_clean_step_is_found_exactly() -> None:
    """Where it is, and between which levels; two steps are two."""
    assert changes([1.0] * 10 + [2.0] * 10)[0].at == 10
    found = changes([1.0] * 12 + [5.0] * 12 + [2.0] * 12)
    assert [(one.at, one.before, one.after) for one in found] == [(12, 1, 5), (24, 5, 2)]
    assert found[0].ratio == 5


@pytest.mark.parametrize("values", [[], [1.0], [1.0, 9.0], [3.0] * 50, [1.0] * 4 + [9.0] * 4])
def test_what_is_too_short_or_level_has_none(values: list[float]) -> None:
    """Eight runs cannot show at one in a hundred what two of seventy orders show."""
    assert changes(values) == ()


def test_ten_runs_are_the_fewest() -> None:
    """Five and five in order: two of 252 splits, which is less than one in a hundred."""
    found = changes([1.0, 1.1, 1.2, 1.3, 1.4, 2.0, 2.1, 2.2, 2.3, 2.4])
    assert [one.at for one in found] == [5]
    assert 2 / comb(10, 5) < LEVEL
    assert found[0].p == pytest.approx(2 / comb(10, 5), abs=0.004)


def test_units_do_not_matter() -> None:
    """Only ranks do: the same places in joules and microjoules, and on a logarithm's scale."""
    chance = Random(4)
    series = [chance.gauss(1, 0.05) for _ in range(25)] + [
        chance.gauss(1.2, 0.05) for _ in range(9)
    ]
    places = [one.at for one in changes(series)]
    assert places
    assert [one.at for one in changes([1e6 * value for value in series])] == places
    assert [one.at for one in changes([value**9 for value in series])] == places


def test_one_run_that_was_disturbed_is_no_change() -> None:
    """However far it is out: a level has changed when the runs after it stay there."""
    chance = Random(7)
    series = [chance.gauss(1, 0.02) for _ in range(40)]
    series[20] = 100.0
    assert changes(series) == ()


def test_the_chance_is_that_of_all_orders() -> None:
    """The permutation test agrees with every order of six figures."""
    ranks = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]

    def strength(order: tuple[float, ...]) -> float:
        sums = list(accumulate(order))
        parts = [
            abs(sums[k - 1] - k * 3.5) / (35 / 12 * k * (6 - k) / 5) ** 0.5 for k in range(1, 6)
        ]
        return max(parts)

    every = [strength(order) for order in permutations(ranks)]
    for order in ((1.0, 2.0, 3.0, 4.0, 5.0, 6.0), (1.0, 3.0, 2.0, 4.0, 6.0, 5.0)):
        found = changepoint._strongest(order)[1]
        assert found == pytest.approx(strength(order))
        exact = sum(one >= found - 1e-9 for one in every) / len(every)
        assert changepoint._chance(tuple(ranks), found) == pytest.approx(exact, abs=0.02)


NOISE: dict[str, Callable[[Random], float]] = {
    "normal": lambda chance: chance.gauss(1, 0.03),
    "skewed": lambda chance: chance.lognormvariate(0, 0.3),
    "outliers": lambda chance: chance.gauss(1, 0.02) * (3 if chance.random() < 0.05 else 1),
    "many equal": lambda chance: round(chance.gauss(100, 1), 1),
}


@pytest.mark.parametrize("noise", NOISE)
@pytest.mark.parametrize("runs", [10, 30])
def test_false_alarms_on_noise(noise: str, runs: int) -> None:
    """One series in a hundred at most, whatever the noise: 600 series leave room for 14 (the
    binomial's 99.8 %).
    """
    chance, draw = Random(runs), NOISE[noise]
    alarms = sum(bool(changes([draw(chance) for _ in range(runs)])) for _ in range(600))
    assert alarms <= 14


def test_what_is_common_is_not_looked_up() -> None:
    """The strength below which nothing is asked is below the level of every length."""
    for count in (10, 11, 12, 20, 50):
        ranks = tuple(float(rank) for rank in range(1, count + 1))
        assert changepoint._chance(ranks, changepoint._COMMON) > LEVEL


def test_a_change_is_seen_after_a_few_runs() -> None:
    """A rise by four standard deviations, twenty runs before it: six runs after it nearly
    always, two hardly.
    """
    chance = Random(1)

    def seen(after: int) -> int:
        found = 0
        for _ in range(200):
            series = [chance.gauss(0, 1) for _ in range(20)]
            series += [chance.gauss(4, 1) for _ in range(after)]
            found += any(abs(one.at - 20) <= 2 for one in changes(series))
        return found

    assert seen(6) >= 190
    assert seen(2) < 20


def test_counts_change_where_they_differ() -> None:
    """Exactly, and every time."""
    assert steps([12, 12, 12]) == ()
    assert steps([134, 134, 9, 9, 10]) == (Change(2, 134, 9), Change(4, 9, 10))
    assert steps([]) == ()
    assert Change(1, 0, 3).ratio is None
