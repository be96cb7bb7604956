# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Windows that take turns on one machine, so that a counter counts one of them at a time.

The lock is a file that every process of this user can open, and the kernel gives it back when a
process ends, however it ends.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

_PATIENCE_SECONDS = 600.0
_LOOK_EVERY_SECONDS = 0.002


def supported() -> bool:
    """Whether this platform has the lock."""
    return fcntl is not None


def lock_path() -> Path:
    """One file for all processes of a user on this machine, whatever they measure."""
    user = os.getuid() if hasattr(os, "getuid") else "user"
    return Path(tempfile.gettempdir()) / f"greenlint-energy-{user}.lock"


class Turns:
    """The turns of one process; `take` and `give` may be nested."""

    def __init__(
        self,
        path: Path | None = None,
        *,
        patience_seconds: float = _PATIENCE_SECONDS,
        sleep: Callable[[float], object] = time.sleep,
    ) -> None:
        self._path = path or lock_path()
        self._patience_seconds = patience_seconds
        self._sleep = sleep
        self._file: int | None = None
        self._depth = 0
        self.alone = False

    def take(self) -> None:
        """Wait until nobody else has a window open.

        `alone` is False afterwards when that cannot be: the process that started this one holds
        the lock, and waits for it; or somebody held it for longer than the patience lasts.
        """
        self._depth += 1
        if self._depth > 1:
            return
        if self._file is None:
            self._file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        ends = time.monotonic() + self._patience_seconds
        self.alone = self._locked()
        while not self.alone and not self._held_by_an_ancestor() and time.monotonic() < ends:
            self._sleep(_LOOK_EVERY_SECONDS)
            self.alone = self._locked()
        if self.alone:
            os.pwrite(self._file, f"{os.getpid():<20}\n".encode("ascii"), 0)

    def give(self) -> None:
        """Let the next one have its turn."""
        self._depth -= 1
        if self._depth or self._file is None:
            return
        if self.alone:
            fcntl.flock(self._file, fcntl.LOCK_UN)

    def close(self) -> None:
        """Give back the file."""
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def _locked(self) -> bool:
        assert self._file is not None
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def _held_by_an_ancestor(self) -> bool:
        """A test that starts a measured run of its own holds the lock until that has ended."""
        assert self._file is not None
        holder = os.pread(self._file, 20, 0).strip()
        return holder.isdigit() and int(holder) in _ancestors()


def _ancestors() -> set[int]:
    """The processes above this one, where /proc tells them; else the one that started it."""
    found = {os.getppid()}
    process = os.getppid()
    while process > 1:
        try:
            stat = Path(f"/proc/{process}/stat").read_text("ascii", "replace")
        except OSError:
            break
        process = int(stat.rpartition(")")[2].split()[1])
        found.add(process)
    return found
