# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""The commits that a rise may come from: the line from one revision to a later one."""

from __future__ import annotations

import os
from dataclasses import dataclass

from greenlint_profiler.gate.error import GateError
from greenlint_profiler.gate.sides.git import GitFailed
from greenlint_profiler.gate.sides.revisions import Repository, Revision, subject

_SHORT = 12


@dataclass(frozen=True, slots=True)
class Commit:
    """A commit by its full hash, the first line of its message, and its parents' hashes."""

    commit: str
    subject: str
    parents: tuple[str, ...] = ()

    @property
    def short(self) -> str:
        """The hash as people write it."""
        return self.commit[:_SHORT]

    @property
    def merges(self) -> bool:
        """Whether it brings in commits of another branch."""
        return len(self.parents) > 1


@dataclass(frozen=True, slots=True)
class Branch:
    """What a merge brought: the commits after `good`, where it had parted, up to `bad`."""

    good: str
    bad: str


def line(repository: Repository, good: Revision, bad: Revision) -> list[Commit]:
    """The commits after `good` up to `bad`, the oldest first: of a merge the first parent.

    Each of them holds all of `good`, so that what it uses more than `good` came after that.  A
    commit of a merged branch that had parted earlier does not: what was saved between would look
    like a rise.  Raises GateError where `bad` is not later than `good`.
    """
    _refuse(repository, good, bad)
    git, between = repository.git, f"{good.commit}..{bad.commit}"
    later = {*git.text("rev-list", "--ancestry-path", between).split()}
    said = git("log", "-z", "--first-parent", "--no-show-signature", "--format=%H%n%P%n%s", between)
    found = [_commit(os.fsdecode(one)) for one in said.split(b"\0") if one.strip()]
    return [one for one in reversed(found) if one.commit in later]


def brought(repository: Repository, merge: Commit) -> Branch | None:
    """The branch that a merge of two brought, from where it had parted; None for anything else."""
    if len(merge.parents) != len(("ours", "theirs")):
        return None
    ours, theirs = merge.parents
    try:
        return Branch(repository.git.text("merge-base", ours, theirs), theirs)
    except GitFailed:  # histories that have nothing in common
        return None


def _commit(said: str) -> Commit:
    commit, parents, first_line = said.split("\n", 2)
    return Commit(commit.strip(), first_line.strip(), tuple(parents.split()))


def _refuse(repository: Repository, good: Revision, bad: Revision) -> None:
    if good.commit == bad.commit:
        raise GateError(
            "{good} and {bad} are the same commit, {commit} ({subject}): there is "
            "nothing between them. Name an older one with --good.",
            good=good.name,
            bad=bad.name,
            commit=good.commit[:_SHORT],
            subject=good.subject,
        )
    try:
        parted = repository.git.text("merge-base", good.commit, bad.commit)
    except GitFailed:
        raise GateError(
            "{good} and {bad} have no commit in common, as far as this clone goes. "
            "Fetch all of the history (`git fetch --unshallow`), or name others.",
            good=good.name,
            bad=bad.name,
        ) from None
    if parted == bad.commit:
        raise GateError(
            "{bad} is older than {good}, and nothing that came later made it what it "
            "is. Exchange --good and --bad.",
            bad=bad.name,
            good=good.name,
        )
    if parted != good.commit:
        raise GateError(
            "{good} is not in the history of {bad}: they parted at {parted} "
            "({subject}). Give that one as --good.",
            good=good.name,
            bad=bad.name,
            parted=parted[:_SHORT],
            subject=subject(repository, parted),
        )
