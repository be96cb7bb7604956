# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Queries through psycopg2, whose classes are written in C: the way is that of sqlite3."""

from __future__ import annotations

import sys
from typing import Any

from greenlint_profiler.work.desk import Desk
from greenlint_profiler.work.line import DJANGO, library_of
from greenlint_profiler.work.patches import Called, Patches, changing
from greenlint_profiler.work.watchers.drivers import (
    Kinds,
    counted_cursor,
    noted_in,
    subclass,
)

_METHODS = ("execute", "executemany", "copy_expert")


def watch(library: Any, desk: Desk, patches: Patches) -> None:
    """Count what the connections execute that ``psycopg2`` opens from now on."""
    plain, connection = library.extensions.cursor, library.extensions.connection
    cursors = Kinds(plain, counted_cursor(plain, _METHODS, noted_in(desk)))

    def counted(args: tuple[Any, ...], kwargs: dict[str, Any]) -> Called:
        if len(args) > 2:  # self, name, cursor_factory
            return (*args[:2], cursors(args[2] or plain), *args[3:]), kwargs
        theirs = kwargs.get("cursor_factory") or args[0].cursor_factory or plain
        return args, kwargs | {"cursor_factory": cursors(theirs)}

    ours = subclass(connection, {"cursor": changing(connection.cursor, counted)})
    connections = Kinds(connection, ours)

    def connecting(args: tuple[Any, ...], kwargs: dict[str, Any]) -> Called:
        if library_of(sys._getframe(2)) & DJANGO:
            return args, kwargs
        if len(args) > 1:  # dsn, connection_factory
            return (args[0], connections(args[1] or connection), *args[2:]), kwargs
        theirs = kwargs.get("connection_factory") or connection
        return args, kwargs | {"connection_factory": connections(theirs)}

    patches.put(library, "connect", changing(library.connect, connecting))
