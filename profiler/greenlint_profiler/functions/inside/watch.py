# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""The thread that looks, and how it keeps out of the way of forks and of the program's end."""

from __future__ import annotations

import _thread
import os
import sys
import time

from .clocks import Clocks, forked
from .log import Log
from .sampler import Sampler

# The sampler rests so many times as long as a look took, half a percent of a CPU: to wake, to take
# the lock and what the program has to do anew afterwards come on top of it.
_REST = 200
# After so many looks half the rate says as much; else a day fills the memory of who reads them.
_MANY_LOOKS = 200_000
# Seconds that one working thread may keep the lock from the sampler.
_PATIENCE = 0.0005


class Watch:
    """The thread that looks, at moments that no loop of the program can keep step with.

    It rests `rest` times as long as a look took.
    """

    def __init__(self, folder: str, period_us: int, rest: float = _REST) -> None:
        self._folder = folder
        self._period_us = period_us
        self._rest = rest
        self._chance = os.getpid()
        self._looks = 0
        self._running = False
        self._sampler: Sampler | None = None
        self._sleep = self._ended = _thread.allocate_lock()
        self._native_id = 0
        self._patience = _Patience()

    def begin(self) -> None:
        """A new log, and a thread; raises OSError where there is no room for the log."""
        log = Log(self._folder, time.monotonic_ns())
        self._sampler = Sampler(log, Clocks(), self._period_us)
        self.go_on()

    def go_on(self) -> None:
        """Look from now on.  The thread is none of `threading`'s: the program does not see it."""
        if self._sampler is None or self._running:
            return
        self._sleep, self._ended = _thread.allocate_lock(), _thread.allocate_lock()
        self._sleep.acquire()
        self._ended.acquire()
        try:
            _thread.start_new_thread(self._run, (self._sampler, self._sleep, self._ended))
            self._running = True
        except RuntimeError:
            self._sampler = None

    def stop(self) -> None:
        """Look no more, and wait until the thread has gone: a fork must not find it."""
        if not self._running:
            return
        self._running = False
        self._sleep.release()
        self._ended.acquire(timeout=1)
        for _ in range(100):
            if not os.path.exists(f"/proc/self/task/{self._native_id}"):
                return
            time.sleep(0.00005)

    def last(self) -> None:
        """The program ends: one more look."""
        self.stop()
        if self._sampler is not None:
            self._sampler.lives_in(None)
            _look(self._sampler)

    def forget(self) -> None:
        """In a forked process, where neither the thread nor the log is ours."""
        self._running = False
        self._sampler = None

    def again(self) -> None:
        """In a forked process that is sampled too: a log and a thread of its own."""
        forked()
        self.forget()
        try:
            self.begin()
        except OSError:
            self._sampler = None

    def _run(self, sampler: Sampler, sleep: _thread.LockType, ended: _thread.LockType) -> None:
        self._native_id = _thread.get_native_id()
        sampler.lives_in(_thread.get_ident())
        due = time.monotonic()
        cost, patience = 0.0, self._patience.now()
        try:
            while True:
                now = time.monotonic()
                due = max(now, due + self._jittered())
                pause = max(due - now, self._rest * cost)
                if sleep.acquire(timeout=pause):
                    return
                # Who is asleep at once takes the lock at once; it is refused by who works.
                late = time.monotonic() - now - pause
                cost = -time.thread_time()
                threads = _look(sampler, forced=late >= patience)
                if threads is None:
                    return
                patience = self._patience.for_threads(threads)
                cost += time.thread_time()
        finally:
            self._patience.restore()
            ended.release()

    def _jittered(self) -> float:
        """A period in seconds, half to one and a half; no `random`, whose state is the program's.

        The generator is the example of the C standard's `rand` (ISO/IEC 9899:2011, 7.22.2.2).
        """
        self._looks += 1
        if self._looks % _MANY_LOOKS == 0:
            self._period_us *= 2
        self._chance = (self._chance * 1103515245 + 12345) % 2**31
        return self._period_us / 1e6 * (0.5 + self._chance / 2**31)


class _Patience:
    """How long the interpreter lets a thread work before it must give the lock to the sampler.

    By default that is 5 ms, so that a thread which sleeps or reads within them is only ever seen
    asleep or reading.  As long as one thread of the program works, nobody but the sampler waits for
    the lock, and waits less; with several, or when the program has its own setting, it stays.
    """

    def __init__(self) -> None:
        self._programs = self._ours = sys.getswitchinterval()

    def now(self) -> float:
        """The setting in force, in seconds."""
        return sys.getswitchinterval()

    def for_threads(self, working: int) -> float:
        """The setting for so many threads that work; returns it."""
        if sys.getswitchinterval() != self._ours:
            # The program has set it meanwhile: it is not ours any more.
            self._programs = self._ours = sys.getswitchinterval()
            return self._ours
        wanted = min(self._programs, _PATIENCE) if working <= 1 else self._programs
        if wanted != self._ours:
            sys.setswitchinterval(wanted)
            self._ours = sys.getswitchinterval()
        return self._ours

    def restore(self) -> None:
        """The program's own setting again."""
        if sys.getswitchinterval() == self._ours != self._programs:
            sys.setswitchinterval(self._programs)
            self._ours = self._programs


def _look(sampler: Sampler, *, forced: bool = True) -> int | None:
    """One look, and how many threads worked; None when there is to be no other look.

    What goes wrong here is told in the log, and is no trouble of the program's.
    """
    try:
        return sampler.look(forced=forced)
    except Exception as error:
        return 0 if sampler.failed(error) else None
