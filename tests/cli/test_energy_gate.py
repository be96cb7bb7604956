# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""``greenlint energy gate`` and ``selfcheck``, in repositories of their own."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import jsonschema
import pytest

from .conftest import Greenlint

pytestmark = [pytest.mark.alone, pytest.mark.once]  # it measures

SCHEMA = json.loads(
    (Path(__file__).parents[2] / "docs/schemas/greenlint-energy-savings-1.json").read_text()
)
PYTEST = ("--", sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider")
FEW = ("--restarts=4", "--pairs=3")
WORK = """
import sqlite3

def total(count):
    return sum(number * number for number in range(count))

def names(ids):
    database = sqlite3.connect(":memory:")
    database.execute("create table person (id integer, name text)")
    marks = ",".join("?" * len(ids))
    return database.execute(f"select name from person where id in ({marks})", ids).fetchall()
"""
SLOW = WORK.replace("range(count)", "range(2 * count)")
ONE_BY_ONE = WORK.replace(
    'marks = ",".join("?" * len(ids))\n    return database.execute('
    'f"select name from person where id in ({marks})", ids).fetchall()',
    'ask = "select name from person where id = ?"\n'
    "    return [database.execute(ask, (one,)).fetchall() for one in ids]",
)
QUADRATIC = """
def joined(count):
    parts = [[number] for number in range(count)]
    return sum(parts, [])
"""
LINEAR = QUADRATIC.replace("sum(parts, [])", "[one for part in parts for one in part]")
TESTS = """
from work import names, total

def test_total():
    assert total(200_000) > 0

def test_names():
    assert names([1, 2, 3, 4, 5, 6]) is not None
"""
Git = Callable[..., str]


@pytest.fixture
def git(project: Path, monkeypatch: pytest.MonkeyPatch) -> Git:
    """Run git in the project, which is a repository with one commit."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")

    def run(*words: str) -> str:
        who = ("-c", "user.name=Somebody", "-c", "user.email=somebody@example.org")
        command = ["git", *who, *words]
        done = subprocess.run(command, cwd=project, capture_output=True, check=True, text=True)
        return done.stdout

    (project / "work.py").write_text(WORK)
    (project / "test_work.py").write_text(TESTS)
    (project / ".gitignore").write_text("__pycache__\n.greenlint\n")
    run("init", "-q", "-b", "main")
    run("add", "-A")
    run("commit", "-q", "-m", "The first")
    return run


def test_a_rise_fails_and_the_checkout_is_untouched(
    project: Path, git: Git, greenlint: Greenlint
) -> None:
    """Changes that are not committed are the head; the test that they do not concern passes."""
    (project / "work.py").write_text(SLOW)
    before = git("status", "--porcelain"), git("worktree", "list")
    done = greenlint(
        "energy", "gate", "--base=main", "--pairs=4", "-o", "text", "-o", "json:g.json", *PYTEST
    )
    assert done.returncode == 1, done.stderr
    assert "test_work.py::test_total" in done.stdout
    assert "proxy" in done.stdout
    held = json.loads((project / "g.json").read_text())
    (project / "g.json").unlink()
    verdicts = {one["test"]: one["verdict"] for one in held["tests"]}
    assert verdicts["test_work.py::test_total"] == "fail"
    assert verdicts["test_work.py::test_names"] in ("pass", "inconclusive")
    assert (git("status", "--porcelain"), git("worktree", "list")) == before
    assert (project / "work.py").read_text() == SLOW


def test_queries_are_compared_exactly(project: Path, git: Git, greenlint: Greenlint) -> None:
    """Six queries where there was one, and the line that sends them."""
    (project / "work.py").write_text(ONE_BY_ONE)
    git("commit", "-q", "-a", "-m", "One by one")
    words = ("--base=HEAD~1", "--head=HEAD", "--only=names", *FEW)
    done = greenlint("energy", "gate", *words, *PYTEST)
    assert done.returncode == 1, done.stderr
    assert "work.py:11" in done.stdout
    assert "test_total" not in done.stdout


def test_a_mended_finding_has_its_saving(project: Path, git: Git, greenlint: Greenlint) -> None:
    """What went, what the tests use less without it, and both kept by the finding's fingerprint."""
    (project / "work.py").write_text(QUADRATIC)
    (project / "test_work.py").write_text(
        "from work import joined\n\ndef test_joined():\n    assert len(joined(4000)) == 4000\n"
    )
    git("commit", "-q", "-a", "-m", "All in one")
    (found,) = json.loads(greenlint("check", "-o", "json").stdout)["findings"]
    assert greenlint("energy", "savings").returncode == 2  # no store yet
    (project / "work.py").write_text(LINEAR)
    words = ("--base=main", *FEW, "-o", "text", "-o", "json:g.json")
    done = greenlint("energy", "gate", *words, *PYTEST)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "findings of the base that the head no longer has:\n  work.py:4: GRN200" in done.stdout
    assert "together, in 1 test: CPU time" in done.stdout
    assert "greenlint energy savings" in done.stderr
    (mended,) = json.loads((project / "g.json").read_text())["mended"]
    (project / "g.json").unlink()
    listed = greenlint("energy", "savings", "--json")
    held = json.loads(listed.stdout)
    jsonschema.validate(held, SCHEMA, cls=jsonschema.Draft202012Validator)
    (saving,) = held["savings"]
    assert saving["fingerprint"] == mended["fingerprint"] == found["fingerprint"]
    assert (saving["rule"], saving["together"], saving["dirty"]) == ("GRN200", 1, True)
    cpu = saving["saved"]["cpu_seconds"]
    assert 0 < cpu["low"] <= cpu["saved"] <= cpu["high"] <= cpu["base"]
    assert cpu["evidence"] == "proxy"
    assert saving["saved"]["joules"] is None
    assert "GRN200 work.py:4" in greenlint("energy", "savings").stdout
    page = greenlint("report", "-o", "html").stdout  # whether or not a run of tests is stored
    assert "What mended findings saved" in page
    assert "work.py:4</span> · GRN200" in page


def test_what_did_not_change_passes(project: Path, git: Git, greenlint: Greenlint) -> None:
    """With a limit that no noise reaches, so that a busy machine fails nothing here."""
    (project / "README").write_text("More to read")
    done = greenlint("energy", "gate", "--base=main", "--max-increase=300 %", *FEW, *PYTEST)
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_test_without_a_base_fails_nothing(project: Path, git: Git, greenlint: Greenlint) -> None:
    """The first tests of a project have nothing to be held against; --strict wants more."""
    (project / "test_work.py").rename(project / "test_new.py")
    words = ("energy", "gate", "--base=main", *FEW)
    done = greenlint(*words, *PYTEST)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "test_new.py::test_total" in done.stdout
    assert greenlint(*words, "--strict", *PYTEST).returncode == 3


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("--base=nowhere",), 2, "nowhere"),
        (("--base=main",), 2, "main"),  # nothing changed
        (("--base=main", "-o", "pdf"), 2, "no format 'pdf'"),
        (("--base=main", "--max-increase=five"), 2, "not a percentage"),
        (("--base=main", "--time-limit=5 J"), 2, "an energy, and not a time"),
        (("--base=main", "--meter=crystal"), 2, "crystal"),
    ],
)
def test_what_is_wrong_is_said(
    git: Git, greenlint: Greenlint, words: tuple[str, ...], code: int, said: str
) -> None:
    """In a sentence, before anything is measured."""
    done = greenlint("energy", "gate", *words, *PYTEST)
    assert done.returncode == code
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_a_command_that_fails_on_both_sides_cannot_be_measured(
    project: Path, git: Git, greenlint: Greenlint
) -> None:
    """Exit code 3, and what it said last."""
    (project / "README").write_text("More to read")
    words = ("-c", "import sys; sys.exit('no data')")
    done = greenlint("energy", "gate", "--base=main", *FEW, "--", sys.executable, *words)
    assert done.returncode == 3
    assert "no data" in done.stdout + done.stderr


def test_a_self_check_is_kept_and_used(project: Path, git: Git, greenlint: Greenlint) -> None:
    """It measures the spread of each test; a limit below what that allows is refused."""
    words = ("--rounds=1", "--max-increase=300 %", *FEW)
    done = greenlint("energy", "selfcheck", *words, "--json", *PYTEST)
    assert done.returncode == 0, done.stderr
    held = json.loads(done.stdout)
    assert {one["test"] for one in held["tests"]} == {
        "test_work.py::test_total",
        "test_work.py::test_names",
    }
    kept = project / ".greenlint" / "gate" / "selfcheck.json"
    data = json.loads(kept.read_text())
    for test in data["checks"][0]["tests"]:
        test["spread"] = 0.2
    kept.write_text(json.dumps(data))
    (project / "README").write_text("More to read")
    done = greenlint("energy", "gate", "--base=main", *FEW, *PYTEST)
    assert done.returncode == 3, done.stdout + done.stderr
    kept.write_text("{}")
    done = greenlint("energy", "gate", "--base=main", *FEW, *PYTEST)
    assert done.returncode == 2
    assert "Remove the file" in done.stderr
