# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""What one slot of a pair of workers measures: the call of a test, and nothing around it."""

from __future__ import annotations

import time
from math import log
from pathlib import Path
from statistics import fmean

import pytest
from greenlint_profiler.gate.judging.sample import Restart
from greenlint_profiler.gate.workers.pairs import allowed_cpu
from greenlint_profiler.units import Evidence

from tests.powercap.live import live
from tests.profiler.gate.gated import Sides, measure, sides, with_environ


@pytest.fixture
def both(tmp_path: Path) -> Sides:
    return sides(tmp_path)


def test_the_call_alone_is_measured(both: Sides) -> None:
    """CPU time of the call and of children that it waited for; no fixture, no idle time."""
    both.write(
        test_a="""
import os, subprocess, sys, time, unittest
import pytest

def burn(seconds):
    ends = time.process_time() + seconds
    while time.process_time() < ends:
        pass

@pytest.fixture
def costly():
    burn(0.3)
    yield
    burn(0.3)

def test_burns(costly):
    burn(0.1)

def test_sleeps():
    time.sleep(0.2)

def test_waits_for_a_child():
    code = "import time\\nwhile time.process_time() < 0.2: pass"
    subprocess.run([sys.executable, "-S", "-c", code], check=True)

def test_forks():
    child = os.fork()
    if child == 0:
        burn(0.1)
        os._exit(0)
    os.waitpid(child, 0)

class TestCase(unittest.TestCase):
    def setUp(self):
        burn(0.3)

    def test_method(self):
        burn(0.1)

@pytest.mark.parametrize("times", [1, 2])
def test_parameters(times):
    burn(0.1 * times)
"""
    )
    got = both.measure_all(pairs=1)
    cpu = {}
    for name, restart in got.items():
        assert isinstance(restart, Restart), name
        cpu[name] = restart.pairs[0].head.cpu_seconds
        assert restart.pairs[0].head.joules is None
        assert restart.pairs[0].head.evidence is Evidence.PROXY
    assert cpu["test_burns"] == pytest.approx(0.1, abs=0.05)
    assert cpu["test_sleeps"] < 0.05
    assert cpu["test_waits_for_a_child"] == pytest.approx(0.2, abs=0.1)
    assert cpu["test_forks"] == pytest.approx(0.1, abs=0.05)
    assert cpu["test_method"] == pytest.approx(0.1, abs=0.05)
    assert cpu["test_parameters[2]"] == pytest.approx(0.2, abs=0.05)


def test_garbage_is_not_collected_in_a_call(both: Sides) -> None:
    """Collecting is off in the call, on before and after it, and what a setup left is gone."""
    both.write(
        test_a="""
import gc
import pytest

@pytest.fixture
def knot():
    assert gc.isenabled()
    for _ in range(10):
        one = []
        one.append(one)
    yield
    assert gc.isenabled()

def test_a(knot):
    assert not gc.isenabled()
    assert gc.collect() < 10
"""
    )
    assert isinstance(both.measure_all(pairs=2)["test_a"], Restart)


def test_runs_leave_nothing_behind(both: Sides) -> None:
    """What pytest keeps of a run for its report does not grow from run to run."""
    both.write(
        test_a="""
def test_a(request, record_property):
    print("x")
    record_property("x", 1)
    assert len(request.node.user_properties) == 1
    assert request.node._report_sections == []
"""
    )
    assert isinstance(both.measure_all(pairs=3)["test_a"], Restart)


def test_work_is_counted(both: Sides) -> None:
    """Queries of a call, with those that one line repeats."""
    source = """
import sqlite3
import pytest

TIMES = 3

@pytest.fixture
def db():
    db = sqlite3.connect(":memory:")
    db.execute("CREATE TABLE t (i)")
    yield db
    db.close()

def test_a(db):
    for i in range(TIMES):
        db.execute("SELECT * FROM t WHERE i = ?", (i,)).fetchall()
"""
    both.write(test_a=source).write_head(test_a=source.replace("TIMES = 3", "TIMES = 5"))
    restart = both.measure_all(pairs=1)["test_a"]
    assert isinstance(restart, Restart)
    (pair,) = restart.pairs
    assert (pair.base.work.queries, pair.head.work.queries) == (3, 5)
    assert [(one.count, one.path, one.line) for one in pair.head.work.repeated] == [
        (5, "test_a.py", 16)
    ]


@pytest.mark.alone
def test_joules_are_those_of_the_counter(both: Sides, tmp_path: Path) -> None:
    """On a simulated tree that is driven with 46 W each call has the joules of its time."""
    both.write(test_a="import time\ndef test_a(): time.sleep(0.5)")
    with live(tmp_path, "sandy-ep", "package=40;dram=6") as tree:
        counted = with_environ(both, GREENLINT_SYSFS_ROOT=str(tree.sys))
        with counted.pair() as workers:
            assert workers.meter == "powercap"
            restart = measure(workers, "test_a.py::test_a", 3)
    assert isinstance(restart, Restart)
    for sample in (*restart.samples(head=False), *restart.samples(head=True)):
        assert sample.joules is not None
        assert sample.joules / sample.seconds == pytest.approx(46, rel=0.15)


@pytest.mark.alone
def test_a_function_against_itself(both: Sides) -> None:
    """Equal code on both sides has a ratio of 1; what one restart can be off by is wide: a busy
    machine, and the few percent by which processes differ.
    """
    both.write(test_a="def test_a():\n    x = 0\n    for i in range(400_000):\n        x += i * i")
    means = []
    for seed in range(4):
        with both.pair(seed=seed, cpu=allowed_cpu()) as workers:
            restart = measure(workers, "test_a.py::test_a", 6, 1)
        assert isinstance(restart, Restart)
        means.append(
            fmean(log(pair.head.cpu_seconds / pair.base.cpu_seconds) for pair in restart.pairs)
        )
    assert abs(fmean(means)) < 0.10


@pytest.mark.alone
def test_slots_follow_one_another_at_once(both: Sides) -> None:
    """Between two calls is what pytest does around a test, and little beside it."""
    both.write(test_a="def test_a(): pass")
    with both.pair(cpu=allowed_cpu()) as workers:
        measure(workers, "test_a.py::test_a", 10, 1)
        began = time.perf_counter()
        measure(workers, "test_a.py::test_a", 50)
        seconds = (time.perf_counter() - began) / 100
    assert seconds < 0.02
