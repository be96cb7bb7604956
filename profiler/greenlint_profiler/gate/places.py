# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""A side of a gate: a revision, and what a process of it is started with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Revision:
    """What the user asked for by `name`, and the commit that it is.

    `subject` is the first line of the commit's message; `dirty` says that there are changes that
    are not committed.
    """

    name: str
    commit: str
    subject: str
    dirty: bool


@dataclass(frozen=True, slots=True)
class Place:
    """A side, "base" or "head": its worktree, and the environment of its processes.

    `root` is the folder in the worktree that corresponds to the folder that the user stands in;
    `environment` says why and where the side has an environment of its own, None for the user's.
    """

    side: str
    revision: Revision
    root: Path
    environ: Mapping[str, str]
    environment: str | None
