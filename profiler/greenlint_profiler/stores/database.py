# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""One open database, as the store sees it: what SQLite and PostgreSQL do each in its own way."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Protocol

from greenlint_profiler.stores.error import StoreError

Values = Sequence[Any]


class Cursor(Protocol):
    """The part of a DB-API cursor (PEP 249) that is used."""

    @property
    def rowcount(self) -> int:
        """How many rows a statement changed."""

    def fetchone(self) -> tuple[Any, ...] | None:
        """The next row."""

    def fetchall(self) -> list[tuple[Any, ...]]:
        """All rows that are left."""


class Database(Protocol):
    """A connection that is not in a transaction unless `begin` was called.

    Statements have `?` for each value and keep to the SQL that both know.  `error` is the class
    of all errors of its driver.
    """

    shown: str
    writable: bool
    error: type[Exception]

    def execute(self, sql: str, values: Values = ()) -> Cursor:
        """Run one statement."""

    def execute_many(self, sql: str, rows: Iterable[Values]) -> None:
        """Run one statement for each row."""

    def begin(self, *, alone: bool = False) -> None:
        """Begin to write; `alone` waits until nobody else writes, and keeps all others waiting."""

    def commit(self) -> None:
        """Make it so."""

    def rollback(self) -> None:
        """As if nothing had been."""

    def version(self) -> int:
        """The version of the schema; 0 is a store that is yet to be made."""

    def set_version(self, version: int) -> None:
        """Note the version, inside a transaction."""

    def prepare(self) -> None:
        """What must be there before the first table, inside a transaction."""

    def finish(self) -> None:
        """What is settled after the tables were changed, outside a transaction."""

    def explained(self, error: Exception) -> StoreError:
        """An error of the driver as a sentence."""

    def close(self) -> None:
        """Let go of it."""
