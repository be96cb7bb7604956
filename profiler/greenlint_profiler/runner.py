# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Runs one command again and again, each time as if it were the first."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Protocol

from greenlint_profiler.child import Ended, original_environ, refuse_unknown, start
from greenlint_profiler.watch import Watch


class Inside(Protocol):
    """Something that looks into the command while that runs."""

    def environ(self, environ: Mapping[str, str]) -> dict[str, str]:
        """The environment that the command is started with."""

    def of(self, begin: Callable[[], int]) -> AbstractContextManager[int]:
        """While the command runs that `begin` starts: the number of its process."""


def runner(
    command: Sequence[str],
    watch: Watch,
    *,
    output_to_stderr: bool = False,
    inside: Inside | None = None,
) -> Callable[[], Ended]:
    """A function that runs the command once, and waits for it; both raise CannotStart.

    What the command does `inside` is recorded too, if that is given.

    A file on standard input is read from the same place each time.  A pipe cannot be: the first
    run reads it.
    """
    environ = original_environ()
    refuse_unknown(command[0], environ)
    if inside is not None:
        environ = inside.environ(environ)
    rewind = _rewinder()

    def begin() -> int:
        return start(command, environ, watch.mask, output_to_stderr=output_to_stderr)

    def run_once() -> Ended:
        rewind()
        if inside is None:
            return watch.wait(begin())
        with inside.of(begin) as child:
            return watch.wait(child)

    return run_once


def _rewinder() -> Callable[[], object]:
    try:
        if stat.S_ISREG(os.fstat(0).st_mode):
            began = os.lseek(0, 0, os.SEEK_CUR)
            return lambda: os.lseek(0, began, os.SEEK_SET)
    except OSError:
        pass  # standard input is closed
    return lambda: None
