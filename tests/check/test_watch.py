# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""``greenlint check --watch``: anew after a change, until Ctrl-C."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from .conftest import Lint, clean_environment


@pytest.mark.once
def test_it_checks_anew_after_each_change(project: Path, acme: str) -> None:
    """A file that changed, one that came, a configuration that broke and was mended; Ctrl-C ends
    it with 0.
    """
    command = [sys.executable, "-m", "greenlint", "check", "--watch", "-o", "concise", "pkg"]
    settings = project / "pyproject.toml"
    before = settings.read_text()

    def written(file: Path, text: str) -> None:
        """At once, as an editor does: what is written in two steps may be checked twice."""
        new = project.parent / "new"
        new.write_text(text)
        new.replace(file)

    def typed() -> None:
        written(project / "pkg" / "b.py", "weep('now')\n")

    def added() -> None:
        (project / "pkg" / "new").mkdir()  # may be seen before its file is there
        written(project / "pkg" / "new" / "c.py", "curse('it')\n")

    def broke() -> None:
        written(settings, "[tool.greenlint]\nselekt = 1\n")

    def mended() -> None:
        written(settings, before.replace('"ACME", ', '"ACME102", '))

    steps: list[Callable[[], None]] = [typed, added, broke, mended]
    environment = clean_environment(PYTHONPATH=acme, PYTHONUNBUFFERED="1")
    with subprocess.Popen(
        command,
        cwd=project,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as watching:
        assert watching.stdout is not None
        rounds: list[list[str]] = [[]]
        try:
            for line in watching.stdout:
                rounds[-1].append(line)
                if "waiting for changes" in line:
                    if not steps:
                        break
                    steps.pop(0)()
                    rounds.append([])
            watching.send_signal(signal.SIGINT)
            assert watching.wait(60) == 0
        finally:
            watching.kill()
    texts = ["".join(lines) for lines in rounds]
    assert [text.count("ACME") for text in texts] == [4, 4, 5, 0, 2]
    assert "pkg/b.py:1:1: error ACME203" in texts[1]
    assert "pkg/new/c.py:1:1: note ACME102" in texts[2]
    assert "selekt" in texts[3]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--fix",), "--watch only looks: leave --fix out"),
        (("--no-cache",), "leave --no-cache out"),
        (("-",), "name a path instead of `-`"),
    ],
)
def test_what_does_not_go_with_it_is_refused(
    runner: Lint, tmp_path: Path, words: tuple[str, ...], said: str
) -> None:
    """Whatever changes files, and what cannot change."""
    done = runner("check", "--watch", *words, cwd=tmp_path, input=b"")
    assert done.code == 2
    assert said in done.err
