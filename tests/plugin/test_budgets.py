# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Budgets of joules, CPU time and queries: kept, exceeded, or not to be judged, and what follows.

The meter of these tests counts what a test says that it spends.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.plugin.conftest import Energy

METER = """
import os, time
import pytest
from greenlint_profiler.counter import Counter
from greenlint_profiler.units import Domain, Evidence, Kind, Reason

class Meter:
    name = "told"
    evidence = Evidence(os.environ.get("TOLD_LABEL", "measured"))
    band = None
    notes = ()
    counters = (
        Counter(Domain(Kind.PACKAGE, 0), None, 1, None, 1000, in_total=True),
        Counter(Domain(Kind.DRAM, 0), None, 1, None, 1000, in_total=True),
        Counter(Domain(Kind.CORE, 0), None, 1, None, 1000),
    )
    values = [1, 1, 1]
    broken = False
    def read(self):
        for place in range(3):
            self.values[place] += 1  # never quite still
        return [Reason.IO_ERROR] * 3 if Meter.broken else list(self.values)
    def close(self): pass

class Spending:
    def __call__(self, joules, dram=0.0, core=0.0):
        for place, amount in enumerate((joules, dram, core)):
            Meter.values[place] += round(amount * 1e6)
        time.sleep(0.05)
    def breaks(self): Meter.broken = True

@pytest.fixture
def spend():
    Meter.broken = False
    return Spending()

def pytest_greenlint_make_meter(config):
    return Meter()
"""


def judged(ran: object, name: str) -> dict[str, tuple[object, object]]:
    """Of each quantity the verdict and the reason."""
    budget = ran.tests[name]["budget"]  # type: ignore[attr-defined]
    return {one["quantity"]: (one["verdict"], one["reason"]) for one in budget["judged"]}


@pytest.fixture(autouse=True)
def told(pytester: pytest.Pytester) -> None:
    """The meter of these tests."""
    pytester.makeconftest(METER)


def test_joules(pytester: pytest.Pytester, energy: Energy) -> None:
    """The total is packages and memory; memory has a budget of its own; parts by name.  The upper
    end of the interval is what counts, and a test's setup does not.
    """
    pytester.makepyfile(
        """
        import pytest
        energy = pytest.mark.energy

        @energy("5 J")
        def test_kept(spend): spend(4, 0.9)
        @energy("5 J")
        def test_exceeded(spend): spend(4, 1.1)
        @energy("5 J")
        def test_interval(spend): spend(4, 1)
        @energy(dram="1 J")
        def test_dram(spend): spend(0, 1.5)
        @energy("5 J", domains=["package"])
        def test_package(spend): spend(4, 3)
        @energy("1 J", domains="core")
        def test_core(spend): spend(0, 0, 2)
        @energy("1 J", domains=["gpu"])
        def test_no_such_part(spend): spend(1)
        @energy("1 J")
        def test_broken(spend): spend.breaks()
        @energy("1 J")
        def test_fails(spend):
            spend(3)
            assert 0
        @pytest.fixture
        def spent(spend): spend(3)
        @energy("1 J")
        def test_setup(spent): pass
        """
    )
    ran = energy("--energy-fail", "--energy-accept=shared", "-rA")
    failed = {"test_exceeded", "test_interval", "test_dram", "test_core"}
    told = {name: judged(ran, name) for name in ran.tests}
    assert {name for name in told if ("fail", None) in told[name].values()} == failed
    assert (
        told["test_kept"]
        == told["test_package"]
        == told["test_setup"]
        == {"joules": ("pass", None)}
    )
    assert told["test_dram"] == {"dram_joules": ("fail", None)}
    assert told["test_no_such_part"] == {"joules": ("cannot-measure", "no-figure")}
    assert told["test_broken"] == {"joules": ("cannot-measure", "no-figure")}
    assert told["test_fails"] == {}
    ran.result.assert_outcomes(passed=5, failed=5)
    assert ran.tests["test_exceeded"]["joules"] == pytest.approx(5.1, abs=1e-3)
    assert ran.tests["test_exceeded"]["domains"].keys() == {"package-0", "dram-0", "core-0"}
    ran.result.stdout.fnmatch_lines_random(
        [
            "FAILED *::test_exceeded - Energy budget exceeded: 5.10 J against*",
            "FAILED *::test_dram - Energy budget exceeded: 1.50 J of memory a*",
            "measured          5.10* J, 95 % interval 5.* J – 5.* J, told (*)",
            "one call: the interval is the instrument's, *see --energy-repeat",
            "energy            5.1* J, budget 5.00 J: EXCEEDED (10* %)",
            "*= energy (* of 10) =*",
            "*joules * ± 95 % * budget * CPU * test",
            "*5.1* * 5.00 ! * *::test_exceeded (failed)",
            "budgets: 3 kept, 4 exceeded, 2 cannot be judged",
        ]
    )


def test_repeated_calls_make_an_interval(pytester: pytest.Pytester, energy: Energy) -> None:
    """Several calls are judged by the upper bound of their interval; each is listed."""
    pytester.makepyfile(
        """
        import pytest
        spent = iter([9, 2.0, 2.1, 1.9, 2.0])
        @pytest.mark.energy("2.1 J", repeat=4, warmup=1)
        def test_a(spend): spend(next(spent))
        """
    )
    ran = energy("--energy-fail", "--energy-accept=shared")
    ran.result.assert_outcomes(failed=1)
    assert [round(one["joules"], 1) for one in ran.tests["test_a"]["samples"]] == [2, 2.1, 1.9, 2]
    ran.result.stdout.fnmatch_lines(
        [
            "Energy budget exceeded: 2.00 J, whose interval reaches 2.13 J, against 2.10 J",
            "calls             2 2.1 1.9 2 J",
        ]
    )


@pytest.mark.parametrize("label", ["shared", "estimated"])
def test_a_weaker_label_is_not_judged(
    pytester: pytest.Pytester, energy: Energy, monkeypatch: pytest.MonkeyPatch, label: str
) -> None:
    """Unless it is accepted; and a run that was asked for a verdict has none: exit code 1."""
    monkeypatch.setenv("TOLD_LABEL", label)
    pytester.makepyfile(
        """
        import pytest
        @pytest.mark.energy("1 J", cpu="60 s")
        def test_a(spend): spend(3)
        """
    )
    ran = energy("--energy-fail")
    ran.result.assert_outcomes(passed=1)
    assert ran.result.ret == 1
    assert judged(ran, "test_a") == {
        "joules": ("cannot-measure", "weak-label"),
        "cpu_seconds": ("pass", None),
    }
    assert ran.data["verdict"] == "cannot-measure"
    ran.result.stdout.fnmatch_lines(
        [
            "*3.00[*] * 1.00 [?] *test_a",
            f"[*] {label}: not measured on a counter of our own",
            "  1 not judged (energy): the joules have a weaker label than the budget accepts",
            "  weak-label (1): --energy-accept names the label that counts; *",
            "--energy-fail asked for a verdict on these, and there is none: exit code 1",
        ]
    )
    assert energy().result.ret == 0
    accepted = energy("--energy-fail", f"--energy-accept={label}")
    assert judged(accepted, "test_a")["joules"] == ("fail", None)
    skipping = energy("--energy-fail", "--energy-shared=skip")
    assert skipping.result.ret == (0 if label == "shared" else 1)
    recording = energy("--energy-fail", "--energy-shared=record")
    assert ("joules" in judged(recording, "test_a")) == (label != "shared")


def test_without_a_counter(pytester: pytest.Pytester, energy: Energy) -> None:
    """Joules cannot be judged, and that fails a run that asked, unless the project says that its
    machines have none; CPU time and queries are judged all the same.
    """
    Path(pytester.path / "conftest.py").unlink()
    pytester.makepyfile(
        """
        import sqlite3
        import pytest
        @pytest.mark.energy("5 J", cpu="60 s", queries=2)
        def test_a():
            held = sqlite3.connect(":memory:")
            for n in range(2):
                held.execute(f"select {n}")
            held.close()
        """
    )
    ran = energy("--energy-fail")
    assert ran.result.ret == 1
    assert judged(ran, "test_a") == {
        "joules": ("cannot-measure", "no-figure"),
        "cpu_seconds": ("pass", None),
        "queries": ("pass", None),
    }
    ran.result.stdout.fnmatch_lines(
        [
            "energy: no joules, CPU time only (powercap: *), machine class */cpu/py3.*",
            "*1 not judged (energy): there is no figure to judge",
            "*`greenlint doctor` shows *; `require-meter = false` in *",
        ]
    )
    pytester.makepyprojecttoml("[tool.greenlint.energy]\nrequire-meter = false")
    ran = energy("--energy-fail")
    assert ran.result.ret == 0
    ran.result.stdout.fnmatch_lines(["budgets: 2 kept, 1 cannot be judged"])


def test_what_must_be_there(pytester: pytest.Pytester, energy: Energy) -> None:
    """--energy-require runs nothing without a meter that reaches the label: exit code 1."""
    pytester.makepyfile("def test_a(): pass")
    assert energy("--energy-require=measured").result.ret == 0
    Path(pytester.path / "conftest.py").unlink()
    ran = energy("--energy-require=measured")
    assert ran.result.ret == 1
    assert "passed" not in ran.text
    said = ran.text + str(ran.result.stderr)
    assert re.search(r"--energy-require=measured: no joules, .*Run `greenlint doctor`", said)


def test_queries(pytester: pytest.Pytester, energy: Energy) -> None:
    """Queries are held to their budget exactly, and one that is repeated is named with its line."""
    pytester.makepyfile(
        """
        import sqlite3
        import pytest

        @pytest.fixture
        def held():
            held = sqlite3.connect(":memory:")
            held.execute("create table article (id integer, author integer)")
            yield held
            held.close()

        def author(held, number):
            return held.execute(f"select * from article where author = {number}").fetchall()

        @pytest.mark.energy(queries=12)
        def test_exactly(held):
            for number in range(12):
                author(held, number)

        @pytest.mark.energy(queries=12)
        def test_one_more(held):
            for number in range(13):
                author(held, number)

        @pytest.mark.energy(queries=0)
        def test_none(held): pass
        """
    )
    ran = energy("--energy-fail")
    ran.result.assert_outcomes(passed=2, failed=1)
    assert ran.tests["test_exactly"]["work"]["queries"] == 12
    assert ran.tests["test_one_more"]["work"]["queries"] == 13
    assert ran.tests["test_one_more"]["phases"]["setup"]["queries"] == 1
    (again,) = ran.tests["test_one_more"]["work"]["repeated"]
    assert (again["count"], again["path"], again["line"]) == (13, "test_queries.py", 12)
    ran.result.stdout.fnmatch_lines(
        [
            "Energy budget exceeded: 13 queries against 12",
            "queries           13, budget 12: EXCEEDED (108 %)",
            "13 times the same query from test_queries.py:12: SELECT * FROM article WHERE *",
            "*13 of 12 ! * test_queries.py::test_one_more (failed)",
            "13 times the same query from test_queries.py:12: * (*test_one_more and 1 test more)",
        ]
    )
    without = energy("--energy-work=none")
    assert without.tests["test_one_more"]["work"]["queries"] is None
    assert judged(without, "test_one_more") == {"queries": ("cannot-measure", "not-counted")}
    assert without.data["conditions"]["counters"] == []
    only = energy("--energy-work=requests")
    assert only.tests["test_one_more"]["work"] == without.tests["test_one_more"]["work"] | {
        "requests": 0
    }


def test_repeated_queries_are_said_once(pytester: pytest.Pytester, energy: Energy) -> None:
    """All of them in the text of the budget that failed; in the summary the worst alone."""
    pytester.makepyfile(
        """
        import sqlite3
        import pytest
        @pytest.mark.energy(queries=1)
        def test_a():
            held = sqlite3.connect(":memory:")
            for number in range(5):
                held.execute("select 1")
            for number in range(3):
                held.execute("select 2, 3")
            held.close()
        """
    )
    text = energy("--energy-fail").text
    assert text.count("5 times the same query from test_repeated_queries_are_said_once.py:7") == 2
    assert text.count("3 times the same query") == 1
    assert "\n1 more line repeats a query\n" in text


def test_a_verdict_of_a_hook(pytester: pytest.Pytester, energy: Energy) -> None:
    """A project judges by what it knows, names its machines, and adds to the document."""
    pytester.makeconftest(
        METER
        + """
from greenlint_profiler.budget import Judged, Verdict
def pytest_greenlint_verdict(item, measurement, history):
    assert list(history) == []
    if item.name == "test_a":
        return Judged("joules", 1.0, measurement.joules, Verdict.FAIL)
def pytest_greenlint_machine_class(config, machine):
    return f"ours-{machine['cores']}"
def pytest_greenlint_update_json(config, data):
    data["acme"] = {"team": "orders"}
seen = []
def pytest_greenlint_test_measured(item, measurement):
    seen.append((item.name, measurement.name))
def pytest_unconfigure(config):
    print("SEEN", seen)
"""
    )
    pytester.makepyfile("def test_a(spend): spend(2)\ndef test_b(): pass")
    ran = energy("--energy-fail", "-s")
    ran.result.assert_outcomes(passed=1, failed=1)
    assert ran.data["acme"] == {"team": "orders"}
    assert re.fullmatch(r"ours-\d+", ran.data["machine"]["class"])
    ran.result.stdout.fnmatch_lines(
        [
            "Energy budget exceeded: 2.00 J against 1.00 J",
            "SEEN [[]('test_a', 'call'), ('test_b', 'call')[]]",
        ]
    )


def test_metrics(pytester: pytest.Pytester, energy: Energy) -> None:
    """OpenMetrics, each figure with the digits that its interval leaves."""
    pytester.makepyfile("def test_a(spend): spend(4.0234567, 1)")
    energy("--energy-metrics=out/metrics.txt")
    lines = (pytester.path / "out" / "metrics.txt").read_text("utf-8").splitlines()
    assert lines[-1] == "# EOF"
    joules = [line for line in lines if line.startswith("greenlint_test_energy_joules{")]
    test = 'test="test_metrics.py::test_a"'
    assert len(joules) == 4
    assert re.fullmatch(
        rf'greenlint_test_energy_joules{{{test},domain="total",evidence="\w+"}} 5\.\d+', joules[0]
    )
    assert len(joules[0].partition("} ")[2]) <= 6
    assert lines.index("# TYPE greenlint_test_energy_joules gauge") < lines.index(joules[0])
