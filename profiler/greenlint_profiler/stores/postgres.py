# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""A store of a team: PostgreSQL by URL, through psycopg 3, in a schema of its own.

One database holds the runs of one project; many jobs may append at once.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from contextlib import suppress
from typing import Any
from urllib.parse import unquote

from greenlint_profiler.said import say
from greenlint_profiler.stores.address import Address
from greenlint_profiler.stores.database import Cursor, Values
from greenlint_profiler.stores.error import StoreError

SCHEMA = "greenlint"
# By its full name: a schema that a user may not look into is passed over in silence.
_VERSION = f"{SCHEMA}.store_version"
CONNECT_SECONDS = 10
PATIENCE_SECONDS = 30
# What writers hold together, and who changes the tables or removes runs holds alone: "greenlnt".
_LOCK = int.from_bytes(b"greenlnt", "big")
# Where these stand as they are, libpq finds another host than was meant, and says its name.
_BETTER_ENCODED = re.compile(r"[/?#@\[\]\s]")
_PASSWORD = re.compile(r"[?&]\w*password=([^&]*)")


class PostgresDatabase:
    """A connection to a server; see greenlint_profiler.stores.database."""

    writable = True

    def __init__(self, connection: Any, address: Address, error: type[Exception]) -> None:
        self.shown = address.shown
        self.error = error
        self._address = address
        self._connection = connection

    def execute(self, sql: str, values: Values = ()) -> Cursor:
        """Run one statement."""
        cursor: Cursor = self._connection.execute(_translated(sql), values or None)
        return cursor

    def execute_many(self, sql: str, rows: Iterable[Values]) -> None:
        """Run one statement for each row."""
        with self._connection.cursor() as cursor:
            cursor.executemany(_translated(sql), rows)

    def begin(self, *, alone: bool = False) -> None:
        """Writers share a lock that only whoever must be alone refuses them."""
        self._connection.execute("BEGIN")
        kind = "" if alone else "_shared"
        self._connection.execute(f"SELECT pg_advisory_xact_lock{kind}({_LOCK})")

    def commit(self) -> None:
        """Make it so."""
        self._connection.execute("COMMIT")

    def rollback(self) -> None:
        """As if nothing had been."""
        with suppress(self.error):  # a connection that broke has nothing to take back
            self._connection.execute("ROLLBACK")

    def version(self) -> int:
        """Raises StoreError where the schema is there and not ours."""
        there = self._connection.execute(
            "SELECT count(*), count(*) FILTER (WHERE tablename = 'store_version') "
            f"FROM pg_tables WHERE schemaname = '{SCHEMA}'"
        ).fetchone()
        if not there[0]:
            return 0
        if not there[1]:
            raise StoreError(
                "The schema {schema} of {shown} has tables of another program, and was left "
                "alone. Name another database.",
                schema=SCHEMA,
                shown=self.shown,
            )
        row = self._connection.execute(f"SELECT max(version) FROM {_VERSION}").fetchone()
        return int(row[0] or 0)

    def set_version(self, version: int) -> None:
        """Note the version."""
        self._connection.execute(f"DELETE FROM {_VERSION}")
        self._connection.execute(f"INSERT INTO {_VERSION} VALUES (%s)", (version,))

    def prepare(self) -> None:
        """Make the schema.  Not by IF NOT EXISTS, which asks for rights even where it exists."""
        found = self._connection.execute(
            f"SELECT 1 FROM pg_namespace WHERE nspname = '{SCHEMA}'"
        ).fetchone()
        if found is None:
            self._connection.execute(f"CREATE SCHEMA {SCHEMA}")
        self._connection.execute(f"CREATE TABLE IF NOT EXISTS {_VERSION} (version BIGINT)")

    def finish(self) -> None:
        """Nothing is left to do."""

    def explained(self, error: Exception) -> StoreError:
        """An error of the driver as a sentence."""
        return StoreError(
            "The store {shown} cannot be used: {reason}. {way_out}",
            shown=self.shown,
            reason=reason(error, self._address),
            way_out=_way_out(getattr(error, "sqlstate", None)),
        )

    def close(self) -> None:
        """Let go of it."""
        with suppress(self.error):
            self._connection.close()


def open_database(address: Address) -> PostgresDatabase:
    """Connect; raises StoreError where that is not possible."""
    if _BETTER_ENCODED.search(_user_and_password(address.url)):
        raise _no_url(address)
    try:
        import psycopg
    except ImportError:  # also where psycopg is there, and the library that it needs is not
        raise StoreError(
            "The store {shown} needs psycopg, which cannot be imported. Install it with "
            "`pip install 'greenlint[postgres]'`.",
            shown=address.shown,
        ) from None
    try:
        connection = psycopg.connect(
            address.url,
            autocommit=True,  # transactions begin where we say so
            connect_timeout=CONNECT_SECONDS,
            client_encoding="utf8",
            application_name="greenlint",
        )
    except psycopg.OperationalError as error:
        raise StoreError(
            "The store {shown} cannot be reached: {reason}. Look whether the server "
            "runs, and whether user, password and database are right.",
            shown=address.shown,
            reason=reason(error, address),
        ) from None
    except (psycopg.Error, UnicodeError, ValueError):
        # Its message may quote a part of the password.
        raise _no_url(address) from None
    database = PostgresDatabase(connection, address, psycopg.Error)
    try:
        connection.execute(f"SET search_path TO {SCHEMA}")
        connection.execute(f"SET lock_timeout = '{PATIENCE_SECONDS}s'")
    except psycopg.Error as error:
        database.close()
        raise database.explained(error) from None
    return database


def reason(error: Exception, address: Address) -> str:
    """The first line of what the server says, with no password in it and no full stop."""
    lines = str(error).strip().splitlines() or [type(error).__name__]
    said = lines[0].strip().rstrip(".")
    for password in _passwords(address.url):
        said = said.replace(password, "***")
    return said


def _no_url(address: Address) -> StoreError:
    return StoreError(
        "The store {shown} is no URL that PostgreSQL understands. Write it as "
        "postgresql://USER@HOST:PORT/DATABASE, with the special characters of each "
        "part percent-encoded, and leave the password to PGPASSWORD or a password "
        "file.",
        shown=address.shown,
    )


def _user_and_password(url: str) -> str:
    return url.partition("://")[2].rpartition("@")[0]


def _passwords(url: str) -> set[str]:
    """What must not be shown, as it is written and as it is meant."""
    written = {_user_and_password(url).partition(":")[2], *_PASSWORD.findall(url)}
    return (written | {unquote(one) for one in written}) - {""}


def _translated(sql: str) -> str:
    """psycopg's mark for a value; no statement of ours has a question mark or a percent sign."""
    return sql.replace("?", "%s")


def _way_out(code: str | None) -> str:
    """What helps, by the server's code: https://www.postgresql.org/docs/current/errcodes-appendix.html."""
    if code == "42501":
        return say("Give this user the right: nothing was changed.")
    if code == "53100":
        return say("Nothing was written; make room on the server.")
    if code == "55P03":
        return say("Others kept it busy; nothing was written, try again.")
    return say("Nothing was written.")
