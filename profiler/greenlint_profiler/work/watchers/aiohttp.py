# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Requests through aiohttp, each as it goes to its connection."""

from __future__ import annotations

import sys
from typing import Any

from greenlint_profiler.work.desk import Desk
from greenlint_profiler.work.patches import Patches
from greenlint_profiler.work.watchers.hosts import CONNECT, USUAL_PORTS, host_of


def watch(module: Any, desk: Desk, patches: Patches) -> None:
    """Count what ``aiohttp.client_reqrep`` sends: redirects and retries are requests too."""

    def note(request: Any, *args: object, **kwargs: object) -> None:
        if desk.open and request.method != CONNECT:
            url = request.url
            host = host_of(url.host or "", url.port, USUAL_PORTS.get(url.scheme))
            desk.request(request.method, host, sys._getframe(2))

    patches.before(module.ClientRequest, "send", note)
