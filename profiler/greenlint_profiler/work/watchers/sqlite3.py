# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Queries through sqlite3 itself, and through what is built on it and not counted higher up.

The classes of sqlite3 are written in C and take no patch.  `connect` is given a subclass instead,
whose cursors tell what they execute; where a program brings a connection or cursor class of its
own, ours comes between that and sqlite3's.  Django's connections stay bare, for Django counts for
itself.  SQLAlchemy's do not, for a program may use them without it; who asked is told by the stack.
"""

from __future__ import annotations

import functools
import sys
from typing import Any

from greenlint_profiler.work.desk import Desk
from greenlint_profiler.work.line import DJANGO, library_of
from greenlint_profiler.work.patches import Called, Patches, Unbound, changing, leave, unseen
from greenlint_profiler.work.watchers.drivers import (
    Kinds,
    counted_cursor,
    disownable,
    disowned,
    noted_in,
    subclass,
)

_METHODS = ("execute", "executemany", "executescript")
# Where `connect` takes the class of the connection, if not by name.
_FACTORY = 5


def watch(library: Any, desk: Desk, patches: Patches) -> None:
    """Count what the connections execute that ``sqlite3`` opens from now on."""
    connections = Kinds(library.Connection, _connection(library, desk))

    def connecting(args: tuple[Any, ...], kwargs: dict[str, Any]) -> Called:
        if library_of(sys._getframe(3)) & DJANGO:
            return args, kwargs
        if len(args) > _FACTORY:
            factory = connections(args[_FACTORY])
            return (*args[:_FACTORY], factory, *args[_FACTORY + 1 :]), kwargs
        factory = connections(kwargs.get("factory", library.Connection))
        return args, kwargs | {"factory": factory}

    original = library.connect
    connect = Unbound(changing(original, connecting))
    for module in (library, library.dbapi2):
        if module.connect is original:
            patches.put(module, "connect", connect)


def _connection(library: Any, desk: Desk) -> type:
    """The class of connections whose cursors, and whose own shortcuts to them, are counted."""
    base, plain = library.Connection, library.Cursor
    ours = counted_cursor(plain, _METHODS, noted_in(desk))
    cursors = Kinds(plain, ours)

    @functools.wraps(base.cursor)
    @unseen
    def cursor(self: Any, *args: Any, **kwargs: Any) -> Any:
        try:
            if disowned(self):
                return base.cursor(self, *args, **kwargs)
            if args:
                return base.cursor(self, cursors(args[0]), *args[1:], **kwargs)
            factory = cursors(kwargs.pop("factory")) if "factory" in kwargs else ours
            return base.cursor(self, factory, **kwargs)
        except BaseException as error:
            leave(error)
            raise

    def shortcut(name: str) -> Any:
        """As in C, it makes a cursor without asking `cursor`; that one may execute more."""

        @functools.wraps(getattr(base, name))
        @unseen
        def execute(self: Any, *args: Any, **kwargs: Any) -> Any:
            try:
                made = base.cursor(self, plain if disowned(self) else ours)
                return getattr(made, name)(*args, **kwargs)
            except BaseException as error:
                leave(error)
                raise

        return execute

    shortcuts = {name: shortcut(name) for name in _METHODS}
    return subclass(base, disownable() | shortcuts | {"cursor": cursor})
