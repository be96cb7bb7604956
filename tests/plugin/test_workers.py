# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Under pytest-xdist: one report, one document, and a gate that never switches itself off."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest
from greenlint_profiler.machine import fingerprint
from greenlint_profiler.world import here

from tests.plugin.conftest import Energy
from tests.plugin.test_budgets import METER, judged

pytest.importorskip("xdist")

TESTS = """
import sqlite3
import time
import pytest

@pytest.fixture(scope="module")
def held():
    held = sqlite3.connect(":memory:")
    held.execute("create table article (id integer)")
    yield held
    held.close()

@pytest.mark.energy("1 J", cpu="60 s", queries=3)
@pytest.mark.parametrize("n", range(6))
def test_a(held, n):
    for number in range(3 + (n == 5)):
        held.execute(f"select * from article where id = {number}").fetchall()
    time.sleep(0.02)
"""


@pytest.fixture(autouse=True)
def told(pytester: pytest.Pytester) -> None:
    """A meter that always has figures."""
    pytester.makeconftest(METER)
    pytester.makepyfile(test_work=TESTS)


def test_one_report(pytester: pytest.Pytester, energy: Energy) -> None:
    """Records of all workers, the shared fixtures of each, JUnit properties and nothing that is
    ours alone; work and CPU budgets hold; joules are not judged, which fails a run that asked.
    """
    pytester.makeconftest(
        METER
        + """
def pytest_greenlint_machine_class(config, machine):
    return f"{'worker' if hasattr(config, 'workerinput') else 'controller'}-{machine['cores']}"
"""
    )
    processors = fingerprint(here())["processors"]
    pytester.makepyprojecttoml(
        f"""
        [[tool.greenlint.energy.budgets]]
        test = "**::test_a"
        requests = 0
        machine-class = "controller-{processors}"
        """
    )
    ran = energy("-n2", "--energy-fail", "--junitxml=junit.xml", beside=("xdist",))
    ran.result.assert_outcomes(passed=5, failed=1)
    assert len(ran.data["tests"]) == 6
    assert ran.data["conditions"]["xdist"] == 2
    assert ran.data["total"]["joules"] is None
    assert ran.data["machine"]["class"].startswith("controller-")
    held = [one for one in ran.data["fixtures"] if one["name"] == "held"]
    assert 1 <= len(held) <= 2
    assert all(one["setup"]["queries"] == 1 for one in held)
    for name in ran.tests:
        found = judged(ran, name)
        assert found["joules"] == ("cannot-measure", "parallel-workers")
        assert found["cpu_seconds"] == found["requests"] == ("pass", None)
        assert found["queries"] == ("fail" if name == "test_a[5]" else "pass", None)
        assert ran.tests[name]["evidence"] == "shared"
    ran.result.stdout.fnmatch_lines(
        [
            "energy: told (measured), *2 workers at once: a counter counts them together",
            "FAILED test_work.py::test_a[[]5] - Energy budget exceeded: 4 queries against 3",
        ]
    )
    ran.result.stdout.fnmatch_lines_random(
        ["*6 not judged (energy): several workers used the counter at once"]
    )
    names = {
        one.get("name")
        for one in ElementTree.parse(pytester.path / "junit.xml").getroot().iter("property")
    }
    assert "greenlint.queries" in names
    assert "greenlint.case" not in names


def test_what_cannot_be_judged_is_never_a_pass(energy: Energy) -> None:
    """Exit code 1 when a verdict was asked for; 0 when the user said that joules are skipped."""
    work = ("-n2", "--energy-fail", "-k", "not 5")
    ran = energy(*work, beside=("xdist",))
    assert ran.result.ret == 1
    ran.result.stdout.fnmatch_lines(
        [
            "  parallel-workers (5): run without -n, or with --energy-exclusive; *",
            "--energy-fail asked for a verdict on these, and there is none: exit code 1",
        ]
    )
    skipping = energy(*work, "--energy-shared=skip", beside=("xdist",))
    assert skipping.result.ret == 0
    skipping.result.stdout.fnmatch_lines(["budgets: 10 kept, 5 cannot be judged"])
    recording = energy(*work, "--energy-shared=record", beside=("xdist",))
    assert recording.result.ret == 0
    assert {name for one in recording.tests for name in judged(recording, one)} == {
        "cpu_seconds",
        "queries",
    }


def test_taking_turns(energy: Energy) -> None:
    """With --energy-exclusive windows do not overlap, and joules are judged."""
    ran = energy(
        "-n2",
        "--energy-fail",
        "--energy-exclusive",
        "--energy-accept=shared",
        "-k",
        "not 5",
        beside=("xdist",),
    )
    assert ran.result.ret == 0
    assert {judged(ran, name)["joules"] for name in ran.tests} == {("pass", None)}
    assert ran.data["conditions"]["exclusive"] is True
    assert ran.data["total"]["joules"] is not None
    ran.result.stdout.fnmatch_lines(["energy: *2 workers that take turns"])


def test_a_worker_that_dies(pytester: pytest.Pytester, energy: Energy) -> None:
    """The others' records are there, and the note says which worker left none."""
    pytester.makepyfile(
        test_work="import os\ndef test_a(): pass\ndef test_b(): os._exit(1)\ndef test_c(): pass"
    )
    ran = energy("-n2", beside=("xdist",))
    ran.result.assert_outcomes(passed=2, failed=1)
    assert set(ran.tests) == {"test_a", "test_c"}
    assert any("left no records of its shared fixtures" in note for note in ran.data["notes"])


def test_a_wrong_marker_in_a_worker(pytester: pytest.Pytester, energy: Energy) -> None:
    """The sentence is told, and the run fails."""
    pytester.makepyfile(test_work="import pytest\n@pytest.mark.energy('5')\ndef test_a(): pass")
    ran = energy("-n2", beside=("xdist",))
    assert ran.result.ret == pytest.ExitCode.USAGE_ERROR
    ran.result.stdout.fnmatch_lines(
        ["ERROR: test_work.py::test_a: @pytest.mark.energy: budget='5': '5' has no unit; *"]
    )
    assert ran.text.count("ERROR:") == 1
