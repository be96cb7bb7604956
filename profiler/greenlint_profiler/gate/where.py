# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Looks at both sides -> the functions in which the difference sits, as far as looks can tell."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from math import sqrt
from statistics import NormalDist

from greenlint_profiler.budget import Verdict
from greenlint_profiler.gate.result import FunctionChange, Outcome
from greenlint_profiler.gate.workers.sampled import Code, Sampled

# At most so many are told of one test.
MOST = 5
# The probability that any function is told whose part did not change.
_ERROR = 0.05
# Fewer looks than this at one side say nothing of any function.
_FEWEST_LOOKS = 20

# A test is looked into for some seconds, and of more than these nobody reads.
_MOST_TESTS = 10

# Of the base, and of the head.
Looks = tuple[Sampled, Sampled]
_Both = tuple[Code | None, Code | None]


def explained(
    outcomes: Sequence[Outcome], look: Callable[[Sequence[str]], Mapping[str, Looks]]
) -> list[Outcome]:
    """The outcomes, with the functions of those that rose; their verdicts stay as they are.

    Of very many those are looked into that rose by most.
    """
    risen = [one for one in outcomes if one.told is not None and one.told.verdict is Verdict.FAIL]
    risen.sort(key=lambda one: (one.base or 0.0) - (one.head or 0.0))
    found = look([one.test for one in risen[:_MOST_TESTS]])
    return [_explained(one, found.get(one.test)) for one in outcomes]


def _explained(one: Outcome, looks: Looks | None) -> Outcome:
    if looks is None or one.base is None or one.head is None:
        return one
    return replace(one, functions=changes(*looks, one.base, one.head))


def changes(
    base: Sampled, head: Sampled, base_level: float, head_level: float
) -> tuple[FunctionChange, ...]:
    """The functions whose part differs by more than the error of sampling, the largest first.

    The levels are what one call of the test uses, in seconds of CPU time or in joules; a function's
    part of it is that of the CPU time with which it was seen.  The error of a part p of n looks is
    that of a binomial proportion, sqrt(p (1 - p) / n), with p = (x + 2) / (n + 4) so that what
    x = 0 looks found has one too (Agresti and Coull 1998, The American Statistician 52, 119-126).
    The intervals hold for all functions together with 95 % (Bonferroni).
    """
    if min(base.looks, head.looks) < _FEWEST_LOOKS:
        return ()
    pairs = [*_matched(base.cpu_ns, head.cpu_ns)]
    z = NormalDist().inv_cdf(1 - _ERROR / 2 / max(1, len(pairs)))
    before, after = base_level * base.own_part, head_level * head.own_part
    found = []
    for of_base, of_head in pairs:
        was, its_error = _part(base, of_base)
        now, error = _part(head, of_head)
        change = now * after - was * before
        margin = z * sqrt((error * after) ** 2 + (its_error * before) ** 2)
        shown = of_head or of_base
        if abs(change) > margin and shown is not None:
            found.append(
                FunctionChange(
                    *(shown.name, shown.path, shown.line, was * before, now * after),
                    low=change - margin,
                    high=change + margin,
                )
            )
    found.sort(key=lambda one: -abs(one.head - one.base))
    return tuple(found[:MOST])


def _part(side: Sampled, code: Code | None) -> tuple[float, float]:
    """The part of a function, and its standard error."""
    part = side.part(code)
    likely = (part * side.looks + 2) / (side.looks + 4)
    return part, sqrt(likely * (1 - likely) / side.looks)


def _matched(base: Mapping[Code, int], head: Mapping[Code, int]) -> Iterator[_Both]:
    """The functions of both sides, each with itself.

    By file and name, since lines move; what is left by its name, if that is the only one of its
    name on either side: its file was renamed, or it was moved.
    """
    there = {(one.path, one.name): one for one in base}
    left = []
    for one in head:
        was = there.pop((one.path, one.name), None)
        if was is None:
            left.append(one)
        else:
            yield was, one
    times = [Counter(code.name for code in some) for some in (there.values(), left)]
    moved = {name for name in times[0] if times[0][name] == times[1][name] == 1}
    gone = {code.name: code for code in there.values() if code.name in moved}
    yield from ((gone.get(one.name), one) for one in left)
    yield from ((code, None) for code in there.values() if code.name not in moved)
