# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Run a command where there is no network but this machine's own, as far as the system allows.

    python -m tests.offline COMMAND …

On Linux, for a user who may make network namespaces (root, as in most CI jobs): the command runs
in one that holds the loopback interface alone, and so do all processes that it starts.  Elsewhere
it runs as it is, and one line says so.
"""

from __future__ import annotations

import os
import socket
import struct
import subprocess
import sys
from collections.abc import Sequence

# Set for the command, so that tests know that the network must be gone.
OFFLINE = "TESTS_ARE_OFFLINE"
_INSIDE = "--inside"
# linux/sockios.h: SIOCSIFFLAGS sets the flags of an interface; linux/if.h: IFF_UP | IFF_RUNNING.
_SET_FLAGS, _UP = 0x8914, 0x1 | 0x40


def main(words: Sequence[str]) -> None:
    """Become the command; never returns.

    Raises OSError where it cannot be started.
    """
    if words[0] == _INSIDE:
        _loopback_up()
        os.environ[OFFLINE] = "1"
        os.execvp(words[1], words[1:])
    if _namespaces():
        inside = (sys.executable, "-m", "tests.offline", _INSIDE)
        os.execvp("unshare", ["unshare", "--net", *inside, *words])
    print("The network is not blocked: this user can make no network namespace.", flush=True)
    os.execvp(words[0], words)


def _namespaces() -> bool:
    words = ("unshare", "--net", "true")
    try:
        return subprocess.run(words, stderr=subprocess.DEVNULL, check=False).returncode == 0
    except OSError:
        return False


def _loopback_up() -> None:
    import fcntl

    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
        fcntl.ioctl(one, _SET_FLAGS, struct.pack("16sh14x", b"lo", _UP))


if __name__ == "__main__":
    main(sys.argv[1:])
