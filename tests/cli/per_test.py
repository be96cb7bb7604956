# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""``greenlint profile --per-test`` as its users have it: a suite in a folder of its own."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import jsonschema

from tests.cli.profiling import NOWHERE, environment

SCHEMA = Path(__file__).parents[2] / "docs" / "schemas" / "greenlint-energy-1.json"
# The interpreter that this environment was made of: it has no greenlint.
BARE: str = getattr(sys, "_base_executable", sys.executable)
HEADER = "import os, sqlite3, sys, time, unittest\n"


@dataclass
class Done:
    """What a run left behind: exit code, streams, and the document."""

    code: int
    stdout: str
    stderr: str
    document: dict[str, Any] = field(default_factory=dict)

    @property
    def tests(self) -> dict[str, dict[str, Any]]:
        """The tests by the last part of their id."""
        return {one["id"].rpartition(".")[2]: one for one in self.document["tests"]}

    @property
    def outcomes(self) -> dict[str, str]:
        """The word for each."""
        return {name: one["outcome"] for name, one in self.tests.items()}

    def phases(self, name: str) -> list[str]:
        """Those of a test that were reached."""
        return [phase for phase, held in self.tests[name]["phases"].items() if held is not None]

    @property
    def fixtures(self) -> dict[str, dict[str, Any]]:
        """Those of classes, modules and the session, by place and name."""
        return {f"{one['where']}::{one['name']}": one for one in self.document["fixtures"]}


def measured(
    folder: Path,
    *words: str,
    suite: str | None = None,
    settings: str = "",
    options: tuple[str, ...] = (),
    sys_root: Path | str = NOWHERE,
    python: str = BARE,
    **env: str,
) -> Done:
    """Run ``greenlint profile --per-test`` in a folder whose suite is `test_it.py`."""
    write(folder, suite, settings)
    command = [python, *(words or ("-m", "unittest", "test_it"))]
    done = subprocess.run(
        [
            *(sys.executable, "-m", "greenlint", "profile", "--per-test"),
            *("--json", "out.json", *options, "--", *command),
        ],
        cwd=folder,
        env=environment(sys_root, **env),
        capture_output=True,
        text=True,
        timeout=120,
    )
    path = folder / "out.json"
    return Done(done.returncode, done.stdout, done.stderr, checked(path) if path.exists() else {})


def bare(folder: Path, *words: str, suite: str | None = None, python: str = BARE) -> Done:
    """The same suite without us."""
    write(folder, suite, "")
    command = [python, *(words or ("-m", "unittest", "test_it"))]
    done = subprocess.run(
        command, cwd=folder, env=environment(), capture_output=True, text=True, timeout=120
    )
    return Done(done.returncode, done.stdout, done.stderr)


def write(folder: Path, suite: str | None, settings: str) -> None:
    """The project: its settings, and its suite."""
    (folder / "pyproject.toml").write_text(settings or "[tool.greenlint]\n", encoding="utf-8")
    if suite is not None:
        # Byte code of an earlier suite of the same second and length would run in its place.
        shutil.rmtree(folder / "__pycache__", ignore_errors=True)
        (folder / "test_it.py").write_text(HEADER + suite, encoding="utf-8")


def checked(path: Path) -> dict[str, Any]:
    """A document, held against its schema."""
    loaded: dict[str, Any] = json.loads(path.read_text("utf-8"))
    schema = json.loads(SCHEMA.read_text("utf-8"))
    jsonschema.validate(loaded, schema, cls=jsonschema.Draft202012Validator)
    return loaded


def timeless(text: str) -> str:
    """What a runner prints, without how long it took."""
    return re.sub(r"\d+\.\d+s", "N.Ns", text)
