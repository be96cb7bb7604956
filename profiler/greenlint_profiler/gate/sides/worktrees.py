# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""The files of a revision in a folder of their own, with what git does not keep of them."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

from greenlint_profiler.gate.error import GateError
from greenlint_profiler.gate.sides.git import Git, GitFailed
from greenlint_profiler.gate.sides.revisions import Repository, Revision
from greenlint_profiler.said import say as message

# https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md
_POINTER = re.compile(
    rb"\Aversion https://git-lfs\.github\.com/spec/v1\n(?:.*\n)*?oid sha256:(\w{64})\n"
)
_POINTER_BYTES = 1024


def check_out(
    repository: Repository, revision: Revision, place: Path, say: Callable[[str], None]
) -> None:
    """The files of a revision at `place`, which is made.  No hook runs and nothing is fetched.

    Raises GateError.
    """
    place.parent.mkdir(parents=True, exist_ok=True)
    try:
        repository.git("worktree", "add", "--detach", "--quiet", str(place), revision.commit)
    except GitFailed as error:
        raise GateError(_not_checked_out(repository, revision, place, str(error))) from None
    git = repository.git.at(place)
    _submodules(git, repository.top, place, say)
    missing = list(_large_files(git, repository.common, place))
    if missing:
        more = message(" and {n} more", n=len(missing) - 1) if len(missing) > 1 else ""
        say(
            message(
                "{file}{more} of {revision}: only the pointer of git-lfs is here. Fetch what it "
                "stands for with `git lfs fetch --all`, if tests need it.",
                file=missing[0],
                more=more,
                revision=revision.name,
            )
        )


def _not_checked_out(repository: Repository, revision: Revision, place: Path, reason: str) -> str:
    problem = message(
        "git cannot check out {revision} ({commit}) in {place}: {reason}.",
        revision=revision.name,
        commit=revision.commit[:12],
        place=place,
        reason=reason,
    )
    if "No space left" in reason:
        return message(
            "{problem} Make room, or set TMPDIR to a folder on a larger disk.", problem=problem
        )
    lacking = ("promisor", "not allowed", "missing blob", "unable to read", "could not fetch")
    if any(word in reason for word in lacking) or _partial(repository):
        return message(
            "{problem} This clone is partial: it lacks files of that revision, and the "
            "gate opens no network. Check it out once, or fetch all with `git fetch "
            "--refetch --no-filter`.",
            problem=problem,
        )
    return message(
        "{problem} `git worktree add --detach DIR {commit}` tells more.",
        problem=problem,
        commit=revision.commit[:12],
    )


def _partial(repository: Repository) -> bool:
    try:
        return bool(repository.git.text("config", "--get-regexp", r"^remote\..*\.promisor$"))
    except GitFailed:
        return False


def _submodules(git: Git, checkout: Path, place: Path, say: Callable[[str], None]) -> None:
    """The submodules of a worktree, out of those that the checkout has: nothing is fetched."""
    for path, commit in _wanted(git, place):
        source, target = checkout / path, place / path
        if not (source / ".git").exists():
            say(
                message(
                    "The submodule {path} is not in {checkout}, and stays empty: `git submodule "
                    "update --init` fetches it.",
                    path=path,
                    checkout=checkout,
                )
            )
            continue
        try:
            git("clone", "--shared", "--no-checkout", "--quiet", str(source), str(target))
            inner = git.at(target)
            inner("checkout", "--detach", "--quiet", commit)
        except GitFailed as error:
            raise GateError(
                "The submodule {path} cannot be checked out at {commit}: {error}. Fetch that "
                "commit: `git -C {source} fetch`.",
                path=path,
                commit=commit[:12],
                error=error,
                source=source,
            ) from None
        _submodules(inner, source, target, say)


def _wanted(git: Git, place: Path) -> Iterator[tuple[str, str]]:
    """The path and the commit of each submodule; a repository that was merely put into another
    one, without a line in .gitmodules, is none.
    """
    if not (place / ".gitmodules").is_file():
        return
    try:
        listed = git.names("config", "-f", ".gitmodules", "-z", "--get-regexp", r"\.path$")
    except GitFailed:
        return
    paths = {entry.partition("\n")[2] for entry in listed}
    for entry in git.names("ls-files", "--stage", "-z"):
        about, _, path = entry.partition("\t")
        mode, commit, _ = about.split(" ")
        if mode == "160000" and path in paths:
            yield path, commit


def _large_files(git: Git, common: Path, place: Path) -> Iterator[str]:
    """Put what git-lfs has stored here in the place of its pointers; yields those it lacks."""
    for name in git.names("ls-files", "-z", ":(attr:filter=lfs)"):
        path = place / name
        try:
            if path.is_symlink() or path.stat().st_size > _POINTER_BYTES:
                continue
            pointer = _POINTER.match(path.read_bytes())
        except OSError:
            continue
        if pointer is None:
            continue
        content = pointer[1].decode("ascii")
        stored = common / "lfs" / "objects" / content[:2] / content[2:4] / content
        if stored.is_file():
            shutil.copyfile(stored, path)
        else:
            yield name
