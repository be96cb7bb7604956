# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""The guide to counted work: its program runs, and its numbers are those of the code."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from greenlint_profiler.work import books, line, statement

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs" / "guide" / "work.md").read_text(encoding="utf-8")


def test_its_program_runs(tmp_path: Path) -> None:
    """The first program of the page counts its queries and names its own line."""
    (program,) = re.findall(r"^```python\n(.*?)^```$", GUIDE, re.MULTILINE | re.DOTALL)
    (tmp_path / "shop.py").write_text(program)
    command = [sys.executable, "-W", "error", "shop.py"]
    ran = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    asked = "SELECT sum(amount) FROM orders WHERE customer = ?"
    number = 1 + next(n for n, text in enumerate(program.splitlines()) if "sum(amount)" in text)
    assert (ran.stdout, ran.stderr) == (f"34\n34 times from shop.py {number} {asked}\n", "")


def test_its_numbers_are_those_of_the_code() -> None:
    """Bounds are stated as they are."""
    assert f"At most {statement.LONGEST} characters" in GUIDE
    assert f"beyond {line.DEEPEST} frames" in GUIDE
    assert f"tells apart {books.GROUPS} pairs" in GUIDE


def test_its_folders_are_those_of_the_code() -> None:
    """Folders that are not the project's own are named."""
    missing = [name for name in line._OTHERS if f"`{name}`" not in GUIDE]
    assert missing == []
