# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Requests through http.client, and so those of urllib, urllib3, requests, and what uses them.

A request counts when its head goes to a connection.  One whose connection is refused was not sent.
"""

from __future__ import annotations

import functools
import sys
from typing import Any

from greenlint_profiler.work.desk import Desk
from greenlint_profiler.work.patches import Patches, leave, unseen
from greenlint_profiler.work.watchers.hosts import host_of


def watch(library: Any, desk: Desk, patches: Patches) -> None:
    """Count what the connections of ``http.client`` send, those of subclasses included."""
    owner = library.HTTPConnection
    original = owner.endheaders

    @functools.wraps(original)
    @unseen
    def endheaders(self: Any, *args: Any, **kwargs: Any) -> Any:
        head = _head(self) if desk.open else None
        try:
            answer = original(self, *args, **kwargs)
        except BaseException as error:
            if head is not None and self.sock is not None:
                desk.request(*head, sys._getframe(1))
            leave(error)
            raise
        if head is not None:
            desk.request(*head, sys._getframe(1))
        return answer

    patches.put(owner, "endheaders", endheaders)


def _head(connection: Any) -> tuple[str, str] | None:
    """Method and host of the request whose head waits in the connection's buffer."""
    buffer = getattr(connection, "_buffer", None)
    if not buffer:
        return None
    method, _, rest = bytes(buffer[0]).decode("latin-1").partition(" ")
    host, port = connection.host, connection.port
    if getattr(connection, "_tunnel_host", None):
        host, port = connection._tunnel_host, connection._tunnel_port
    return method, host_of(host, port, connection.default_port, rest)
