# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""The one place where everything is reported that a program asks for, while somebody counts.

Patches are for the whole process, so there is one set of them, however many count at once; it
comes with the first who does and goes with the last.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import partial
from importlib import import_module
from types import FrameType
from typing import Any

from greenlint_profiler.work.arrivals import Arrivals
from greenlint_profiler.work.books import Books
from greenlint_profiler.work.classes import Place
from greenlint_profiler.work.line import NOWHERE, Lines
from greenlint_profiler.work.patches import Patches

# Each library that is watched, and the function below `watchers` that does it.
_WATCHED = {
    "django.db.backends.utils": "django.watch_cursors",
    "django.db.backends.base.base": "django.watch_transactions",
    "sqlalchemy": "sqlalchemy.watch",
    "sqlite3": "sqlite3.watch",
    "psycopg": "psycopg.watch",
    "psycopg2": "psycopg2.watch",
    "asgiref.sync": "asgiref.watch",
    "asyncio.base_events": "asyncio.watch",
    "http.client": "http_client.watch",
    "httpcore": "httpcore.watch",
    "httpcore2": "httpcore.watch",
    "aiohttp.client_reqrep": "aiohttp.watch",
}


class Desk:
    """Hands on to each of the books what is reported; `open` are those with an open window."""

    def __init__(self) -> None:
        self.open: tuple[Books, ...] = ()
        self.notes: dict[str, str] = {}
        self._users: list[Books] = []
        self._patches = Patches()
        self._arrivals = Arrivals({})
        self._lock = threading.RLock()

    def query(self, statement: object, frame: FrameType, unless: int = 0) -> None:
        """A statement was sent, from `frame`; not if one of the libraries `unless` asked for it."""
        for books in self.open:
            place = books.lines.innermost(frame, unless, classes=True)
            if place is not None:
                books.query(statement, place)

    def request(self, method: str, host: str, frame: FrameType) -> None:
        """A request went out, from `frame`."""
        for books in self.open:
            place = books.lines.innermost(frame)
            if place is not None:
                books.request(method, host, place)

    def awaiting(self, frame: FrameType) -> tuple[tuple[Lines, Place], ...]:
        """What waits, in `frame`, for something that another thread, or a task, will ask."""
        found = ((one.lines, one.lines.innermost(frame, classes=True)) for one in self.open)
        return tuple((lines, place) for lines, place in found if place and place != NOWHERE)

    def start(self, books: Books) -> None:
        """Somebody counts from now on."""
        with self._lock:
            self._users.append(books)
            if len(self._users) == 1:
                self.notes = {}
                self._arrivals = Arrivals({name: partial(self._watch, name) for name in _WATCHED})
                self._arrivals.start()

    def stop(self, books: Books) -> None:
        """Somebody counts no longer; the last one finds everything as it was."""
        with self._lock:
            self._users = [one for one in self._users if one is not books]
            self.look()
            if not self._users:
                self._arrivals.stop()
                self._patches.undo()

    def look(self) -> None:
        """A window has begun or ended: see who has one open, and which libraries came unseen."""
        self.open = tuple([books for books in self._users if books.open])
        self._arrivals.look()

    def _watch(self, name: str, library: Any) -> None:
        room, _, function = _WATCHED[name].partition(".")
        watch: Callable[[Any, Desk, Patches], None]
        watch = getattr(import_module(f"{__package__}.watchers.{room}"), function)
        try:
            watch(library, self, self._patches)
        except AttributeError as error:
            self.notes[name] = f"What {name} does is not counted: {error}."


DESK = Desk()
