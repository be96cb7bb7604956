# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""The shell scripts of the CI files, run by a shell in a repository, with programs that note what
they were called with in the place of pip, pytest and greenlint.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.cli.test_init_templates import JOBS, of, scripts

# A branch that git allows, and that does harm where a script takes it for text of its own.
BRANCH = "release/$(touch${IFS}pwned);touch${IFS}pwned"
NOTE = '#!/bin/sh\nfor word in "${0##*/}" "$@"; do printf "%s\\0" "$word"; done >> "$NOTES"\n'
NOTE += 'printf "\\n" >> "$NOTES"\n'


def git(folder: Path, *words: str) -> str:
    who = ["-c", "user.name=x", "-c", "user.email=x@example.org", "-c", "commit.gpgsign=false"]
    done = subprocess.run(
        ["git", *who, *words], cwd=folder, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A branch with a commit of its own, whose target has moved on since."""
    folder = tmp_path / "clone"
    folder.mkdir()
    git(folder, "init", "-q", "-b", "change")
    git(folder, "commit", "-q", "--allow-empty", "-m", "where the branch began")
    began = git(folder, "rev-parse", "HEAD")
    git(folder, "commit", "-q", "--allow-empty", "-m", "what others merged since")
    git(folder, "update-ref", f"refs/remotes/origin/{BRANCH}", "HEAD")
    git(folder, "reset", "-q", "--hard", began)
    git(folder, "commit", "-q", "--allow-empty", "-m", "the change")
    git(folder, "tag", "began", began)
    return folder


def called(path: Path, clone: Path, target: str, shell: str) -> list[list[str]]:
    """What the scripts of a template call, word by word."""
    stubs, temporary = clone.parent / "stubs", clone.parent / "temporary"
    for folder in (stubs, temporary):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
    for name in ("pip", "pytest", "greenlint", "python3"):
        (stubs / name).write_text(NOTE)
        (stubs / name).chmod(0o755)
    for name in ("venv", "greenlint-venv"):
        (temporary / name / "bin").mkdir(parents=True)
        (temporary / name / "bin" / "activate").write_text("")
    folders = ("HOME", "WORKSPACE_TMP", "RUNNER_TEMP", "AGENT_TEMPDIRECTORY")
    environment = {
        **dict.fromkeys((*folders, "BUILD_ARTIFACTSTAGINGDIRECTORY"), str(temporary)),
        "BASE": target,
        "CI_MERGE_REQUEST_TARGET_BRANCH_NAME": target,
        "CHANGE_TARGET": target,
        "SYSTEM_PULLREQUEST_TARGETBRANCH": target,
        "GITHUB_PATH": str(temporary / "path"),
        "GITHUB_STEP_SUMMARY": str(temporary / "summary.md"),
        "NOTES": str(temporary / "notes"),
        "PATH": os.pathsep.join((str(stubs), os.environ["PATH"])),
    }
    steps = scripts(path)
    if path.parent.name == "gitlab":
        steps = ["\n".join(steps)]  # one shell runs the lines of all jobs here
    for step in steps:
        text = step.replace("\\\n", "") if path.parent.name == "jenkins" else step  # as Groovy
        done = subprocess.run(
            [shell, "-e", "-u", "-c", text], cwd=clone, env=environment, capture_output=True
        )
        assert done.returncode == 0, (text, done.stderr)
    notes = (temporary / "notes").read_text("utf-8")
    return [line.split("\0")[:-1] for line in notes.splitlines()]


@of(JOBS)
@pytest.mark.parametrize("shell", ["sh", "bash"])
def test_the_scripts_run(path: Path, clone: Path, shell: str) -> None:
    """Each command gets its words whole, and the gate the right base, also of a hostile branch."""
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not installed")
    system = path.parent.name
    merged = system in ("github", "azure")  # there the change is checked out as merged
    wanted = f"origin/{BRANCH}" if merged else git(clone, "rev-parse", "began")
    targets = (BRANCH, f"refs/heads/{BRANCH}") if system == "azure" else (BRANCH,)
    for target in targets:
        ran = called(path, clone, target, shell)
        (gate,) = (words for words in ran if words[1:3] == ["energy", "gate"])
        assert gate[3:5] == ["--base", wanted]
        assert gate[5:7] in (["--time-limit", "15 min"], ["--time-limit", "30 min"])
        assert gate[-5:] == ["--", "pytest", "-q", "-m", "energy"]
        assert ["pip", "install", "-e", ".", "greenlint"] in ran
    assert not list(clone.glob("**/pwned"))
    assert git(clone, "status", "--short") == ""


def test_a_careless_script_would_be_found(clone: Path, tmp_path: Path) -> None:
    """Were the branch put into the script as text, the shell would obey it."""
    subprocess.run(["sh", "-c", f'echo "origin/{BRANCH}"'], cwd=clone, check=True)
    assert (clone / "pwned").exists()
