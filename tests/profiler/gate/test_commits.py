# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""The line of commits between two revisions, in real repositories."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from greenlint_profiler.gate.culprit.commits import Branch, Commit, brought, line
from greenlint_profiler.gate.error import GateError
from greenlint_profiler.gate.sides.revisions import repository, revision

from tests.profiler.repositories import Repo, new_repo

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    repo = new_repo(tmp_path)
    repo.commit({"a": "0"}, "root")
    repo.git("tag", "good")
    return repo


def between(repo: Repo, good: str, bad: str) -> list[Commit]:
    found = repository(repo.root, repo.environ)
    return line(found, revision(found, good), revision(found, bad))


def subjects(repo: Repo, good: str, bad: str) -> list[str]:
    return [one.subject for one in between(repo, good, bad)]


def merged(repo: Repo) -> None:
    """root - one - merge - two, with side1 - side2 from root."""
    repo.git("checkout", "-q", "-b", "side")
    repo.commit({"b": "1"}, "side1")
    repo.commit({"b": "2"}, "side2")
    repo.git("checkout", "-q", "main")
    repo.commit({"a": "1"}, "one")
    repo.git("merge", "-q", "--no-ff", "-m", "merge", "side")
    repo.commit({"a": "2"}, "two")


def test_the_oldest_comes_first(repo: Repo) -> None:
    """Those after the good one up to the bad one, whose messages may have any signs."""
    repo.commit({"a": "1"}, "one\n\nmore")
    repo.commit({"a": "2"}, "zwei é %s")
    assert subjects(repo, "good", "main") == ["one", "zwei é %s"]
    assert subjects(repo, "main~1", "HEAD") == ["zwei é %s"]


def test_a_merge_is_one_step(repo: Repo) -> None:
    """Its first parent is followed; what it brought can be looked into from where that parted."""
    merged(repo)
    found = between(repo, "good", "main")
    assert [one.subject for one in found] == ["one", "merge", "two"]
    inside = brought(repository(repo.root, repo.environ), found[1])
    assert inside is not None
    assert inside == Branch(repo.git("rev-parse", "good"), repo.git("rev-parse", "side"))
    assert subjects(repo, inside.good, inside.bad) == ["side1", "side2"]
    assert brought(repository(repo.root, repo.environ), found[2]) is None


def test_only_what_holds_the_good_one_counts(repo: Repo) -> None:
    """A good revision on a branch: what was on main before the merge is no later than it."""
    merged(repo)
    assert subjects(repo, "side~1", "main") == ["merge", "two"]


@pytest.mark.parametrize(
    ("good", "bad", "said"),
    [
        ("main", "main", "the same commit"),
        ("main", "good", "Exchange --good and --bad"),
        ("main", "other", "they parted at"),
        ("lonely", "main", "no commit in common"),
    ],
)
def test_revisions_that_are_in_no_line(repo: Repo, good: str, bad: str, said: str) -> None:
    """It is said which way they lie, and what to give instead."""
    repo.git("checkout", "-q", "-b", "other")
    repo.commit({"b": "1"}, "other")
    repo.git("checkout", "-q", "--orphan", "lonely")
    repo.commit({"c": "1"}, "lonely")
    repo.git("checkout", "-q", "main")
    repo.commit({"a": "1"}, "one")
    with pytest.raises(GateError, match=said):
        between(repo, good, bad)
