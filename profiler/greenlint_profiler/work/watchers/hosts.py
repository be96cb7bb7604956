# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""How the other end of a request is written: the host, and its port where it is not the usual."""

from __future__ import annotations

USUAL_PORTS = {"http": 80, "https": 443}
# What a proxy is asked for before the request, and what no program asks for.
CONNECT = "CONNECT"


def host_of(host: str, port: int | None, usual_port: int | None, target: str = "") -> str:
    """``host`` or ``host:port``; of a request through a proxy, the one in its absolute target."""
    scheme, found, rest = target.partition("://")
    if found and scheme in USUAL_PORTS:
        return rest.partition("/")[0].rpartition("@")[2]
    name = f"[{host}]" if ":" in host and not host.startswith("[") else host
    return name if port in (None, usual_port) else f"{name}:{port}"
