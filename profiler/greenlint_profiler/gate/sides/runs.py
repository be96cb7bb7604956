# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""The folder of one run of a gate, which is gone when the run is, however that ended.

Three look after it: the run itself; a watcher, a process that waits for the run's death and then
does what the run could not; and the next run, for when the watcher was killed as well.  Whether a
run lives is told by a lock on a file in its folder, which the kernel gives back with the process.
"""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from greenlint_profiler.gate.error import GateError
from greenlint_profiler.gate.sides import processes
from greenlint_profiler.said import say as message

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

PREFIX = "greenlint-gate-"
_BEGUN = ".greenlint-gate-"
_LOCK = "lock"
_REPOSITORY = "repository"
# What is begun and has no name yet, or is registered and not seen from here (another container
# may see it), is left alone for so long.
_BEGUN_SECONDS = 3600
_UNSEEN_SECONDS = 86400
_ATTEMPTS = 50
_PAUSE_SECONDS = 0.1
_WATCHER = (
    "import sys; sys.path.insert(0, sys.argv[1]); "
    "from greenlint_profiler.gate.sides.runs import watch; watch(sys.argv[2])"
)


@contextmanager
def run(common: Path, say: Callable[[str], None]) -> Iterator[Path]:
    """A new folder, outside of every checkout; `common` is git's own folder of the repository.

    What runs that were killed have left is removed first.  Raises GateError.
    """
    for left in dict.fromkeys(_leftovers(common)):
        if clear(left):
            say(message("Removed what an interrupted gate had left in {folder}.", folder=left))
    _forget_unseen(common)
    _forget_begun()
    folder, lock = _begin(common)
    watcher = None
    try:
        watcher = _watched(folder)
        yield folder
    finally:
        _remove(folder)
        os.close(lock)
        if watcher is not None and watcher.stdin is not None:
            watcher.stdin.close()
            watcher.wait()
        if folder.exists():
            stays = "Could not remove all of {folder}: files in it may belong to another user."
            say(message(stays, folder=folder))


def clear(folder: Path) -> bool:
    """Remove the folder of a run, and what git knows of it, if it is this user's and the run is
    dead; returns whether that was so.
    """
    lock = _lock_of_dead(folder)
    if lock is None:
        return False
    try:
        _remove(folder)
    finally:
        os.close(lock)
    return True


def watch(folder: str) -> None:
    """Wait until the run has ended, which closes our standard input, and clear what is left.

    A child of the run may have the lock for a moment longer than the run itself.
    """
    sys.stdin.buffer.read()
    for _ in range(_ATTEMPTS):
        if not os.path.isdir(folder):
            return
        processes.end(Path(folder))
        if not clear(Path(folder)):
            time.sleep(_PAUSE_SECONDS)


def _begin(common: Path) -> tuple[Path, int]:
    """A folder that has its lock from the moment on in which it has its name."""
    where = tempfile.gettempdir()
    try:
        begun = Path(os.path.realpath(tempfile.mkdtemp(prefix=_BEGUN)))
        (begun / _REPOSITORY).write_bytes(os.fsencode(common))
        lock = os.open(begun / _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        if fcntl is not None:
            fcntl.flock(lock, fcntl.LOCK_EX)
        folder = begun.with_name(PREFIX + begun.name.removeprefix(_BEGUN))
        begun.rename(folder)
    except OSError as error:
        raise GateError(
            "Cannot make a folder for the two checkouts in {where}: {why}. Make room, "
            "or set TMPDIR to another folder.",
            where=where,
            why=(error.strerror or str(error)).lower(),
        ) from None
    return folder, lock


def _watched(folder: Path) -> subprocess.Popen[bytes] | None:
    """The watcher of a run, in a session of its own: what ends the run does not reach it."""
    ours = str(Path(__file__).resolve().parents[3])
    with suppress(OSError):
        return subprocess.Popen(
            [sys.executable, "-I", "-S", "-c", _WATCHER, ours, str(folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=os.path.abspath(os.sep),
            start_new_session=True,
        )
    return None


def _leftovers(common: Path) -> Iterator[Path]:
    """The folders of runs, living ones too: those in the temporary folder, and those that hold
    worktrees of this repository, wherever that is.
    """
    yield from _in_temporary_folder(PREFIX)
    for _, folder in _registered(common):
        yield folder


def _in_temporary_folder(prefix: str) -> Iterator[Path]:
    place = Path(os.path.realpath(tempfile.gettempdir()))
    with suppress(OSError):
        for name in sorted(os.listdir(place)):
            if name.startswith(prefix):
                yield place / name


def _forget_begun() -> None:
    """Remove folders that never got their name: their runs were killed in their first moments."""
    for folder in _in_temporary_folder(_BEGUN):
        if _is_ours(folder) and _older(folder):
            shutil.rmtree(folder, ignore_errors=True)


def _is_ours(folder: Path) -> bool:
    """Whether it is a folder, and no link to one, of this user."""
    try:
        found = folder.lstat()
    except OSError:
        return False
    return stat.S_ISDIR(found.st_mode) and found.st_uid == os.getuid()


def _older(path: Path, seconds: float = _BEGUN_SECONDS) -> bool:
    try:
        return time.time() - path.lstat().st_mtime > seconds
    except OSError:
        return False


def _registered(common: Path) -> Iterator[tuple[Path, Path]]:
    """What git knows of the worktrees of runs: its own folder for one, and the run's folder."""
    for entry in sorted((common / "worktrees").glob("*/gitdir")):
        with suppress(OSError):
            worktree = Path(os.fsdecode(entry.read_bytes()).removesuffix("\n")).parent
            if worktree.parent.parent.name.startswith(PREFIX):
                yield entry.parent, worktree.parent.parent


def _forget_unseen(common: Path) -> None:
    """What git knows of worktrees that are long gone, with the temporary folder of another day."""
    for entry, folder in _registered(common):
        if not folder.exists() and _older(entry / "gitdir", _UNSEEN_SECONDS):
            shutil.rmtree(entry, ignore_errors=True)


def _lock_of_dead(folder: Path) -> int | None:
    """The lock of a run whose process is dead; None for a living one, and for what is not ours."""
    if fcntl is None or not _is_ours(folder):
        return None
    try:
        lock = os.open(folder / _LOCK, os.O_RDWR | os.O_CLOEXEC)
    except OSError:
        # The lock goes last: without it there is nothing, or a folder that is as good as gone.
        with suppress(OSError):
            folder.rmdir()
        return None
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if os.path.samestat(os.fstat(lock), os.stat(folder / _LOCK)):
            return lock
    except OSError:
        pass
    os.close(lock)
    return None


def _remove(folder: Path) -> None:
    """End the processes of a run, take its worktrees off git's list, and remove its folder."""
    processes.end(folder)
    with suppress(OSError):
        common = Path(os.fsdecode((folder / _REPOSITORY).read_bytes()))
        for entry, run_folder in _registered(common):
            if run_folder == folder:
                shutil.rmtree(entry, ignore_errors=True)
        # Git removes the folder of worktrees with the last of them too.
        (common / "worktrees").rmdir()
    _remove_tree(folder)


def _remove_tree(folder: Path) -> None:
    """Remove the folder of a run, the lock last: until it is gone, nobody else takes it for dead.

    What a test has made read-only is removed as well.
    """
    with suppress(OSError):
        for entry in list(os.scandir(folder)):
            if entry.is_dir(follow_symlinks=False):
                shutil.rmtree(entry, ignore_errors=True)
                _make_writable(entry.path)
                shutil.rmtree(entry, ignore_errors=True)
            elif entry.name != _LOCK:
                os.unlink(entry)
    if set(os.listdir(folder) if folder.is_dir() else ()) <= {_LOCK}:
        shutil.rmtree(folder, ignore_errors=True)


def _make_writable(folder: str) -> None:
    for place, names, _ in os.walk(folder):
        for path in (place, *(os.path.join(place, name) for name in names)):
            if not os.path.islink(path):
                with suppress(OSError):
                    os.chmod(path, stat.S_IRWXU)
