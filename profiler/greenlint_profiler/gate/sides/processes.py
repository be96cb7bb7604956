# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""The processes of one run: told by a variable that all of them inherit, and ended with it."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

# Holds the folder of the run, in the environment of everything that the gate starts.
MARK = "GREENLINT_GATE_RUN"
_ROUNDS = 50
_PAUSE_SECONDS = 0.02
# A process that is about to begin another program has no environment for a moment.
_QUIET_ROUNDS = 2


def end(run: Path, proc: Path = Path("/proc")) -> None:
    """End every process of a run, of whatever session, and wait until they are gone.

    Where the system has no /proc they cannot be found, and nothing is done.
    """
    quiet = 0
    for _ in range(_ROUNDS):
        found = list(marked(run, proc))
        quiet = 0 if found else quiet + 1
        if quiet == _QUIET_ROUNDS:
            return
        for process in found:
            with suppress(OSError):
                os.kill(process, signal.SIGKILL)
        time.sleep(_PAUSE_SECONDS)


def marked(run: Path, proc: Path = Path("/proc")) -> Iterator[int]:
    """The living processes that bear the mark of a run, but for this one."""
    mark = os.fsencode(f"{MARK}={run}")
    for folder in proc.glob("[0-9]*"):
        process = int(folder.name)
        try:
            ours = mark in (folder / "environ").read_bytes().split(b"\0")
        except OSError:  # it has just ended, or is somebody else's
            continue
        if ours and process != os.getpid():
            yield process
