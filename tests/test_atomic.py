# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Files are never half written, and keep their mode, their owner and the links to them."""

from __future__ import annotations

import os
import random
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from greenlint import atomic
from greenlint.atomic import write
from greenlint.errors import FixError


def test_writing_keeps_the_mode_and_leaves_nothing_behind(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_bytes(b"old")
    path.chmod(0o751)
    write(path, b"new", before=b"old")
    assert path.read_bytes() == b"new"
    assert stat.S_IMODE(path.stat().st_mode) == 0o751
    assert os.listdir(tmp_path) == ["a.py"]


def test_a_new_file_has_the_usual_mode(tmp_path: Path) -> None:
    """As if it had been opened for writing."""
    write(tmp_path / "a", b"x")
    (tmp_path / "b").write_bytes(b"x")
    assert (tmp_path / "a").stat().st_mode == (tmp_path / "b").stat().st_mode


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root gives away")
def test_writing_keeps_the_owner(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_bytes(b"old")
    os.chown(path, 1234, 4321)
    write(path, b"new")
    assert (path.stat().st_uid, path.stat().st_gid) == (1234, 4321)


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    """Its target is replaced, also through two links and another folder."""
    folder = tmp_path / "real"
    folder.mkdir()
    target = folder / "a.py"
    target.write_bytes(b"old")
    (tmp_path / "one.py").symlink_to(target)
    (tmp_path / "two.py").symlink_to("one.py")
    write(tmp_path / "two.py", b"new", before=b"old")
    assert target.read_bytes() == b"new"
    assert not target.is_symlink()
    assert os.readlink(tmp_path / "two.py") == "one.py"
    assert sorted(os.listdir(tmp_path)) == ["one.py", "real", "two.py"]


def test_a_file_changed_meanwhile_is_left_alone(tmp_path: Path) -> None:
    """Somebody's editor was faster."""
    path = tmp_path / "a.py"
    path.write_bytes(b"theirs")
    with pytest.raises(FixError, match="changed by another program"):
        write(path, b"new", before=b"old")
    assert path.read_bytes() == b"theirs"
    path.unlink()
    with pytest.raises(FixError, match="vanished"):
        write(path, b"new", before=b"old")
    assert os.listdir(tmp_path) == []


def test_a_file_changed_at_the_last_moment_is_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is compared again right before it is replaced, and the temporary file goes."""
    path = tmp_path / "a.py"
    path.write_bytes(b"old")
    fill = atomic._fill

    def meanwhile(*args: object) -> None:
        fill(*args)  # type: ignore[arg-type]
        path.write_bytes(b"theirs")

    monkeypatch.setattr(atomic, "_fill", meanwhile)
    with pytest.raises(FixError, match="changed by another program"):
        write(path, b"new", before=b"old")
    assert path.read_bytes() == b"theirs"
    assert os.listdir(tmp_path) == ["a.py"]


def test_a_read_only_file_is_left_alone(tmp_path: Path) -> None:
    """Though the folder would allow to replace it."""
    path = tmp_path / "a.py"
    path.write_bytes(b"old")
    path.chmod(0o444)
    with pytest.raises(FixError, match=r"read-only.*chmod"):
        write(path, b"new")
    assert path.read_bytes() == b"old"


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (PermissionError(13, "Permission denied"), "permission denied. Give write access"),
        (OSError(28, "No space left on device"), "no space left on device. Nothing was changed"),
        (OSError(30, "Read-only file system"), "read-only file system. Nothing was changed"),
    ],
)
def test_what_the_system_refuses_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: OSError, sentence: str
) -> None:
    """With the file and the way out; the file is as it was."""
    path = tmp_path / "a.py"
    path.write_bytes(b"old")

    def refuse(*_: object) -> int:
        raise error

    monkeypatch.setattr(os, "open", refuse)
    with pytest.raises(FixError) as caught:
        write(path, b"new")
    monkeypatch.undo()
    assert sentence in str(caught.value)
    assert path.read_bytes() == b"old"


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(FixError, match="not a regular file"):
        write(tmp_path, b"x")
    with pytest.raises(FixError, match="has to exist"):
        write(tmp_path / "none" / "a.py", b"x")


WRITER = """
import sys
from pathlib import Path
from greenlint.atomic import write
path, old, new = Path(sys.argv[1]), b"old = 1\\n" * 20_000, b"new = 22\\n" * 20_000
print(flush=True)
while True:
    write(path, new)
    write(path, old)
"""


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no SIGKILL here")
def test_a_kill_leaves_the_old_or_the_new(tmp_path: Path) -> None:
    """At a hundred random moments; what is left over has no name that Python reads."""
    path = tmp_path / "a.py"
    whole = {b"old = 1\n" * 20_000, b"new = 22\n" * 20_000}
    path.write_bytes(min(whole))
    chance = random.Random(20_261_123)
    seen = set()
    for _ in range(10):
        writers = [
            subprocess.Popen([sys.executable, "-c", WRITER, str(path)], stdout=subprocess.PIPE)
            for _ in range(10)
        ]
        for writer in writers:
            with writer:
                assert writer.stdout is not None
                writer.stdout.readline()
                time.sleep(chance.random() * 0.01)
                writer.send_signal(signal.SIGKILL)
            content = path.read_bytes()
            assert content in whole
            seen.add(content)
    assert seen == whole
    assert [name for name in os.listdir(tmp_path) if name.endswith(".py")] == ["a.py"]
