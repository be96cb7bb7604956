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

from greenlint_profiler.child import Ended

TYPE_CHECKING = False  # see greenlint_profiler/__init__.py
if TYPE_CHECKING:
    import resource
    from typing import Self

# What is sent to a program to end it, or to tell it something.  SIGTSTP stays with the kernel, so
# that Ctrl-Z stops us together with the child; SIGCONT tells us afterwards that it did.
_NAMES = ("SIGHUP", "SIGINT", "SIGQUIT", "SIGTERM", "SIGUSR1", "SIGUSR2", "SIGCONT")
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
        self._stopped = False

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

    def __exit__(self, *_: object) -> None:
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
        self._stopped = False
        while True:
            done, status, used = os.wait4(child, os.WNOHANG | os.WUNTRACED | os.WCONTINUED)
            if done == 0:
                self._pass_on(child, signal.sigwaitinfo(self._watched))
            elif os.WIFSTOPPED(status) or os.WIFCONTINUED(status):
                self._stopped = True
            else:
                self._drain()
                return _ended(status, used, self._stopped)

    def _pass_on(self, child: int, told: signal.struct_siginfo) -> None:
        """A signal was taken; the child gets it unless it had it from the same hand."""
        self._note(told)
        by_itself = told.si_pid == child  # it signalled its whole group
        if told.si_signo != signal.SIGCHLD and told.si_code <= _BY_A_PROCESS and not by_itself:
            os.kill(child, told.si_signo)

    def _drain(self) -> None:
        """Take what came while the child ended: a Ctrl-C that ended it is pending for us too."""
        while (told := signal.sigtimedwait(self._watched, 0)) is not None:
            self._note(told)

    def _note(self, told: signal.struct_siginfo) -> None:
        if told.si_signo in self._ending:
            self.asked = told.si_signo
        elif told.si_signo == signal.SIGCONT:
            self._stopped = True


def _ended(status: int, used: resource.struct_rusage, stopped: bool) -> Ended:
    killed_by = os.WTERMSIG(status) if os.WIFSIGNALED(status) else None
    return Ended(
        exit_code=os.WEXITSTATUS(status) if killed_by is None else 128 + killed_by,
        signal=killed_by,
        user_seconds=used.ru_utime,
        system_seconds=used.ru_stime,
        max_rss_bytes=used.ru_maxrss * 1024,  # Linux counts in KiB, getrusage(2)
        stopped=stopped,
    )
