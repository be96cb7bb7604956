# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Which stored runs a word means: a run, a label, a branch, a revision, or the latest."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from greenlint_profiler.stores.stored import StoredRun

LATEST = "latest"
# Fewer letters are no name of a run or a commit.
_SHORTEST = 4

# A name that git may know -> the full hash of its commit.
Revision = Callable[[str], str | None]


def meant(word: str, runs: Sequence[StoredRun], revision: Revision) -> list[StoredRun]:
    """The runs that a word means, in the order in which they are given; none where it means none.

    The first of these that it is: the id of a run, ``latest``, a label, a branch, a name that git
    knows of a commit, the beginning of a commit's hash, the beginning of the id of one run.
    """
    if exact := [run for run in runs if run.id == word]:
        return exact
    if word == LATEST:
        return list(runs[:1])
    for name in ("label", "branch"):
        if found := [run for run in runs if getattr(run, name) == word]:
            return found
    commit = revision(word)
    if commit and (found := [run for run in runs if run.commit == commit]):
        return found
    if len(word) < _SHORTEST:
        return []
    if found := [run for run in runs if (run.commit or "").startswith(word.lower())]:
        return found
    begun = [run for run in runs if run.id.startswith(word)]
    return begun if len(begun) == 1 else []
