# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""What ``greenlint check`` writes, and where: formats, files, counts, pipes, quiet and verbose."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from greenlint.formats import FORMATS


def test_formats_are_repeated_and_sent_to_files(warm, tmp_path: Path) -> None:
    """`-o FORMAT` goes to standard output, `-o FORMAT:PATH` to a file whose folder is made."""
    names = [name for name in FORMATS if name != "concise"]
    files = {name: tmp_path / "reports" / f"{name}.out" for name in names}
    words = [word for name, file in files.items() for word in ("--output-format", f"{name}:{file}")]
    done = warm("pkg", "-o", "concise", *words)
    assert done.code == 1
    assert done.codes == ["ACME101", "ACME102", "ACME203", "ACME101"]
    for name, file in files.items():
        assert "shout" in file.read_text(encoding="utf-8"), name
    found = json.loads(files["json"].read_text(encoding="utf-8"))
    assert found["summary"]["findings"] == 4
    assert sorted(path.name for path in files["json"].parent.iterdir()) == sorted(
        file.name for file in files.values()
    )


def test_a_report_that_cannot_be_written_is_told(warm, tmp_path: Path) -> None:
    """The path and the way out, exit 2, and nothing left behind."""
    done = warm("pkg", "-o", f"json:{tmp_path}")
    assert done.code == 2
    assert f"Cannot write the report {tmp_path}" in done.err
    assert [path.name for path in tmp_path.iterdir()] == ["project"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_report_into_a_pipe_or_a_device_leaves_it_one(warm, tmp_path: Path) -> None:
    """As /dev/null: it is written to, and no file takes its place; a link stays a link, too."""
    pipe, link, file = tmp_path / "pipe", tmp_path / "link", tmp_path / "file"
    os.mkfifo(pipe)
    file.touch()
    link.symlink_to(file)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        assert warm("pkg", "-o", f"concise:{pipe}", "-o", f"json:{link}").code == 1
        assert b"shout" in os.read(reader, 65_536)
    finally:
        os.close(reader)
    assert pipe.is_fifo()
    assert link.is_symlink()
    assert "shout" in file.read_text(encoding="utf-8")


def test_statistics_count_by_rule(warm) -> None:
    """--statistics replaces the findings by counts, the most frequent first."""
    done = warm("pkg", "--statistics")
    assert [line.split() for line in done.out.splitlines()] == [
        ["2", "ACME101", "[*]", "shouting"],
        ["1", "ACME102", "[*]", "cursing"],
        ["1", "ACME203", "weeping"],
    ]
    assert done.code == 1


def test_quiet_and_verbose(greenlint) -> None:
    """--quiet prints findings only; --verbose adds configuration, rules and counts."""
    quiet = greenlint("--quiet", "check", "-o", "concise", "pkg")
    assert len(quiet.out.splitlines()) == 4
    assert "Found" not in greenlint("-q", "check", "pkg").out
    verbose = greenlint("-v", "check", "pkg")
    assert "Found 4 findings" in verbose.out
    assert "configuration: " in verbose.err
    assert "ACME101 ACME102 ACME203" in verbose.err


def test_a_reader_that_leaves_is_no_error(project: Path, acme: str) -> None:
    """`greenlint check | head -1` ends without a traceback."""
    (project / "pkg" / "b.py").write_text("shout()\n" * 3000, encoding="utf-8")
    done = subprocess.run(
        f"'{sys.executable}' -m greenlint check pkg | head -1",
        shell=True,
        cwd=project,
        env={**os.environ, "PYTHONPATH": acme},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.stdout.startswith("pkg/a.py:1:1: ACME101")
    assert done.stderr == ""


def test_names_and_sources_that_the_terminal_cannot_say(check, project: Path) -> None:
    """A file name that is no UTF-8 and letters outside the locale are shown somehow, and cached."""
    odd = os.fsencode(project) + b"/pkg/\xff.py"
    with open(odd, "wb") as file:
        file.write("shout('héé')\n".encode())
    for _ in range(2):
        done = check("pkg", "-o", "full", "-o", "json:out.json", LC_ALL="C", PYTHONUTF8="0")
        assert done.code == 1, done
        assert "héé" in done.out
        assert done.out.count("ACME101") >= 3


def test_standard_output_that_is_closed_is_no_traceback(project: Path, acme: str) -> None:
    """`greenlint check >&-` still gives its exit code."""
    done = subprocess.run(
        f"'{sys.executable}' -m greenlint check pkg -o json:out.json >&-",
        shell=True,
        cwd=project,
        env={**os.environ, "PYTHONPATH": acme},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert "Traceback" not in done.stderr
    assert done.returncode == 1
