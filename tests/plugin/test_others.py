# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Beside other plugins: coroutines whoever runs the loop, reruns, timeouts."""

from __future__ import annotations

import re
import sys

import pytest

from tests.plugin.conftest import ALONE, Energy, Ran
from tests.plugin.test_phases import ASK, asked, phases


def test_coroutines(pytester: pytest.Pytester, energy: Energy) -> None:
    """Under pytest-asyncio and under anyio: the call is the coroutine, fixtures are theirs."""
    pytest.importorskip("pytest_asyncio", "0.24")
    pytest.importorskip("anyio")
    pytester.makepyfile(asking=ASK)
    pytester.makepyfile(
        """
        import asyncio
        import pytest
        import pytest_asyncio
        from asking import ask

        @pytest_asyncio.fixture(loop_scope="module", scope="module")
        async def shared():
            ask()
            yield
            ask()
        @pytest_asyncio.fixture(loop_scope="module")
        async def own():
            ask()
            yield
            ask()
        @pytest.mark.asyncio(loop_scope="module")
        async def test_asyncio(): ask()
        @pytest.mark.asyncio(loop_scope="module")
        async def test_fixtures(shared, own): await asyncio.sleep(0)
        @pytest.mark.asyncio(loop_scope="module")
        @pytest.mark.energy(cpu="1 us")
        async def test_exceeded(): pass

        @pytest.fixture
        def anyio_backend(): return "asyncio"
        @pytest.fixture
        async def theirs(anyio_backend):
            ask()
        @pytest.mark.anyio
        async def test_anyio(anyio_backend): ask()
        @pytest.mark.anyio
        async def test_anyio_fixture(theirs): pass
        """
    )
    ran = energy(
        "--energy-fail",
        "-o",
        "asyncio_default_fixture_loop_scope=function",
        beside=("asyncio", "anyio"),
    )
    ran.result.assert_outcomes(passed=4, failed=1)
    assert {name: phases(entry) for name, entry in ran.tests.items()} == {
        "test_asyncio": "c",
        "test_fixtures": "st",
        "test_exceeded": "",
        "test_anyio": "c",
        "test_anyio_fixture": "s",
    }
    shared = ran.fixture("shared")
    assert (asked(shared["setup"]), asked(shared["teardown"])) == (True, True)


DJANGO = """
from django.db import connection
from django.test import SimpleTestCase, TestCase
import pytest

def sends(count):
    with connection.cursor() as cursor:
        for n in range(count):
            cursor.execute("SELECT %s", [n])

class Sync(TestCase):
    @classmethod
    def setUpTestData(cls): sends(5)
    def setUp(self): sends(7)
    def tearDown(self): sends(2)
    def test_sync(self): sends(3)
    def test_fails(self):
        sends(1)
        self.fail()
class Async(TestCase):
    async def test_async(self): pass
class Simple(SimpleTestCase):
    def test_simple(self): pass
@pytest.mark.django_db
def test_function(): sends(4)
"""


def test_django(pytester: pytest.Pytester, energy: Energy) -> None:
    """Under pytest-django a budget is for the method of a TestCase, and not for its setUp."""
    pytest.importorskip("pytest_django")
    pytester.makepyfile(
        settings="""
        DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}
        SECRET_KEY = "none"
        """
    )
    pytester.makepyfile(DJANGO)
    ran = energy("--ds=settings", beside=("django",))
    ran.result.assert_outcomes(passed=4, failed=1)
    counts = {
        name: [phase and phase["queries"] for phase in one["phases"].values()]
        for name, one in ran.tests.items()
    }
    assert counts["test_function"][1] == 4
    assert counts["test_sync"][1] == 3
    assert counts["test_sync"][0] >= 7
    assert counts["test_sync"][2] >= 2
    assert counts["test_fails"][1] == 1
    assert counts["test_async"][1] == counts["test_simple"][1] == 0


def test_another_way_to_run_a_test_case(pytester: pytest.Pytester, energy: Energy) -> None:
    """Where a plugin runs a TestCase in a way in which the method is not seen, all is call."""
    pytester.makepyfile(asking=ASK)
    pytester.makeconftest(
        """
        import pytest
        from _pytest.unittest import TestCaseFunction
        @pytest.fixture(autouse=True)
        def own_way(monkeypatch):
            def runtest(self):
                type(self._testcase).test_a(self._testcase)
            monkeypatch.setattr(TestCaseFunction, "runtest", runtest)
        """
    )
    pytester.makepyfile(
        "import unittest\nfrom asking import ask\nclass Case(unittest.TestCase):\n"
        "    def test_a(self): ask()"
    )
    assert phases(energy().tests["test_a"]) == "c"


def test_reruns(pytester: pytest.Pytester, energy: Energy) -> None:
    """Each attempt has its record; the properties are those of the last; an exceeded budget is
    reason enough to run again.
    """
    pytest.importorskip("pytest_rerunfailures")
    pytester.makepyfile(asking=ASK)
    pytester.makepyfile(
        """
        import pytest
        from asking import ask
        attempts = iter([0, 1])
        @pytest.mark.flaky(reruns=1)
        def test_flaky(): assert next(attempts)
        asking = iter([2, 1])
        @pytest.mark.flaky(reruns=1)
        @pytest.mark.energy(queries=1)
        def test_asking():
            for _ in range(next(asking)):
                ask()
        """
    )
    ran = energy("--energy-fail", "--junitxml=junit.xml", beside=("rerunfailures",))
    ran.result.stdout.fnmatch_lines(["*2 passed, 2 rerun*"])
    told = [(one["id"].rpartition("::")[2], one["attempt"]) for one in ran.data["tests"]]
    assert told == [("test_flaky", 1), ("test_flaky", 2), ("test_asking", 1), ("test_asking", 2)]
    assert [one["outcome"] for one in ran.data["tests"]] == ["failed", "passed"] * 2
    assert [one["verdict"] for one in ran.data["tests"][2:]] == ["fail", "pass"]
    written = (pytester.path / "junit.xml").read_text("utf-8")
    told = re.findall(r'name="greenlint.verdict" value="(\w+)"', written)
    assert told[-1] == "pass"
    assert "pass" not in told[:-1]  # newer versions write a test case for each attempt
    ran.result.stdout.fnmatch_lines(["*test_flaky (attempt 2)"])


def test_coverage(pytester: pytest.Pytester) -> None:
    """Coverage costs energy itself: a run under it is told, and of a machine class of its own."""
    pytester.makepyfile("def test_a(): pass")
    written = ("--energy", "--energy-no-store", "--energy-json=energy.json")
    words = (sys.executable, "-m", "coverage", "run", "-m", "pytest", *ALONE, *written)
    ran = Ran(pytester.run(*words), pytester.path / "energy.json")
    assert ran.result.ret == 0
    assert ran.data["conditions"]["coverage"] is True
    assert ran.data["machine"]["class"].endswith("/cov")


def test_timeouts(pytester: pytest.Pytester, energy: Energy) -> None:
    """A test that is cut off by a signal fails, and has its record; so has the next."""
    pytest.importorskip("pytest_timeout")
    pytester.makepyfile(
        """
        import time
        import pytest
        @pytest.mark.timeout(0.2, method="signal")
        @pytest.mark.energy(cpu="60 s")
        def test_long(): time.sleep(20)
        def test_next(): pass
        """
    )
    ran = energy(beside=("timeout",))
    ran.result.assert_outcomes(passed=1, failed=1)
    assert ran.tests["test_long"]["outcome"] == "failed"
    assert ran.tests["test_long"]["verdict"] is None
    assert 0.1 < ran.tests["test_long"]["seconds"] < 10
    assert ran.tests["test_next"]["outcome"] == "passed"
