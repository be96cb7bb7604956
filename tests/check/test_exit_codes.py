# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""The exit codes of ``greenlint check``: one table, and what may change it."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

CONFIG = '[tool.greenlint]\nselect = ["ACME"]\nmin-proof = "reasoned"\n'

LOUD, RUDE, WET = "shout()\n", "curse()\n", "weep()\n"
QUIET, BROKEN = "whisper()\n", "def (:\n"


TABLE = [
    (QUIET, "", 0),
    (LOUD, "", 1),
    (RUDE, "", 0),  # a note is below the line
    (RUDE, "--fail-on note", 1),
    (WET, "", 1),
    (WET, "--fail-on error", 1),
    (LOUD, "--fail-on error", 0),
    (WET, "--fail-on never", 0),
    (LOUD, "--exit-zero", 0),
    (LOUD, "--diff", 1),
    (LOUD, "--diff --exit-zero", 0),
    (RUDE, "--diff", 0),  # its fix is unsafe
    (RUDE, "--diff --unsafe-fixes", 1),
    (WET, "--diff", 0),  # nothing to fix
    (LOUD, "--fix", 0),
    (LOUD + WET, "--fix", 1),
    (LOUD, "--fix --exit-non-zero-on-fix", 1),
    (QUIET, "--fix --exit-non-zero-on-fix", 0),
    (LOUD, "--fix --exit-non-zero-on-fix --exit-zero", 0),
    (LOUD + WET, "--fix-only", 0),
    (BROKEN, "", 2),
    (BROKEN, "--exit-zero", 2),
    (BROKEN, "--fail-on never", 2),
    (BROKEN, "--diff", 2),
    (BROKEN, "--fix-only", 2),
    (BROKEN, "--allow-syntax-errors", 0),
    (BROKEN, "--allow-syntax-errors --fail-on note", 1),
    (LOUD, "--no-such-option", 2),
    (LOUD, "--fail-on nothing", 2),
    (LOUD, "-j -1", 2),
    (LOUD, "--select NOPE", 2),
    (LOUD, "-o nope", 2),
    (LOUD, "--target-version three", 2),
    (LOUD, "missing.py", 2),
    (LOUD, "--help", 0),
    (LOUD, "--show-files", 0),
]


@pytest.fixture(scope="module")
def ran(runner, acme: str, tmp_path_factory: pytest.TempPathFactory, shared_cache: str):
    """The runs of the table, as many at a time as there are processors."""

    def run(case: tuple[str, str, int]):
        source, words, _ = case
        folder = tmp_path_factory.mktemp("case")
        (folder / "pyproject.toml").write_text(CONFIG, encoding="utf-8")
        (folder / "one.py").write_text(source, encoding="utf-8")
        given = ("check", "one.py", "--cache-dir", shared_cache, *words.split())
        return runner(*given, cwd=folder, PYTHONPATH=acme)

    with ThreadPoolExecutor(os.cpu_count()) as threads:
        return list(threads.map(run, TABLE))


@pytest.mark.parametrize("number", range(len(TABLE)), ids=lambda n: " ".join(map(str, TABLE[n])))
def test_the_table(ran, number: int) -> None:
    """0: nothing at or above the line; 1: findings or changes; 2: work that was not done."""
    done = ran[number]
    assert done.code == TABLE[number][2], done
    assert "Traceback" not in done.err, done


def test_a_file_that_is_not_checked_is_told_where_findings_are_not(check, project: Path) -> None:
    """--diff and --fix-only print no findings, and yet say why they exit 2."""
    (project / "one.py").write_text(BROKEN, encoding="utf-8")
    for option in ("--diff", "--fix-only"):
        done = check("one.py", option)
        assert "one.py:1: GRN999 cannot parse" in done.err, done
        assert done.out == ""


def test_a_wrong_format_is_told_before_anything_is_done(check, project: Path) -> None:
    """A format that does not exist is no reason to change files first."""
    done = check("pkg", "--fix", "-o", "sarfi")
    assert done.code == 2
    assert "Did you mean 'sarif'?" in done.err
    assert "shout" in (project / "pkg" / "b.py").read_text(encoding="utf-8")
