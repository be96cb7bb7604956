# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""What the environment says: variables for options, CI systems, colour."""

from __future__ import annotations

import json
from pathlib import Path

import pytest


@pytest.mark.parametrize(
    ("variables", "codes"),
    [
        ({"GREENLINT_CHECK_SELECT": "ACME2"}, "ACME203"),
        ({"GREENLINT_CHECK_SELECT": "ACME2,cursing"}, "ACME102 ACME203"),
        ({"GREENLINT_CHECK_SELECT": "ACME2 cursing"}, "ACME102 ACME203"),
        ({"GREENLINT_CHECK_PER_FILE_IGNORES": "pkg/a.py:ACME1"}, "ACME203 ACME101"),
        ({"GREENLINT_CONFIG": "ignore=['ACME1']"}, "ACME203"),
    ],
)
def test_every_option_has_a_variable(warm, variables: dict[str, str], codes: str) -> None:
    """GREENLINT_CHECK_SELECT and the like, lists included."""
    assert " ".join(warm("pkg", **variables).codes) == codes


def test_variables_of_flags_and_paths(check, warm, project: Path) -> None:
    """A flag is on with 1; the command line beats the variable."""
    assert warm("pkg", GREENLINT_CHECK_EXIT_ZERO="1").code == 0
    assert warm("pkg", GREENLINT_CHECK_FAIL_ON="never").code == 0
    assert warm("pkg", "--fail-on", "error", GREENLINT_CHECK_FAIL_ON="never").code == 1
    check("pkg", GREENLINT_CHECK_CACHE_DIR="elsewhere")
    assert (project / "elsewhere" / "CACHEDIR.TAG").exists()
    assert warm("pkg", GREENLINT_CHECK_FAIL_ON="nothing").code == 2


def test_github_gets_annotations_and_a_summary(warm, project: Path, tmp_path: Path) -> None:
    """On GitHub Actions both are written besides the report, unless --no-ci says no."""
    summary = tmp_path / "summary.md"
    summary.write_text("before\n", encoding="utf-8")
    there = {"GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": str(summary)}
    done = warm("pkg", **there)
    assert "pkg/a.py:1:1: warning ACME101" in done.out
    assert "::error file=pkg/a.py,line=3" in done.out
    assert summary.read_text(encoding="utf-8").startswith("before\n")
    assert "ACME203" in summary.read_text(encoding="utf-8")
    summary.unlink()
    assert "::" not in warm("pkg", "--no-ci", **there).out
    assert not summary.exists()


def test_annotations_do_not_break_what_a_program_reads(warm, tmp_path: Path) -> None:
    """JSON on standard output stays JSON on GitHub Actions; a JSON file does not silence them."""
    done = warm("pkg", "-o", "json", GITHUB_ACTIONS="true")
    assert len(json.loads(done.out)["findings"]) == 4
    done = warm("pkg", "-o", f"json:{tmp_path / 'out.json'}", GITHUB_ACTIONS="true")
    assert done.out.startswith("::error file=pkg/a.py")
    done = warm("-", "--fix", GITHUB_ACTIONS="true", input=b"shout(1)\nweep()\n")
    assert done.out == "whisper(1)\nweep()\n"
    assert "::error" in done.err


def test_a_summary_that_cannot_be_written_is_told(warm, tmp_path: Path) -> None:
    """The value and the way out; the findings are shown first."""
    done = warm("pkg", GITHUB_ACTIONS="true", GITHUB_STEP_SUMMARY=str(tmp_path))
    assert done.code == 2
    assert "ACME203" in done.out
    assert f"Cannot write the job summary {tmp_path}" in done.err
    assert "--no-ci" in done.err


@pytest.mark.parametrize(
    ("variables", "colored"),
    [
        ({}, False),
        ({"FORCE_COLOR": "1"}, True),
        ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
        ({"GREENLINT_COLOR": "always"}, True),
        ({"GREENLINT_COLOR": "always", "NO_COLOR": "1"}, True),
        ({"GREENLINT_COLOR": "never", "FORCE_COLOR": "1"}, False),
    ],
)
def test_colour(warm, variables: dict[str, str], colored: bool) -> None:
    """A pipe gets none; --color beats FORCE_COLOR and NO_COLOR, and NO_COLOR beats FORCE_COLOR."""
    assert ("\x1b[" in warm("pkg/b.py", **variables).out) is colored


def test_a_report_in_a_file_has_no_colour(warm, tmp_path: Path) -> None:
    """Colour is for the terminal, whatever is written beside it."""
    file = tmp_path / "report.txt"
    done = warm("pkg", "-o", "concise", "-o", f"full:{file}", GREENLINT_COLOR="always")
    assert "\x1b[" in done.out
    assert "ACME101" in file.read_text(encoding="utf-8")
    assert "\x1b" not in file.read_text(encoding="utf-8")
