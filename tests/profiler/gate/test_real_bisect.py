# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""``greenlint energy bisect`` as users run it, in real repositories with commits that raise it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import pytest

from tests.profiler.documents import validator
from tests.profiler.repositories import Repo, new_repo

pytestmark = [
    pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed"),
    pytest.mark.alone,
    pytest.mark.once,
]

WORK = "def work():\n    return sum(i * i for i in range({turns}))\n"
QUERIES = """
import sqlite3

def orders(ids):
    db = sqlite3.connect(":memory:")
    db.execute("create table orders (id integer, total integer)")
    rows = db.execute("select id, total from orders").fetchall()
    {more}
    return rows
"""
TESTS = """
from shop import orders
from work import work

def test_orders(): assert orders(range(3)) == []
def test_work(): assert work() > 0
"""


@pytest.fixture
def repo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repo:
    """Six commits after `good`: the first does not even import, the third adds queries, and the
    fifth half as much work again.
    """
    (tmp_path / "tmp").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "tmp"))
    repo = new_repo(tmp_path)
    first = {
        "work.py": WORK.format(turns=60_000),
        "shop.py": QUERIES.format(more="pass"),
        "test_shop.py": TESTS,
    }
    repo.commit(first, "first")
    repo.git("tag", "good")
    repo.commit({"work.py": "import nothing_of_that_name\n"}, "broken")
    repo.commit({"work.py": first["work.py"]}, "mended")
    loop = 'for one in ids: db.execute("select total from orders where id = ?", (one,))'
    repo.commit({"shop.py": QUERIES.format(more=loop)}, "totals")
    repo.commit({"notes.md": "2"}, "more notes")
    repo.commit({"work.py": WORK.format(turns=90_000)}, "slower")
    repo.commit({"notes.md": "3"}, "last notes")
    return repo


def bisected(repo: Repo, *words: str) -> tuple[int, Any, str]:
    """The exit code, the record, and what was said meanwhile."""
    environ = {
        **repo.environ,
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
        "GREENLINT_SYSFS_ROOT": str(repo.root / "no-sys"),
        "TMPDIR": tempfile.gettempdir(),
    }
    for name in ("PYTEST_ADDOPTS", "PYTEST_CURRENT_TEST", "PYTEST_PLUGINS", "GITHUB_ACTIONS"):
        environ.pop(name, None)
    done = subprocess.run(
        [
            *(sys.executable, "-m", "greenlint", "--isolated", "energy", "bisect"),
            *("--json", "--pairs", "5", "--restarts", "12", "--max-increase", "15 %", *words),
            *("--", sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"),
        ],
        cwd=repo.root,
        env=environ,
        capture_output=True,
        text=True,
        timeout=500,
        check=False,
    )
    return done.returncode, json.loads(done.stdout) if done.stdout else None, done.stderr


def test_the_commit_that_added_queries_and_the_one_that_works_more(repo: Repo) -> None:
    """The first is found around one that does not import; the second is named as later, and is
    found when it is asked for.  The checkout and the list of worktrees stay as they were.
    """
    before = repo.traces()
    code, found, said = bisected(repo, "--good", "good")
    assert code == 0, said
    validator("greenlint-energy-bisect-1").validate(found)
    assert (found["ended"], found["found"]["subject"]) == ("found", "totals"), said
    at_bad = {one["test"]: one["verdict"] for one in found["at_bad"]}
    assert at_bad == {"test_shop.py::test_orders": "fail", "test_shop.py::test_work": "fail"}
    assert found["later"] == ["test_shop.py::test_work"]
    step = next(one for one in found["steps"] if one["subject"] == "totals")
    orders = next(one for one in step["tests"] if one["test"].endswith("test_orders"))
    assert [(one["base"], one["head"]) for one in orders["counts"][:1]] == [(2, 5)]

    # As the text of the answer says.
    after = found["found"]["commit"][:12]
    code, found, said = bisected(repo, "--good", after, "--only", "test_shop.py::test_work")
    assert code == 0, said
    assert (found["ended"], found["found"]["subject"]) == ("found", "slower"), said
    assert found["tests"] == ["test_shop.py::test_work"]
    assert repo.traces() == before
    assert os.listdir(tempfile.gettempdir()) == []


def test_where_the_bad_one_passes_there_is_nothing_to_find(repo: Repo) -> None:
    """No commit is tried; revisions that are not in one line are a wrong question."""
    code, found, said = bisected(repo, "--good", "good", "--bad", "good^{tree}")
    assert (code, found) == (2, None)
    assert "git knows no revision" in said
    code, found, said = bisected(repo, "--good", "good", "--bad", "main~3", "--only", "test_work")
    assert code == 0, said
    assert (found["ended"], found["found"], found["steps"]) == ("no-failure", None, [])
