# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Halving a line until the first that fails is known, with verdicts that are written down."""

from __future__ import annotations

from math import ceil, log2

import pytest
from greenlint_profiler.budget import Verdict
from greenlint_profiler.gate.culprit.search import Narrowed, search, steps

WORDS = {
    ".": Verdict.PASS,
    "<": Verdict.IMPROVED,
    "F": Verdict.FAIL,
    "?": Verdict.INCONCLUSIVE,
    "x": Verdict.CANNOT_MEASURE,
}


def tried(line: str) -> tuple[Narrowed, list[int]]:
    """A line of verdicts, the good one first and the bad one last, searched."""
    asked: list[int] = []

    def judge(place: int, left: int) -> Verdict:
        asked.append(place)
        return WORDS[line[place]]

    return search(len(line) - 1, judge), asked


@pytest.mark.parametrize(
    ("line", "low", "high"),
    [
        (".F", 0, 1),
        ("..F", 1, 2),
        (".FF", 0, 1),
        (".FFFFFFF", 0, 1),  # the first one
        (".......F", 6, 7),  # the last one
        ("...FFFFF", 2, 3),
        (".<<.FFFF", 3, 4),  # what got better passes
        ("...?FFFF", 2, 4),  # the neighbour of the rise is left out: one of two
        (".x..FFFF", 3, 4),  # elsewhere it does no harm
        ("..?xFFFF", 1, 4),
        (".??????F", 0, 7),  # all are left out
        (".xF", 0, 2),
    ],
)
def test_the_first_that_fails(line: str, low: int, high: int) -> None:
    """It is found wherever it is; among those that were left out it is named as a range."""
    narrowed, _ = tried(line)
    assert narrowed == Narrowed(low, high)
    assert narrowed.found is (high - low == 1)


@pytest.mark.parametrize("length", [2, 3, 7, 8, 9, 100, 1000])
def test_as_few_steps_as_halving_needs(length: int) -> None:
    """Every place of a line of any length is found in log2 steps, which were told beforehand."""
    for first in range(1, length):
        narrowed, asked = tried("." * first + "F" * (length - first))
        assert narrowed == Narrowed(first - 1, first)
        assert len(asked) <= ceil(log2(length - 1)) == steps(0, length - 1)


def test_a_row_of_commits_that_do_not_build_is_left_soon() -> None:
    """Thirty of them in the middle cost some steps, not thirty."""
    narrowed, asked = tried("." * 30 + "x" * 30 + "." * 10 + "F" * 30)
    assert narrowed == Narrowed(69, 70)
    assert len(asked) <= 16


def test_every_place_is_tried_before_a_range_is_named() -> None:
    """A single one that can be judged among many that cannot is found."""
    for place in range(1, 12):
        line = "." + "x" * 11 + "F"
        narrowed, _ = tried(line[:place] + "." + line[place + 1 :])
        assert narrowed == Narrowed(place, 12)


def test_no_place_is_tried_twice() -> None:
    """Each judgement takes minutes."""
    for line in (".x?x?x?F", ".?.?.?FF", "...x?FFF"):
        _, asked = tried(line)
        assert len(asked) == len(set(asked))


def test_of_two_rises_one_is_found() -> None:
    """Where it fails, passes and fails again, what is found passes before and fails after."""
    line = "..FF..FFF"
    narrowed, _ = tried(line)
    assert (line[narrowed.low], line[narrowed.high]) == (".", "F")
    assert narrowed.found


def test_a_search_that_is_ended_names_what_is_left() -> None:
    """Without a verdict there is no further step."""
    verdicts = iter([Verdict.PASS, None])
    narrowed = search(16, lambda place, left: next(verdicts))
    assert narrowed == Narrowed(8, 16, ended=True)
