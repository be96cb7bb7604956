# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Runs one command again and again, each time as if it were the first."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Sequence

from greenlint_profiler.child import Ended, original_environ, refuse_unknown, start
from greenlint_profiler.watch import Watch


def runner(
    command: Sequence[str], watch: Watch, *, output_to_stderr: bool = False
) -> Callable[[], Ended]:
    """A function that runs the command once, and waits for it; both raise CannotStart.

    A file on standard input is read from the same place each time.  A pipe cannot be: the first
    run reads it.
    """
    environ = original_environ()
    refuse_unknown(command[0], environ)
    rewind = _rewinder()

    def run_once() -> Ended:
        rewind()
        return watch.wait(start(command, environ, watch.mask, output_to_stderr=output_to_stderr))

    return run_once


def _rewinder() -> Callable[[], object]:
    try:
        if stat.S_ISREG(os.fstat(0).st_mode):
            began = os.lseek(0, 0, os.SEEK_CUR)
            return lambda: os.lseek(0, began, os.SEEK_SET)
    except OSError:
        pass  # standard input is closed
    return lambda: None
