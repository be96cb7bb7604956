# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Who began a task of asyncio: `gather`, `create_task`, a task group.

Nothing is counted here.  A library's coroutine that only its task awaits has no line of the project
on its stack, which begins at the event loop.  So the place that made the task goes along in a
context variable: a task takes the context that it is made in, and keeps it.

All of asyncio, and anyio on it, make tasks through the method of the loop; a loop that is not
asyncio's own (uvloop) has one written in C, and its tasks stay without a place.
"""

from __future__ import annotations

import functools
import sys
from typing import Any

from greenlint_profiler.work.desk import Desk
from greenlint_profiler.work.line import AWAITING
from greenlint_profiler.work.patches import Patches, leave, unseen


def watch(module: Any, desk: Desk, patches: Patches) -> None:
    """Have ``BaseEventLoop.create_task`` of ``asyncio.base_events`` say who calls it."""
    original = module.BaseEventLoop.create_task

    @functools.wraps(original)
    @unseen
    def create_task(*args: Any, **kwargs: Any) -> Any:
        began = desk.awaiting(sys._getframe(1)) if desk.open else ()
        token = AWAITING.set(began) if began else None
        try:
            return original(*args, **kwargs)
        except BaseException as error:
            leave(error)
            raise
        finally:
            if token is not None:
                AWAITING.reset(token)

    patches.put(module.BaseEventLoop, "create_task", create_task)
