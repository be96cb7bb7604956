# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""One revision on both sides: rates, spreads, advice, and what is kept of them."""

from __future__ import annotations

import json
from dataclasses import replace
from math import sqrt
from pathlib import Path

import pytest
from greenlint_profiler.budget import Verdict
from greenlint_profiler.gate.asked import Asked
from greenlint_profiler.gate.judging.design import Design, Look
from greenlint_profiler.gate.judging.judge import Doubt, judge, mde
from greenlint_profiler.gate.judging.sample import Quantity, Unmeasured
from greenlint_profiler.gate.judging.sequence import run
from greenlint_profiler.gate.judging.wilson import interval
from greenlint_profiler.gate.result import Gate, Outcome
from greenlint_profiler.gate.selfcheck import spreads
from greenlint_profiler.gate.selfcheck.aa import SelfCheck, as_record, summed
from greenlint_profiler.gate.selfcheck.aa_text import lines
from greenlint_profiler.gate.sides.revisions import Revision
from greenlint_profiler.units import Evidence

from .conftest import Scripted

DESIGN = Design()


@pytest.mark.parametrize(
    ("seen", "of", "low", "high"),
    [
        (0, 10, 0.0, 0.27754),
        (10, 10, 0.72246, 1.0),
        (5, 10, 0.23659, 0.76341),
        (0, 500, 0.0, 0.0076243),
        (1, 100, 0.0017667, 0.0544865),
    ],
)
def test_the_interval_is_that_of_wilson(seen: int, of: int, low: float, high: float) -> None:
    """By hand, and as in Newcombe, Statistics in Medicine 17, 1998."""
    assert interval(seen, of) == pytest.approx((low, high), abs=1e-4)


@pytest.mark.parametrize(("seen", "of"), [(0, 0), (3, 2), (-1, 4)])
def test_a_rate_needs_trials(seen: int, of: int) -> None:
    """Nothing of nothing says nothing."""
    with pytest.raises(ValueError, match="no rate"):
        interval(seen, of)


def outcome(test: str, spread: float, middle: float = 0.0) -> Outcome:
    """A test that was judged after four restarts with this spread."""
    step = spread * sqrt(3) / 2
    effects = [middle - step, middle + step, middle - step, middle + step]
    told = judge(effects, 0.05, Look(4, 0.0005), 1.0, 0.0)
    return Outcome(test, told.verdict, Evidence.PROXY, Quantity.CPU_SECONDS, 0.05, 0.05, told)


def gate(*outcomes: Outcome) -> Gate:
    """A gate of one revision with itself."""
    revision = Revision("HEAD", 40 * "a", "A change", False)
    machine = {"class": "xeon/cpu/py3.11/no-cov"}
    return Gate(("pytest",), revision, revision, DESIGN, "cpu", machine, outcomes, seconds=5.0)


def checked(rounds: int = 13) -> SelfCheck:
    """Rounds of four tests, none of which fails."""
    quiet = [outcome("a", 0.001), outcome("b", 0.01), outcome("c", 0.02)]
    return summed(rounds * [gate(*quiet, outcome("d", 0.1))], DESIGN)


def test_rounds_are_counted_together() -> None:
    """Comparisons, what failed, what did not decide, and how many restarts that took."""
    unmeasured = Outcome("e", Verdict.CANNOT_MEASURE, unmeasured=Unmeasured.SKIPPED)
    found = summed([gate(outcome("a", 0.001), outcome("b", 0.001, 0.5), unmeasured)] * 2, DESIGN)
    assert (found.comparisons, found.alarms, found.suites) == (4, 2, 2)
    assert found.unmeasured == 2
    assert found.restarts == 4
    assert not found.passed
    assert "cannot be believed" in "\n".join(lines(found))


def test_a_check_passes_with_enough_comparisons_and_no_alarm() -> None:
    """Two rounds of four tests show nothing, thirteen do."""
    assert not checked(2).passed
    assert "Too few comparisons" in "\n".join(lines(checked(2)))
    assert checked().passed
    assert "Failures of the gate can be believed here." in lines(checked())


def test_spreads_are_pooled_by_degrees_of_freedom() -> None:
    """Two rounds of 1 and 3 % are a spread of 2.24 %."""
    found = summed([gate(outcome("a", 0.01)), gate(outcome("a", 0.03))], DESIGN)
    assert found.spreads["a"].spread == pytest.approx(sqrt((0.01**2 + 0.03**2) / 2))
    assert found.spreads["a"].restarts == 8


def test_advice_goes_by_what_can_be_told() -> None:
    """A budget below the smallest rise of a test is named, and one that would do."""
    found = checked()
    assert found.smallest("d") == pytest.approx(mde(0.1, 16))
    assert found.below() == ["d"]
    assert found.below(0.2) == []
    assert found.advised() == 0.15
    text = "\n".join(lines(found))
    assert "too small for 1 of 4 tests" in text
    assert "A budget of 15 % would do" in text


def test_without_a_comparison_there_is_no_advice() -> None:
    """And nothing is divided by it."""
    found = summed([gate()], DESIGN)
    assert found.advised() is None
    assert "nothing is shown" in "\n".join(lines(found))
    assert as_record(found)["false_failure_rate"] == {"lo": 0.0, "hi": 1.0}


def test_a_check_is_kept_by_class_and_quantity(tmp_path: Path) -> None:
    """A later one takes its place, another class stands beside it."""
    record = as_record(checked())
    spreads.keep(tmp_path, record, "2026-11-29")
    spreads.keep(tmp_path, record | {"machine_class": "other"}, "2026-11-29")
    path = spreads.keep(tmp_path, record, "2026-11-30")
    assert len(json.loads(path.read_text())["checks"]) == 2
    found = spreads.known(tmp_path, "xeon/cpu/py3.11/no-cov", "cpu_seconds")
    assert found is not None
    assert found.taken == "2026-11-30"
    assert found.passed
    assert found.spreads["b"] == pytest.approx(0.01)
    assert spreads.known(tmp_path, "xeon/cpu/py3.11/no-cov", "joules") is None
    assert spreads.known(tmp_path / "nowhere", "other", "joules") is None


@pytest.mark.parametrize("text", ["", "[]", '{"schema": "x/2", "checks": []}', '{"checks": 3}'])
def test_a_damaged_file_is_said(tmp_path: Path, text: str) -> None:
    """With its path and the way out; nothing is written over it."""
    path = tmp_path / spreads.NAME
    path.write_text(text)
    with pytest.raises(spreads.Unreadable, match="Remove the file"):
        spreads.known(tmp_path, "a", "joules")
    with pytest.raises(spreads.Unreadable):
        spreads.keep(tmp_path, as_record(checked()), "2026-11-30")
    assert path.read_text() == text


def test_a_limit_that_cannot_be_told_is_refused() -> None:
    """The test is measured up to the first look, and gets no other verdict."""
    asked = Asked(("pytest",), spreads={"a": 0.1, "b": 0.001})
    measure = Scripted({"a": [1.0], "b": [0.0], "c": [0.0]})
    found = run(measure, ["a", "b", "c"], lambda _: None, DESIGN, smallest=asked.smallest)
    told = found["a"].told
    assert told is not None
    assert told.verdict is Verdict.CANNOT_MEASURE
    assert told.doubt is Doubt.BELOW_MDE
    assert [one.told.verdict for one in (found["b"], found["c"]) if one.told] == 2 * [Verdict.PASS]
    assert len(measure.asked) == 4
    wide = run(Scripted({"a": [1.0]}), ["a"], lambda _: 0.5, DESIGN, smallest=asked.smallest)
    assert wide["a"].told is not None
    assert wide["a"].told.verdict is Verdict.FAIL


@pytest.mark.parametrize(
    ("only", "wanted"),
    [
        ((), True),
        (("tests/api/*",), True),
        (("test_list",), True),
        (("test_other", "api"), True),
        (("tests/core/*",), False),
    ],
)
def test_a_test_is_named_by_a_glob_or_a_part(only: tuple[str, ...], wanted: bool) -> None:
    """As -k and paths are for pytest."""
    asked = replace(Asked(("pytest",)), only=only)
    assert asked.wanted("tests/api/test_a.py::test_list") is wanted
