# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""The revisions of a gate: names that people say, and the commits that they stand for."""

from __future__ import annotations

import difflib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from greenlint_profiler.gate.error import GateError, NothingToCompare
from greenlint_profiler.gate.sides.git import Git, GitFailed, find_git
from greenlint_profiler.said import say

WORKING_TREE = "working tree"


@dataclass(frozen=True, slots=True)
class Revision:
    """What one side stands on.

    `name` is as the user said it, `commit` its full hash, and `subject` the first line of its
    message.  For changes that are not committed the commit is one that was made of them, on no
    branch.
    """

    name: str
    commit: str
    subject: str
    dirty: bool


@dataclass(frozen=True, slots=True)
class Repository:
    """A checkout, and where the user stands in it.

    `top` is its first folder, `prefix` the way from there to the user, "" or ending in a slash;
    `common` is git's own folder, which all worktrees of a repository share.
    """

    git: Git
    top: Path
    prefix: str
    common: Path


def repository(where: Path, environ: Mapping[str, str]) -> Repository:
    """The repository that a folder lies in.  Raises GateError."""
    if not where.is_dir():
        raise GateError("{where} is no folder. Run the gate in a checkout.", where=where)
    git = find_git(where, environ)
    try:
        bare = git.text("rev-parse", "--is-bare-repository")
        inside = git.text("rev-parse", "--is-inside-work-tree")
    except GitFailed as error:
        raise GateError(
            "The gate compares two revisions of a git repository, and {where} is in "
            "none: {error}. Run it in a clone.",
            where=where,
            error=error,
        ) from None
    if bare == "true" or inside != "true":
        kind = say("a bare repository" if bare == "true" else "git's own folder")
        raise GateError(
            "{where} is {kind}, where no files are checked out. Run the gate in a clone, "
            "or in a worktree: `git worktree add DIR`.",
            where=where,
            kind=kind,
        )
    prefix = git.text("rev-parse", "--show-prefix")
    top = Path(git.text("rev-parse", "--show-toplevel"))
    common = Path(os.path.join(where, git.text("rev-parse", "--git-common-dir")))
    return Repository(git.at(top), top, prefix, common.resolve())


def revision(repository: Repository, name: str) -> Revision:
    """The commit that a name stands for.  Raises GateError."""
    if not name.strip() or name.startswith("-"):
        raise GateError(
            "{name} is not a revision. Name a branch, a tag or a commit, such as origin/main.",
            name=repr(name),
        )
    try:
        commit = repository.git.text("rev-parse", "--verify", "--quiet", f"{name}^{{commit}}")
    except GitFailed:
        raise GateError(_unknown(repository, name)) from None
    return Revision(name, commit, subject(repository, commit), False)


def subject(repository: Repository, commit: str) -> str:
    """The first line of the message of a commit."""
    said = repository.git("log", "-1", "--no-show-signature", "--format=%s", commit)
    return said.decode("utf-8", "replace").strip()


def refuse_equal(repository: Repository, base: Revision, head: Revision) -> None:
    """Raises NothingToCompare where both sides have the same files."""
    if base.commit == head.commit:
        changed = say("and nothing is changed, ") if head.name == WORKING_TREE else ""
        raise NothingToCompare(
            "There is nothing to compare: {base} and {head} are the same commit, "
            "{changed}{commit} ({subject}). Name another one with --base.",
            base=base.name,
            head=head.name,
            changed=changed,
            commit=base.commit[:12],
            subject=base.subject,
        )
    if tree(repository, base.commit) == tree(repository, head.commit):
        raise NothingToCompare(
            "There is nothing to compare: {base} ({commit}) and {head} ({other}) hold "
            "the same files. Name another revision with --base.",
            base=base.name,
            commit=base.commit[:12],
            head=head.name,
            other=head.commit[:12],
        )


def tree(repository: Repository, commit: str) -> str:
    """The hash of the files of a commit."""
    return repository.git.text("rev-parse", "--verify", "--quiet", f"{commit}^{{tree}}")


def _unknown(repository: Repository, name: str) -> str:
    """Why git does not know a name, as far as can be told, and what helps."""
    problem = say("git knows no revision {name} here.", name=repr(name))
    if repository.git.text("rev-parse", "--is-shallow-repository") == "true":
        return say(
            "{problem} This clone is shallow: it lacks the older commits, and often the "
            "other branches too. Fetch them with `git fetch --unshallow`, or check out "
            "all of them: `fetch-depth: 0` of actions/checkout, `GIT_DEPTH: 0` of GitLab.",
            problem=problem,
        )
    listed = repository.git.text(
        "for-each-ref", "--format=%(refname:short)", "refs/heads", "refs/tags", "refs/remotes"
    ).splitlines()
    near = _nearest(name, listed)
    if near:
        return say("{problem} Did you mean {near}?", problem=problem, near=near)
    return say(
        "{problem} Fetch it first, for example with `git fetch origin`, or name a "
        "branch, a tag or a commit; `git branch --all` lists the branches.",
        problem=problem,
    )


def _nearest(name: str, listed: list[str]) -> str | None:
    """The branch or tag that was meant: the same one of a remote, or one of nearly its letters."""
    last = name.rpartition("/")[2]
    same = [one for one in listed if one.rpartition("/")[2] == last]
    near = difflib.get_close_matches(name, listed, 1)
    return next(iter([*near, *same]), None)
