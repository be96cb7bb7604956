# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""``greenlint completion``: scripts with which shells complete commands and options."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

bash = pytest.mark.skipif(shutil.which("bash") is None, reason="bash is not installed")


@pytest.fixture
def completed(greenlint, project: Path, tmp_path: Path):
    """What bash offers for a command line, with the printed script sourced."""
    commands = tmp_path / "bin"
    commands.mkdir()
    own = commands / "greenlint"
    own.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m greenlint "$@"\n', encoding="utf-8")
    own.chmod(0o755)
    (tmp_path / "completion.bash").write_text(
        greenlint("completion", "bash").stdout, encoding="utf-8"
    )

    def complete(*words: str) -> list[str]:
        script = (
            f'source "{tmp_path}/completion.bash"\nCOMP_WORDS=({" ".join(words)})\n'
            f"COMP_CWORD={len(words) - 1}\n"
            '"$(complete -p greenlint | sed "s/.*-F \\([^ ]*\\).*/\\1/")" greenlint\n'
            'printf "%s\\n" "${COMPREPLY[@]}"\n'
        )
        path = f"{commands}{os.pathsep}{os.environ['PATH']}"
        done = subprocess.run(
            ["bash", "--norc", "-c", script],
            cwd=project,
            env={**os.environ, "PATH": path},
            capture_output=True,
            text=True,
        )
        assert done.stderr == ""
        return done.stdout.split()

    return complete


@bash
def test_bash_completes_a_command(completed) -> None:
    """``greenlint ch`` can only become ``greenlint check``."""
    assert completed("greenlint", "ch") == ["check"]


@bash
def test_bash_completes_an_option(completed) -> None:
    """Options of a command are completed, too."""
    assert completed("greenlint", "rule", "--te") == ["--test"]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_shell_is_guessed(greenlint, shell: str) -> None:
    """Without a name the script is for the shell in $SHELL."""
    named = greenlint("completion", shell)
    assert named.returncode == 0
    assert f"_GREENLINT_COMPLETE={shell}_complete" in named.stdout
    assert greenlint("completion", SHELL=f"/usr/bin/{shell}").stdout == named.stdout


@pytest.mark.parametrize(
    ("shell", "seen"), [("/bin/dash", "SHELL='/bin/dash' is none"), ("", "SHELL is not set")]
)
def test_an_unknown_shell_is_a_question(greenlint, shell: str, seen: str) -> None:
    """What cannot be guessed is asked for."""
    done = greenlint("completion", SHELL=shell)
    assert done.returncode == 2
    assert done.stderr.startswith("greenlint: Which shell? " + seen)
    assert "greenlint completion bash|zsh|fish" in done.stderr


def test_no_plugin_is_loaded_for_it(greenlint, plugin) -> None:
    """A broken plugin does not keep a shell from completing."""
    site = plugin("broken", "raise RuntimeError")
    assert greenlint("completion", "bash", PYTHONPATH=site).returncode == 0
