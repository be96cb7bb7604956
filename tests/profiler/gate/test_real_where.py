# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Real workers that look into a test which fails: the functions, and their lines."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from greenlint_profiler.budget import Verdict
from greenlint_profiler.gate.asked import Asked
from greenlint_profiler.gate.bench import Clock, TestBench
from greenlint_profiler.gate.compare import compare
from greenlint_profiler.gate.judging.design import Design
from greenlint_profiler.gate.judging.sample import Restart
from greenlint_profiler.gate.workers.command import pytest_command
from greenlint_profiler.gate.workers.sampled import Sampled
from greenlint_profiler.world import here

from tests.profiler.gate.gated import Sides, measure, sides

pytestmark = [pytest.mark.alone, pytest.mark.once]

APP = """

def turns(count):
    total = 0
    for number in range(count):
        total += number * number % 7
    return total


def parse(count):
    total = 0
    for number in range(count):
        total += number * number % 7
    return total


def render():
    return turns(60_000) + parse({parse})
"""
TESTS = """
import time
import pytest
import unittest
from app import parse, render, turns

@pytest.fixture
def slow():
    turns(60_000)

def test_render(slow): assert render() > 0

def test_fails(): assert False

def test_sleeps():
    parse(60_000)
    time.sleep(0.02)

class TestOld(unittest.TestCase):
    def test_method(self):
        self.assertGreater(parse(60_000), 0)
"""
RENDER = "test_app.py::test_render"


@pytest.fixture
def both(tmp_path: Path) -> Sides:
    """The head parses twice as much, in a file whose lines have moved."""
    both = sides(tmp_path)
    both.write(app=APP.format(parse=60_000), test_app=TESTS)
    return both.write_head(app=f"# moved\n{APP.format(parse=120_000)}")


def looked(both: Sides, test: str, seconds: float = 3.0) -> tuple[Sampled, Sampled] | None:
    with both.pair() as workers:
        return workers.sample(test, seconds)


def part(side: Sampled, name: str) -> float:
    return sum(side.part(code) for code in side.cpu_ns if code.name == name)


def test_where_a_call_works(both: Sides) -> None:
    """Half of the base's call is in each of two functions, and two thirds of the head's in the one
    that has twice as much to do; what its fixture does is in neither.
    """
    found = looked(both, RENDER)
    assert found is not None
    base, head = found
    assert min(base.looks, head.looks) >= 50
    assert part(base, "parse") == pytest.approx(1 / 2, abs=0.2)
    assert part(head, "parse") == pytest.approx(2 / 3, abs=0.2)
    assert part(head, "turns") == pytest.approx(1 / 3, abs=0.2)
    (parse,) = [code for code in head.cpu_ns if code.name == "parse"]
    assert (parse.path, parse.line) == ("app.py", 11)
    assert base.own_part > 0.9


def test_pairs_are_measured_after_a_look_as_before(both: Sides) -> None:
    """The sampler is gone with the look; a method of unittest can be looked into too."""
    with both.pair() as workers:
        found = workers.sample("test_app.py::TestOld::test_method", 1.0)
        assert found is not None
        assert part(found[0], "parse") > 0.8
        assert isinstance(measure(workers, RENDER), Restart)
        assert workers.sample(RENDER, 0.5) is not None


def test_a_test_that_fails_is_not_told(both: Sides) -> None:
    """One that does not pass has no answer."""
    assert looked(both, "test_app.py::test_fails", 0.5) is None


def test_where_a_test_sleeps_is_not_where_it_works(both: Sides) -> None:
    """A call that sleeps for longer than it works works where it does, however often it is seen
    asleep.
    """
    found = looked(both, "test_app.py::test_sleeps", 2.0)
    assert found is not None
    assert part(found[1], "parse") > 0.6


def test_a_look_takes_some_seconds(both: Sides) -> None:
    """However fast the test is, a side is looked at for so long and no longer."""
    with both.pair() as workers:
        began = time.monotonic()
        assert workers.sample("test_app.py::TestOld::test_method", 1.0) is not None
        assert time.monotonic() - began < 2 * 1.0 + 4


def test_the_gate_tells_the_function_that_got_slower(both: Sides) -> None:
    """Of a test that fails: with its line on the head, and the change of a call with its interval.
    A new function is told with nothing on the base.
    """
    new = "\n\ndef check():\n    return turns(1) + sum(i % 7 for i in range(90_000))\n"
    app = APP.format(parse=120_000).replace("+ parse(120000)", "+ parse(120000) + check()")
    assert "check()" in app
    both.write_head(app=f"# moved\n{app}{new}")
    asked = Asked(
        ("python", "-m", "pytest", "-q"),
        Design(pairs=5, restarts=12),
        exactly=(RENDER,),
        increase=0.12,
        meter="cpu",
    )
    (one,) = compare(both.base, both.head, asked, here(), lambda text: None).tests
    assert one.told is not None
    assert one.verdict is Verdict.FAIL
    assert one.told.limit == 0.12
    found = {function.function: function for function in one.functions}
    assert {"parse", "check"} <= set(found)
    assert "turns" not in found
    assert (found["parse"].path, found["parse"].line) == ("app.py", 11)
    assert found["check"].base == 0
    parse = found["parse"]
    assert parse.low is not None
    assert parse.high is not None
    assert 0 < parse.low < parse.head - parse.base < parse.high


def test_without_time_nothing_is_looked_into(both: Sides) -> None:
    """When the limit is nearly reached, no process is started for it."""
    command = pytest_command(["python", "-m", "pytest"])
    assert command is not None
    asked = Asked(("python", "-m", "pytest"), seconds=100.0)
    clock = Clock(100.0, iter([0.0, 95.0]).__next__)
    bench = TestBench(both.base, both.head, command, asked, clock, lambda text: None)
    assert bench.looks([RENDER]) == {}
    assert bench.opens == 0
