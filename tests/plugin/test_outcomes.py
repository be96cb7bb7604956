# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Outcomes are those of a run without energy, and each has its record."""

from __future__ import annotations

import re
import subprocess
import sys
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.plugin.conftest import ALONE, Energy, Ran

WRITING = ("--energy-no-store", "--energy-json=energy.json")
EVERY_KIND = '''
import unittest
import pytest

def test_pass(): pass
def test_fail(): assert 0
def test_skip(): pytest.skip("no")
@pytest.mark.skip
def test_skipped(): pass
@pytest.mark.xfail
def test_xfail(): assert 0
@pytest.mark.xfail
def test_xpass(): pass
@pytest.mark.xfail(strict=True)
def test_strict(): pass
@pytest.fixture
def broken(): raise ValueError("setup")
def test_error(broken): pass
@pytest.fixture
def leaves():
    yield
    raise ValueError("teardown")
def test_left(leaves): pass
@pytest.mark.parametrize("n", [1, 2])
def test_param(n): assert n == 1

class TestPlain:
    def test_method(self): pass

class Case(unittest.TestCase):
    def test_pass(self): pass
    def test_fail(self): self.fail()
    def test_skip(self): self.skipTest("no")
    @unittest.expectedFailure
    def test_expected(self): self.fail()
    @unittest.expectedFailure
    def test_unexpected(self): pass
    @unittest.skip("no")
    def test_skipped(self): pass
    def test_subtests(self):
        for n in range(3):
            with self.subTest(n=n):
                self.assertNotEqual(n, 1)
    def test_subtests_pass(self):
        with self.subTest(n=1):
            pass

class Broken(unittest.TestCase):
    def setUp(self): raise ValueError("setUp")
    def test_a(self): pass

class Left(unittest.TestCase):
    def tearDown(self): raise ValueError("tearDown")
    def test_a(self): pass

class Async(unittest.IsolatedAsyncioTestCase):
    async def test_pass(self): pass
    async def test_fail(self): self.fail()

def function():
    """
    >>> 1 + 1
    2
    """

def wrong():
    """
    >>> 1 + 1
    3
    """
'''
SUBTESTS = """
def test_subtests_fixture(subtests):
    for n in range(3):
        with subtests.test(n=n):
            assert n != 1
"""


def said(ran: pytest.RunResult) -> list[str]:
    """What the run says of each test, and its last line without the time it took."""
    lines = [re.sub(r" +\[ *\d+%\]$", "", line) for line in ran.outlines]
    told = [line for line in lines if re.match(r"\S+(::\S+)+( \(.*\)| \[.*\])* [A-Z]+", line)]
    return [*told, re.sub(r" in [\d.]+s.*", "", ran.outlines[-1])]


def test_every_kind_of_test(pytester: pytest.Pytester, energy: Energy) -> None:
    """The same words for each test with and without energy, under every kind of test; and a record
    of each.
    """
    subtests = pytest.version_tuple >= (9,)
    pytester.makepyfile(EVERY_KIND + (SUBTESTS if subtests else ""))
    off = pytester.runpytest_inprocess(*ALONE, "-v", "--doctest-modules")
    on = energy("-v", "--doctest-modules")
    assert said(on.result)[:-1] == said(off)[:-1]
    assert "pytest_greenlint/" not in on.text  # no frame of ours is shown
    assert on.result.ret == off.ret == 1
    outcomes = {one["id"].partition("::")[2]: one["outcome"] for one in on.data["tests"]}
    assert outcomes["test_pass"] == "passed"
    assert outcomes["test_fail"] == "failed"
    assert outcomes["test_skip"] == outcomes["test_skipped"] == "skipped"
    assert outcomes["test_xfail"] == "xfailed"
    assert outcomes["test_xpass"] == "xpassed"
    assert outcomes["test_strict"] == "failed"
    assert outcomes["test_error"] == outcomes["test_left"] == "error"
    assert (outcomes["test_param[1]"], outcomes["test_param[2]"]) == ("passed", "failed")
    assert outcomes["Case::test_expected"] == "xfailed"
    assert outcomes["Case::test_subtests_pass"] == "passed"
    assert outcomes["Broken::test_a"] == outcomes["Left::test_a"] == "failed"
    assert (outcomes["Async::test_pass"], outcomes["Async::test_fail"]) == ("passed", "failed")
    file = "test_every_kind_of_test"
    assert (outcomes[f"{file}.function"], outcomes[f"{file}.wrong"]) == ("passed", "failed")
    if subtests:
        assert outcomes["test_subtests_fixture"] == outcomes["Case::test_subtests"] == "failed"
    assert Counter(outcomes.values())["passed"] == 7


def test_budgets_touch_no_other_outcome(pytester: pytest.Pytester, energy: Energy) -> None:
    """With a budget that nothing keeps, tests that passed fail; all others are as they were, and
    are not judged.
    """
    pytester.makepyfile(EVERY_KIND)
    off = energy("-v", on=False)
    on = energy("-v", "--energy-fail", *NEVER)
    before = dict(line.rsplit(" ", 1) for line in said(off.result)[:-1])
    after = dict(line.rsplit(" ", 1) for line in said(on.result)[:-1])
    changed = {name for name in before if before[name] != after[name]}
    # Of a TestCase with a failed subtest pytest says PASSED; it is not judged all the same.
    passed = {name for name, word in before.items() if word == "PASSED"}
    assert changed == {name for name in passed if not name.endswith("Case::test_subtests")}
    for one in on.data["tests"]:
        assert bool(one["budget"]["judged"]) == (one["verdict"] is not None)
        assert one["verdict"] in (None, "fail")


# No test does anything in less than a microsecond of CPU time.
NEVER = ("-p", "greenlint_never")


@pytest.fixture(autouse=True)
def never_kept(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    """A plugin that marks every test with a budget that none can keep."""
    folder = pytester.mkdir("plugins")
    folder.joinpath("greenlint_never.py").write_text(
        "import pytest\n"
        "@pytest.hookimpl(tryfirst=True)\n"
        "def pytest_collection_modifyitems(items):\n"
        "    for item in items:\n"
        "        item.add_marker(pytest.mark.energy(cpu='1 us'))\n"
    )
    monkeypatch.syspath_prepend(str(folder))


def test_stopping_at_the_first(pytester: pytest.Pytester, energy: Energy) -> None:
    """-x, --maxfail and --lf see an exceeded budget as what it is: a failure of that test."""
    pytester.makepyfile(
        """
        import pytest
        def test_a(): pass
        @pytest.mark.energy(cpu="1 us")
        def test_b(): pass
        @pytest.mark.energy(cpu="1 us")
        def test_c(): pass
        """
    )
    first = energy("--energy-fail", "-x")
    first.result.assert_outcomes(passed=1, failed=1)
    assert list(first.tests) == ["test_a", "test_b"]
    asked = ("-p", "pytest_greenlint.plugin", "--energy", "--energy-fail", "--energy-no-store")
    pytester.runpytest_inprocess(*asked).assert_outcomes(passed=1, failed=2)
    pytester.runpytest_inprocess(*asked, "--lf").assert_outcomes(failed=2)
    once = pytester.runpytest_inprocess(*asked, "--maxfail=1")
    once.assert_outcomes(passed=1, failed=1)


def test_without_asking_to_fail_nothing_fails(pytester: pytest.Pytester, energy: Energy) -> None:
    """The table and the document have the verdict; the run is as it was."""
    pytester.makepyfile(
        "import pytest\n@pytest.mark.energy(cpu='1 us')\ndef test_a(): pass\ndef test_b(): pass"
    )
    ran = energy()
    ran.result.assert_outcomes(passed=2)
    assert ran.result.ret == 0
    assert ran.tests["test_a"]["verdict"] == ran.data["verdict"] == "fail"
    assert ran.tests["test_a"]["outcome"] == "passed"
    ran.result.stdout.fnmatch_lines(["* of 1.00 µs !*test_a", "budgets: 1 exceeded"])


def test_ctrl_c(pytester: pytest.Pytester, energy: Energy) -> None:
    """A test that is interrupted leaves no record; those before it do, and the exit code stays."""
    pytester.makepyfile(
        """
        import pytest
        @pytest.fixture(scope="session")
        def shared(): yield
        def test_a(shared): pass
        def test_b(shared): raise KeyboardInterrupt
        def test_c(): pass
        """
    )
    ran = energy("--energy-fail", apart=True)
    assert ran.result.ret == pytest.ExitCode.INTERRUPTED
    assert list(ran.tests) == ["test_a"]
    assert ran.fixture("shared")["teardown"] is not None


def test_a_debugger_spoils_the_record(pytester: pytest.Pytester, energy: Energy) -> None:
    """What somebody looks at is not judged, and the record says why; the next test is sound."""
    pytester.makepyfile(
        """
        import pytest
        @pytest.mark.energy("5 J", cpu="60 s", queries=100)
        def test_a(): breakpoint()
        @pytest.mark.energy(cpu="60 s")
        def test_b(): pass
        """
    )
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *ALONE, "--energy", "--energy-fail", *WRITING],
        cwd=pytester.path,
        input="c\n",
        capture_output=True,
        text=True,
    )
    tests = Ran(pytest.RunResult(0, [], [], 0), pytester.path / "energy.json").tests
    assert tests["test_a"]["outcome"] == "passed"
    assert tests["test_a"]["reason"] == "debugger"
    judged = tests["test_a"]["budget"]["judged"]
    assert {(one["verdict"], one["reason"]) for one in judged} == {("cannot-measure", "debugger")}
    assert tests["test_b"]["verdict"] == "pass"
    assert "3 not judged (CPU time, energy, queries): a debugger held the test" in done.stdout
    assert done.returncode == 1


def test_post_mortem(pytester: pytest.Pytester, energy: Energy) -> None:
    """--pdb of a test that fails: the record is there, its call was over."""
    pytester.makepyfile("def test_a(): assert 0\ndef test_b(): pass")
    child = pytester.spawn_pytest(" ".join((*ALONE, "--pdb --energy", *WRITING)))
    child.expect("Pdb")
    child.sendline("c")
    child.expect("1 failed, 1 passed")
    child.close()


def test_junit(pytester: pytest.Pytester, energy: Energy) -> None:
    """The figures are properties of the test case, and an exceeded budget is a failure."""
    pytester.makepyfile(
        "import pytest\n@pytest.mark.energy(cpu='1 us')\ndef test_a(request):\n"
        "    request.node.user_properties.append(('mine', 1))\ndef test_b(): pass"
    )
    energy("--energy-fail", "--junitxml=junit.xml")
    cases = ElementTree.parse(pytester.path / "junit.xml").getroot().iter("testcase")
    told = {
        case.get("name"): {one.get("name"): one.get("value") for one in case.iter("property")}
        | {"failed": case.find("failure") is not None}
        for case in cases
    }
    names = ("evidence", "cpu_s", "queries", "requests", "verdict")
    assert set(told["test_a"]) == {"mine", "failed", *(f"greenlint.{name}" for name in names)}
    assert told["test_a"]["failed"]
    assert told["test_a"]["greenlint.verdict"] == "fail"
    assert not told["test_b"]["failed"]
    assert "greenlint.verdict" not in told["test_b"]


def test_the_failure_says_why(pytester: pytest.Pytester, energy: Energy) -> None:
    """The letter is J and the word FAILED; what was used, of how much, and how to accept it."""
    pytester.makepyfile(
        "import pytest\n@pytest.mark.energy(cpu='1 us')\ndef test_a(): pass\ndef test_b(): pass"
    )
    ran = energy("--energy-fail")
    ran.result.stdout.fnmatch_lines(
        [
            "test_the_failure_says_why.py J.*",
            "*= FAILURES =*",
            "*_ test_a _*",
            "Energy budget exceeded: * of CPU time against 1.00 µs",
            "*- greenlint energy -*",
            "CPU time * budget 1.00 µs: EXCEEDED (* %)",
            "accept: *",
            "*= energy: work and CPU time (2) =*",
            "FAILED test_the_failure_says_why.py::test_a - Energy budget exceeded: *",
        ]
    )
    assert ran.result.ret == 1


def test_files_that_cannot_be_written(pytester: pytest.Pytester, energy: Energy) -> None:
    """A sentence with the path and the error; the run fails."""
    pytester.makepyfile("def test_a(): pass")
    Path(pytester.path / "file").write_text("")
    ran = energy("--energy-metrics=file/metrics.txt")
    assert ran.result.ret == pytest.ExitCode.USAGE_ERROR
    ran.result.stdout.fnmatch_lines(["ERROR: --energy-metrics: cannot write *metrics.txt: *"])
