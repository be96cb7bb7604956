# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""The tests run where there is no network: what would open one fails in them."""

from __future__ import annotations

import errno
import os
import socket
import subprocess
import sys

import pytest

from tests.offline import OFFLINE


@pytest.mark.skipif(OFFLINE not in os.environ, reason="not run by `make test`, or not blocked here")
def test_only_this_machine_is_reached() -> None:
    """An address of documentation (RFC 5737) has no way to it; loopback has, in children too."""
    with socket.socket() as one:
        assert one.connect_ex(("192.0.2.1", 9)) == errno.ENETUNREACH
    with socket.create_server(("127.0.0.1", 0)) as server:
        asks = f"import socket; socket.create_connection(('127.0.0.1', {server.getsockname()[1]}))"
        subprocess.run([sys.executable, "-c", asks], check=True, timeout=30)
