# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""The account that windows share when no meter is handed to them: opened once for each name."""

from __future__ import annotations

import threading

from greenlint_profiler.account import Account
from greenlint_profiler.world import World

_LOCK = threading.Lock()
_KNOWN: dict[tuple[str | None, str, str, str | None], Account] = {}


def default_account(name: str | None, world: World) -> Account:
    """The account of the named meter, or of the best one; raises Unavailable for a named one."""
    key = (name, world.sys, world.proc, world.environ.get("GREENLINT_REPLAY"))
    with _LOCK:
        account = _KNOWN.get(key)
        if account is None:
            from greenlint_profiler.choose import choose, open_named

            meter = choose(world).meter if name is None else open_named(name, world)
            account = _KNOWN[key] = Account(meter)
        return account


def forget() -> None:
    """Choose anew at the next window: the machine, or what may be read, has changed."""
    with _LOCK:
        for account in _KNOWN.values():
            account.meter.close()
        _KNOWN.clear()
