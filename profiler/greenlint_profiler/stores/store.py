# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Runs, kept: appended whole or not at all, and read again as they came in."""

from __future__ import annotations

import json
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from greenlint_profiler.stores import report, saving
from greenlint_profiler.stores.accepted import Accepted, as_record, from_record
from greenlint_profiler.stores.address import address
from greenlint_profiler.stores.database import Database
from greenlint_profiler.stores.error import StoreError
from greenlint_profiler.stores.rows import QUANTITIES, Document, Row, key, pack, rows, text, unpack
from greenlint_profiler.stores.saving import Saving
from greenlint_profiler.stores.schema import STEPS, migrate
from greenlint_profiler.stores.stored import (
    RUN_COLUMNS,
    SAMPLE_COLUMNS,
    Point,
    Sample,
    StoredRun,
    Stratum,
    run_of,
)

# So many values in one statement: SQLite before 3.32 takes no more than 999.
_AT_ONCE = 500
# The outcome of a test that did its work: less work is no saving.
PASSED = "passed"
_FORGET = (
    "DELETE FROM baseline WHERE test_key = ? AND class = ? AND interpreter = ? AND evidence = ? "
    "AND traced = ?"
)


def open_store(where: str, root: Path, *, create: bool = True) -> Store:
    """The store at a path (relative to `root`) or a URL of PostgreSQL; empty is the default.

    Makes it where it is not there, unless `create` is false; brings an older one up to date.
    Raises StoreError where it cannot be used; nothing was changed then.
    """
    place = address(where, root)
    database: Database
    if place.path is not None:
        from greenlint_profiler.stores import sqlite

        database = sqlite.open_database(place, create=create)
    else:
        from greenlint_profiler.stores import postgres

        database = postgres.open_database(place)
    store = Store(database)
    try:
        with store.told():
            migrate(database, STEPS, create=create)
    except BaseException:
        store.close()
        raise
    return store


class Store:
    """An open store; `with` closes it.  Every method raises StoreError where it cannot be done."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @property
    def shown(self) -> str:
        """Where it is, for people: without a password."""
        return self._database.shown

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of it."""
        self._database.close()

    # Writing

    def append(self, document: Document) -> bool:
        """Keep a run, a document of greenlint-energy/1, whole or not at all; false where it is
        there already.

        Raises StoreError also where another run has its id.
        """
        made = rows(document)
        with self._writing():
            self._insert("machine", [made.machine])
            if self._insert("run", [made.run]):
                self._insert("test", made.tests)
                self._insert("sample", made.samples)
                self._insert("verdict", made.verdicts)
                return True
        if self.document(made.run[1]) != unpack(pack(document)):
            raise StoreError(
                "The store {shown} has another run with the id {run}; this one was not kept. "
                "Ids are unique: a file of --energy-json must not be edited.",
                shown=self.shown,
                run=repr(made.run[1]),
            )
        return False

    def prune(self, keep_runs: int) -> int:
        """Remove all but the newest runs of each machine class; how many were removed."""
        if keep_runs < 1:
            raise StoreError(
                "keep-runs is {keep_runs}; at least 1 run is kept.", keep_runs=keep_runs
            )
        # Most often nothing is, and nobody has to wait.
        if not self._surplus(keep_runs):
            return 0
        with self._writing(alone=True):
            gone = self._surplus(keep_runs)
            for table in ("verdict", "sample", "run"):
                sql = f"DELETE FROM {table} WHERE run_key = ?"
                self._database.execute_many(sql, [(run_key,) for run_key in gone])
            for table, column in (("test", "test_key"), ("machine", "machine_key")):
                self._database.execute(_unused(table, column))
        return len(gone)

    def accept(self, entries: Iterable[Accepted]) -> None:
        """Take these as what later runs are held against, in place of what was accepted before."""
        held = {_entry_key(one): one for one in entries}
        with self._writing(alone=True):
            self._insert("test", sorted({(key(one.test), text(one.test)) for one in held.values()}))
            self._database.execute_many(_FORGET, sorted(held))
            self._insert(
                "baseline",
                [(*known, json.dumps(as_record(one))) for known, one in sorted(held.items())],
            )

    def forget(self, entries: Iterable[Accepted]) -> None:
        """Take these out of what is accepted."""
        with self._writing(alone=True):
            self._database.execute_many(_FORGET, sorted(map(_entry_key, entries)))

    def realised(self, savings: Iterable[Saving]) -> None:
        """Keep savings; those that are there already stay as they are."""
        with self._writing():
            self._insert("saving", [saving.row(one) for one in savings])

    def keep_report(self, document: Document) -> None:
        """Keep a report of measures; one that is there already stays as it is."""
        with self._writing():
            self._insert("report", [report.row(document)])

    # Reading

    def runs(self, machine_class: str | None = None, limit: int | None = None) -> list[StoredRun]:
        """The runs, the newest first."""
        where, values = (
            ("", []) if machine_class is None else ("WHERE m.class = ?", [machine_class])
        )
        most = "" if limit is None else f"LIMIT {int(limit)}"
        found = self._read(
            f"SELECT {RUN_COLUMNS} FROM run r JOIN machine m ON m.machine_key = r.machine_key "
            f"{where} ORDER BY r.started DESC, r.id DESC {most}",
            values,
        )
        return [run_of(row) for row in found]

    def counts(self) -> dict[str, int]:
        """How many runs there are of each machine class."""
        found = self._read(
            "SELECT m.class, count(*) FROM run r JOIN machine m ON m.machine_key = r.machine_key "
            "GROUP BY m.class",
            (),
        )
        return {str(name): int(count) for name, count in found}

    def document(self, run_id: str) -> dict[str, Any]:
        """A run as it came in."""
        found = self._read("SELECT document FROM run WHERE id = ?", [text(run_id)])
        if not found:
            raise StoreError(
                "The store {shown} has no run {run_id}; `greenlint energy list` has them.",
                shown=self.shown,
                run_id=repr(run_id),
            )
        try:
            return unpack(bytes(found[0][0]))
        except (zlib.error, ValueError):
            raise StoreError(
                "The run {run_id} of the store {shown} is damaged and cannot be read.",
                run_id=repr(run_id),
                shown=self.shown,
            ) from None

    def samples(self, run_ids: Sequence[str], test_id: str | None = None) -> Iterator[Sample]:
        """The figures of all tests in these runs, or of one of them; failed tests included."""
        for first in range(0, len(run_ids), _AT_ONCE):
            some = [text(run_id) for run_id in run_ids[first : first + _AT_ONCE]]
            marks = ", ".join("?" * len(some))
            only = "" if test_id is None else "AND s.test_key = ?"
            found = self._read(
                f"SELECT {SAMPLE_COLUMNS} FROM run r JOIN sample s ON s.run_key = r.run_key "
                f"JOIN test t ON t.test_key = s.test_key WHERE r.id IN ({marks}) {only} "
                "ORDER BY r.started, r.id, t.id, s.attempt",
                some if test_id is None else [*some, key(test_id)],
            )
            yield from (Sample(*row) for row in found)

    def passed(self, run_id: str) -> list[Row]:
        """What each test used that passed in a run, by its last attempt: its key, its outcome, its
        label, and the QUANTITIES.  Much faster than `samples`, which has all that is known.
        """
        found = self._read(
            f"SELECT s.test_key, s.outcome, s.evidence, {', '.join(QUANTITIES)} "
            "FROM (SELECT run_key AS of_run FROM run WHERE id = ?) r "
            "JOIN sample s ON s.run_key = r.of_run ORDER BY s.test_key, s.attempt",
            [text(run_id)],
        )
        last = {row[0]: row for row in found}
        return [row for row in last.values() if row[1] == PASSED]

    def test_ids(self) -> dict[int, str]:
        """Every test that the store knows, by its key."""
        return dict(self._read("SELECT test_key, id FROM test", ()))

    def history(self, machine_class: str, test_id: str, quantity: str) -> list[Point]:
        """One quantity of a test on machines of one class, the oldest run first.

        One point a run, of the last attempt; without runs that did not pass the test or did not
        count the quantity.  Points of different strata or evidence are not of one series:
        greenlint_profiler.past.history takes them apart.
        """
        if quantity not in QUANTITIES:
            raise ValueError(f"{quantity!r} is none of {', '.join(QUANTITIES)}")
        found = self._read(
            f"SELECT {RUN_COLUMNS}, s.evidence, s.{quantity} FROM sample s "
            "JOIN run r ON r.run_key = s.run_key JOIN machine m ON m.machine_key = r.machine_key "
            f"WHERE s.test_key = ? AND m.class = ? AND s.outcome = ? AND s.{quantity} IS NOT NULL "
            "ORDER BY r.started, r.id, s.attempt",
            [key(test_id), machine_class, PASSED],
        )
        points = {row[3]: Point(run_of(row[:-2]), row[-2], row[-1]) for row in found}
        return list(points.values())

    def accepted(self, machine_class: str | None = None) -> list[Accepted]:
        """What was accepted, in order."""
        found = self._read("SELECT class, interpreter, traced, entry FROM baseline", ())
        entries = [
            from_record(json.loads(entry), Stratum(name, interpreter, bool(traced)))
            for name, interpreter, traced, entry in found
            if machine_class in (None, name)
        ]
        return sorted(entries, key=lambda one: one.sort_key)

    def savings(self, machine_class: str | None = None) -> list[Saving]:
        """The savings that were realised, the newest first."""
        found = self._read("SELECT class, entry FROM saving ORDER BY finished DESC, saving_key", ())
        return [
            saving.from_record(json.loads(entry))
            for name, entry in found
            if machine_class in (None, name)
        ]

    def reports(self) -> list[dict[str, Any]]:
        """The reports of measures, the oldest first, as they came in."""
        found = self._read("SELECT document FROM report ORDER BY written, report_key", ())
        try:
            return [unpack(bytes(one)) for (one,) in found]
        except (zlib.error, ValueError):
            raise StoreError(
                "A report in the store {shown} is damaged.", shown=self.shown
            ) from None

    # How

    @contextmanager
    def told(self) -> Iterator[None]:
        """What the driver says, as a sentence."""
        try:
            yield
        except self._database.error as error:
            raise self._database.explained(error) from None
        except OverflowError as error:
            raise StoreError(
                "The store {shown} cannot hold so large a number: {error}.",
                shown=self.shown,
                error=error,
            ) from None

    @contextmanager
    def _writing(self, *, alone: bool = False) -> Iterator[None]:
        """A transaction: all of it or nothing."""
        if not self._database.writable:
            raise StoreError(
                "The store {shown} cannot be written by this user, or is on a medium that is "
                "read-only. Give the right to the file and its folder, or name another store.",
                shown=self.shown,
            )
        with self.told():
            try:
                self._database.begin(alone=alone)
                yield
                self._database.commit()
            except BaseException:
                with suppress(self._database.error):
                    self._database.rollback()
                raise

    def _insert(self, table: str, values: Sequence[Row]) -> bool:
        """Insert what is not there; whether one row was, of a list of one."""
        if not values:
            return False
        marks = ", ".join("?" * len(values[0]))
        sql = f"INSERT INTO {table} VALUES ({marks}) ON CONFLICT DO NOTHING"
        if len(values) > 1:
            self._database.execute_many(sql, values)
            return True
        return self._database.execute(sql, values[0]).rowcount == 1

    def _read(self, sql: str, values: Sequence[Any]) -> list[Row]:
        with self.told():
            return self._database.execute(sql, values).fetchall()

    def _surplus(self, keep_runs: int) -> list[int]:
        """The keys of the runs that are too old to keep."""
        found = self._read(
            "SELECT m.class, r.run_key FROM run r JOIN machine m ON m.machine_key = r.machine_key "
            "ORDER BY r.started DESC, r.id DESC",
            (),
        )
        kept = Counter[str]()
        gone = []
        for machine_class, run_key in found:
            kept[machine_class] += 1
            if kept[machine_class] > keep_runs:
                gone.append(run_key)
        return gone


def _entry_key(one: Accepted) -> tuple[int, str, str, str, int]:
    stratum = one.stratum
    names = (text(stratum.machine_class), text(stratum.interpreter), text(one.evidence))
    return (key(one.test), *names, int(stratum.traced))


def _unused(table: str, column: str) -> str:
    """Removes names that no run needs any more."""
    users = ("sample", "baseline") if table == "test" else ("run",)
    needed = " AND ".join(
        f"NOT EXISTS (SELECT 1 FROM {user} u WHERE u.{column} = {table}.{column})" for user in users
    )
    return f"DELETE FROM {table} WHERE {needed}"
