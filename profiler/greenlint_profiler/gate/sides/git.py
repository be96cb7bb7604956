# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""git as a program that tells and does what it is asked, and nothing of its own accord."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from greenlint_profiler.gate.error import GateError

# What git sets for its hooks and aliases, and what would lead it to another repository or index
# (git rev-parse --local-env-vars, without those that carry configuration and objects).
LOCAL = (
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_PREFIX",
    "GIT_COMMON_DIR",
    "GIT_IMPLICIT_WORK_TREE",
    "GIT_INTERNAL_SUPER_PREFIX",
    "GIT_SHALLOW_FILE",
)
# No lock for the sake of a refreshed index, no question, no network: neither for the objects that
# a partial clone left out nor for large files.  The name is for the commit of what is not
# committed, which nobody keeps.
_QUIET = {
    "LC_ALL": "C",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_ALLOW_PROTOCOL": "file",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_LFS_SKIP_SMUDGE": "1",
    "GIT_AUTHOR_NAME": "greenlint",
    "GIT_AUTHOR_EMAIL": "greenlint@localhost",
    "GIT_COMMITTER_NAME": "greenlint",
    "GIT_COMMITTER_EMAIL": "greenlint@localhost",
}
# No hook runs, nothing is tidied up on the way, and no index but ours is written.
_SETTINGS = (
    f"core.hooksPath={os.devnull}",
    "core.fsmonitor=false",
    "core.splitIndex=false",
    "core.safecrlf=false",
    "gc.auto=0",
    "maintenance.auto=false",
    "submodule.recurse=false",
    "advice.detachedHead=false",
)


class GitFailed(GateError):
    """git said no; the message is its own."""


@dataclass(frozen=True, slots=True)
class Git:
    """git by its absolute path, in a folder, with an environment that holds no other repository."""

    program: str
    folder: Path
    environ: Mapping[str, str]

    def __call__(
        self, *words: str, given: bytes = b"", more: Mapping[str, str] | None = None
    ) -> bytes:
        """What git writes.  `given` is its input, `more` comes above its environment.

        Raises GitFailed.
        """
        settings = [part for one in _SETTINGS for part in ("-c", one)]
        command = [self.program, "-C", str(self.folder), "--no-pager", *settings, *words]
        try:
            done = subprocess.run(
                command,
                env={**self.environ, **(more or {})},
                input=given,
                capture_output=True,
                check=False,
            )
        except (OSError, ValueError) as error:
            raise GitFailed(f"git cannot be run: {error}") from None
        if done.returncode:
            raise GitFailed(_reason(os.fsdecode(done.stderr)) or f"exit {done.returncode}")
        return done.stdout

    def text(self, *words: str) -> str:
        """The same as text, without the end of the last line."""
        return os.fsdecode(self(*words)).removesuffix("\n")

    def names(self, *words: str, more: Mapping[str, str] | None = None) -> list[str]:
        """The names that git writes, each with a NUL behind it: `words` hold -z."""
        return [os.fsdecode(name) for name in self(*words, more=more).split(b"\0") if name]

    def at(self, folder: Path) -> Git:
        """The same git in another folder."""
        return replace(self, folder=folder)

    def marked(self, more: Mapping[str, str]) -> Git:
        """The same git with more in its environment."""
        return replace(self, environ={**self.environ, **more})


def find_git(folder: Path, environ: Mapping[str, str]) -> Git:
    """The git on the PATH.  Raises GateError where there is none."""
    program = shutil.which("git", path=environ.get("PATH", os.defpath))
    if program is None:
        raise GateError(
            "The gate needs git, which is not installed or not on the PATH. Install it: "
            "the gate checks out both revisions with it."
        )
    kept = {name: value for name, value in environ.items() if name not in LOCAL}
    return Git(os.path.abspath(program), folder, {**kept, **_QUIET})


def _reason(said: str) -> str:
    """The line that matters of what git says."""
    lines = [line for line in said.splitlines() if line.strip()]
    bad = [line for line in lines if line.startswith(("fatal: ", "error: "))]
    line = (bad or lines or [""])[0]
    return line.removeprefix("fatal: ").removeprefix("error: ").rstrip(".")
