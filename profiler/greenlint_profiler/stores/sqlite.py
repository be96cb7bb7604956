# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""A store in one file: SQLite of the standard library, with a write-ahead log.

Many processes may append at once: each waits for its turn.  A reader sees whole runs only.
"""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from greenlint_profiler.said import say
from greenlint_profiler.stores.address import Address
from greenlint_profiler.stores.database import Cursor, Values
from greenlint_profiler.stores.error import NoStoreError, StoreError

# How long a writer waits for the others; a run of 10 000 tests is written in less than a second.
PATIENCE_SECONDS = 30.0
# "GRNL": https://www.sqlite.org/pragma.html#pragma_application_id
_OURS = 0x47524E4C


class SqliteDatabase:
    """A file of SQLite; see greenlint_profiler.stores.database."""

    error: type[Exception] = sqlite3.Error

    def __init__(self, path: Path, shown: str, *, writable: bool) -> None:
        self.shown = shown
        self.writable = writable
        self._path = path
        self._connection = _connect(path, "rwc" if writable else _read_only_mode(path, shown))

    def execute(self, sql: str, values: Values = ()) -> Cursor:
        """Run one statement."""
        return self._connection.execute(sql, values)

    def execute_many(self, sql: str, rows: Iterable[Values]) -> None:
        """Run one statement for each row."""
        self._connection.executemany(sql, rows)

    def begin(self, *, alone: bool = False) -> None:
        """A writer of SQLite is always alone."""
        self._connection.execute("BEGIN IMMEDIATE")

    def commit(self) -> None:
        """Make it so."""
        self._connection.execute("COMMIT")

    def rollback(self) -> None:
        """As if nothing had been."""
        if self._connection.in_transaction:
            self._connection.execute("ROLLBACK")

    def version(self) -> int:
        """Raises StoreError for a database that another program made."""
        with self._one_moment():
            owner, version = self._pragma("application_id"), int(self._pragma("user_version"))
            tables = self._tables()
        if owner == _OURS:
            return version
        if version or tables:
            raise StoreError(
                "{shown} is a database of another program, and was left alone. Name a file "
                "that is not there yet, and it will be made.",
                shown=self.shown,
            )
        return 0

    def set_version(self, version: int) -> None:
        """Note the version."""
        self._connection.execute(f"PRAGMA application_id = {_OURS}")
        self._connection.execute(f"PRAGMA user_version = {version:d}")

    def prepare(self) -> None:
        """Nothing: the file is there."""

    def finish(self) -> None:
        """From now on readers and a writer do not wait for each other; the file remembers it.

        Where the file system has no shared memory SQLite stays with its journal.
        """
        if self._pragma("journal_mode") != "wal":
            _patiently(lambda: self._pragma("journal_mode = WAL"))

    def explained(self, error: Exception) -> StoreError:
        """An error of the driver as a sentence."""
        name = getattr(error, "sqlite_errorname", "")
        return StoreError(_sentence(self.shown, name, str(error)))

    def close(self) -> None:
        """Let go of it."""
        with suppress(sqlite3.Error):
            self._connection.close()

    @contextmanager
    def _one_moment(self) -> Iterator[None]:
        """What is read here is of one moment, even while another process makes the store."""
        if self._connection.in_transaction:
            yield
            return
        self._connection.execute("BEGIN DEFERRED")
        try:
            yield
        finally:
            self.rollback()

    def _pragma(self, name: str) -> Any:
        return self._connection.execute(f"PRAGMA {name}").fetchone()[0]

    def _tables(self) -> int:
        counted = self._connection.execute("SELECT count(*) FROM sqlite_master")
        return int(counted.fetchone()[0])


def open_database(address: Address, *, create: bool) -> SqliteDatabase:
    """Open the file, or make it; raises StoreError."""
    path = address.path
    assert path is not None, "an address of SQLite has a path"
    with _told(address.shown):
        there = _there(path, address.shown)
        if not there and not create:
            raise NoStoreError(address.shown)
        if not there:
            _make_folder(path.parent)
        return SqliteDatabase(path, address.shown, writable=_may_write(path))


@contextmanager
def _told(shown: str) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        name = getattr(error, "sqlite_errorname", "")
        raise StoreError(_sentence(shown, name, str(error))) from None
    except OSError as error:
        why = (error.strerror or str(error)).lower()
        raise StoreError(
            "Cannot open the store {shown}: {why}. Give this user the right to it, or "
            "name another with --store.",
            shown=shown,
            why=why,
        ) from None


def _there(path: Path, shown: str) -> bool:
    try:
        found = path.stat()
    except FileNotFoundError:
        return False
    except NotADirectoryError:
        raise StoreError(
            "Cannot open the store {shown}: a part of its path is a file, and no folder.",
            shown=shown,
        ) from None
    if path.is_dir():
        raise StoreError("The store {shown} is a folder; name a file in it.", shown=shown)
    if not path.is_file():
        raise StoreError(
            "The store {shown} is no regular file; name another with --store.", shown=shown
        )
    return found.st_size >= 0


def _make_folder(folder: Path) -> None:
    """A folder named .greenlint tells git to leave it alone, as the cache in it does."""
    folder.mkdir(parents=True, exist_ok=True)
    ignore = folder / ".gitignore"
    if folder.name == ".greenlint" and not ignore.exists():
        with suppress(OSError):
            ignore.write_text("*\n", encoding="ascii")


def _may_write(path: Path) -> bool:
    """Beside the file its log is written, so that both must be allowed."""
    effective = os.access in os.supports_effective_ids
    return all(
        os.access(one, os.W_OK, effective_ids=effective)
        for one in (path.parent, path)
        if one.exists()
    )


def _read_only_mode(path: Path, shown: str) -> str:
    """A log that cannot be opened for writing is no obstacle as long as nothing is in it."""
    log = path.with_name(path.name + "-wal")
    if not log.exists() or log.stat().st_size == 0:
        return "ro&immutable=1"
    if path.with_name(path.name + "-shm").exists():
        return "ro"
    raise StoreError(
        "The store {shown} cannot be read here: the newest runs are in {name}, which "
        "needs a place that can be written. Copy both files there.",
        shown=shown,
        name=log.name,
    )


def _connect(path: Path, mode: str) -> sqlite3.Connection:
    return sqlite3.connect(
        f"{path.absolute().as_uri()}?mode={mode}",
        uri=True,
        timeout=PATIENCE_SECONDS,
        isolation_level=None,  # transactions begin where we say so
    )


def _patiently(change: Callable[[], object]) -> None:
    """SQLite does not wait for others when the journal changes: so we do."""
    until = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            change()
            return
        except sqlite3.OperationalError as error:
            if not _busy(getattr(error, "sqlite_errorname", "")) or time.monotonic() > until:
                raise
        time.sleep(0.01)


def _busy(name: str) -> bool:
    return name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED"))


def _sentence(shown: str, name: str, message: str) -> str:
    """What SQLite's code means for the store: https://www.sqlite.org/rescode.html."""
    if _busy(name):
        return say(
            "The store {shown} was kept busy by others for {seconds} s. Nothing "
            "was written; try again.",
            shown=shown,
            seconds=f"{PATIENCE_SECONDS:g}",
        )
    if name == "SQLITE_NOTADB":
        return say(
            "{shown} is no database, and was left alone. Name another file with --store, "
            "or move this one away.",
            shown=shown,
        )
    if name.startswith("SQLITE_CORRUPT"):
        return say(
            "The store {shown} is damaged ({message}). Move it away, and the next run "
            "begins a new one; `sqlite3 FILE .recover` saves what can be read of the old "
            "one.",
            shown=shown,
            message=message,
        )
    if name == "SQLITE_FULL":
        return say(
            "The disk of the store {shown} is full. Nothing was written; make room on it.",
            shown=shown,
        )
    if name.startswith("SQLITE_READONLY"):
        return say(
            "The store {shown} cannot be written: {message}. Give this user the right to "
            "the file and its folder, or name another with --store.",
            shown=shown,
            message=message,
        )
    if name.startswith("SQLITE_CANTOPEN"):
        return say(
            "Cannot open the store {shown}: {message}. Look whether its folder is there "
            "and may be written, or name another with --store.",
            shown=shown,
            message=message,
        )
    return say(
        "The store {shown} cannot be used: {message}. Nothing was written.",
        shown=shown,
        message=message,
    )
