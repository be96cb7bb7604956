# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""``greenlint energy list`` and ``show`` as their users have them."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Callable
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import pytest
from greenlint_profiler.stores.store import open_store

from tests.cli.conftest import Done
from tests.profiler.documents import SHOP, case, document, validator

Quick = Callable[..., Done]
OTHER = "shop/tests/test_models.py::test_total"


def commit(number: int) -> str:
    return f"{number:x}".ljust(40, "a")


@pytest.fixture
def stored(project: Path) -> Path:
    """Twelve runs of two tests; from the eighth on one of them asks less of the database."""
    (project / "pyproject.toml").write_text("[tool.greenlint]\n")
    with open_store("", project) as store:
        for number in range(12):
            noise = 1 + (number * 7 % 5 - 2) / 100
            listing = case(
                joules=3.1 * noise, cpu=0.25 * noise, queries=134 if number < 8 else 9, limit=20
            )
            other = case(OTHER, joules=(0.8 if number < 6 else 1.1) * noise, cpu=0.1 * noise)
            store.append(
                document(
                    f"202611200{8 + number // 10}{number:02}-{number:08x}",
                    [listing, other],
                    at=number,
                    branch="main" if number < 10 else "faster",
                    commit=commit(number),
                    label="nightly" if number == 3 else None,
                    verdict="fail" if number < 8 else "pass",
                )
            )
    return project


def test_runs_are_listed(stored: Path, quick: Quick) -> None:
    """A line a run, the newest first; what nobody counted has no column."""
    done = quick("energy", "list", "--limit", "2")
    lines = done.stdout.splitlines()
    assert done.returncode == 0
    assert lines[0].split("  ")[0] == "run"
    assert lines[1].startswith("2026112009")
    assert "2026-11-20 08:11" in lines[1]
    assert "faster" in lines[1]
    assert lines[-1] == "10 older runs in .greenlint/energy.sqlite3; --all lists them."
    assert len(lines) == 4
    assert "fail" in quick("energy", "list", "--all").stdout


def test_the_list_as_json(stored: Path, quick: Quick) -> None:
    """It keeps its schema, and says how many there are."""
    held = json.loads(quick("energy", "list", "--limit", "3", "--json").stdout)
    validator("greenlint-energy-runs-1").validate(held)
    assert (held["total"], len(held["runs"])) == (12, 3)
    assert held["runs"][0]["joules"] == pytest.approx(4.2)
    empty = json.loads(quick("energy", "list", "--machine-class", "other", "--json").stdout)
    validator("greenlint-energy-runs-1").validate(empty)
    assert empty["runs"] == []


def test_a_run_is_shown(stored: Path, quick: Quick) -> None:
    """The newest unless another is named; as JSON it is the document that came in."""
    shown = quick("energy", "show").stdout
    assert shown.startswith("run 2026112009")
    assert "meter powercap (measured), package-0 + dram-0; machine class xeon-6354" in shown
    assert shown.index(SHOP) < shown.index(OTHER)
    held = json.loads(quick("energy", "show", "nightly", "--json").stdout)
    validator("greenlint-energy-1").validate(held)
    assert held["run"]["label"] == "nightly"


@pytest.mark.parametrize(
    ("word", "number"),
    [("latest", 11), ("nightly", 3), ("main", 9), ("202611200804-0000", 4), ("2aaaa", 2)],
)
def test_a_word_means_a_run(stored: Path, quick: Quick, word: str, number: int) -> None:
    """The latest, a label, a branch, the beginning of an id, a commit."""
    held = json.loads(quick("energy", "show", word, "--json").stdout)
    assert held["run"]["commit"] == commit(number)


def test_git_knows_revisions(stored: Path, quick: Quick) -> None:
    """HEAD is the commit that is checked out."""

    def git(*words: str) -> str:
        who = ("-c", "user.name=a", "-c", "user.email=a@example.org")
        command = ["git", *who, "-C", str(stored), *words]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()

    git("init", "-q")
    git("commit", "-q", "--allow-empty", "-m", "one")
    with open_store("", stored) as store:
        store.append(document("of-head", commit=git("rev-parse", "HEAD"), at=-5, branch=None))
    assert quick("energy", "show", "HEAD").stdout.startswith("run of-head")
    assert quick("energy", "show", "HEAD~1").returncode == 2


def test_a_test_is_shown_with_its_history(stored: Path, quick: Quick) -> None:
    """Its phases, what it repeated, its budget, and where each quantity changed."""
    shown = quick("energy", "show", "latest", "test_list").stdout
    assert f"{SHOP}: passed" in shown
    assert "8 times the same query from shop/views.py:42: SELECT id, name FROM" in shown
    assert "budget of queries, 20: pass, used 9" in shown
    assert "energy, measured, 12 runs on xeon-6354/rapl-pkg/py3.12/no-cov (cpython 3.12)" in shown
    assert "changed with the run of 2026-11-20, 8aaaaaaaa: 134 to 9 (−93 %)" in shown
    other = quick("energy", "show", "latest", OTHER).stdout
    assert re.search(r"2026-11-20, 6aaaaaaaa: 79\d mJ to 1\.1\d J \(\+\d\d %\), p 0\.00", other)


LEVEL = {"runs": 5, "joules": 3.1, "cpu_seconds": 0.25, "queries": 12, "requests": 1}
SAME = {"pct": 0.0, "lo": None, "hi": None, "cpu_pct": -1.2, "queries": 0, "requests": 0}


@pytest.mark.parametrize(
    ("level", "change", "told"),
    [
        (
            LEVEL | {"accepted": None},
            SAME | {"pct": 30.1, "queries": 22, "requests": -1, "beyond": ["joules", "queries"]},
            [
                "  before (main, 5 runs): energy 3.10 J, CPU time 250 ms, 12 queries, 1 request",
                "  change: energy +30 %, CPU time −1.2 % (as usual), +22 queries, "
                "−1 request (as usual)",
            ],
        ),
        (
            {"runs": 1, "joules": None, "accepted": "2026-11-20T08:00:00Z", "queries": 12},
            SAME | {"pct": None, "cpu_pct": None, "requests": None, "beyond": []},
            [
                "  before (main, 1 run, accepted 2026-11-20): 12 queries",
                "  change: as many queries",
            ],
        ),
        (LEVEL | {"accepted": None}, None, ["  before (main, 5 runs): energy 3.10 J, *"]),
        (None, None, []),
    ],
    ids=["changed", "accepted", "failed", "unknown"],
)
def test_a_test_is_shown_beside_what_it_used_before(
    project: Path,
    quick: Quick,
    level: dict[str, Any] | None,
    change: dict[str, Any] | None,
    told: list[str],
) -> None:
    """The level of earlier runs and the change, as the record has them; what lies within all that
    was there before is said to.
    """
    test = case() | {"baseline": level, "change": change}
    held = document("one", [test]) | {"baseline": level and {"name": "main", "tests": 1}}
    with open_store("", project) as store:
        store.append(held)
    shown = quick("energy", "show", "one", SHOP).stdout.splitlines()
    found = [line for line in shown if line.startswith(("  before", "  change:"))]
    assert len(found) == len(told)
    assert all(fnmatch(line, words) for line, words in zip(found, told, strict=True))


def test_a_test_as_json(stored: Path, quick: Quick) -> None:
    """The attempts are records of the document; every quantity has a history."""
    held: dict[str, Any] = json.loads(quick("energy", "show", "main", SHOP, "--json").stdout)
    validator("greenlint-energy-test-1").validate(held)
    whole = document("x", held["attempts"])
    assert whole["tests"][0]["id"] == SHOP
    quantities = [one["quantity"] for one in held["histories"]]
    assert quantities == ["joules", "cpu_seconds", "queries", "requests"]
    queries = held["histories"][2]
    assert [(one["before"], one["after"], one["p"]) for one in queries["changes"]] == [
        (134, 9, None)
    ]
    assert queries["changes"][0]["commit"] == commit(8)
    assert [one["value"] for one in queries["runs"]] == [134] * 8 + [9] * 4


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["show", "latest", "test_lits"], "has no test 'test_lits'."),
        (["show", "latest", f"{SHOP}x"], f"Did you mean '{SHOP}'?"),
        (["show", "latest", "shop"], "'shop' is in the ids of 2 tests: shop/tests/test_views.py"),
        (["show", "nobody"], "has no run that 'nobody' means"),
        (["show", "20261120"], "nor the beginning of one id"),
        (["list", "--store", "none.sqlite3"], "There is no store none.sqlite3 yet."),
        (["list", "--store", "mysql://u:secret@h/d"], "There is no store of the kind mysql://."),
        (["list", "--store", "pyproject.toml"], "pyproject.toml is no database"),
    ],
)
def test_what_cannot_be_done_is_a_sentence(
    stored: Path, quick: Quick, words: list[str], said: str
) -> None:
    """On standard error, with the value and the way out, and exit code 2."""
    done = quick("energy", *words)
    assert done.returncode == 2
    assert said in done.stderr
    assert done.stdout == ""
    assert "secret" not in done.stderr


def test_words_of_others_do_not_reach_the_terminal_raw(project: Path, quick: Quick) -> None:
    """A label or a test with an escape sequence in it is shown without one."""
    with open_store("", project) as store:
        store.append(document(tests=[case("a\x1b[2Jb")], label="\x1b]0;x\x07", branch="a\nb"))
    assert "\x1b" not in quick("energy", "list").stdout + quick("energy", "show").stdout


def test_the_energy_group_is_in_the_help(quick: Quick) -> None:
    """Under "Measure energy"; a word that is no command is answered with the nearest."""
    assert "energy " in quick("--help").stdout.partition("Measure energy:")[2]
    assert "list" in quick("energy", "--help").stdout
    done = quick("energy", "lsit")
    assert (done.returncode, "Did you mean `greenlint energy list`?" in done.stderr) == (2, True)
