# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Writes a file so that a kill at any moment leaves either the old content or the new."""

from __future__ import annotations

import contextlib
import os
import secrets
import stat
from collections.abc import Iterator
from pathlib import Path

from greenlint.errors import FixError
from greenlint.messages import say

# What a kill may leave behind: never a name that Python or a linter would read.
_SUFFIX = ".greenlint-tmp"


def write(path: Path, data: bytes, *, before: bytes | None = None) -> None:
    """Give `path` the content `data`; mode and owner stay, a link stays a link to its target.

    With `before`, the content must still be that, or nothing is written.  Raises FixError.
    """
    target = Path(os.path.realpath(path))
    try:
        found = _stat(target)
        _refuse(path, found)
        _compare(path, target, before)
        with _temporary(target) as (handle, name):
            _fill(handle, data, found)
            _compare(path, target, before)
            os.replace(name, target)
        _sync_folder(target.parent)
    except OSError as error:
        raise FixError(_sentence(path, error)) from None


def _stat(target: Path) -> os.stat_result | None:
    try:
        return target.stat()
    except FileNotFoundError:
        return None


def _refuse(path: Path, found: os.stat_result | None) -> None:
    if found is None:
        return
    if not stat.S_ISREG(found.st_mode):
        raise FixError("{path} is not a regular file and was left as it is.", path=path)
    if not found.st_mode & 0o222 or not os.access(path, os.W_OK):
        raise FixError(
            "{path} is read-only and was left as it is. Make it writable (chmod u+w), or "
            "exclude it.",
            path=path,
        )


def _compare(path: Path, target: Path, before: bytes | None) -> None:
    if before is None:
        return
    try:
        same = target.read_bytes() == before
    except FileNotFoundError:
        vanished = say("{path} has vanished since it was read; nothing was written.", path=path)
        raise FixError(vanished) from None
    if not same:
        raise FixError(
            "{path} was changed by another program since it was read, and was left as it is. "
            "Run greenlint again.",
            path=path,
        )


@contextlib.contextmanager
def _temporary(target: Path) -> Iterator[tuple[int, str]]:
    """A new file beside the target, gone again unless it was moved."""
    name = os.path.join(target.parent, f".{secrets.token_hex(8)}{_SUFFIX}")
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    handle = os.open(name, flags, 0o666)
    try:
        yield handle, name
    finally:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(name)


def _fill(handle: int, data: bytes, like: os.stat_result | None) -> None:
    with open(handle, "wb") as file:
        file.write(data)
        file.flush()
        if like is not None:
            _keep_owner_and_mode(handle, like)
        os.fsync(handle)


def _keep_owner_and_mode(handle: int, like: os.stat_result) -> None:
    """Owner before mode: a change of owner clears special bits.  Only root may give files away."""
    if not hasattr(os, "fchown"):
        return
    made = os.fstat(handle)
    if (made.st_uid, made.st_gid) != (like.st_uid, like.st_gid):
        with contextlib.suppress(PermissionError):
            os.fchown(handle, -1, like.st_gid)
        with contextlib.suppress(PermissionError):
            os.fchown(handle, like.st_uid, -1)
    os.fchmod(handle, stat.S_IMODE(like.st_mode))


def _sync_folder(folder: Path) -> None:
    """Make the rename itself durable, where the system can."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _sentence(path: Path, error: OSError) -> str:
    why = (error.strerror or str(error)).lower()
    if isinstance(error, PermissionError):
        way = f"Give write access to the folder {path.parent}, or exclude the file."
    elif isinstance(error, FileNotFoundError):
        way = f"The folder {path.parent} has to exist."
    else:
        way = "Nothing was changed."
    return f"Cannot write {path}: {why}. {way}"
