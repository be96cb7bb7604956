# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""The checkout as it is, as a commit on no branch: made with an index of our own.

The user's index, files, stash and branches are read and never written.  What is added to the
repository is objects that nothing names, which git removes by itself after a while.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from greenlint_profiler.gate.error import GateError
from greenlint_profiler.gate.sides.git import GitFailed
from greenlint_profiler.gate.sides.revisions import (
    WORKING_TREE,
    Repository,
    Revision,
    revision,
    tree,
)
from greenlint_profiler.said import say

# Where greenlint itself writes; a project may not have told git to leave it alone.
_OURS = ".greenlint"


def working_tree(repository: Repository, index: Path) -> Revision:
    """The commit of HEAD where nothing is changed, else one of all changes and of the files that
    git neither tracks nor ignores.

    `index` is a file to be made, in a folder of its own.  Raises GateError.
    """
    head = revision(repository, "HEAD")
    _refuse_unmerged(repository)
    try:
        written = _written(repository, index)
        if written == tree(repository, head.commit):
            return Revision(WORKING_TREE, head.commit, head.subject, False)
        commit = _committed(repository, head, written)
    except GitFailed as error:
        raise GateError(
            "git cannot take up the changes that are not committed in {top}: {error}. "
            "Commit them and name the commit with --head, or remove what stands in the "
            "way.",
            top=repository.top,
            error=error,
        ) from None
    return Revision(WORKING_TREE, commit, head.subject, True)


def _refuse_unmerged(repository: Repository) -> None:
    names = repository.git.names("diff", "--name-only", "--diff-filter=U", "-z")
    if names:
        more = say(" and {n} more", n=len(names) - 1) if len(names) > 1 else ""
        raise GateError(
            "A merge is not finished: {name}{more} in {top} has conflicts. Resolve and "
            "commit them, or name a commit with --head.",
            name=names[0],
            more=more,
            top=repository.top,
        )


def _written(repository: Repository, index: Path) -> str:
    """The hash of the tree of the checkout."""
    git = repository.git
    aside = {"GIT_INDEX_FILE": str(index)}
    own = Path(os.path.join(repository.top, git.text("rev-parse", "--git-path", "index")))
    if own.exists():
        # With its times: git takes a file for changed when it is as new as the index.
        shutil.copy2(own, index)
    else:
        git("read-tree", "HEAD", more=aside)
    git("add", "--update", "--", ".", more=aside)
    names = _new(git.names("ls-files", "--others", "--exclude-standard", "-z", more=aside))
    given = b"".join(os.fsencode(name) + b"\0" for name in names)
    git("update-index", "--add", "--remove", "-z", "--stdin", given=given, more=aside)
    return os.fsdecode(git("write-tree", more=aside)).strip()


def _new(listed: list[str]) -> list[str]:
    """The new files that belong to the project.  Not those of an environment that git was not told
    to ignore; and a repository within this one, listed with a slash at its end, is another one.
    """
    marks = [name for name in listed if name.endswith("/pyvenv.cfg")]
    environments = tuple(name.removesuffix("pyvenv.cfg") for name in marks)
    return [
        name
        for name in listed
        if not name.endswith("/")
        and not name.startswith(environments)
        and _OURS not in name.split("/")
    ]


def _committed(repository: Repository, head: Revision, written: str) -> str:
    """A commit of a tree.  Its dates are those of HEAD, so that the same files are the same commit
    whenever they are measured.
    """
    when = repository.git.text("log", "-1", "--no-show-signature", "--format=%cI", head.commit)
    dates = {"GIT_AUTHOR_DATE": when, "GIT_COMMITTER_DATE": when}
    said = repository.git(
        *("commit-tree", "--no-gpg-sign", written, "-p", head.commit, "-F", "-"),
        given=head.subject.encode("utf-8", "surrogateescape"),
        more=dates,
    )
    return os.fsdecode(said).strip()
