# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Many writers at once lose nothing, one that is killed leaves no half a run, and all is quick."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path

import pytest
from greenlint_profiler.stores.store import open_store

from tests.profiler.documents import document, suite

pytestmark = [pytest.mark.alone, pytest.mark.once]

ROOT = Path(__file__).parents[2]
WRITERS, RUNS = 6, 4

# Every writer has tests in common with the others, in an order of its own.
WRITER = """
import random, sys, time
from pathlib import Path
from greenlint_profiler.stores.store import open_store
from tests.profiler.documents import suite

where, writer, runs = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
made = [suite(120, f"writer-{writer}-run-{number}", at=number) for number in range(runs)]
for held in made:
    random.Random(writer).shuffle(held["tests"])
print("ready", flush=True)
sys.stdin.readline()
for held in made:
    with open_store(where, Path(".").absolute()) as store:
        assert store.append(held)
        if writer == 0:
            store.prune(1000)
"""


def python(program: str, *words: str, folder: Path) -> subprocess.Popen[str]:
    paths = [str(ROOT), str(ROOT / "profiler")]
    return subprocess.Popen(
        [sys.executable, "-c", program, *words],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def write_at_once(where: str, folder: Path) -> None:
    """Start all writers, let them off together, and see each one end well."""
    words = [(where, str(number), str(RUNS)) for number in range(WRITERS)]
    with ExitStack() as all_of_them:
        writers = [all_of_them.enter_context(python(WRITER, *one, folder=folder)) for one in words]
        for one in writers:
            assert one.stdout is not None
            assert one.stdout.readline() == "ready\n"
        for one in writers:
            assert one.stdin is not None
            one.stdin.write("go\n")
            one.stdin.flush()
        ends = [one.communicate(timeout=120) for one in writers]
        assert [one.returncode for one in writers] == [0] * WRITERS, ends


def check_all_there(where: str, folder: Path) -> None:
    with open_store(where, folder) as store:
        runs = store.runs()
        assert len({run.id for run in runs}) == WRITERS * RUNS
        expected = suite(120, "writer-3-run-2", at=2)
        found = store.document("writer-3-run-2")
        assert sorted(map(json.dumps, found["tests"])) == sorted(map(json.dumps, expected["tests"]))
        assert {run.tests for run in runs} == {120}
        samples = list(store.samples([run.id for run in runs]))
        assert len(samples) == WRITERS * RUNS * 120
        assert len({one.test for one in samples}) == 120


def test_many_writers_of_a_file_lose_nothing(tmp_path: Path) -> None:
    """Processes that make the same store, append to it and prune it at the same moment."""
    write_at_once("energy.sqlite3", tmp_path)
    check_all_there("energy.sqlite3", tmp_path)


def test_many_writers_of_a_server_lose_nothing(postgres_url: str, tmp_path: Path) -> None:
    """The same as jobs of CI do it, on one PostgreSQL."""
    write_at_once(postgres_url, tmp_path)
    check_all_there(postgres_url, tmp_path)


KILLED = """
import sys
from pathlib import Path
from greenlint_profiler.stores.store import open_store
from tests.profiler.documents import suite

large = suite(3000, "killed", at=5)
with open_store(sys.argv[1], Path(".").absolute()) as store:
    print("begins", flush=True)
    store.append(large)
    print("done", flush=True)
    sys.stdin.readline()
"""


@pytest.mark.parametrize("where", ["sqlite", "postgres"])
def test_a_writer_that_is_killed_leaves_no_half_a_run(
    where: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """However far it came, its run is there whole or not at all, and others can write."""
    where = "energy.sqlite3" if where == "sqlite" else request.getfixturevalue("postgres_url")
    with open_store(where, tmp_path) as store:
        store.append(document("before"))
    seen = set()
    for number, delay in enumerate((0.0, 0.01, 0.02, 0.04, 0.06, 0.08, 0.12)):
        victim = python(KILLED.replace('"killed"', f'"killed-{number}"'), where, folder=tmp_path)
        assert victim.stdout is not None
        assert victim.stdout.readline() == "begins\n"
        time.sleep(delay)
        victim.send_signal(signal.SIGKILL)
        victim.communicate()
        with open_store(where, tmp_path) as store:
            there = f"killed-{number}" in {run.id for run in store.runs()}
            assert len(list(store.samples([f"killed-{number}"]))) == (3000 if there else 0)
            assert store.append(document(f"after-{number}", at=10 + number))
        seen.add(there)
    assert False in seen


def test_ten_thousand_tests_are_kept_in_two_seconds(tmp_path: Path) -> None:
    """And take no more than 2 kB each, of which the document is a part; CPU time of this process,
    since others use the machine too.
    """
    first, second = suite(10_000, "first"), suite(10_000, "second", at=1)
    with open_store("energy.sqlite3", tmp_path) as store:
        store.append(first)
        began = time.process_time()
        store.append(second)
        took = time.process_time() - began
    size = (tmp_path / "energy.sqlite3").stat().st_size
    assert took < 2.0
    assert size / 20_000 < 2048
