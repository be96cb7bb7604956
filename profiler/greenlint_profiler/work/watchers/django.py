# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Django's queries, exactly those that `assertNumQueries` counts.

Each goes through `CursorWrapper`, whatever the alias, the thread and the age of the connection.
`connection.execute_wrapper` belongs to one connection of one thread, is seen by programs, and
comes to none that is opened later; so the methods of the class are wrapped, below those of the
`CursorDebugWrapper` that the assertion reads.  BEGIN, COMMIT and ROLLBACK are not sent through a
cursor: Django logs them through `debug_transaction`, from 4.2 on, and savepoints as statements.
"""

from __future__ import annotations

import sys
from typing import Any

from greenlint_profiler.work.desk import Desk
from greenlint_profiler.work.patches import Patches


def watch_cursors(module: Any, desk: Desk, patches: Patches) -> None:
    """Count what the cursors of ``django.db.backends.utils`` are told to execute."""
    for name in ("execute", "executemany"):
        patches.before(module.CursorWrapper, name, _noted_in(desk))


def watch_transactions(module: Any, desk: Desk, patches: Patches) -> None:
    """Count the starts and ends of transactions that ``django.db.backends.base.base`` logs."""
    if hasattr(module, "debug_transaction"):
        patches.before(module, "debug_transaction", _noted_in(desk))


def _noted_in(desk: Desk) -> Any:
    def note(here: object, *args: object, **kwargs: object) -> None:
        if desk.open:
            desk.query(args[0] if args else kwargs.get("sql"), sys._getframe(2))

    return note
