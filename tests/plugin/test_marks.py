# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Markers are read when tests are collected, and a wrong one is told before anything runs."""

from __future__ import annotations

import pytest

from tests.plugin.conftest import Energy


@pytest.mark.parametrize(
    ("mark", "said"),
    [
        ('energy("5")', "budget='5': '5' has no unit; it is an energy, such as `60 J`, in *"),
        ('energy("5 s")', "budget='5 s': '5 s' is a time, and not an energy."),
        ("energy(5)", "budget=5: give the unit too, as in '5 J'."),
        ('energy(cpu="5 J")', "cpu='5 J': '5 J' is an energy, and not a time."),
        ("energy(cpu=0.3)", "cpu=0.3: give the unit too, as in '300 ms'."),
        ("energy(queries=-1)", "queries=-1: it is a whole number from 0 on."),
        ("energy(queries=True)", "queries=True: it is a whole number from 0 on."),
        ("energy(repeat=0)", "repeat=0: it is a whole number from 1 on, or 'auto'."),
        ("energy(warmup=None)", "warmup=None: it is a whole number from 0 on."),
        ("energy(skip=1)", "skip=1: it is True or False."),
        ("energy(max_increase=0.1)", "max_increase=0.1: it is a part of what was used before, *"),
        ("energy(quieries=3)", "quieries: there is no such argument; * Did you mean 'queries'?"),
        ('energy("5 J", 12)', "'5 J', 12: only the budget in joules goes without a name. *"),
        ('energy("5 J", budget="6 J")', "'5 J': the budget is stated twice."),
        ('energy(domains=["pakage"])', "*'pakage' is not one of *Did you mean 'package'?"),
        ('energy(domains=["package", "core"])', "*these hold one another, and cannot be added: *"),
        ("energy_budget(queries=3)", "queries: there is no such argument; it takes budget.*"),
    ],
)
def test_a_wrong_marker_ends_the_run(
    pytester: pytest.Pytester, energy: Energy, mark: str, said: str
) -> None:
    """The test, the argument, the value and the way out; exit code 4, and no test has run."""
    pytester.makepyfile(
        f"""
        import pytest
        def test_first(): open("ran", "w")
        @pytest.mark.{mark}
        def test_a(): pass
        """
    )
    ran = energy()
    assert ran.result.ret == pytest.ExitCode.USAGE_ERROR
    name = mark.partition("(")[0]
    file = "test_a_wrong_marker_ends_the_run.py"
    line = f"ERROR: {file}::test_a: @pytest.mark.{name}: {said}".replace("[", "[[]")
    ran.result.stderr.fnmatch_lines([line])
    assert not (pytester.path / "ran").exists()


def test_the_closest_marker_wins_argument_by_argument(
    pytester: pytest.Pytester, energy: Energy
) -> None:
    """A module, a class and a test each say a part; the project's table holds for the rest."""
    pytester.makepyprojecttoml(
        """
        [tool.greenlint.energy]
        budget = "9 J"
        [[tool.greenlint.energy.budgets]]
        test = "*.py::test_free"
        queries = 7
        """
    )
    pytester.makepyfile(
        """
        import pytest
        pytestmark = pytest.mark.energy(cpu="2 s", requests=4)
        @pytest.mark.energy(queries=5, requests=3)
        class TestAll:
            @pytest.mark.energy_budget("1 J")
            @pytest.mark.energy(requests=2)
            def test_a(self): pass
        def test_free(): pass
        """
    )
    tests = energy().tests
    stated = {
        name: {key: value for key, value in one["budget"].items() if key != "judged" and value}
        for name, one in tests.items()
    }
    assert stated == {
        "test_a": {"joules": 1.0, "cpu_seconds": 2.0, "queries": 5, "requests": 2},
        "test_free": {"joules": 9.0, "cpu_seconds": 2.0, "queries": 7, "requests": 4},
    }


def test_layers_of_a_budget(
    pytester: pytest.Pytester, energy: Energy, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Table, pytest's configuration, environment, command line, marker: the last one wins."""
    pytester.makepyfile(
        """
        import pytest
        def test_a(): pass
        @pytest.mark.energy("6 J")
        def test_b(): pass
        """
    )

    def budgets(*words: str) -> tuple[float, float]:
        tests = energy(*words).tests
        return tests["test_a"]["budget"]["joules"], tests["test_b"]["budget"]["joules"]

    pytester.makepyprojecttoml('[tool.greenlint.energy]\nbudget = "2 J"')
    assert budgets() == (2, 6)
    pytester.makeini("[pytest]\nenergy_budget = 3 J")
    assert budgets() == (3, 6)
    monkeypatch.setenv("GREENLINT_ENERGY_BUDGET", "4 J")
    assert budgets() == (4, 6)
    assert budgets("--energy-budget=5 J") == (5, 6)


def test_a_wrong_table_ends_the_run(pytester: pytest.Pytester, energy: Energy) -> None:
    """The file and the key are named, and nothing has run: exit code 4."""
    pytester.makepyprojecttoml('[tool.greenlint.energy]\nbuget = "2 J"')
    pytester.makepyfile("def test_a(): pass")
    ran = energy()
    assert ran.result.ret == pytest.ExitCode.USAGE_ERROR
    ran.result.stderr.fnmatch_lines(['ERROR: *pyproject.toml:2: Unknown key "buget"*'])


@pytest.mark.parametrize(
    ("option", "said"),
    [
        ("--energy-budget=5", "--energy-budget: '5' has no unit; *"),
        ("--energy-repeat=0", "--energy-repeat: '0' is not a whole number from 1 on, nor auto."),
        ("--energy-warmup=x", "--energy-warmup: 'x' is not a whole number from 0 on."),
        ("--energy-top=-1", "--energy-top: '-1' is not a whole number from 0 on."),
        ("--energy-shared=skp", "--energy-shared: 'skp' is not one of * Did you mean 'skip'?"),
        ("--energy-accept=guess", "--energy-accept: 'guess' is not one of measured, *"),
        ("--energy-work=quries", "--energy-work: 'quries' cannot be counted; *'queries'?"),
        ("--energy-fail-on=budgt", "--energy-fail-on: 'budgt' is nothing to fail for; *"),
        ("--energy-fail-on=budget,regression", "--energy-fail-on=regression: runs of other *"),
        ("--energy-meter=perv", "--energy-meter=perv: There is no meter 'perv'. Did you mean *"),
    ],
)
def test_a_wrong_option_ends_the_run(
    pytester: pytest.Pytester, energy: Energy, option: str, said: str
) -> None:
    """A sentence with the value and the way out: exit code 4."""
    pytester.makepyfile("def test_a(): pass")
    ran = energy(option)
    assert ran.result.ret == pytest.ExitCode.USAGE_ERROR
    ran.result.stderr.fnmatch_lines([f"ERROR: {said}"])


def test_a_test_can_be_left_out(pytester: pytest.Pytester, energy: Energy) -> None:
    """`skip=True` runs it unmeasured, whatever the project's budget is."""
    pytester.makepyfile(
        """
        import pytest
        @pytest.mark.energy(skip=True)
        def test_a(): pass
        def test_b(): pass
        """
    )
    ran = energy("--energy-budget=5 J")
    ran.result.assert_outcomes(passed=2)
    assert list(ran.tests) == ["test_b"]
