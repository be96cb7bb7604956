# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Queries through psycopg 3, whose cursors are classes of Python and can be told from their own.

A cursor of Django's is one of a class of Django's, whose queries are counted there.
"""

from __future__ import annotations

from typing import Any

from greenlint_profiler.work.desk import Desk
from greenlint_profiler.work.patches import Patches
from greenlint_profiler.work.watchers.drivers import noted_in

_METHODS = {
    "Cursor": ("execute", "executemany", "stream", "copy"),
    "AsyncCursor": ("execute", "executemany", "stream", "copy"),
    "ServerCursor": ("execute",),
    "AsyncServerCursor": ("execute",),
}


def watch(library: Any, desk: Desk, patches: Patches) -> None:
    """Count what the cursors of ``psycopg`` execute, sync and async.

    `stream` and `copy` count when they are called; psycopg's own BEGIN and COMMIT do not.
    """
    note = noted_in(desk)

    def noted(cursor: object, *args: object, **kwargs: object) -> None:
        if not type(cursor).__module__.startswith("django.db.backends."):
            note(cursor, *args, **kwargs)

    for kind, methods in _METHODS.items():
        for method in methods:
            patches.before(getattr(library, kind), method, noted)
