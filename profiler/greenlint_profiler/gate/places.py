# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""The two sides of a gate: a revision, where it lies, and what its processes are started with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Revision:
    """One side's code.  `name` is what the user called it, `commit` the full hash that it stands
    on, `subject` the first line of its message; `dirty` says that it has changes beyond that.
    """

    name: str
    commit: str
    subject: str
    dirty: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """Where one side lies: `root` is the folder that corresponds to the one the user stands in.

    `side` is "base" or "head"; `environment` says why and where it has an environment of its own,
    and is absent where that of the user serves.
    """

    side: str
    revision: Revision
    root: Path
    environ: Mapping[str, str]
    environment: str | None = None
