# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""What greenlint finds in a tree, and in the same tree with some files changed in memory."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from greenlint.cli.group import Settings
from greenlint.cli.linting import Lint
from greenlint.config_file import find_root
from greenlint.finding import Finding
from greenlint.work import Job


@dataclass(frozen=True)
class Tree:
    """A project, its files as bytes, and where greenlint keeps what it knows of them."""

    root: Path
    jobs: tuple[Job, ...]
    cache: Path
    select: tuple[str, ...] = ("database",)


def open_tree(root: Path, cache: Path, select: tuple[str, ...] = ("database",)) -> Tree:
    """Read all files of a project once.  Raises SystemExit where it is part of another project, in
    which its files have other names.
    """
    if (home := find_root(root)) not in (None, root):
        raise SystemExit(f"{root} is part of the project {home}; give it a .git of its own.")
    lint = _lint(root, cache, select)
    lint.plan.checker()  # what it imports, the workers of every run get by being forked
    jobs = [job if job.raw else job._replace(raw=job.path.read_bytes()) for job in lint.jobs]
    return Tree(root, tuple(jobs), cache, select)


def findings_of(tree: Tree, changed: Mapping[str, bytes] | None = None) -> list[Finding]:
    """All findings of `greenlint --isolated check`, in this process, down to the least sure.

    `changed` holds the new bytes of files by their names below the root; nothing is written there.
    The cache knows all other files, so that only what the change touches is analysed.
    """
    changed = changed or {}
    lint = _lint(tree.root, tree.cache, tree.select)
    # The command looks for its files here; what was read once is handed over instead.
    lint.__dict__["jobs"] = [
        job._replace(raw=changed[job.name]) if job.name in changed else job for job in tree.jobs
    ]
    lint.run()
    return [entry.finding for entry in lint.sifted.entries]


def _lint(root: Path, cache: Path, select: tuple[str, ...]) -> Lint:
    os.chdir(root)  # names of files are relative to where the command is started
    given = {
        "select": select,
        "preview": True,
        "min_confidence": "low",
        "min_proof": "reasoned",
        "cache_dir": cache,
        "respect_gitignore": False,
        "allow_syntax_errors": True,
        "jobs": 1,
    }
    return Lint(Settings(isolated=True, quiet=True), (str(root),), given)
