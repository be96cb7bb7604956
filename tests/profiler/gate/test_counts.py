# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Counted work is compared exactly."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from greenlint_profiler.budget import Verdict
from greenlint_profiler.gate.judging.counts import Counted, Where, counted
from greenlint_profiler.gate.judging.design import Design
from greenlint_profiler.gate.judging.sample import Pair, Restart, Sample
from greenlint_profiler.gate.result import Gate, Outcome
from greenlint_profiler.gate.sides.revisions import Revision
from greenlint_profiler.work.work import Repeated, Requested, Work


def restarts(base: Sequence[int | None], head: Sequence[int | None]) -> list[Restart]:
    """Pairs with so many queries."""
    pairs = zip(base, head, strict=True)
    return [
        Restart(
            tuple(
                Pair(
                    Sample(1, 1, work=Work(queries=before)), Sample(1, 1, work=Work(queries=after))
                )
                for before, after in pairs
            )
        )
    ]


@pytest.mark.parametrize(
    ("base", "head", "limit", "verdict"),
    [
        ([3, 3], [3, 3], None, Verdict.PASS),
        ([3, 3], [4, 4], None, Verdict.FAIL),
        ([3, 3], [2, 2], None, Verdict.IMPROVED),
        ([3, 4], [4, 3], None, Verdict.INCONCLUSIVE),
        ([3, 4], [5, 6], None, Verdict.FAIL),
        ([3, 4], [3, 3], None, Verdict.PASS),
        ([3, 3], [4, 4], 4, Verdict.PASS),  # what a test says of itself decides
        ([3, 3], [4, 5], 4, Verdict.FAIL),
    ],
)
def test_the_count_decides(
    base: list[int], head: list[int], limit: int | None, verdict: Verdict
) -> None:
    """One more is a failure, unless the budget of the test allows it."""
    (found,) = counted(restarts(base, head), {"queries": limit})
    assert found.verdict is verdict
    assert found.base == (base[0] if len(set(base)) == 1 else None)


def test_what_one_side_did_not_count_is_not_compared() -> None:
    """Absence is not 0."""
    assert list(counted(restarts([None], [5]), {})) == []
    assert list(counted([], {})) == []


def test_where_the_head_sends_more_is_told() -> None:
    """By statement and file, since lines move; a request by its host."""
    before = Work(5, (Repeated("select a", 3, "shop/views.py", 10),), 0)
    after = Work(
        12,
        (
            Repeated("select b", 7, "shop/models.py", 4, "Order.total"),
            Repeated("select a", 3, "shop/views.py", 12),
        ),
        1,
        (Requested("GET", "api.test", 1, "shop/client.py", 9),),
    )
    found = list(
        counted([Restart((Pair(Sample(1, 1, work=before), Sample(1, 1, work=after)),))], {})
    )
    assert found == [
        Counted(
            "queries",
            5,
            12,
            Verdict.FAIL,
            where=(Where("select b", "shop/models.py", 4, None, 7, "Order.total"),),
        ),
        Counted(
            "requests",
            0,
            1,
            Verdict.FAIL,
            where=(Where("GET api.test", "shop/client.py", 9, None, 1),),
        ),
    ]


@pytest.mark.parametrize(
    ("verdicts", "code", "strict"),
    [
        ([Verdict.PASS, Verdict.IMPROVED], 0, 0),
        ([Verdict.PASS, Verdict.FAIL, Verdict.CANNOT_MEASURE], 1, 1),
        ([Verdict.PASS, Verdict.INCONCLUSIVE], 0, 1),
        ([Verdict.PASS, Verdict.CANNOT_MEASURE], 0, 3),
        ([Verdict.CANNOT_MEASURE], 3, 3),
        ([], 3, 3),
    ],
)
def test_the_exit_code_is_that_of_the_verdicts(
    verdicts: list[Verdict], code: int, strict: int
) -> None:
    """A gate that could judge nothing never passes."""
    revision = Revision("main", 40 * "a", "A change", False)
    tests = tuple(Outcome(str(number), one) for number, one in enumerate(verdicts))
    gate = Gate(("pytest",), revision, revision, Design(), "cpu", {}, tests)
    assert gate.exit_code(strict=False) == code
    assert gate.exit_code(strict=True) == strict


def test_the_first_tests_of_a_project_are_no_failure() -> None:
    """There is nothing to hold them against; `strict` wants a comparison."""
    revision = Revision("main", 40 * "a", "A change", False)
    gate = Gate(("pytest",), revision, revision, Design(), "cpu", {}, only_head=("a",))
    assert gate.exit_code(strict=False) == 0
    assert gate.exit_code(strict=True) == 3
