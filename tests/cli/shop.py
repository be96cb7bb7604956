# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""A project with two findings, of which two tests execute the first; and its runs."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from .conftest import Greenlint

CODE = """
def report(prices):
    return [name.title() for name, price in prices.items()]


def unused(prices):
    return [name.title() for name, price in prices.items()]
"""
TESTS = """
import pytest
from shop import report

@pytest.mark.parametrize("turns", [1, 20_000])
def test_report(turns):
    for _ in range(turns):
        assert report({"pear": 3}) == ["Pear"]
"""
ONE, MANY = (f"test_shop.py::test_report[{turns}]" for turns in (1, 20_000))


def made(project: Path) -> Path:
    """The project with its code and its tests."""
    (project / "shop.py").write_text(CODE)
    (project / "test_shop.py").write_text(TESTS)
    return project


def tests(shop: Path, *words: str) -> None:
    """Run its tests."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *words]
    done = subprocess.run(command, cwd=shop, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def measured(shop: Path) -> None:
    """One run in its store."""
    tests(shop, "-p", "pytest_greenlint.plugin", "--energy")


def collected(greenlint: Greenlint, *options: str) -> None:
    """The same, and what coverage says of it."""
    words = (sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider")
    done = greenlint("energy", "collect", *options, "--", *words)
    assert done.returncode == 0, done.stdout + done.stderr
