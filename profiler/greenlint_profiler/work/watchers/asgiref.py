# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Who waits for what asgiref runs in another thread, as Django's async methods have it do.

Nothing is counted here.  The place that awaits goes along in a context variable, which asgiref
takes into the thread as it does with those of the program.
"""

from __future__ import annotations

import functools
import sys
from contextlib import suppress
from typing import Any

from greenlint_profiler.work.desk import Desk
from greenlint_profiler.work.line import AWAITING
from greenlint_profiler.work.patches import Patches, leave, unseen


def watch(module: Any, desk: Desk, patches: Patches) -> None:
    """Have ``asgiref.sync.SyncToAsync`` say who waits for it."""
    original = module.SyncToAsync.__call__

    @functools.wraps(original)
    @unseen
    async def call(self: Any, *args: Any, **kwargs: Any) -> Any:
        token = AWAITING.set(desk.awaiting(sys._getframe(1)))
        try:
            return await original(self, *args, **kwargs)
        except BaseException as error:
            leave(error)
            raise
        finally:
            with suppress(ValueError):  # closed in another context than it was begun in
                AWAITING.reset(token)

    patches.put(module.SyncToAsync, "__call__", call)
