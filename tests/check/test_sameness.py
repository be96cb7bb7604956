# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Same findings, same order: whatever the processes, the cache, and how paths are spelt."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest


def findings(done) -> str:
    """The JSON up to the summary, which counts seconds and cached files."""
    assert done.code in (1, 2), done
    text: str = done.out.partition('"summary"')[0]
    assert '"ACME101"' in text
    return text


@pytest.fixture
def many(project: Path) -> Path:
    """A project with enough files of several sizes to keep workers apart, one of them broken."""
    for number in range(30):
        text = "shout()\ncurse()  # greenlint: ignore[ACME102]\n" * (number % 7) + "weep()\n"
        (project / "pkg" / f"m{number}.py").write_text(text, encoding="utf-8")
    (project / "pkg" / "broken.py").write_text("def (\n", encoding="utf-8")
    return project


def test_processes_and_the_cache_change_nothing(check, many: Path) -> None:
    """-j1, -j2, -j4, -j0, --jobs 2; no cache, cold, warm, half warm: byte for byte."""
    base = findings(check("pkg", "-o", "json", "-j1", "--no-cache"))
    assert not (many / ".greenlint").exists()
    for words in (["-j2", "--no-cache"], ["-j4", "--no-cache"], ["-j0", "--no-cache"]):
        assert findings(check("pkg", "-o", "json", *words)) == base, words
    assert findings(check("pkg", "-o", "json", "--jobs", "2")) == base  # cold
    warm = check("pkg", "-o", "json")
    assert findings(warm) == base
    assert '"parsed":0' in warm.out.replace(" ", "")
    file = many / "pkg" / "m6.py"
    file.write_text(file.read_text(encoding="utf-8"), encoding="utf-8")
    (many / "pkg" / "m5.py").write_text("shout()\n", encoding="utf-8")
    changed = check("pkg", "-o", "json")
    assert '"parsed":1,' in changed.out.replace(" ", "")
    assert findings(changed) == findings(check("pkg", "-o", "json", "--no-cache")) != base


def test_the_spelling_of_paths_changes_nothing(check, project: Path) -> None:
    """Neither their order, nor dots, nor absolute paths, nor naming one file twice."""
    base = findings(check("-o", "json"))
    for words in (
        ["."],
        ["./pkg", "./tests"],
        ["tests", "pkg"],
        ["pkg/../pkg", "tests/", "pkg//a.py", "."],
        [str(project)],
        [f"{project}/pkg", "tests"],
        ["pkg/b.py", "tests/test_a.py", "pkg/a.py"],
    ):
        done = check(*words, "-o", "json")
        assert findings(done) == base, words
        assert '"parsed":0' in done.out.replace(" ", ""), words


def test_the_place_to_start_from_changes_only_how_paths_are_shown(check, project: Path) -> None:
    """From a folder below, and through a link: the same fingerprints, the same cache."""
    base = findings(check("-o", "json", cwd=project))
    below = check("..", "-o", "json", cwd=project / "pkg")
    assert '"parsed":0' in below.out.replace(" ", "")
    shown = findings(below).replace('"path": "../tests/', '"path": "tests/')
    for name in ("a.py", "b.py"):
        shown = shown.replace(f'"path": "{name}"', f'"path": "pkg/{name}"')
    assert shown == base
    link = project.parent / "link"
    link.symlink_to(project, target_is_directory=True)
    assert findings(check(".", "-o", "json", cwd=link)) == base
    through = check("link", "-o", "json", cwd=project.parent)
    assert [one["fingerprint"] for one in through.findings] == [
        one["fingerprint"] for one in below.findings
    ]


def damage(folder: Path, how: str) -> None:
    """Spoil the cache in the one way or another."""
    (file,) = folder.glob("*.sqlite3")
    raw = file.read_bytes()
    if how == "truncated":
        file.write_bytes(raw[: len(raw) // 2])
    elif how == "empty":
        file.write_bytes(b"")
    elif how == "random":
        file.write_bytes(bytes((37 * n * n + n) % 256 for n in range(len(raw))))
    elif how == "holed":
        file.write_bytes(raw[:1024] + os.urandom(len(raw) - 1024))
    elif how == "a folder":
        file.unlink()
        file.mkdir()
    elif how == "other schema":
        import sqlite3

        file.unlink()
        with sqlite3.connect(file) as database:
            database.execute("CREATE TABLE result (ruleset, other)")
        database.close()
    elif how == "other text":
        import sqlite3

        with sqlite3.connect(file) as database:
            database.execute("UPDATE result SET found = '[1, 2]'")
        database.close()
    elif how == "no folder":
        file.unlink()
        for path in folder.iterdir():
            path.unlink()
        folder.rmdir()
        folder.write_text("not a folder", encoding="utf-8")


WAYS = ["truncated", "empty", "random", "holed", "other schema", "other text"]


def test_a_damaged_cache_is_rebuilt_silently(check, project: Path) -> None:
    """Same findings, no word of it, and where it can be, the cache works again."""
    base = findings(check("pkg", "-o", "json"))
    for how in WAYS:
        damage(project / ".greenlint" / "cache", how)
        done = check("pkg", "-o", "json")
        assert findings(done) == base, how
        assert done.err == "", how
        assert '"parsed":2' in done.out.replace(" ", ""), how
    assert '"cached":2' in check("pkg", "-o", "json").out.replace(" ", "")
    for how in ("a folder", "no folder"):
        damage(project / ".greenlint" / "cache", how)
        done = check("pkg", "-o", "json")
        assert (findings(done), done.err) == (base, ""), how
        (cache := project / ".greenlint").rename(project.parent / how)
        assert cache.exists() is False
        check("pkg")


def test_a_cache_that_cannot_be_written_is_done_without(check, project: Path) -> None:
    """--cache-dir below a file: the same findings, and no complaint."""
    (project / "file").write_text("", encoding="utf-8")
    done = check("pkg", "--cache-dir", "file/cache")
    assert done.codes == ["ACME101", "ACME102", "ACME203", "ACME101"]
    assert done.err == ""


def test_runs_at_the_same_time_do_not_disturb_each_other(check, many: Path, acme: str) -> None:
    """Three cold runs share one cache; each finds all, and the cache is whole afterwards."""
    base = findings(check("pkg", "-o", "json", "--no-cache"))
    command = [sys.executable, "-m", "greenlint", "check", "pkg", "-o", "json", "-j2"]
    env = {**os.environ, "PYTHONPATH": acme}
    runs = [subprocess.Popen(command, cwd=many, env=env, stdout=subprocess.PIPE) for _ in range(3)]
    for one in runs:
        assert one.communicate(timeout=60)[0].decode().partition('"summary"')[0] == base
    assert '"parsed":0' in check("pkg", "-o", "json").out.replace(" ", "")
