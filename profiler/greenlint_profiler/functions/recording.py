# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""One run, recorded: samplers in its processes of Python, and the counters read meanwhile.

A program is started as always, by its own interpreter, with a folder of ours first on PYTHONPATH
and a variable that names where the samplers write.  So its arguments, `sys.path`, `__main__`,
streams, signals and exit code are its own.
"""

from __future__ import annotations

import shutil
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from greenlint_profiler.account import Account
from greenlint_profiler.functions import samples
from greenlint_profiler.functions.attribution import Attribution, attribute
from greenlint_profiler.functions.curve import Curve
from greenlint_profiler.functions.inside import ONCE, VARIABLE
from greenlint_profiler.functions.processes import Descendants
from greenlint_profiler.hooked import hooked
from greenlint_profiler.measurement import Measurement
from greenlint_profiler.world import World

# Looks a second; docs/guide/functions.md has what they cost.
RATE_HERTZ = 50
_EDGES_SECONDS = 0.01
# A stretch is so many updates of the counters long at least.
_UPDATES = 10
# So that a long run does not fill the memory, stretches grow twice as long after so many.
_MANY_STRETCHES = 50_000
# Programs of other languages are looked for at every so many edges.
_EDGES_A_LOOK = 10


class Recording:
    """Everything that is written down while a program runs; used once, as a context manager."""

    def __init__(
        self, account: Account, world: World, hertz: float = RATE_HERTZ, *, children: bool = True
    ) -> None:
        self._account = account
        self._world = world
        self._period_us = round(1e6 / hertz)
        self._children = children
        self._curve = Curve(account.counters)
        self._folder = Path()
        self._descendants: Descendants | None = None
        self._done = threading.Event()
        self._thread: threading.Thread | None = None

    def __enter__(self) -> Recording:
        self._folder = Path(tempfile.mkdtemp(prefix="greenlint-functions-"))
        return self

    def __exit__(self, *error: object) -> None:
        self._end()
        shutil.rmtree(self._folder, ignore_errors=True)

    def environ(self, environ: Mapping[str, str]) -> dict[str, str]:
        """The environment of the program, with what starts the samplers in it."""
        mode = "" if self._children else f",{ONCE}"
        return hooked(environ, VARIABLE, f"{self._period_us}{mode}", self._folder)

    @contextmanager
    def of(self, begin: Callable[[], int]) -> Iterator[int]:
        """While the program runs that `begin` starts: the number of its process.

        The counters are read from just before its start until just after the block's end.
        """
        self._curve.add(self._account.edge())
        pid = begin()
        self._descendants = Descendants(pid, self._world)
        self._thread = threading.Thread(target=self._record, name="greenlint-edges", daemon=True)
        self._thread.start()
        try:
            yield pid
        finally:
            self._end()

    def _end(self) -> None:
        if self._thread is not None:
            self._done.set()
            self._thread.join()
            self._thread = None
            self._curve.add(self._account.edge())
            self._curve.end()

    def _record(self) -> None:
        updates = (one.update_ns for one in self._account.counters)
        period = max(_EDGES_SECONDS, _UPDATES * max(updates, default=0) / 1e9)
        edges = 0
        while not self._done.wait(period * 2 ** (len(self._curve.stretches) // _MANY_STRETCHES)):
            if self._account.counters:
                self._curve.add(self._account.edge())
            edges += 1
            if self._descendants is not None and edges % _EDGES_A_LOOK == 0:
                self._descendants.look()

    def attribution(self, measurement: Measurement) -> Attribution:
        """What was recorded, with the measurement of the whole run."""
        return attribute(
            measurement,
            self._account.counters,
            samples.read(self._folder),
            () if self._descendants is None else self._descendants.found,
            self._curve.stretches if self._account.counters else (),
            samples.failures(self._folder),
            self._account.meter.evidence,
        )
