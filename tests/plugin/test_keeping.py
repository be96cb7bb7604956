# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""The store of runs, as a measured run leaves it."""

from __future__ import annotations

from pathlib import Path

import pytest
from greenlint_profiler.stores.store import open_store

from tests.plugin.conftest import ALONE, Energy
from tests.plugin.test_budgets import METER


def test_a_run_is_kept(
    pytester: pytest.Pytester, energy: Energy, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By default below the root of the project, each run once, the document as it was written;
    a hook that judges sees the joules of earlier runs.
    """
    # A label that no other load of this machine changes: measured ones would be shared.
    monkeypatch.setenv("TOLD_LABEL", "vendor")
    pytester.makeconftest(
        METER
        + """
def pytest_greenlint_verdict(item, measurement, history):
    print("HISTORY", [round(joules) for joules in history])
"""
    )
    pytester.makepyfile("def test_a(spend): spend(2)")
    asked = (*ALONE, "--energy", "-s", "--energy-label=first", "--energy-json=energy.json")
    ran = pytester.runpytest_inprocess(*asked)
    ran.stdout.fnmatch_lines(["*HISTORY []*", "store: *energy.sqlite3*"])
    pytester.runpytest_inprocess(*asked).stdout.fnmatch_lines(["*HISTORY [[]2]*"])
    with open_store("", Path(pytester.path)) as store:
        runs = store.runs()
        assert len(runs) == 2
        assert store.document(runs[0].id)["run"]["label"] == "first"
    energy()  # --energy-no-store
    with open_store("", Path(pytester.path)) as store:
        assert len(store.runs()) == 2


def test_the_header_says_where_runs_are_kept(pytester: pytest.Pytester) -> None:
    """How many are there already, and how many of them this one may be compared with."""
    pytester.makepyfile("def test_a(): pass")

    def header(*words: str) -> str:
        ran = pytester.runpytest_inprocess(*ALONE, "--energy", *words)
        return next(line for line in ran.outlines if line.startswith("energy: "))

    where = ", store .greenlint/energy.sqlite3"
    assert f"{where} (0 runs), counting" in header("--collect-only")
    assert not (pytester.path / ".greenlint").exists()
    header()
    assert f"{where} (1 run), counting" in header()
    pytester.makepyprojecttoml('[tool.greenlint.energy]\nmachine-class = "another"')
    assert f"{where} (2 runs, none of this machine class), counting" in header()
    assert f"{where} (3 runs, 1 of this machine class), counting" in header()
    assert ", store" not in header("--energy-no-store")
    (pytester.path / "damaged.sqlite3").write_text("no database " * 100)
    assert ", store damaged.sqlite3 (cannot be read)," in header("--energy-store=damaged.sqlite3")
    assert ", store that cannot be used," in header("--energy-store=mysql://db/energy")


@pytest.mark.parametrize("beside", [(), ("xdist",)])
def test_a_store_that_cannot_be_used(pytester: pytest.Pytester, beside: tuple[str, ...]) -> None:
    """A sentence, and the run goes on without it; under workers only the controller writes."""
    for name in beside:
        pytest.importorskip(name)
    pytester.makepyfile("def test_a(): pass\ndef test_b(): pass")
    words = ("-p", "xdist", "-n2") if beside else ()
    damaged = pytester.path / "damaged.sqlite3"
    damaged.write_text("no database " * 100)
    asked = (*ALONE, *words, "--energy", "--energy-fail")
    ran = pytester.runpytest_subprocess(*asked, f"--energy-store={damaged}")
    ran.assert_outcomes(passed=2)
    assert ran.ret == 0
    ran.stdout.fnmatch_lines(["store: this run was not kept. *damaged.sqlite3*"])
    ran = pytester.runpytest_subprocess(*asked, "--energy-store=kept.sqlite3")
    assert ran.ret == 0
    with open_store(str(pytester.path / "kept.sqlite3"), Path(pytester.path)) as store:
        assert len(store.runs()) == 1
