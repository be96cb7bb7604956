# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Small git repositories for the tests of the gate, in which nobody's own settings apply."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from greenlint_profiler.gate.sides.git import LOCAL
from greenlint_profiler.gate.sides.places import Place, places

WHO = ["-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"]
ALLOW = ["-c", "protocol.file.allow=always"]


@dataclass
class Repo:
    """A repository on a branch main, and what the gate is told about it."""

    root: Path
    environ: dict[str, str]
    cache: Path
    said: list[str] = field(default_factory=list)
    install: str | None = None
    python: str = sys.executable

    def git(self, *words: str) -> str:
        return printed(["git", *WHO, *ALLOW, *words], self.root, self.environ)

    def write(self, files: Mapping[str, str]) -> None:
        for name, text in files.items():
            path = self.root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")

    def commit(self, files: Mapping[str, str], message: str = "a commit") -> str:
        self.write(files)
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", message)
        return self.git("rev-parse", "HEAD")

    @contextmanager
    def places(
        self, base: str = "main", head: str | None = None, *, below: str = "", alike: bool = False
    ) -> Iterator[tuple[Place, Place]]:
        with places(
            *(self.root / below, base, head),
            install=self.install,
            cache=self.cache,
            say=self.said.append,
            environ=self.environ,
            python=self.python,
            alike=alike,
        ) as both:
            yield both

    def traces(self) -> dict[str, object]:
        """All that a gate must leave as it was."""
        git = self.root / ".git"
        names = [path for path in git.rglob("*") if path.is_file() and path.parts[-3] != "objects"]
        return {
            **{str(path): path.read_bytes() for path in names},
            "worktrees": (git / "worktrees").exists(),
            "files": sorted(str(path) for path in self.root.rglob("*") if ".git" not in path.parts),
        }


def new_repo(folder: Path, environ: Mapping[str, str] = os.environ) -> Repo:
    """An empty repository, in a folder of its own."""
    kept = {
        name: value
        for name, value in environ.items()
        if name not in (*LOCAL, "VIRTUAL_ENV", "PYTHONPATH")
    }
    quiet = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    repo = Repo(folder / "repo", {**kept, **quiet}, folder / "cache")
    repo.root.mkdir(parents=True)
    repo.git("init", "-q", "-b", "main")
    return repo


def own_repo(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Repo:
    """An empty repository, and a temporary folder of its own for the gate."""
    (folder / "tmp").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder / "tmp"))
    return new_repo(folder)


def shown(place: Place, code: str) -> str:
    """What a program prints on one side."""
    return printed([place.python, "-c", code], place.root, place.environ).strip()


def printed(words: list[str], folder: Path, environ: Mapping[str, str]) -> str:
    """What a command prints, without the end of its last line."""
    done = subprocess.run(
        words, cwd=folder, env=environ, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.removesuffix("\n")
