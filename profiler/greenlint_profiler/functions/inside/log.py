# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""A log that outlives its process, whatever ends that."""

from __future__ import annotations

import mmap
import os

from . import SUFFIX

_SEGMENT = 1 << 18


class Log:
    """Lines in memory that is shared with files: what was written is there however a program ends.

    Writing makes no system call, so the interpreter's lock is not given away, and a program that
    closes all of its files does not disturb it.  Raises OSError where there is no room.
    """

    def __init__(self, folder: str, began_ns: int) -> None:
        self._stem = os.path.join(folder, f"{os.getpid()}-{began_ns}")
        self._segments = 0
        self._at = _SEGMENT
        self._memory: mmap.mmap | None = None

    def write(self, line: str) -> None:
        """Add a line."""
        data = line.encode("ascii", "backslashreplace") + b"\n"
        if self._memory is None or self._at + len(data) > len(self._memory):
            self._open(len(data))
        memory = self._memory
        assert memory is not None
        memory[self._at : self._at + len(data)] = data
        self._at += len(data)

    def _open(self, least: int) -> None:
        size = max(_SEGMENT, least)
        path = f"{self._stem}-{self._segments:05}{SUFFIX}"
        flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_CLOEXEC", 0)
        descriptor = os.open(path, flags, 0o600)
        try:
            # Room that is not reserved would be a SIGBUS when the disk is full.
            if hasattr(os, "posix_fallocate"):
                os.posix_fallocate(descriptor, 0, size)
            else:
                os.ftruncate(descriptor, size)
            self._memory = mmap.mmap(descriptor, size)
        finally:
            os.close(descriptor)
        self._segments += 1
        self._at = 0
