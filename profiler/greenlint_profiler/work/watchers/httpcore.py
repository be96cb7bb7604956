# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Requests through httpcore, and so those of httpx, and through their successors of the name 2.

Sync and async, HTTP/1.1 and HTTP/2.
"""

from __future__ import annotations

import sys
from typing import Any

from greenlint_profiler.work.desk import Desk
from greenlint_profiler.work.patches import Patches
from greenlint_profiler.work.watchers.hosts import CONNECT, USUAL_PORTS, host_of

_CONNECTIONS = (
    "HTTP11Connection",
    "AsyncHTTP11Connection",
    "HTTP2Connection",
    "AsyncHTTP2Connection",
)
# `handle_request` may find its connection taken and send nothing; this is where one is sent.
_METHOD = "_send_request_headers"


def watch(library: Any, desk: Desk, patches: Patches) -> None:
    """Count what the connections of ``httpcore`` or ``httpcore2`` send, below a pool or a proxy."""

    def note(connection: object, *args: Any, **kwargs: Any) -> None:
        if desk.open:
            request = args[0] if args else kwargs["request"]
            method, url = request.method.decode("ascii"), request.url
            if method != CONNECT:
                usual = USUAL_PORTS.get(url.scheme.decode("ascii"))
                host = host_of(url.host.decode(), url.port, usual, url.target.decode("latin-1"))
                desk.request(method, host, sys._getframe(2))

    for name in _CONNECTIONS:
        connection = getattr(library, name)
        if "HTTP2" not in name or hasattr(connection, _METHOD):  # a stub where h2 is absent
            patches.before(connection, _METHOD, note)
