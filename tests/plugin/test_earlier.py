# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""What earlier runs say of this one: the baseline, the change, and a run that must have them."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from greenlint_profiler.past.baseline_file import NAME, written
from greenlint_profiler.past.baselines import levels
from greenlint_profiler.stores.store import open_store

from tests.plugin.conftest import ALONE, Energy, Ran
from tests.plugin.test_budgets import METER

TESTS = """
import sqlite3
def test_spends(spend): spend({joules})
def test_asks():
    db = sqlite3.connect(":memory:")
    for _ in range({queries}):
        db.execute("select 1")
    db.close()
"""
SETTINGS = """
[tool.greenlint.energy]
baseline-runs = 3
baseline-branch = "trunk"
"""

Stored = Callable[..., Ran]


@pytest.fixture
def stored(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Stored:
    """Runs that are kept; each spends what it is told, on a branch.  The labels are those that no
    other load of this machine changes.
    """
    monkeypatch.setenv("CI_COMMIT_REF_NAME", "trunk")
    pytester.makeconftest(METER)
    pytester.makepyprojecttoml(SETTINGS)

    def run(*words: str, joules: float = 2.0, queries: int = 3, label: str = "vendor") -> Ran:
        # Byte code of a run before, of the same second and length, would run in its place.
        shutil.rmtree(pytester.path / "__pycache__", ignore_errors=True)
        pytester.makepyfile(test_work=TESTS.format(joules=joules, queries=queries))
        monkeypatch.setenv("TOLD_LABEL", label)
        asked = ("--energy", "--energy-json=energy.json", *words)
        result = pytester.runpytest_subprocess(*ALONE, *asked)
        return Ran(result, pytester.path / "energy.json")

    return run


def change(ran: Ran, name: str) -> dict[str, Any]:
    found: dict[str, Any] = ran.tests[name]["change"]
    return found


def test_the_usual_level_is_beside_each_test(stored: Stored) -> None:
    """As soon as there are enough runs of the branch: the medians before, the change since, and in
    the table what lies outside of all that was there.
    """
    for joules in (2.0, 2.2, 2.4):
        ran = stored(joules=joules)
        assert ran.data["baseline"] is None
        assert "vs trunk" not in ran.text
    ran = stored(joules=3.3, queries=25)
    assert ran.data["baseline"] == {"name": "trunk", "tests": 2}
    before = ran.tests["test_spends"]["baseline"]
    assert (before["runs"], round(before["joules"], 2), before["accepted"]) == (3, 2.2, None)
    told = change(ran, "test_spends")
    assert (round(told["pct"]), told["lo"], told["hi"], told["queries"]) == (50, None, None, 0)
    assert "joules" in told["beyond"]
    assert "queries" not in told["beyond"]
    assert change(ran, "test_asks")["queries"] == 22
    ran.result.stdout.fnmatch_lines(
        [
            "*joules*vs trunk  test",
            "*+50 %  test_work.py::test_spends",
            "vs trunk: another number of queries or requests in *::test_asks (+22 queries)",
        ]
    )
    usual = stored(joules=2.3)
    usual.result.stdout.fnmatch_lines(["*  ~  test_work.py::test_spends"])


def test_labels_are_never_mixed(stored: Stored, pytester: pytest.Pytester) -> None:
    """Neither in the baseline, nor in what the hook for verdicts sees of earlier runs."""
    pytester.makeconftest(
        METER
        + """
def pytest_greenlint_verdict(item, measurement, history):
    print("HISTORY", item.name, [round(joules) for joules in history])
"""
    )
    for _ in range(3):
        stored(label="estimated")
    ran = stored("-s")
    assert ran.tests["test_spends"]["baseline"] is None
    assert ran.data["baseline"] is None
    ran.result.stdout.fnmatch_lines(["*HISTORY test_spends [[][]]*"])
    ran = stored("-s", label="estimated")
    assert ran.tests["test_spends"]["baseline"]["runs"] == 3
    ran.result.stdout.fnmatch_lines(["*HISTORY test_spends [[]2, 2, 2[]]*"])


def test_failed_tests_have_no_change(stored: Stored, pytester: pytest.Pytester) -> None:
    """They did not do their work; what they used before is known all the same."""
    for _ in range(3):
        stored()
    pytester.makepyfile(test_work="def test_asks(): assert 0")
    asked = (*ALONE, "--energy", "--energy-json=energy.json")
    ran = Ran(pytester.runpytest_subprocess(*asked), pytester.path / "energy.json")
    assert ran.tests["test_asks"]["baseline"]["queries"] == 3
    assert ran.tests["test_asks"]["change"] is None


def test_the_committed_file_counts(stored: Stored, pytester: pytest.Pytester) -> None:
    """Also where no run is kept; one that is damaged is told, and the run goes on without it."""
    stored()
    with open_store("", Path(pytester.path)) as store:
        entries = levels(store, store.runs(), accepted="2026-11-20T08:00:00+00:00", reason="agreed")
    file = pytester.path / NAME
    file.write_text(written(entries, "0.1.0"))
    ran = stored("--energy-no-store", joules=3.0)
    before = ran.tests["test_spends"]["baseline"]
    assert (before["runs"], before["accepted"]) == (1, "2026-11-20T08:00:00+00:00")
    assert round(change(ran, "test_spends")["pct"]) == 50
    file.write_text("{")
    ran = stored("--energy-no-store")
    assert ran.result.ret == 0
    assert ran.data["baseline"] is None
    ran.result.stdout.fnmatch_lines([f"baseline: The baseline *{NAME} is no JSON: *"])


def test_workers_leave_it_to_the_controller(stored: Stored) -> None:
    """One reading of the store for all of them."""
    pytest.importorskip("xdist")
    for _ in range(3):
        stored("-p", "xdist", "-n2")
    ran = stored("-p", "xdist", "-n2", queries=4)
    assert change(ran, "test_asks")["queries"] == 1
    ran.result.stdout.fnmatch_lines(["vs trunk: another number *::test_asks (+1 query)"])


def test_runs_that_are_named(stored: Stored) -> None:
    """By label, id or revision, however few; a word that means none ends the run before any test,
    as do runs of another machine class.
    """
    first = stored("--energy-label=before")
    ran = stored("--energy-compare=before", joules=3.0)
    assert ran.data["baseline"] == {"name": "before", "tests": 2}
    assert round(change(ran, "test_spends")["pct"]) == 50
    ran.result.stdout.fnmatch_lines(["*vs before  test"])
    named = stored(f"--energy-compare={first.data['run']['id']}")
    assert named.data["baseline"]["tests"] == 2
    none = stored("--energy-compare=nobody")
    assert none.result.ret == 4
    none.result.stderr.fnmatch_lines(
        ["ERROR: --energy-compare=nobody: the store *energy.sqlite3 has no run that 'nobody' *"]
    )
    other = stored("--energy-compare=before", label="estimated")
    assert other.result.ret == 0
    assert other.data["baseline"] is None  # no label in common


def test_runs_of_another_machine(stored: Stored, pytester: pytest.Pytester) -> None:
    """Are not compared: exit code 4, before any test."""
    stored("--energy-label=before")
    pytester.makepyprojecttoml(SETTINGS + 'machine-class = "other"\n')
    ran = stored("--energy-compare=before")
    assert ran.result.ret == 4
    ran.result.stderr.fnmatch_lines(["ERROR: *the runs that 'before' means are of *of other (*"])
    ran = stored("--energy-compare=before", "--energy-no-store")
    ran.result.stderr.fnmatch_lines(["ERROR: *there is no store of earlier runs*"])


def test_a_baseline_may_be_required(stored: Stored) -> None:
    """A run in which a test has none fails, and says which and what to do; 0 with one for each."""
    ran = stored("--energy-require-baseline")
    assert ran.result.ret == 1
    ran.result.assert_outcomes(passed=2)
    ran.result.stdout.fnmatch_lines(
        [
            "--energy-require-baseline: nothing is known of what test_work.py::test_spends, "
            "test_work.py::test_asks used before: exit code 1. It takes 3 runs of 'trunk' *"
        ]
    )
    stored()
    stored()
    assert stored("--energy-require-baseline").result.ret == 0


@pytest.mark.parametrize(
    ("words", "marker", "wanted"),
    [
        ((), "", {"test_a": None, "test_b": 0.3}),
        (("--energy-max-increase=20 %",), "", {"test_a": 0.2, "test_b": 0.2}),
        (("--energy-max-increase=20 %",), "max_increase='5 %'", {"test_a": 0.05, "test_b": 0.2}),
    ],
)
def test_what_a_gate_allows(
    pytester: pytest.Pytester,
    energy: Energy,
    words: tuple[str, ...],
    marker: str,
    wanted: dict[str, float],
) -> None:
    """Default, table, command line, marker: the value stands in the record, and judges nothing."""
    pytester.makepyprojecttoml(
        '[[tool.greenlint.energy.budgets]]\ntest = "**::test_b"\nmax-increase = "30 %"'
    )
    pytester.makepyfile(
        f"import pytest\n@pytest.mark.energy({marker})\ndef test_a(): pass\ndef test_b(): pass"
    )
    ran = energy(*words)
    assert {name: test["max_increase"] for name, test in ran.tests.items()} == wanted
    assert ran.data["verdict"] is None


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("--energy-max-increase=2", "--energy-max-increase: it is a part of what was used before*"),
        ("--energy-fail-on=regression", "*`greenlint energy gate` *`greenlint energy selfcheck`*"),
    ],
)
def test_wrong_words(energy: Energy, pytester: pytest.Pytester, words: str, message: str) -> None:
    """A sentence with the way out, and exit code 4."""
    pytester.makepyfile("def test_a(): pass")
    ran = energy(words)
    assert ran.result.ret == 4
    ran.result.stderr.fnmatch_lines([f"ERROR: {message}"])


def test_the_document_is_kept_with_it(stored: Stored, pytester: pytest.Pytester) -> None:
    """What was shown is what is in the store."""
    for _ in range(4):
        ran = stored()
    with open_store("", Path(pytester.path)) as store:
        held = store.document(store.runs()[0].id)
    assert json.loads(json.dumps(held)) == ran.data
