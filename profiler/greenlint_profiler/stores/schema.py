# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""The tables of a store, and the steps from each version of them to the next.

The statements are the SQL that SQLite and PostgreSQL share.  Keys are 64 bits of a hash of what a
row stands for, so that many writers agree on them without asking one another.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from greenlint_profiler.stores.database import Database
from greenlint_profiler.stores.error import NoStoreError, StoreError

Step = Callable[[Database], None]

# A verdict has no reference to its test: there is none without a sample that has one, and
# PostgreSQL would read all verdicts for each name that is removed.
_FIRST = (
    """
    CREATE TABLE machine (
        machine_key BIGINT PRIMARY KEY,
        class TEXT NOT NULL,
        interpreter TEXT NOT NULL,
        facts TEXT NOT NULL
    )""",
    """
    CREATE TABLE run (
        run_key BIGINT PRIMARY KEY,
        id TEXT NOT NULL UNIQUE,
        started TEXT NOT NULL,
        machine_key BIGINT NOT NULL REFERENCES machine,
        runner TEXT NOT NULL,
        label TEXT,
        branch TEXT,
        revision TEXT,
        dirty SMALLINT,
        ci TEXT,
        traced SMALLINT NOT NULL,
        meter TEXT NOT NULL,
        evidence TEXT NOT NULL,
        seconds DOUBLE PRECISION,
        tests BIGINT NOT NULL,
        joules DOUBLE PRECISION,
        cpu_seconds DOUBLE PRECISION,
        queries BIGINT,
        requests BIGINT,
        verdict TEXT,
        document BYTEA NOT NULL
    )""",
    "CREATE INDEX run_by_time ON run (started)",
    """
    CREATE TABLE test (
        test_key BIGINT PRIMARY KEY,
        id TEXT NOT NULL
    )""",
    """
    CREATE TABLE sample (
        run_key BIGINT NOT NULL REFERENCES run,
        test_key BIGINT NOT NULL REFERENCES test,
        attempt BIGINT NOT NULL,
        outcome TEXT NOT NULL,
        evidence TEXT NOT NULL,
        joules DOUBLE PRECISION,
        low_joules DOUBLE PRECISION,
        high_joules DOUBLE PRECISION,
        seconds DOUBLE PRECISION,
        cpu_seconds DOUBLE PRECISION,
        queries BIGINT,
        requests BIGINT,
        instructions BIGINT,
        PRIMARY KEY (run_key, test_key, attempt)
    )""",
    "CREATE INDEX sample_by_test ON sample (test_key, run_key)",
    """
    CREATE TABLE verdict (
        run_key BIGINT NOT NULL REFERENCES run,
        test_key BIGINT NOT NULL,
        attempt BIGINT NOT NULL,
        quantity TEXT NOT NULL,
        verdict TEXT,
        allowed DOUBLE PRECISION NOT NULL,
        used DOUBLE PRECISION,
        reason TEXT,
        PRIMARY KEY (run_key, test_key, attempt, quantity)
    )""",
    """
    CREATE TABLE baseline (
        test_key BIGINT NOT NULL REFERENCES test,
        class TEXT NOT NULL,
        interpreter TEXT NOT NULL,
        evidence TEXT NOT NULL,
        traced SMALLINT NOT NULL,
        entry TEXT NOT NULL,
        PRIMARY KEY (test_key, class, interpreter, evidence, traced)
    )""",
)


def _first(database: Database) -> None:
    for statement in _FIRST:
        database.execute(statement)


def _second(database: Database) -> None:
    """Which instructions a run counted; earlier documents do not tell it, and theirs stay null."""
    database.execute("ALTER TABLE run ADD COLUMN instructions_are TEXT")


def _third(database: Database) -> None:
    """Savings that were realised; a finding may have one of each gate."""
    database.execute(
        """
        CREATE TABLE saving (
            saving_key BIGINT PRIMARY KEY,
            fingerprint TEXT NOT NULL,
            finished TEXT NOT NULL,
            class TEXT NOT NULL,
            entry TEXT NOT NULL
        )"""
    )


def _fourth(database: Database) -> None:
    """Reports of measures, of all systems of a team."""
    database.execute(
        """
        CREATE TABLE report (
            report_key BIGINT PRIMARY KEY,
            written TEXT NOT NULL,
            document BYTEA NOT NULL
        )"""
    )


# From version 0, which is nothing, to 1, and so on: a step is added, none is changed.  A later step
# that wants a column which nobody kept reads it out of the documents.
STEPS: Sequence[Step] = (_first, _second, _third, _fourth)


def migrate(database: Database, steps: Sequence[Step], *, create: bool) -> None:
    """Take the tables from the version that they have to that of the last step, in one
    transaction.  Raises StoreError where that is not possible.
    """
    found = _version(database, steps)
    if found == len(steps):
        return
    if not found and not create:
        raise NoStoreError(f"in {database.shown}")
    if not database.writable:
        raise StoreError(
            "The store {shown} is of version {found}, is to be brought to version {known}, "
            "and cannot be written here. Open it once where it can.",
            shown=database.shown,
            found=found,
            known=len(steps),
        )
    try:
        database.begin(alone=True)
        database.prepare()
        for step in steps[_version(database, steps) :]:  # another may have been first
            step(database)
        database.set_version(len(steps))
        database.commit()
    except BaseException:
        database.rollback()
        raise
    database.finish()


def _version(database: Database, steps: Sequence[Step]) -> int:
    found = database.version()
    if found > len(steps):
        raise StoreError(
            "The store {shown} is of version {found}, and this greenlint knows versions "
            "up to {known}. Use the greenlint that wrote it, or name another store.",
            shown=database.shown,
            found=found,
            known=len(steps),
        )
    return found
