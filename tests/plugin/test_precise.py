# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Tests that are repeated until their figure is precise, and what stops them."""

from __future__ import annotations

import pytest

from tests.plugin.conftest import Energy
from tests.plugin.test_budgets import METER

# Joules of one run after the other: those of the warm-up, and those that count.
TESTS = """
import pytest
told = iter({joules})
made = []
@pytest.fixture
def own():
    made.append(1)
def test_a(spend, own):
    assert len(made) == 1
    made.clear()
    spend(next(told))
"""
AUTO = ("--energy-repeat=auto",)


@pytest.fixture(autouse=True)
def told(pytester: pytest.Pytester) -> None:
    """A meter that counts what a test says, and takes no time for it."""
    pytester.makeconftest(METER.replace("time.sleep(0.05)", "pass"))


@pytest.mark.parametrize(
    ("joules", "runs", "stopped"),
    [
        # Half of Student's interval: of two 12.71 * 0.0212 / sqrt(2), 9.5 % of the median; of three
        # 4.30 * 0.0153 / sqrt(3), 1.9 %.  The fourth is told.
        ([9.0, 2.0, 2.03, 2.01] + [2.0] * 40, 4, "precise"),
        ([9.0] + [1.0, 3.0] * 40, 30, "most-runs"),
    ],
)
def test_what_stops_it(
    pytester: pytest.Pytester, energy: Energy, joules: list[float], runs: int, stopped: str
) -> None:
    """Half the interval is within 5 % of the median, or the test has run thirty times; each run has
    fresh function fixtures, and the one that is told comes after.
    """
    pytester.makepyfile(TESTS.format(joules=joules))
    ran = energy(*AUTO, "-v")
    ran.result.assert_outcomes(passed=1)
    assert ran.text.count("test_a PASSED") == 1
    test = ran.tests["test_a"]
    assert test["stopped"] == stopped
    low, high = test["ci"]
    assert ((high - low) / 2 <= 0.05 * test["joules"]) == (stopped == "precise")
    assert len(test["samples"]) == runs
    words = {
        "precise": "repeated: 1 test until the interval was within 5 % of the median",
        "most-runs": "repeated: 1 test 30 times, and the interval is wider",
    }
    ran.result.stdout.fnmatch_lines([words[stopped]])


def test_time_stops_it(pytester: pytest.Pytester, energy: Energy) -> None:
    """`max-time` is for all runs of a test together; a declared number of runs ends there too."""
    pytester.makepyprojecttoml('[tool.greenlint.energy]\nmax-time = "300 ms"')
    pytester.makepyfile(
        """
        import time
        import pytest
        told = iter([1, 3] * 90)
        @pytest.mark.energy(repeat="auto")
        def test_a(spend):
            spend(next(told))
            time.sleep(0.1)
        @pytest.mark.energy(repeat=20)
        def test_b(spend): time.sleep(0.1)
        def test_c(): pass
        """
    )
    ran = energy()
    found = {name: (test["stopped"], len(test["samples"])) for name, test in ran.tests.items()}
    assert {name: stopped for name, (stopped, _) in found.items()} == {
        "test_a": "max-time",
        "test_b": "max-time",
        "test_c": None,
    }
    assert 1 <= found["test_a"][1] <= 4
    ran.result.stdout.fnmatch_lines(["repeated: 2 tests until max-time was over"])


def test_by_cpu_time_where_nothing_counts(pytester: pytest.Pytester, energy: Energy) -> None:
    """There the interval is that of CPU time."""
    pytester.makeconftest("")
    pytester.makepyfile("def test_a(): sum(range(200_000))")
    ran = energy("-o", "energy_repeat=auto")
    test = ran.tests["test_a"]
    assert test["joules"] is None
    assert test["stopped"] in ("precise", "most-runs")
    assert 3 <= len(test["samples"]) <= 30


@pytest.mark.parametrize(
    ("table", "variable", "words", "runs"),
    [
        ('repeat = "auto"', None, (), 4),
        ("repeat = 2", "auto", (), 4),
        ('repeat = "auto"', "3", (), 3),
        ('repeat = "auto"', None, ("--energy-repeat=2",), 2),
    ],
    ids=["table", "environment", "above the table", "command line"],
)
def test_by_the_settings(
    pytester: pytest.Pytester,
    energy: Energy,
    monkeypatch: pytest.MonkeyPatch,
    table: str,
    variable: str | None,
    words: tuple[str, ...],
    runs: int,
) -> None:
    """`repeat = "auto"` of the table holds for all tests; the environment stands above it, and the
    command line above both.
    """
    if variable is not None:
        monkeypatch.setenv("GREENLINT_ENERGY_REPEAT", variable)
    pytester.makepyprojecttoml(f"[tool.greenlint.energy]\n{table}")
    pytester.makepyfile(TESTS.format(joules=[9.0, 2.0, 2.03, 2.01] + [2.0] * 40))
    test = energy(*words).tests["test_a"]
    assert len(test["samples"]) == runs
    assert test["stopped"] == ("precise" if runs == 4 else None)


def test_it_is_said_where_it_belongs(pytester: pytest.Pytester, energy: Energy) -> None:
    """On the command line, in pytest's configuration and in a marker; a wrong word is refused."""
    pytester.makepyfile("import pytest\n@pytest.mark.energy(repeat='often')\ndef test_a(): pass")
    ran = energy()
    assert ran.result.ret == 4
    ran.result.stderr.fnmatch_lines(
        ["ERROR: *repeat='often': it is a whole number from 1 on, or 'auto'."]
    )
    pytester.makepyfile("def test_a(): pass")
    ran = energy("--energy-repeat=often")
    ran.result.stderr.fnmatch_lines(
        ["ERROR: --energy-repeat: 'often' is not a whole number from 1 on, nor auto."]
    )
