# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Pairs of workers: real processes of pytest that run one test in turns."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

import pytest
from greenlint_profiler.gate.asked import Asked
from greenlint_profiler.gate.bench import Clock, TestBench
from greenlint_profiler.gate.judging.design import Design
from greenlint_profiler.gate.judging.sample import Restart, Unmeasured
from greenlint_profiler.gate.workers.command import pytest_command
from greenlint_profiler.gate.workers.pairs import CannotCompare, allowed_cpu
from greenlint_profiler.gate.workers.worker import Limits

from tests.profiler.gate.gated import Sides, measure, sides


@pytest.fixture
def both(tmp_path: Path) -> Sides:
    return sides(tmp_path)


# Each test and fixture writes its word, so that a test of ours sees who ran when.
LOGGED = """
import gc, os
import pytest

def said(word):
    with open("said", "a") as file:
        file.write(word + " ")

@pytest.fixture(scope="session", autouse=True)
def session():
    said("session")
    yield
    said("/session")

@pytest.fixture(scope="module")
def module():
    said("module")
    yield
    said("/module")

@pytest.fixture
def function():
    said("function")
    yield
    said("/function")
"""
ONE = """
from conftest import said

def test_one(module, function):
    said("one")

class TestTwo:
    value = 0

    def test_two(self, module):
        self.value += 1
        said(f"two{self.value}")
"""
OTHER = """
from conftest import said

def test_other():
    said("other")
"""


def test_fixtures_live_as_long_as_they_do_under_pytest(both: Sides) -> None:
    """Those of the function are fresh in each run, those above stay until a test is asked for that
    does not need them, and every run of a method has an instance of its own.
    """
    both.write(conftest=LOGGED, test_one=ONE, test_other=OTHER)
    with both.pair() as workers:
        for test in ("test_one.py::test_one", "test_one.py::TestTwo::test_two"):
            assert isinstance(measure(workers, test), Restart)
        assert isinstance(measure(workers, "test_other.py::test_other", 1), Restart)
    ran = "session module" + 2 * " function one /function" + " two1 two1 /module other /session "
    assert (both.base.root / "said").read_text() == ran
    assert (both.head.root / "said").read_text() == ran


def test_pairs_and_warmups_are_run_in_the_order_that_was_asked_for(
    both: Sides, tmp_path: Path
) -> None:
    """One process at a time, the head first where that was said."""
    path = str(tmp_path / "order")
    test = (
        "import os\ndef test_a():\n"
        f"    with open({path!r}, 'a') as file:\n"
        "        file.write(os.environ['GREENLINT_GATE_SIDE'][0])\n"
    )
    both.write(test_a=test)
    with both.pair() as workers:
        got = workers.measure("test_a.py::test_a", 3, 1, [True, False, True])
    assert isinstance(got, Restart)
    assert len(got.pairs) == 3
    assert Path(path).read_text() == "bh" + "hb" + "bh" + "hb"


def test_why_a_test_gave_no_pairs(both: Sides) -> None:
    """A code for each way of not being measured, and what pytest said of it."""
    source = """
import pytest

HEAD = False

def test_fails(): assert 1 == 2
def test_fails_on_base(): assert HEAD
def test_fails_on_head(): assert not HEAD, "head " + "x" * 1000
@pytest.mark.skip(reason="not today")
def test_skipped(): pass
@pytest.mark.xfail
def test_expected(): assert False
@pytest.mark.xfail
def test_unexpected(): pass
@pytest.fixture
def broken(): raise KeyError("broken")
def test_error(broken): pass
@pytest.mark.energy(skip=True)
def test_not_measured(): pass
"""
    both.write(test_a=source).write_head(test_a=source.replace("HEAD = False", "HEAD = True"))
    with both.pair() as workers:
        got = {test: measure(workers, test, 1) for test in workers.head_tests}
        said = {test.rpartition("::")[2]: text for test, text in workers.said.items()}
    assert {test.rpartition("::")[2]: one for test, one in got.items()} == {
        "test_fails": Unmeasured.FAILED_BOTH,
        "test_fails_on_base": Unmeasured.FAILED_BASE,
        "test_fails_on_head": Unmeasured.FAILED_HEAD,
        "test_skipped": Unmeasured.SKIPPED,
        "test_expected": Unmeasured.FAILED_BOTH,
        "test_unexpected": got["test_a.py::test_unexpected"],
        "test_error": Unmeasured.FAILED_BOTH,
        "test_not_measured": Unmeasured.SKIPPED,
    }
    assert isinstance(got["test_a.py::test_unexpected"], Restart)
    assert "assert 1 == 2" in said["test_fails"]
    assert "not today" in said["test_skipped"]
    assert "head xxx" in said["test_fails_on_head"]
    assert len(said["test_fails_on_head"]) <= 400
    assert "KeyError: 'broken'" in said["test_error"]


def test_a_worker_that_ends_is_replaced(both: Sides) -> None:
    """A test that ends its process, or never ends, is told; the next one has new processes."""
    both.write(
        test_a="""
import os, signal, time

def test_ends(): os._exit(3)
def test_dies():
    print("last words", flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
def test_hangs(): time.sleep(600)
def test_comes_out_of_a_fork():
    if os.fork() == 0:
        raise KeyError
    os.wait()
def test_lives(): pass
"""
    )
    with both.pair("-s", limits=Limits(60.0, 3.0, 30.0, 3.0)) as workers:
        got = {test: measure(workers, test) for test in workers.head_tests}
        said = {test.rpartition("::")[2]: text for test, text in workers.said.items()}
    assert [one for one in got.values() if not isinstance(one, Restart)] == [
        Unmeasured.CRASHED,
        Unmeasured.CRASHED,
        Unmeasured.TIMEOUT,
    ]
    assert isinstance(got["test_a.py::test_lives"], Restart)
    assert said["test_ends"].startswith("pytest on the base ended with exit code 3.")
    assert said["test_dies"].startswith("pytest on the base was killed by signal 9. It said last:")
    assert "last words" in said["test_dies"]
    assert "did not end test_a.py::test_hangs within 3 seconds" in said["test_hangs"]


def test_streams_belong_to_the_tests(both: Sides) -> None:
    """What a test prints or reads disturbs nothing, captured or not."""
    both.write(
        test_a="""
import os, sys

def test_prints():
    print("x" * 100_000)
    os.write(1, b"y" * 100_000)
    os.write(2, b"z" * 100_000)
    os.close(1)
    os.open(os.devnull, os.O_WRONLY)
"""
    )
    for words in ((), ("-s",), ("--capture=sys",)):
        assert isinstance(both.measure_all(*words)["test_prints"], Restart)


def test_a_pair_has_its_hash_seed_and_its_processor(both: Sides) -> None:
    """Both are those of the restart, for the children of tests too; and no trace of us is left in
    what they are started with.
    """
    both.write(
        test_a="""
import json, os, subprocess, sys

CODE = (
    "import json, os, sys; print(json.dumps([hash('x'), sorted(os.sched_getaffinity(0)), "
    "sorted(k for k in os.environ if k.startswith('GREENLINT_GATE')), "
    "os.environ.get('PYTHONPATH'), 'greenlint_profiler' in sys.modules]))"
)

def test_a():
    told = subprocess.run([sys.executable, "-c", CODE], capture_output=True, text=True).stdout
    with open("told", "w") as file:
        file.write(told)
    assert json.loads(told)[:2] == [hash("x"), sorted(os.sched_getaffinity(0))]
"""
    )
    told = []
    cpu = allowed_cpu()
    for seed in (1, 2):
        with both.pair(seed=seed, cpu=cpu) as workers:
            assert isinstance(measure(workers, "test_a.py::test_a", 1), Restart)
        told.append((both.base.root / "told").read_text())
        assert told[-1] == (both.head.root / "told").read_text()
    assert told[0] != told[1]
    assert told[0].endswith(f', [{cpu}], ["GREENLINT_GATE_SIDE"], null, false]\n')


def test_a_collection_that_fails_is_told_with_its_side(both: Sides) -> None:
    """Nothing is compared, whether a module, a conftest or the command is wrong."""
    both.write(test_a="def test_a(): pass").write_head(test_b="import no_such_module")
    with pytest.raises(CannotCompare, match=r"the head:\n(.|\n)*no_such_module"), both.pair():
        pass
    both.write_head(test_b="", conftest="raise KeyError('here')")
    with pytest.raises(CannotCompare) as broken, both.pair():
        pass
    assert str(broken.value).startswith("pytest on the head ended with exit code 4.")
    assert "KeyError: 'here'" in str(broken.value)
    unknown = both.pair("--no-such-option")
    with pytest.raises(CannotCompare, match=r"base ended with exit code 4(.|\n)*no-such-option"):
        unknown.__enter__()


def test_budgets_are_those_of_each_sides_own(both: Sides) -> None:
    """The head's markers and settings say what may be used; of the base they count for nothing,
    even where they cannot be read.
    """
    both.write(test_a="import pytest\n@pytest.mark.energy(cpu=5)\ndef test_a(): pass")
    both.write_head(
        test_a="import pytest\n@pytest.mark.energy(max_increase='25 %')\ndef test_a(): pass",
        test_b="def test_b(): pass",
    )
    with both.pair() as workers:
        # What nobody states of a test is the gate's to say, and not the default of a setting.
        assert workers.head_tests["test_b.py::test_b"].budget.max_increase is None
        assert workers.head_tests["test_a.py::test_a"].budget.max_increase == 0.25
        assert workers.base_tests["test_a.py::test_a"].budget.max_increase is None


def test_tests_of_one_side_are_not_measured(both: Sides) -> None:
    """Both collections are told; asking for a test that one side has not is a mistake."""
    both.write(test_a="def test_a(): pass").write_head(test_b="def test_b(): pass")
    with both.pair() as workers:
        assert list(workers.base_tests) == ["test_a.py::test_a"]
        assert list(workers.head_tests) == ["test_a.py::test_a", "test_b.py::test_b"]
        with pytest.raises(ValueError, match="test_b is not on both sides"):
            measure(workers, "test_b.py::test_b")


def test_ctrl_c_leaves_no_process(both: Sides) -> None:
    """An exception in the gate ends both at once, whatever they do."""
    both.write(
        test_a="""
import os, time
def test_a():
    with open("pid", "w") as file:
        file.write(str(os.getpid()))
    time.sleep(600)
"""
    )

    def interrupt(number: int, frame: object) -> None:
        raise KeyboardInterrupt

    def gate() -> None:
        with both.pair() as workers:
            signal.setitimer(signal.ITIMER_REAL, 2.0)
            measure(workers, "test_a.py::test_a")

    before = signal.signal(signal.SIGALRM, interrupt)
    try:
        with pytest.raises(KeyboardInterrupt):
            gate()
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    pid = int((both.base.root / "pid").read_text())
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_a_short_test_fills_its_restart(both: Sides) -> None:
    """The bench gives it four times the pairs that were asked for, in the same two processes."""
    both.write(test_it="def test_a(): sum(range(1000))")
    command = pytest_command([sys.executable, "-m", "pytest", "-q"])
    assert command is not None
    asked = Asked(("pytest",), Design(pairs=2), pinned=False)
    bench = TestBench(both.base, both.head, command, asked, Clock(None), lambda text: None)
    with bench.opened():
        (found,) = bench.restart(["test_it.py::test_a"], 1).values()
    assert isinstance(found, Restart)
    assert len(found.pairs) == 8
    assert bench.opens == 1
