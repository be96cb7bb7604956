# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""``greenlint profile --functions`` as its users have it: a program in a folder of its own."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.cli.profiling import checked, environment

BURN = """
import time

def burn(seconds):
    end = time.thread_time() + seconds
    while time.thread_time() < end:
        pass
"""


@dataclass
class Done:
    """A run: what was told, and the record."""

    code: int
    stdout: str
    stderr: str
    record: dict[str, Any]

    @property
    def inside(self) -> dict[str, Any]:
        found: dict[str, Any] = self.record["functions"]
        return found

    def part(self, kind: str, function: str) -> float:
        """`self` or `total` of a function as a part of the whole."""
        rows = [row for row in self.inside["functions"] if row["function"] == function]
        amount: float = sum(row[kind] for row in rows)
        return amount / float(self.inside["total"])

    def chance(self, part: float) -> float:
        """How far a share may be from what it is, by so many looks: four standard deviations, and
        one part in twenty for what the start of Python and a busy machine add.

        A slow machine looks less often, since the sampler keeps to its share of CPU time.
        """
        looks = max(self.inside["sampling"]["looks"], 1)
        return float(4 * (part * (1 - part) / looks) ** 0.5 + 0.05)


def profile(
    folder: Path,
    *words: str,
    program: str | None = None,
    given: str = "",
    environ: Mapping[str, str] | None = None,
) -> Done:
    """Run ``greenlint profile --functions`` in a folder, where the program is `app.py`."""
    if program is not None:
        (folder / "app.py").write_text(program, encoding="utf-8")
    command = [sys.executable, "-m", "greenlint", "profile", "--functions", "--json", "out.json"]
    command += [] if "--rate" in words else ["--rate", "200"]
    done = subprocess.run(
        [*command, *words],
        cwd=folder,
        env=environment() | dict(environ or {}),
        input=given,
        capture_output=True,
        text=True,
        timeout=120,
    )
    path = folder / "out.json"
    record = checked(path.read_text("utf-8")) if path.exists() else {}
    return Done(done.returncode, done.stdout, done.stderr, record)


def bare(folder: Path, *words: str, given: str = "") -> subprocess.CompletedProcess[str]:
    """The same program without us."""
    command = [sys.executable, *words]
    return subprocess.run(
        command, cwd=folder, input=given, capture_output=True, text=True, timeout=60
    )
