# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""``greenlint energy baseline``: what is accepted, shown, handed on and taken out."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from greenlint_profiler.past.baseline_file import read
from greenlint_profiler.stores.store import open_store

from tests.cli.conftest import Done
from tests.profiler.documents import SHOP, case, document, validator

Quick = Callable[..., Done]
OTHER = "shop/tests/test_models.py::test_total"
FILE = "greenlint-energy.json"


@pytest.fixture
def stored(project: Path) -> Path:
    """Six runs of main, and two of one commit of a branch in which a test uses more."""
    (project / "pyproject.toml").write_text("[tool.greenlint]\n")
    with open_store("", project) as store:
        for number in range(6):
            store.append(document(f"main-{number}", [case(), case(OTHER, joules=0.8)], at=number))
        for number in range(2):
            tests = [case(joules=4.0 + number / 10), case(OTHER, joules=0.8, outcome="failed")]
            store.append(
                document(f"new-{number}", tests, at=9 + number, branch="new", commit="b" * 40)
            )
    return project


def test_the_baseline_is_shown(stored: Path, quick: Quick) -> None:
    """The usual level until another one is accepted."""
    lines = quick("energy", "baseline", "show").stdout.splitlines()
    assert lines[0] == "machine class: xeon-6354/rapl-pkg/py3.12/no-cov (cpython 3.12)"
    assert lines[2].split() == [
        OTHER,
        "800",
        "mJ",
        "250",
        "ms",
        "12",
        "0",
        "6",
        "measured",
        "runs",
        "of",
        "main",
    ]
    assert len(lines) == 4
    only = quick("energy", "baseline", "show", "**/test_models.py").stdout
    assert OTHER in only
    assert SHOP not in only


def test_a_level_is_accepted(stored: Path, quick: Quick) -> None:
    """Of the newest run and the others of its commit, with the reason; others stay usual."""
    done = quick("energy", "baseline", "update", SHOP, "--reason", "new index")
    assert done.returncode == 0
    assert done.stdout.startswith(f"Accepted 1 test of 2 runs of {'b' * 40} in .greenlint/")
    shown = quick("energy", "baseline", "show").stdout
    assert "4.05 J" in shown
    assert "new index" in shown
    assert "runs of main" in shown


def test_the_run_that_is_accepted_can_be_named(stored: Path, quick: Quick) -> None:
    """By its id, a branch or a label; all of its tests where none is named."""
    done = quick("energy", "baseline", "update", "--run", "main-0")
    assert done.stdout.startswith("Accepted 2 tests of run main-0 in ")
    assert quick("energy", "baseline", "show").stdout.count("accepted 20") == 2


def test_the_baseline_is_exported(stored: Path, quick: Quick) -> None:
    """To standard output or a file, by the schema; what the file has of other machines stays."""
    quick("energy", "baseline", "update", SHOP, "--reason", "new index")
    held = json.loads(quick("energy", "baseline", "export").stdout)
    validator("greenlint-energy-baseline-1").validate(held)
    levels = {one["test"]: one["levels"]["joules"]["median"] for one in held["classes"][0]["tests"]}
    assert levels == {SHOP: 4.05, OTHER: 0.8}
    text = json.dumps(held).replace("xeon-6354", "epyc-7443").replace("4.05", "2.5")
    (stored / FILE).write_text(text)
    done = quick("energy", "baseline", "export", "-o", FILE)
    assert done.stdout == f"{FILE}: 4 tests.\n"
    classes = [one.stratum.machine_class for one in read(stored / FILE)]
    assert sorted({name[:4] for name in classes}) == ["epyc", "xeon"]
    assert quick("energy", "baseline", "export", "-o", FILE).stdout == f"{FILE}: 4 tests.\n"
    assert [one.stratum.machine_class for one in read(stored / FILE)] == classes


def test_a_committed_file_holds_where_the_store_is_new(stored: Path, quick: Quick) -> None:
    """A runner without a past shows, and is held to, what was committed."""
    quick("energy", "baseline", "update", SHOP, "--reason", "new index")
    quick("energy", "baseline", "export", "-o", FILE)
    (stored / ".greenlint" / "energy.sqlite3").unlink()
    with open_store("", stored) as store:
        store.append(document("fresh", at=99))
    shown = quick("energy", "baseline", "show").stdout
    assert "4.05 J" in shown
    assert "800 mJ" in shown


def test_what_was_accepted_is_taken_out(stored: Path, quick: Quick) -> None:
    """By name; without one, for tests that are gone from the newest run."""
    quick("energy", "baseline", "update", "--run", "main-3")
    assert "0 tests taken out, 2 left" in quick("energy", "baseline", "prune").stdout
    with open_store("", stored) as store:
        store.append(document("last", [case()], at=50))
    done = quick("energy", "baseline", "prune")
    assert f"  {OTHER} (measured, " in done.stdout
    assert "1 test taken out, 1 left in .greenlint/energy.sqlite3." in done.stdout
    assert "1 test taken out, 0 left" in quick("energy", "baseline", "prune", SHOP).stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["update", "nobody"], "The run new-1 passed no test that 'nobody' names."),
        (["update", OTHER], "one that failed did not do the work that would be accepted"),
        (["update", "--run", "nobody"], "has no run that 'nobody' means"),
        (["export", "--machine-class", "other"], "There is no baseline to export: it takes 5 runs"),
        (["export", "-o", "no/where.json"], "Cannot write no/where.json"),
        (["udpate"], "Did you mean `greenlint energy baseline update`?"),
    ],
)
def test_what_cannot_be_done(stored: Path, quick: Quick, words: list[str], said: str) -> None:
    """A sentence, and exit code 2."""
    done = quick("energy", "baseline", *words)
    assert (done.returncode, said in done.stderr) == (2, True), done.stderr


def test_a_damaged_file_is_a_sentence(stored: Path, quick: Quick) -> None:
    """It is named, and nothing is taken for it."""
    (stored / FILE).write_text("{")
    done = quick("energy", "baseline", "show")
    assert done.returncode == 2
    assert "is no JSON" in done.stderr


def test_no_baseline_says_what_it_takes(project: Path, quick: Quick) -> None:
    """Of a store with one run."""
    with open_store("", project) as store:
        store.append(document())
    shown = quick("energy", "baseline", "show").stdout
    assert "No baseline in .greenlint/energy.sqlite3: it takes 5 runs of the branch 'main'" in shown
