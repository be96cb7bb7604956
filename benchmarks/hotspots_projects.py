# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Projects whose findings are mended: their sources and environment, and the fixes, as edits."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tomllib
import venv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks import suites
from benchmarks.corpus import PROJECT
from benchmarks.gate_repository import IGNORED, Repository
from benchmarks.peers import scripts

HERE = Path(__file__).parent
# Beside these a project needs what its own pins say.
PLUGINS = ("pytest", "pytest-django")
Json = dict[str, Any]


class Stale(Exception):
    """What is written down of a project does not fit it any more; the message says what."""


@dataclass(frozen=True)
class Fix:
    """How a finding is mended: `find` is its rule and place as `check` tells it before any fix, and
    each edit names a line of that state, what to take out of it and what to put there.
    """

    rule: str
    path: str
    line: int
    message: str
    edits: tuple[Mapping[str, Any], ...]

    @property
    def place(self) -> str:
        """``orders/views.py:21``."""
        return f"{self.path}:{self.line}"


@dataclass(frozen=True)
class Project:
    """A repository with an environment; `words` is the command of its tests, as a user types it,
    and `restarts` how often the gate runs all of them on each side; 0 is not at all.  `options` are
    those before a command of greenlint.
    """

    name: str
    title: str
    root: Path
    python: Path
    words: tuple[str, ...]
    fixes: tuple[Fix, ...]
    restarts: int = 0
    options: tuple[str, ...] = ()

    @property
    def repository(self) -> Repository:
        """Its commits: that which was published, and one for each fix."""
        return Repository(self.root)

    def greenlint(self, *words: str, **more: Any) -> subprocess.CompletedProcess[str]:
        """Run greenlint in the project; exit codes 0 and 1 count as done."""
        environ = {**os.environ, "PYTHONHASHSEED": "0", **more.pop("environ", {})}
        command = [str(self.python), "-m", "greenlint", *self.options, *words]
        done = subprocess.run(
            command, cwd=self.root, env=environ, capture_output=True, text=True, check=False, **more
        )
        if done.returncode not in (0, 1):
            raise SystemExit(f"{' '.join(command)} ended with {done.returncode}:\n{done.stderr}")
        return done

    def json(self, *words: str, **more: Any) -> Json:
        """What a command writes with --json, or as a format."""
        found: Json = json.loads(self.greenlint(*words, **more).stdout)
        return found

    def apply(self, fix: Fix, before: Sequence[Fix]) -> None:
        """Make the edits of a fix; lines are those before any fix, so that `before` may have moved
        them.  Raises Stale where a line does not hold what is to be taken out.
        """
        for edit in fix.edits:
            path = self.root / edit["path"]
            lines = path.read_text("utf-8").split("\n")
            at = edit["line"] - 1 + sum(_grown(one, edit) for one in before)
            at += sum(_more(one) for one in fix.edits if _above(one, edit))
            if edit["old"] not in lines[at]:
                raise Stale(f"{edit['path']}:{at + 1} of {self.name} does not hold {edit['old']!r}")
            lines[at] = lines[at].replace(edit["old"], edit["new"], 1)
            path.write_text("\n".join(lines), "utf-8")


def _grown(fix: Fix, edit: Mapping[str, Any]) -> int:
    return sum(_more(one) for one in fix.edits if _above(one, edit))


def _above(one: Mapping[str, Any], edit: Mapping[str, Any]) -> bool:
    return bool(one["path"] == edit["path"] and one["line"] < edit["line"])


def _more(edit: Mapping[str, Any]) -> int:
    return str(edit["new"]).count("\n") - str(edit["old"]).count("\n")


def projects(folder: Path, only: Sequence[str]) -> Iterator[Project]:
    """Those that were asked for, as they were published."""
    known = tomllib.loads((HERE / "hotspots.toml").read_text("utf-8"))
    for name, pinned in known.items():
        if not only or name in only:
            yield _ready(folder / name, name, pinned)


def _ready(folder: Path, name: str, pinned: Json) -> Project:
    if "requirement" in pinned:
        needed = {key: pinned[key] for key in ("requirement", "needs", "tests")}
        suite = suites.ready(folder, name, needed, PLUGINS)
        root, python, title = suite.root, suite.python, suite.name
    else:
        root, python, title = _copied(folder, pinned), scripts(folder / "env") / "python", name
    repository = Repository.of(root)
    (root / ".git/info/exclude").write_text(IGNORED)
    repository.git("reset", "-q", "--hard", repository.git("rev-list", "--max-parents=0", "HEAD"))
    fixed = ("-q", "-p", "no:cacheprovider", "-p", "no:randomly")
    return Project(
        name,
        title,
        root,
        python,
        (str(python), "-m", "pytest", *fixed, *pinned["tests"]),
        tuple(_fix(one) for one in pinned["fixes"]),
        pinned.get("restarts-of-the-suite", 0),
        tuple(pinned.get("options", ())),
    )


def _fix(held: Json) -> Fix:
    path, _, line = held["place"].rpartition(":")
    return Fix(held["rule"], path, int(line), held["does"], tuple(held["edits"]))


def _copied(folder: Path, pinned: Json) -> Path:
    """A project of this repository, in a folder and an environment of its own."""
    root = folder / "source"
    if not root.exists():
        venv.create(folder / "env", clear=True, with_pip=True)
        python = scripts(folder / "env") / "python"
        source = PROJECT / pinned["copied"]
        requirements = ("-r", str(source / "requirements.txt"))
        editable = ("--editable", f"{PROJECT}[report]")
        pip = (str(python), "-m", "pip", "--disable-pip-version-check", "-q", "install")
        subprocess.run([*pip, *requirements, *editable], check=True)
        shutil.copytree(source, root, ignore=shutil.ignore_patterns("__pycache__", ".greenlint"))
    return root
