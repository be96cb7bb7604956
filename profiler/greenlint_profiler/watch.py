# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Signals while a command runs as our child: none ends us before it, and none is lost to it.

A signal that the terminal sends reaches the whole process group, and so the child without our
doing; the kernel marks it as its own.  One that somebody sent to us is passed on.  Signals are
blocked and taken one by one, so that nothing interrupts the reading of a counter.
"""

from __future__ import annotations

import os
import signal
import time
from types import TracebackType

from greenlint_profiler.child import Ended

TYPE_CHECKING = False  # see greenlint_profiler/__init__.py
if TYPE_CHECKING:
    from typing import Self

# What is sent to a program to end it, or to tell it something; SIGTSTP and SIGCONT stay with the
# kernel, so that Ctrl-Z stops us together with the child.
_NAMES = ("SIGHUP", "SIGINT", "SIGQUIT", "SIGTERM", "SIGUSR1", "SIGUSR2")
_ENDING = ("SIGHUP", "SIGINT", "SIGQUIT", "SIGTERM")
# siginfo's code of what a process sent; the kernel's own are positive (sigaction(2)).
_BY_A_PROCESS = 0


class Interrupted(Exception):
    """Somebody asked us to stop while no child ran."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


class Watch:
    """Takes the signals while it is open; open it before any thread is started, and only once.

    `asked` is the last signal that asked us to end, if any did.
    """

    def __init__(self) -> None:
        self.asked: int | None = None
        self.mask: set[int | signal.Signals] = set()
        self._ending = {getattr(signal, name) for name in _ENDING}
        self._watched: set[signal.Signals] = set()

    @staticmethod
    def works_here() -> bool:
        """Whether this platform tells who sent a signal: Linux does, macOS and Windows do not."""
        return hasattr(signal, "sigwaitinfo") and hasattr(os, "posix_spawnp")

    def __enter__(self) -> Self:
        if signal.getsignal(signal.SIGCHLD) is signal.SIG_IGN:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)  # else no child could be waited for
        named = (getattr(signal, name) for name in _NAMES)
        # One that is ignored, as SIGHUP under nohup, stays ignored, in the child too.
        heard = {number for number in named if signal.getsignal(number) is not signal.SIG_IGN}
        self._watched = heard | {signal.SIGCHLD}
        self.mask = signal.pthread_sigmask(signal.SIG_BLOCK, self._watched)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        while signal.sigtimedwait({signal.SIGCHLD}, 0):
            pass
        signal.pthread_sigmask(signal.SIG_SETMASK, self.mask)

    def sleep(self, seconds: float) -> None:
        """Wait, as time.sleep; raises Interrupted when somebody asks us to end."""
        ends = time.monotonic() + seconds
        while (left := ends - time.monotonic()) > 0:
            told = signal.sigtimedwait(self._watched - {signal.SIGCHLD}, left)
            if told is not None and told.si_signo in self._ending:
                self.asked = told.si_signo
                raise Interrupted(told.si_signo)

    def wait(self, child: int) -> Ended:
        """Wait for a child, and hand it the signals that are meant for it."""
        stopped = False
        while True:
            done, status, used = os.wait4(child, os.WNOHANG | os.WUNTRACED | os.WCONTINUED)
            if done == 0:
                self._pass_on(child)
            elif os.WIFSTOPPED(status) or os.WIFCONTINUED(status):
                stopped = True
            else:
                killed_by = os.WTERMSIG(status) if os.WIFSIGNALED(status) else None
                return Ended(
                    exit_code=os.waitstatus_to_exitcode(status)
                    if killed_by is None
                    else 128 + killed_by,
                    signal=killed_by,
                    user_seconds=used.ru_utime,
                    system_seconds=used.ru_stime,
                    max_rss_bytes=used.ru_maxrss * 1024,  # Linux counts in KiB, getrusage(2)
                    stopped=stopped,
                )

    def _pass_on(self, child: int) -> None:
        """Take the next signal; the child gets it unless it had it from the same hand."""
        told = signal.sigwaitinfo(self._watched)
        if told.si_signo in self._ending:
            self.asked = told.si_signo
        by_itself = told.si_pid == child  # it signalled its whole group
        if told.si_signo != signal.SIGCHLD and told.si_code <= _BY_A_PROCESS and not by_itself:
            os.kill(child, told.si_signo)
