# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Content, rules and settings -> findings remembered, in one SQLite file that may vanish any time.

A file's entry is found by its name and believed only for the same bytes, so neither clocks nor
checkouts matter.  Whatever is wrong with the file, the cache starts anew and says nothing.
"""

from __future__ import annotations

import contextlib
import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from hashlib import blake2b
from pathlib import Path

from greenlint.codec import dumps, loads
from greenlint.result import FileResult

_FILE = "check-2.sqlite3"
_SCHEMA = """
CREATE TABLE IF NOT EXISTS result (
    ruleset TEXT NOT NULL, name TEXT NOT NULL, digest TEXT NOT NULL, found TEXT NOT NULL,
    PRIMARY KEY (ruleset, name)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS facts (
    ruleset TEXT NOT NULL, name TEXT NOT NULL, digest TEXT NOT NULL, facts TEXT NOT NULL,
    PRIMARY KEY (ruleset, name)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS across (
    ruleset TEXT NOT NULL, name TEXT NOT NULL, shape TEXT NOT NULL, uses TEXT NOT NULL,
    found TEXT NOT NULL, PRIMARY KEY (ruleset, name)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS ruleset (ruleset TEXT PRIMARY KEY, used INTEGER NOT NULL) WITHOUT ROWID;
"""
# Errors that say nothing against the file: another run writes it, or nobody may.
_SOUND = ("SQLITE_BUSY", "SQLITE_LOCKED", "SQLITE_READONLY", "SQLITE_FULL", "SQLITE_PERM")
# What a damaged file raises: where its own words are no text, Python fails at the error's message.
_DAMAGED = (sqlite3.DatabaseError, UnicodeError)
# Rule selections kept: a developer's, the CI job's, and one that is being tried.
_KEPT = 4


class Cache:
    """Results of earlier runs with one ruleset; `folder` is made when first needed."""

    def __init__(self, folder: Path, ruleset: str, *, read_only: bool = False) -> None:
        self._read_only = read_only
        self._file = folder / _FILE
        self._ruleset = ruleset
        self._known: dict[str, tuple[str, str]] = {}
        self._facts: dict[str, tuple[str, str]] = {}
        self._across: dict[str, tuple[str, str, str]] = {}
        self._read()

    def get(self, name: str, digest: str) -> FileResult | None:
        """The result remembered for a file with exactly these bytes."""
        held = self._known.get(_stored(name))
        if held is None or held[0] != digest:
            return None
        try:
            return loads(FileResult, held[1])
        except ValueError:
            return None

    def get_facts(self, name: str, digest: str) -> str | None:
        """What a file with exactly these bytes tells others."""
        held = self._facts.get(_stored(name))
        return held[1] if held is not None and held[0] == digest else None

    def put_facts(self, facts: Iterable[tuple[str, str, str]]) -> None:
        """Remember (name, digest, facts)."""
        rows = [(self._ruleset, _stored(name), digest, text) for name, digest, text in facts]
        self._save("facts", rows)

    def get_across(self, name: str, shape: str, digests: Mapping[str, str]) -> FileResult | None:
        """What the rules across files found in a file, if all it rests on is as it was.

        `shape` is one word for the facts of all files, `digests` are those of their bytes.
        """
        held = self._across.get(_stored(name))
        if held is None or held[0] != shape:
            return None
        try:
            if any(digests.get(used) != digest for used, digest in json.loads(held[1])):
                return None
            return loads(FileResult, held[2])
        except (ValueError, TypeError):
            return None

    def put_across(self, results: Iterable[tuple[str, str, str, FileResult]]) -> None:
        """Remember (name, shape, files used with their digests as JSON, result)."""
        self._save(
            "across",
            [
                (self._ruleset, _stored(name), shape, uses, text)
                for name, shape, uses, result in results
                if (text := _text(result)) is not None
            ],
        )

    def put(self, results: Iterable[tuple[str, str, FileResult]]) -> None:
        """Remember (name, digest, result); failures of rules are not remembered."""
        rows: list[tuple[str, ...]] = [
            (self._ruleset, _stored(name), digest, text)
            for name, digest, result in results
            if not result.problems and (text := _text(result)) is not None
        ]
        self._save("result", rows)

    def _save(self, table: str, rows: Sequence[tuple[str, ...]]) -> None:
        if not rows or self._read_only:
            return
        for _ in range(2):
            try:
                self._write(table, rows)
            except _DAMAGED as error:
                if getattr(error, "sqlite_errorname", "").startswith(_SOUND):
                    return
                with contextlib.suppress(OSError):
                    self._file.unlink(missing_ok=True)
            except OSError:
                return  # a place that cannot be written: the next run is as slow as this one
            else:
                return

    def _read(self) -> None:
        if not self._file.is_file():
            return
        mine = (self._ruleset,)
        try:
            database = self._connect()
        except (*_DAMAGED, OSError):
            return
        with (
            contextlib.suppress(*_DAMAGED, TypeError),
            contextlib.closing(database),
        ):
            rows = database.execute(
                "SELECT name, digest, found FROM result WHERE ruleset = ?", mine
            )
            self._known = {name: (digest, found) for name, digest, found in rows}
            rows = database.execute("SELECT name, digest, facts FROM facts WHERE ruleset = ?", mine)
            self._facts = {name: (digest, facts) for name, digest, facts in rows}
            rows = database.execute(
                "SELECT name, shape, uses, found FROM across WHERE ruleset = ?", mine
            )
            self._across = {name: (shape, uses, found) for name, shape, uses, found in rows}

    def _write(self, table: str, rows: Sequence[tuple[str, ...]]) -> None:
        folder = self._file.parent
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in (("CACHEDIR.TAG", _TAG), (".gitignore", "*\n")):
            if not (folder / name).exists():
                (folder / name).write_text(text, "utf-8")
        with contextlib.closing(self._connect()) as database, database:
            database.executescript(_SCHEMA)
            database.execute("BEGIN IMMEDIATE")
            places = ", ".join("?" * len(rows[0]))
            database.executemany(f"INSERT OR REPLACE INTO {table} VALUES ({places})", rows)
            database.execute(
                "INSERT OR REPLACE INTO ruleset SELECT ?, coalesce(max(used), 0) + 1 FROM ruleset",
                (self._ruleset,),
            )
            for old in ("result", "facts", "across", "ruleset"):
                database.execute(
                    f"DELETE FROM {old} WHERE ruleset NOT IN "
                    "(SELECT ruleset FROM ruleset ORDER BY used DESC LIMIT ?)",
                    (_KEPT,),
                )

    def _connect(self) -> sqlite3.Connection:
        database = sqlite3.connect(self._file, timeout=5, isolation_level=None)
        try:
            database.execute("PRAGMA synchronous = OFF")
        except _DAMAGED:
            database.close()
            raise
        return database


def _stored(name: str) -> str:
    """A file's name as SQLite can hold it, though it be no Unicode."""
    return name.encode("utf-8", "backslashreplace").decode("utf-8")


def _text(result: FileResult) -> str | None:
    try:
        return dumps(replace(result, facts=""))
    except (TypeError, ValueError):  # a plugin's finding that holds more than text
        return None


_TAG = "Signature: 8a477f597d28d172789f06886806bc55\n# Findings remembered by greenlint.\n"


def ruleset_key(facts: Mapping[str, object]) -> str:
    """One key for everything but a file's bytes that its findings follow from."""
    text = "\n".join(f"{name}={value!r}" for name, value in sorted(facts.items()))
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
