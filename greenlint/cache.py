# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Content, rules and settings -> findings remembered, in one SQLite file that may vanish any time.

A file's entry is found by its name and believed only for the same bytes, so neither clocks nor
checkouts matter.  Whatever is wrong with the file, the cache starts anew and says nothing.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterable, Mapping
from hashlib import blake2b
from pathlib import Path

from greenlint.codec import dumps, loads
from greenlint.result import FileResult

_FILE = "check-1.sqlite3"
_SCHEMA = """
CREATE TABLE IF NOT EXISTS result (
    ruleset TEXT NOT NULL, name TEXT NOT NULL, digest TEXT NOT NULL, found TEXT NOT NULL,
    PRIMARY KEY (ruleset, name)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS ruleset (ruleset TEXT PRIMARY KEY, used INTEGER NOT NULL) WITHOUT ROWID;
"""
# Errors that say nothing against the file: another run writes it, or nobody may.
_SOUND = ("SQLITE_BUSY", "SQLITE_LOCKED", "SQLITE_READONLY", "SQLITE_FULL", "SQLITE_PERM")
# Rule selections kept: a developer's, the CI job's, and one that is being tried.
_KEPT = 4


class Cache:
    """Results of earlier runs with one ruleset; `folder` is made when first needed."""

    def __init__(self, folder: Path, ruleset: str) -> None:
        self._file = folder / _FILE
        self._ruleset = ruleset
        self._known: dict[str, tuple[str, str]] = self._read()

    def get(self, name: str, digest: str) -> FileResult | None:
        """The result remembered for a file with exactly these bytes."""
        held = self._known.get(_stored(name))
        if held is None or held[0] != digest:
            return None
        try:
            return loads(FileResult, held[1])
        except ValueError:
            return None

    def put(self, results: Iterable[tuple[str, str, FileResult]]) -> None:
        """Remember (name, digest, result); failures of rules are not remembered."""
        rows = [
            (self._ruleset, _stored(name), digest, text)
            for name, digest, result in results
            if not result.problems and (text := _text(result)) is not None
        ]
        if not rows:
            return
        for _ in range(2):
            try:
                self._write(rows)
            except sqlite3.DatabaseError as error:
                if getattr(error, "sqlite_errorname", "").startswith(_SOUND):
                    return
                with contextlib.suppress(OSError):
                    self._file.unlink(missing_ok=True)
            except OSError:
                return  # a place that cannot be written: the next run is as slow as this one
            else:
                return

    def _read(self) -> dict[str, tuple[str, str]]:
        if not self._file.is_file():
            return {}
        try:
            with contextlib.closing(self._connect()) as database:
                rows = database.execute(
                    "SELECT name, digest, found FROM result WHERE ruleset = ?", (self._ruleset,)
                )
                return {name: (digest, found) for name, digest, found in rows}
        except (sqlite3.DatabaseError, OSError, UnicodeError, TypeError):
            return {}

    def _write(self, rows: list[tuple[str, str, str, str]]) -> None:
        folder = self._file.parent
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in (("CACHEDIR.TAG", _TAG), (".gitignore", "*\n")):
            if not (folder / name).exists():
                (folder / name).write_text(text, "utf-8")
        with contextlib.closing(self._connect()) as database, database:
            database.executescript(_SCHEMA)
            database.execute("BEGIN IMMEDIATE")
            database.executemany("INSERT OR REPLACE INTO result VALUES (?, ?, ?, ?)", rows)
            database.execute(
                "INSERT OR REPLACE INTO ruleset SELECT ?, coalesce(max(used), 0) + 1 FROM ruleset",
                (self._ruleset,),
            )
            for table in ("result", "ruleset"):
                database.execute(
                    f"DELETE FROM {table} WHERE ruleset NOT IN "
                    "(SELECT ruleset FROM ruleset ORDER BY used DESC LIMIT ?)",
                    (_KEPT,),
                )

    def _connect(self) -> sqlite3.Connection:
        database = sqlite3.connect(self._file, timeout=5, isolation_level=None)
        try:
            database.execute("PRAGMA synchronous = OFF")
        except sqlite3.DatabaseError:
            database.close()
            raise
        return database


def _stored(name: str) -> str:
    """A file's name as SQLite can hold it, though it be no Unicode."""
    return name.encode("utf-8", "backslashreplace").decode("utf-8")


def _text(result: FileResult) -> str | None:
    try:
        return dumps(result)
    except (TypeError, ValueError):  # a plugin's finding that holds more than text
        return None


_TAG = "Signature: 8a477f597d28d172789f06886806bc55\n# Findings remembered by greenlint.\n"


def ruleset_key(facts: Mapping[str, object]) -> str:
    """One key for everything but a file's bytes that its findings follow from."""
    text = "\n".join(f"{name}={value!r}" for name, value in sorted(facts.items()))
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
