# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""``greenlint energy compare``: what changed between two revisions, and what that exits with."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import pytest
from greenlint_profiler.stores.store import open_store

from tests.cli.conftest import Done
from tests.profiler.documents import case, document, validator

Quick = Callable[..., Done]
BIG, SMALL, GONE = "tests/test_export.py::test_big", "tests/test_parse.py::test_large", "t::gone"


def fill(project: Path, **after: Any) -> None:
    """Twelve runs of main and five of a branch, whose figures are given."""
    chance = Random(8)
    (project / "pyproject.toml").write_text("[tool.greenlint]\n")
    with open_store("", project) as store:
        for number in range(17):
            new = number >= 12
            level = after.get("joules", 3.1) if new else 3.1
            tests = [
                case(
                    BIG,
                    joules=None if level is None else level * chance.gauss(1, 0.01),
                    cpu=0.25 * chance.gauss(1, 0.01),
                    queries=after.get("queries", 12) if new else 12,
                ),
                case(SMALL, joules=0.8 * chance.gauss(1, 0.01), cpu=0.1 * chance.gauss(1, 0.01)),
            ]
            tests += [] if new else [case(GONE)]
            machine = after.get("machine_class") if new else None
            branch = {"branch": "speed"} if new else {}
            kind = {"machine_class": machine} if machine else {}
            store.append(document(f"run-{number:02}", tests, at=number, **branch, **kind))


def test_a_regression_is_shown(project: Path, quick: Quick) -> None:
    """With both levels, the change and its interval; what did not change is counted."""
    fill(project, joules=4.02)
    done = quick("energy", "compare", "main..speed")
    assert done.returncode == 0
    lines = done.stdout.splitlines()
    assert lines[0] == "before: main, 12 runs   after: speed, 5 runs"
    assert lines[1] == "machine class: xeon-6354/rapl-pkg/py3.12/no-cov (cpython 3.12)"
    assert lines[3].split() == ["energy", "before", "after", "change", "(95", "%", "CI)", "verdict"]
    assert lines[4].startswith(f"{BIG}  3.1")
    assert lines[4].endswith("REGRESSION")
    assert "+30 % (+2" in lines[4] or "+29 % (+2" in lines[4]
    assert lines[5] == "1 no change"
    assert "CPU time: 2 no change" in lines
    assert f"1 test passed only before ({GONE})" in lines
    assert "1 regression, 0 improvements (limit of energy and CPU time: +10 %" in done.stdout
    assert lines[-1].startswith("Energy and CPU time of stored runs are advice")
    everything = quick("energy", "compare", "main..speed", "--all").stdout
    assert everything.count("no change") >= 5


@pytest.mark.parametrize(
    ("after", "fail_on", "code"),
    [
        ({"joules": 4.02}, None, 0),
        ({"joules": 4.02}, "work", 0),
        ({"joules": 4.02}, "regression", 1),
        ({"queries": 13}, None, 0),
        ({"queries": 13}, "work", 1),
        ({"queries": 13}, "regression", 1),
        ({}, "regression", 0),
        ({"queries": 4, "joules": 2.0}, "regression", 0),
        ({"joules": None}, "regression", 0),
        ({"machine_class": "epyc"}, "regression", 0),
        ({"machine_class": "epyc", "queries": 13}, "work", 1),
        ({"queries": None}, "work", 0),
    ],
)
def test_the_exit_code(
    project: Path, quick: Quick, after: dict[str, Any], fail_on: str | None, code: int
) -> None:
    """0 unless it is asked for; counted work can be asked for alone."""
    fill(project, **after)
    more = [] if fail_on is None else ["--fail-on", fail_on]
    more += ["--unchecked"] * (fail_on == "regression")
    assert quick("energy", "compare", "main..speed", *more).returncode == code


def test_stored_runs_fail_nothing_unchecked(project: Path, quick: Quick) -> None:
    """Exit code 2 and the way out, whatever was found; --unchecked belongs to that alone."""
    fill(project, joules=9.0)
    done = quick("energy", "compare", "main..speed", "--fail-on", "regression")
    assert done.returncode == 2
    assert "no self-check of the class xeon-6354/rapl-pkg/py3.12/no-cov" in done.stderr
    assert "`greenlint energy gate`" in done.stderr
    assert "--fail-on work" in done.stderr
    assert done.stdout == ""
    done = quick("energy", "compare", "main..speed", "--fail-on", "work", "--unchecked")
    assert done.returncode == 2
    assert "--unchecked belongs to --fail-on regression" in done.stderr


def test_nothing_that_could_be_compared_is_no_pass(project: Path, quick: Quick) -> None:
    """Exit code 3 where a comparison was asked to fail; the sentence says what there was not."""
    with open_store("", project) as store:
        store.append(document("a", [case("one", queries=None, requests=None)]))
        store.append(document("b", [case("two", queries=None, requests=None)], at=1))
        only = [case("one", queries=None, requests=None)]
        store.append(document("c", only, at=2))
    done = quick("energy", "compare", "a..b", "--fail-on", "regression", "--unchecked")
    assert done.returncode == 3
    assert "no energy, CPU time or work of the two sides could be compared" in done.stderr
    assert "Nothing can be compared" in done.stdout
    assert quick("energy", "compare", "a..b").returncode == 0
    assert quick("energy", "compare", "a..c", "--fail-on", "work").returncode == 3


def test_one_run_says_how_many_it_takes(project: Path, quick: Quick) -> None:
    """Its counts are compared all the same."""
    fill(project, joules=9.0, queries=13)
    shown = quick("energy", "compare", "main..run-16").stdout
    assert "too few runs for an interval of 95 %: beside 12 before it takes 2 after" in shown
    assert "REGRESSION" in shown.partition("queries")[2]


def test_other_machines_are_compared_by_their_work(project: Path, quick: Quick) -> None:
    """And the head says why there is nothing else."""
    fill(project, machine_class="epyc", queries=13)
    shown = quick("energy", "compare", "main..speed").stdout
    assert "so that only queries and requests are compared" in shown
    assert "energy  " not in shown
    assert f"{BIG}      12     13  +8.3 %            REGRESSION" in shown


def test_a_comparison_as_json(project: Path, quick: Quick) -> None:
    """It keeps its schema, whatever was compared."""
    fill(project, joules=4.02)
    held = json.loads(quick("energy", "compare", "main..speed", "--json").stdout)
    validator("greenlint-energy-comparison-1").validate(held)
    assert held["verdict"] == "fail"
    assert held["only_before"] == [GONE]
    (big,) = (t for t in held["tests"] if (t["test"], t["quantity"]) == (BIG, "joules"))
    assert big["change"]["lo"] < big["change"]["pct"] < big["change"]["hi"]
    assert (big["before"]["runs"], big["after"]["runs"], big["limit_pct"]) == (12, 5, 10)
    few = json.loads(quick("energy", "compare", "main..run-16", "--json").stdout)
    validator("greenlint-energy-comparison-1").validate(few)
    assert {one["reason"] for one in few["tests"]} == {"too-few-runs", None}


def test_the_limit_is_that_of_the_configuration(project: Path, quick: Quick) -> None:
    """`max-increase` of the table, and of the budget that covers a test."""
    fill(project, joules=4.02)
    settings = project / "pyproject.toml"
    settings.write_text('[tool.greenlint.energy]\nmax-increase = "50 %"\n')
    assert "0 regressions" in quick("energy", "compare", "main..speed").stdout
    settings.write_text(
        '[tool.greenlint.energy]\nmax-increase = "50 %"\n[[tool.greenlint.energy.budgets]]\n'
        'test = "tests/test_export.py"\nmax-increase = "20 %"\n'
    )
    assert "1 regression," in quick("energy", "compare", "main..speed").stdout


def test_head_is_what_is_checked_out(project: Path, quick: Quick) -> None:
    """`main..HEAD` and `..`: the runs of this commit against the others of the branch."""

    def git(*words: str) -> str:
        who = ("-c", "user.name=a", "-c", "user.email=a@example.org")
        command = ["git", *who, "-C", str(project), *words]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()

    fill(project)
    git("init", "-q")
    git("commit", "-q", "--allow-empty", "-m", "one")
    with open_store("", project) as store:
        store.append(
            document("head", [case(BIG, queries=13)], at=99, commit=git("rev-parse", "HEAD"))
        )
    for words in ("main..HEAD", "..", "..HEAD", "main.."):
        shown = quick("energy", "compare", words).stdout
        assert shown.startswith("before: main, 12 runs   after: HEAD, 1 run\n"), shown
        assert "REGRESSION" in shown


@pytest.mark.parametrize(
    ("sides", "said"),
    [
        ("main", "'main' does not name two sides: write A..B, such as `main..HEAD`."),
        ("main...speed", "does not name two sides"),
        ("main..nobody", "has no run that 'nobody' means"),
        ("speed..speed", "mean the same runs: there is nothing to compare"),
    ],
)
def test_what_cannot_be_compared(project: Path, quick: Quick, sides: str, said: str) -> None:
    """A sentence, and exit code 2."""
    fill(project)
    done = quick("energy", "compare", sides)
    assert (done.returncode, said in done.stderr) == (2, True), done.stderr
