# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Setup, call and teardown apart; what several tests share is charged to none of them.

Queries tell the phases apart, which are counted exactly: each part that is looked at sends one that
no other does.
"""

from __future__ import annotations

from typing import Any

import pytest

from tests.plugin.conftest import Energy

ASK = """
import sqlite3
def ask():
    held = sqlite3.connect(":memory:")
    held.execute("select 1")
    held.close()
"""


def asked(phase: dict[str, Any] | None) -> bool:
    """Whether a phase was reached, and something asked in it."""
    return phase is not None and phase["queries"] > 0


def phases(entry: dict[str, Any]) -> str:
    """The first letters of the phases in which something was asked."""
    return "".join(name[0] for name, phase in entry["phases"].items() if asked(phase))


def test_each_phase_has_its_own(pytester: pytest.Pytester, energy: Energy) -> None:
    """Functions, methods, TestCases with setUp and tearDown, coroutines, xunit, doctests."""
    pytester.makepyfile(asking=ASK)
    pytester.makepyfile(
        '''
        import unittest
        import pytest
        from asking import ask

        @pytest.fixture
        def before(): ask()
        @pytest.fixture
        def after():
            yield
            ask()
        def test_setup(before): pass
        def test_call(): ask()
        def test_teardown(after): pass
        def test_all(before, after): ask()
        def test_cut(before): pytest.skip("before it asks")
        def test_failed(after): assert ask()

        class TestMethods:
            def setup_method(self): ask()
            def test_setup_method(self): pass

        class Case(unittest.TestCase):
            def setUp(self): ask()
            def test_setUp(self): pass
        class Down(unittest.TestCase):
            def tearDown(self): ask()
            def test_tearDown(self): pass
        class Cleanup(unittest.TestCase):
            def test_cleanup(self): self.addCleanup(ask)
        class Method(unittest.TestCase):
            def test_method(self): ask()
        class Broken(unittest.TestCase):
            def setUp(self):
                ask()
                self.fail()
            def test_broken(self): pass
        class Async(unittest.IsolatedAsyncioTestCase):
            async def asyncSetUp(self): ask()
            async def test_async(self): pass
        class AsyncCall(unittest.IsolatedAsyncioTestCase):
            async def test_async_call(self): ask()

        def documented():
            """
            >>> ask()
            """
        '''
    )
    tests = energy("--doctest-modules").tests
    found = {name.rpartition(".")[2]: phases(entry) for name, entry in tests.items()}
    assert found == {
        "test_setup": "s",
        "test_call": "c",
        "test_teardown": "t",
        "test_all": "sct",
        "test_cut": "s",
        "test_failed": "ct",
        "test_setup_method": "s",
        "test_setUp": "s",
        "test_tearDown": "t",
        "test_cleanup": "t",
        "test_method": "c",
        "test_broken": "s",
        "test_async": "s",
        "test_async_call": "c",
        "documented": "c",
    }
    assert tests["test_broken"]["phases"]["call"] is None
    assert tests["test_broken"]["seconds"] is None


def test_shared_fixtures_stand_apart(pytester: pytest.Pytester, energy: Energy) -> None:
    """Setup and teardown of each wider scope, and of unittest's and xunit's own, on their own line
    with where they belong; the tests in whose phases they ran have nothing of them.
    """
    pytester.makepyfile(asking=ASK)
    pytester.makepyfile(
        """
        import unittest
        import pytest
        from asking import ask

        @pytest.fixture(scope="session")
        def the_session():
            ask()
            yield
            ask()
        @pytest.fixture(scope="module")
        def the_module(the_session, request):
            ask()
            request.addfinalizer(ask)
        @pytest.fixture(scope="class")
        def the_class(request):
            request.getfixturevalue("the_nested")
            ask()
        @pytest.fixture(scope="class")
        def the_nested(): ask()
        @pytest.fixture
        def the_function(the_module):
            ask()

        def test_a(the_function): pass
        class TestB:
            def test_b(self, the_class): pass
            def test_c(self, the_class): pass
        def test_late(request):
            request.getfixturevalue("the_late")
        @pytest.fixture(scope="module")
        def the_late(): ask()

        class Case(unittest.TestCase):
            @classmethod
            def setUpClass(cls): ask()
            @classmethod
            def tearDownClass(cls): ask()
            def test_d(self): pass
        def setup_module(): ask()
        """
    )
    ran = energy()
    found = {name: phases(entry) for name, entry in ran.tests.items()}
    assert found == {
        "test_a": "s",
        "test_b": "",
        "test_c": "",
        "test_late": "",
        "test_d": "",
    }
    shared = {
        one["name"]: (one["scope"], asked(one["setup"]), asked(one["teardown"]))
        for one in ran.data["fixtures"]
        if asked(one["setup"]) or asked(one["teardown"])
    }
    file = "test_shared_fixtures_stand_apart"
    assert shared == {
        "the_session": ("session", True, True),
        "the_module": ("module", True, True),
        "the_class": ("class", True, False),
        "the_nested": ("class", True, False),
        "the_late": ("module", True, False),
        "_unittest_setUpClass_fixture_Case": ("class", True, True),
        f"_xunit_setup_module_fixture_{file}": ("module", True, False),
    }
    assert ran.fixture("the_module")["where"] == f"{file}.py"
    assert ran.fixture("the_class")["where"] == f"{file}.py::TestB"
    assert ran.fixture("the_session")["where"] == ""
    ran.result.stdout.fnmatch_lines_random(
        ["* fixture the_session (session)", f"* fixture {file}.py::the_module (module)"]
    )
    total = ran.data["total"]
    own = sum(entry["phases"]["call"]["cpu_seconds"] for entry in ran.tests.values())
    assert total["setup_and_teardown"] == pytest.approx(1 - own / total["cpu_seconds"], abs=1e-3)


def test_a_fixture_that_fails(pytester: pytest.Pytester, energy: Energy) -> None:
    """Its record is there, and the tests after it are sound."""
    pytester.makepyfile(asking=ASK)
    pytester.makepyfile(
        """
        import pytest
        from asking import ask
        @pytest.fixture(scope="module")
        def broken():
            ask()
            raise ValueError
        @pytest.fixture(scope="module", params=[1, 2])
        def leaves(request):
            yield request.param
            ask()
            raise ValueError
        def test_a(broken): pass
        def test_b(leaves): pass
        def test_c(): ask()
        """
    )
    outcomes = energy(on=False).result.parseoutcomes()
    ran = energy()
    assert ran.result.parseoutcomes() == outcomes
    assert [phases(one) for one in ran.data["tests"]] == ["", "", "", "c"]
    assert asked(ran.fixture("broken")["setup"])
    left = [one for one in ran.data["fixtures"] if one["name"] == "leaves"]
    assert left
    assert all(asked(one["teardown"]) for one in left)


def test_repeats(pytester: pytest.Pytester, energy: Energy) -> None:
    """Declared repetition runs the whole protocol again: fresh function fixtures and instances each
    time, shared ones once; the last run is the one that is told, and all of them are samples.
    """
    pytester.makepyfile(
        """
        import pytest
        made = []
        @pytest.fixture(scope="module")
        def shared():
            made.append("shared")
            yield
            made.append("shared gone")
        @pytest.fixture
        def own(shared, tmp_path):
            assert not list(tmp_path.iterdir())
            tmp_path.joinpath("used").write_text("")
            made.append("own")
            yield
            made.append("own gone")
        class TestAll:
            @pytest.mark.energy(repeat=3, queries=0)
            def test_a(self, own):
                assert not hasattr(self, "before")
                self.before = True
        def test_b(shared):
            assert made == ["shared"] + ["own", "own gone"] * 4
        """
    )
    ran = energy("-v")
    ran.result.assert_outcomes(passed=2)
    assert ran.text.count("test_a PASSED") == 1
    assert len(ran.tests["test_a"]["samples"]) == 3  # the warm-up was none
    assert ran.tests["test_a"]["attempt"] == 1
    assert ran.tests["test_a"]["verdict"] == "pass"
    assert ran.tests["test_b"]["samples"] == []
    assert len(ran.data["tests"]) == 2


@pytest.mark.parametrize("turn", [1, 2, 3])
def test_a_repetition_that_fails(pytester: pytest.Pytester, energy: Energy, turn: int) -> None:
    """The first run that does not pass is the test's result, whichever it is; it is not judged, and
    the next module begins with shared fixtures of its own.
    """
    pytester.makepyfile(
        test_one=f"""
        import pytest
        runs = []
        @pytest.fixture(scope="module")
        def shared():
            yield
            runs.append("gone")
        @pytest.mark.energy(repeat=2, warmup=1, cpu="60 s")
        def test_a(shared):
            runs.append(1)
            assert len(runs) != {turn}
        """,
        test_two="""
        import test_one
        def test_b(): assert test_one.runs[-1] == "gone"
        """,
    )
    ran = energy("--energy-fail")
    ran.result.assert_outcomes(failed=1, passed=1)
    assert ran.tests["test_a"]["outcome"] == "failed"
    assert ran.tests["test_a"]["verdict"] is None
    assert len(ran.data["tests"]) == 2
    ran.result.stdout.fnmatch_lines([f"*assert {turn} != {turn}*"])


def test_repetition_of_every_test(pytester: pytest.Pytester, energy: Energy) -> None:
    """By option; it ends when the time for one test is used up; nothing runs twice unasked."""
    pytester.makepyprojecttoml('[tool.greenlint.energy]\nmax-time = "1 s"')
    pytester.makepyfile(
        "import time, unittest\nran = []\ndef test_a(): ran.append(1)\n"
        "def test_slow(): time.sleep(0.4)\n"
        "class Case(unittest.TestCase):\n    def test_c(self): ran.append(2)\n"
        "def test_count(): print('RAN', ran.count(1), ran.count(2))"
    )
    tests = energy("--energy-repeat=5", "--energy-warmup=0").tests
    assert len(tests["test_a"]["samples"]) == len(tests["test_c"]["samples"]) == 5
    assert 3 <= len(tests["test_slow"]["samples"]) <= 4
    energy("-s").result.stdout.fnmatch_lines(["*RAN 1 1*"])
