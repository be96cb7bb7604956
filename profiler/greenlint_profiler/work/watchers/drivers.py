# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""What the drivers of databases have in common: who asked, and classes that tell of it."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

from greenlint_profiler.work.desk import Desk
from greenlint_profiler.work.line import DJANGO, SQLALCHEMY
from greenlint_profiler.work.patches import noting

# Django and SQLAlchemy count for themselves what they ask a driver for.
_COUNTED_ABOVE = DJANGO | SQLALCHEMY
# An attribute of connections that are counted elsewhere although no stack shows it.
_DISOWNED = "_greenlint_counted_above"


def noted_in(desk: Desk) -> Callable[..., None]:
    """Notes a statement that a cursor is told to execute, unless a layer above counts it."""

    def note(cursor: object, *args: object, **kwargs: object) -> None:
        if desk.open:
            statement = args[0] if args else kwargs.get("query")
            desk.query(statement, sys._getframe(2), _COUNTED_ABOVE)

    return note


def counted_cursor(base: type, methods: tuple[str, ...], note: Callable[..., None]) -> type:
    """A subclass of a driver's cursor that notes what it executes."""
    noted = {name: noting(getattr(base, name), note) for name in methods}
    return subclass(base, {"__slots__": (), **noted})


def subclass(base: type, members: dict[str, Any], *between: type) -> type:
    """A subclass that goes by the name of its base."""
    named = {"__module__": base.__module__, "__qualname__": base.__qualname__}
    return type(base.__name__, (base, *between), named | members)


class Kinds:
    """Our subclass of each class that a program uses for its connections or for its cursors.

    A class of the program's own comes before ours among the bases, so that its methods call ours
    where they call the driver's.
    """

    def __init__(self, base: type, ours: type) -> None:
        self._base = base
        self._ours = ours
        self._known: dict[type, type] = {base: ours}

    def __call__(self, theirs: Any) -> Any:
        """The class to use in place of theirs; theirs where no subclass can be without effects."""
        if not isinstance(theirs, type) or not issubclass(theirs, self._base):
            return theirs
        if theirs not in self._known:
            self._known[theirs] = self._subclass(theirs)
        return self._known[theirs]

    def _subclass(self, theirs: type) -> type:
        hooks = any("__init_subclass__" in vars(one) for one in theirs.__mro__[:-1])
        if issubclass(theirs, self._ours) or hooks or type(theirs) is not type:
            return theirs
        try:
            return subclass(theirs, {"__slots__": ()}, self._ours)
        except TypeError:  # bases that do not go together: a class of C beside ours
            return theirs


def disown(connection: object) -> None:
    """Count no queries of a connection of ours: they are counted above it, in another thread."""
    if hasattr(type(connection), _DISOWNED):
        setattr(connection, _DISOWNED, True)


def disowned(connection: Any) -> Any:
    """Whether a connection of ours was."""
    return connection._greenlint_counted_above


def disownable() -> dict[str, Any]:
    """The members of a class whose connections can be disowned."""
    return {_DISOWNED: False}
