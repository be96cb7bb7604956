# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Restarts go on until a test is decided, and no longer."""

from __future__ import annotations

import random
from collections.abc import Sequence
from math import log

import pytest
from greenlint_profiler.budget import Verdict
from greenlint_profiler.gate.judging.design import Design
from greenlint_profiler.gate.judging.judge import Doubt
from greenlint_profiler.gate.judging.sample import Restart, Unmeasured
from greenlint_profiler.gate.judging.sequence import Limits, run

from .conftest import Scripted, restart_of

RISE = log(1.5)


def no_limit(_: str) -> float | None:
    """The default of what is measured."""
    return None


def verdict(measure: Scripted, test: str = "a", limits: Limits = no_limit) -> Verdict:
    """Of one test."""
    told = run(measure, [test], limits, Design())[test].told
    assert told is not None
    return told.verdict


def test_a_test_that_did_not_change_takes_four_restarts() -> None:
    """The first look passes it; nothing is measured after that."""
    measure = Scripted({"a": [0.001, -0.001]})
    assert verdict(measure) is Verdict.PASS
    assert measure.asked == 4 * [("a",)]


def test_a_failure_is_seen_twice() -> None:
    """Four restarts, and four fresh ones."""
    measure = Scripted({"a": [RISE, RISE + 0.01]})
    assert verdict(measure) is Verdict.FAIL
    assert len(measure.asked) == 8


def test_a_failure_is_seen_again_beside_what_is_open() -> None:
    """A noisy test goes on; the one that failed has its fresh restarts in the same processes."""
    noisy = [0.2, -0.2]
    measure = Scripted({"noisy": noisy * 8, "worse": [RISE]})
    found = run(measure, ["noisy", "worse"], no_limit, Design(restarts=8))
    assert measure.asked == 8 * [("noisy", "worse")]
    assert found["worse"].told is not None
    assert found["worse"].told.verdict is Verdict.FAIL
    assert len(found["worse"].restarts) == 4


def test_a_failure_that_does_not_recur_is_none() -> None:
    """It is inconclusive, and says why; the restarts of the first time are what is shown."""
    found = run(Scripted({"a": [RISE, RISE, RISE, RISE, 0.0]}), ["a"], no_limit, Design())["a"]
    assert found.told is not None
    assert found.told.verdict is Verdict.INCONCLUSIVE
    assert found.told.doubt is Doubt.NOT_RECURRED
    assert found.told.ratio == pytest.approx(1.5)
    assert found.recurred is not None
    assert found.recurred.verdict is Verdict.PASS


def test_only_what_is_undecided_goes_on() -> None:
    """A quiet test is done at the first look, a noisy one goes to the cap."""
    noisy = [0.2, -0.2]
    measure = Scripted({"quiet": [0.0], "noisy": noisy * 8})
    found = run(measure, ["quiet", "noisy"], no_limit, Design(restarts=6))
    assert measure.asked == 4 * [("quiet", "noisy")] + 2 * [("noisy",)]
    assert found["noisy"].told is not None
    assert found["noisy"].told.doubt is Doubt.SPREAD


def test_the_limit_of_a_test_is_its_own() -> None:
    """What is too much for one is allowed to another."""
    assert verdict(Scripted({"a": [0.3]}), limits=lambda _: 0.5) is Verdict.PASS
    assert verdict(Scripted({"a": [0.3]}), limits=lambda _: 0.2) is Verdict.FAIL


def test_what_cannot_be_measured_is_left() -> None:
    """Its reason is kept, and nothing is asked of it again."""
    measure = Scripted({"a": [0.0, Unmeasured.FAILED_HEAD], "b": [0.0]})
    found = run(measure, ["a", "b"], no_limit, Design())
    assert found["a"].unmeasured is Unmeasured.FAILED_HEAD
    assert found["a"].told is None
    assert measure.asked[2:] == [("b",), ("b",)]


def test_a_test_of_no_cpu_time_cannot_be_measured() -> None:
    """There is no ratio to 0."""
    found = run(Scripted({"a": [0.0]}, seconds=0.0), ["a"], no_limit, Design())["a"]
    assert found.unmeasured is Unmeasured.ZERO


def test_without_time_nothing_is_decided() -> None:
    """What was seen so far is shown, and says that the time was over."""
    left = iter([True, True, True, False])
    found = run(Scripted({"a": [RISE]}), ["a"], no_limit, Design(), lambda: next(left))["a"]
    assert found.told is not None
    assert found.told.verdict is Verdict.INCONCLUSIVE
    assert found.told.doubt is Doubt.TIME
    assert found.told.restarts == 3


def test_without_any_time_nothing_is_measured() -> None:
    """Then that is the reason."""
    found = run(Scripted({"a": [0.0]}), ["a"], no_limit, Design(), lambda: False)["a"]
    assert found.unmeasured is Unmeasured.NO_TIME


def test_a_failure_that_there_is_no_time_to_see_again_is_none() -> None:
    """Nothing fails that was not seen twice."""
    left = iter([True] * 4 + [False])
    found = run(Scripted({"a": [RISE]}), ["a"], no_limit, Design(), lambda: next(left))["a"]
    assert found.told is not None
    assert found.told.verdict is Verdict.INCONCLUSIVE
    assert found.told.doubt is Doubt.TIME


class Noise:
    """Restarts as a shared machine has them: normal, one in twenty three times as wide."""

    def __init__(self, rise: float, spread: float) -> None:
        self._middle, self._spread = log(1 + rise), spread
        self._random = random.Random(20261130)

    def __call__(self, tests: Sequence[str], _: int) -> dict[str, Restart | Unmeasured]:
        return {test: restart_of(self._effect()) for test in tests}

    def _effect(self) -> float:
        wide = 3 if self._random.random() < 0.05 else 1
        return self._middle + self._random.gauss(0, wide * self._spread)


def test_noise_is_no_alarm_and_a_rise_is_found() -> None:
    """Of 1,000 tests with a spread of 2 %: none fails that did not change, and of those that take
    a tenth more at least 95 in 100 fail.
    """
    tests = [str(number) for number in range(1000)]
    same = run(Noise(0.0, 0.02), tests, no_limit, Design()).values()
    assert sum(one.told is not None and one.told.verdict is Verdict.FAIL for one in same) == 0
    assert sum(len(one.restarts) for one in same) / len(tests) <= 6
    more = run(Noise(0.1, 0.02), tests, no_limit, Design()).values()
    failed = sum(one.told is not None and one.told.verdict is Verdict.FAIL for one in more)
    assert failed >= 950
