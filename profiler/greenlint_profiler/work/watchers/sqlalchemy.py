# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""SQLAlchemy's queries, by its own event: one for each statement that goes to a cursor.

The event is that of the class `Engine`, and so of every engine, old and new, sync and async.
"""

from __future__ import annotations

import sys
from typing import Any

from greenlint_profiler.work.desk import Desk
from greenlint_profiler.work.patches import Patches
from greenlint_profiler.work.watchers.drivers import disown

_EVENT = "before_cursor_execute"


def watch(library: Any, desk: Desk, patches: Patches) -> None:
    """Listen to the engines of ``sqlalchemy``, 1.4 or 2."""
    event, engine, pool = library.event, library.engine.Engine, library.pool.Pool

    def note(
        conn: Any, cursor: Any, statement: str, parameters: Any, context: Any, many: bool
    ) -> None:
        if desk.open:
            desk.query(statement, sys._getframe(1))

    def opened(connection: Any, record: Any) -> None:
        adapted = getattr(connection, "driver_connection", None)
        disown(getattr(adapted, "_conn", None))  # aiosqlite: it works in a thread of its own

    had_events = vars(engine).get("_has_events")
    event.listen(engine, _EVENT, note)
    event.listen(pool, "connect", opened, insert=True)

    def leave() -> None:
        for listening in ((engine, _EVENT, note), (pool, "connect", opened)):
            if event.contains(*listening):  # a program may have cleared them all
                event.remove(*listening)
        if not _heard(engine):
            engine._has_events = had_events

    patches.at_the_end(leave)


def _heard(engine: Any) -> bool:
    """Whether somebody else listens to all engines; if in doubt, so it is."""
    names = getattr(engine.dispatch, "_event_names", ())
    listeners = [getattr(getattr(engine.dispatch, name), "_clslevel", None) for name in names]
    return any(one is None or one.get(engine) for one in listeners)
