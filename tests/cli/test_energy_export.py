# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""``greenlint energy export`` and ``collect``: runs leave a store, and come into another one."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from greenlint_profiler.stores.store import open_store

from tests.cli.conftest import Done
from tests.profiler.documents import SHOP, case, document, validator

Quick = Callable[..., Done]
ODD = "test[\ud800 ##[error] é \x1b]"


@pytest.fixture
def stored(project: Path) -> Path:
    """Three runs, one with a test whose name is hard to write."""
    (project / "pyproject.toml").write_text("[tool.greenlint]\n")
    with open_store("", project) as store:
        store.append(document("one", [case(joules=None, limit=12)], label="nightly"))
        store.append(document("two", [case(), case(ODD, joules=0.5)], at=1))
        store.append(document("three", [case(queries=9, outcome="failed")], at=2))
    return project


def test_the_newest_run_is_exported(stored: Path, quick: Quick) -> None:
    """As the document that came in; a word names another run, and a file takes it."""
    held = json.loads(quick("energy", "export").stdout)
    assert held == document("three", [case(queries=9, outcome="failed")], at=2)
    quick("energy", "export", "nightly", "-o", "out.json")
    written = json.loads((stored / "out.json").read_text("utf-8"))
    validator("greenlint-energy-1").validate(written)
    assert written["run"]["id"] == "one"


def test_all_runs_go_from_one_store_to_another(stored: Path, quick: Quick) -> None:
    """A line a run, to the letter; taken in twice they are there once."""
    done = quick("energy", "export", "--all", "-o", "all.jsonl")
    assert (done.returncode, done.stdout) == (0, "")
    text = (stored / "all.jsonl").read_text("ascii")
    assert len(text.splitlines()) == 3
    assert "##[" not in text
    first = quick("energy", "collect", "all.jsonl", "--store", "team.sqlite3")
    assert first.stdout == "team.sqlite3: 3 runs taken in.\n"
    again = quick("energy", "collect", "all.jsonl", "--store", "team.sqlite3")
    assert again.stdout == "team.sqlite3: 0 runs taken in, 3 there already.\n"
    with open_store("", stored) as old, open_store("team.sqlite3", stored) as new:
        for run in ("one", "two", "three"):
            assert new.document(run) == old.document(run)


def test_files_of_several_jobs_are_collected(project: Path, quick: Quick) -> None:
    """Each as --energy-json wrote it, with a mark of its byte order or without."""
    for number in range(3):
        held = document(f"job-{number}", at=number)
        text = json.dumps(held, indent=2 if number else None)
        (project / f"{number}.json").write_text(text, "utf-8-sig" if number == 1 else "utf-8")
    done = quick("energy", "collect", "0.json", "1.json", "2.json")
    assert (done.returncode, done.stderr) == (0, "")
    with open_store("", project) as store:
        assert [run.id for run in store.runs()] == ["job-2", "job-1", "job-0"]


def test_standard_input_is_collected(project: Path) -> None:
    """`-` is what another command writes."""
    done = subprocess.run(
        [sys.executable, "-m", "greenlint", "energy", "collect", "-"],
        cwd=project,
        input=json.dumps(document()),
        env={**os.environ, "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        text=True,
    )
    assert done.stdout == ".greenlint/energy.sqlite3: 1 run taken in.\n"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"hello", "it is no JSON"),
        (b"{}\n{}\nno\n", "this one says None"),
        (b'{"schema": "greenlint-profile/1"}', "this one says 'greenlint-profile/1'"),
        (b'{"schema": "greenlint-energy/1"}', "it has no 'run'"),
        (b"[" * 100_000, "it is no JSON"),
        (b"\xff\xfe{", "byte 0 is not UTF-8"),
        (b"[]", "this one says None"),
        (None, "it cannot be read: no such file or directory."),
    ],
)
def test_a_file_that_is_refused(
    project: Path, quick: Quick, content: bytes | None, said: str
) -> None:
    """Is named with the reason, and the others are taken in all the same; the exit code is 2."""
    if content is not None:
        (project / "bad.json").write_bytes(content)
    (project / "good.json").write_text(json.dumps(document()))
    done = quick("energy", "collect", "bad.json", "good.json")
    assert done.returncode == 2
    assert done.stderr.startswith("greenlint: bad.json: ")
    assert said in done.stderr
    assert "1 run taken in" in done.stdout


def test_an_edited_file_is_refused(stored: Path, quick: Quick) -> None:
    """A run that is there with other figures is not taken for the same."""
    edited = document("three", [case(queries=1)], at=2)
    (stored / "edited.json").write_text(json.dumps(edited))
    done = quick("energy", "collect", "edited.json")
    assert done.returncode == 2
    assert "has another run with the id 'three'" in done.stderr


def test_csv_has_a_line_a_test(stored: Path, quick: Quick) -> None:
    """Of all runs; what nobody counted is empty, and not 0."""
    quick("energy", "export", "--all", "--format", "csv", "-o", "all.csv")
    with (stored / "all.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["run"] for row in rows] == ["one", "two", "two", "three"]
    assert [row["joules"] for row in rows] == ["", "3.1", "0.5", "3.1"]
    assert rows[0]["test"] == SHOP
    assert rows[0]["requests"] == "0"
    assert (rows[3]["outcome"], rows[3]["queries"]) == ("failed", "9")
    shown = csv.reader(io.StringIO(quick("energy", "export", "--format", "csv").stdout))
    assert [row[0] for row in shown] == ["run", "three"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["nobody"], "has no run that 'nobody' means"),
        (["one", "--all"], "--all is every run: leave out 'one'."),
        (["-o", "no/where.json"], "Cannot write no/where.json: No such file"),
    ],
)
def test_what_cannot_be_exported(stored: Path, quick: Quick, words: list[str], said: str) -> None:
    """A sentence, and exit code 2."""
    done = quick("energy", "export", *words)
    assert (done.returncode, said in done.stderr) == (2, True), done.stderr
