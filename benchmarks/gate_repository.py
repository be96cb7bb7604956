# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""A folder that becomes a git repository, and revisions of it that are made without a checkout."""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

IGNORED = (
    "__pycache__/\n.coverage\n.benchmarks/\n.pytest_cache/\n*.egg-info/\nbuild/\n.greenlint/\n"
)
WHO = {
    "GIT_AUTHOR_NAME": "bench",
    "GIT_AUTHOR_EMAIL": "bench@example.org",
    "GIT_COMMITTER_NAME": "bench",
    "GIT_COMMITTER_EMAIL": "bench@example.org",
}


@dataclass(frozen=True)
class Repository:
    """A repository with one commit, HEAD, that is never moved."""

    root: Path

    @classmethod
    def of(cls, root: Path) -> Repository:
        """All that lies in a folder, as one commit, unless it is a repository already."""
        found = cls(root)
        if not (root / ".git").exists():
            found.git("init", "-q")
            if not (root / ".gitignore").exists():
                (root / ".gitignore").write_text(IGNORED)
            found.git("add", "-A")
            found.git("commit", "-q", "-m", "as it was published")
        return found

    def git(self, *words: str, environ: Mapping[str, str] = WHO, given: str | None = None) -> str:
        """What git says."""
        done = subprocess.run(
            ["git", *words],
            cwd=self.root,
            env={**os.environ, **WHO, **environ},
            input=given,
            capture_output=True,
            check=True,
            text=True,
        )
        return done.stdout.strip()

    def text(self, path: str) -> str:
        """A file as it is in HEAD."""
        return self.git("show", f"HEAD:{path}") + "\n"

    def revision(self, files: Mapping[str, str], subject: str) -> str:
        """The hash of a commit on HEAD in which these files are, or are changed."""
        with tempfile.TemporaryDirectory() as folder:
            index = {"GIT_INDEX_FILE": str(Path(folder, "index"))}
            self.git("read-tree", "HEAD", environ=index)
            for path, text in files.items():
                blob = self.git("hash-object", "-w", "--stdin", given=text)
                words = ("--add", "--cacheinfo", f"100644,{blob},{path}")
                self.git("update-index", *words, environ=index)
            tree = self.git("write-tree", environ=index)
        return self.git("commit-tree", tree, "-p", "HEAD", "-m", subject)
