# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Looks at this process while a test runs again and again: what a worker does once a test fails."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType

from greenlint_profiler.functions.inside.watch import Watch
from greenlint_profiler.functions.samples import read
from greenlint_profiler.gate.workers.sampled import Sampled, sampled

# Looks may cost more here than in a profile (decision 0011): both sides pay alike, and no figure of
# the gate is taken meanwhile.
_PERIOD_US = 2000
_REST = 20
# Some 900 looks on a processor that is free: they tell a rise of a tenth in one function.
_ENOUGH_SECONDS = 2.0


class Sampling:
    """The sampler in this process.  Only what lies in a call counts, from `began` to `ended`.

    Raises OSError where there is no room in the `folder` for what is seen.
    """

    def __init__(self, folder: Path, root: Path) -> None:
        folder.mkdir()
        self._folder, self._root = folder, root
        self._watch = Watch(str(folder), _PERIOD_US, _REST)
        self._calls: list[tuple[int, int]] = []
        self._began = self._ending = (0, 0)
        self._process_ns = 0
        self.cpu_seconds = 0.0

    def __enter__(self) -> Sampling:
        self._watch.begin()
        if hasattr(os, "register_at_fork"):
            watch = self._watch
            os.register_at_fork(
                before=watch.stop, after_in_parent=watch.go_on, after_in_child=watch.forget
            )
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._watch.last()
        self._watch.forget()  # a fork later on must not begin it again

    def began(self) -> None:
        """A call begins."""
        self._began = _now()

    def ending(self) -> None:
        """It ends: what follows is ours."""
        self._ending = _now()

    def ended(self, cpu_seconds: float) -> None:
        """It has ended, and used so much CPU time with its children."""
        (first_ns, own_first_ns), (last_ns, own_last_ns) = self._began, self._ending
        self._calls.append((first_ns, last_ns))
        self._process_ns += own_last_ns - own_first_ns
        self.cpu_seconds += cpu_seconds

    def forget(self) -> None:
        """What was seen so far does not count: it was the first run, which warms up."""
        self._calls.clear()
        self._process_ns, self.cpu_seconds = 0, 0.0

    def sampled(self) -> Sampled:
        """What was seen, when looking has ended."""
        own_part = self._process_ns / 1e9 / self.cpu_seconds if self.cpu_seconds > 0 else 1.0
        return sampled(read(self._folder), self._calls, self._root, min(1.0, own_part))


def repeated(sampling: Sampling, passes: Callable[[], bool], seconds: float) -> bool:
    """Run a test for so long, and at least once; whether it passed each time.

    The first run warms up, unless it takes so long that there is no time for another.  Enough CPU
    time ends it earlier.
    """
    ends = time.monotonic() + seconds
    with sampling:
        if not passes():
            return False
        if time.monotonic() < ends - seconds / 2:
            sampling.forget()
            while time.monotonic() < ends and sampling.cpu_seconds < _ENOUGH_SECONDS:
                if not passes():
                    return False
    return True


def _now() -> tuple[int, int]:
    """Nanoseconds of the monotonic clock, and of this process's CPU time."""
    return time.monotonic_ns(), time.process_time_ns()
