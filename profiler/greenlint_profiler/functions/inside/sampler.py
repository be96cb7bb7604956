# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""One look at all threads: who ran since the last one, for how long, and where."""

from __future__ import annotations

import os
import sys

from .clocks import Clocks, main_ident, name_of, running_tasks
from .log import Log

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import CodeType, FrameType

_MOST_STACKS = 50_000
_MOST_FAILURES = 20
# A process that ran for less of the time than this was waiting, mostly.
_WAITED_PERCENT = 50


class _Thread:
    """One thread of the program: its number, its clock, and what that said last."""

    __slots__ = ("clock", "cpu_ns", "number")

    def __init__(self, number: int, clock: int | None, cpu_ns: int) -> None:
        self.number = number
        self.clock = clock
        self.cpu_ns = cpu_ns


class Sampler:
    """Looks at all threads, and logs what they did since the last look."""

    def __init__(self, log: Log, clocks: Clocks, period_us: int) -> None:
        self._log = log
        self._clocks = clocks
        self._threads: dict[int, _Thread] = {}
        self._numbers = 0
        self._codes: dict[int, tuple[int, CodeType]] = {}
        self._places: dict[tuple[int, int], int] = {}
        self._lines: dict[tuple[int, int], int] = {}
        self._stacks: dict[tuple[int, ...], int] = {}
        self._tasks: dict[str, int] = {}
        self._written = 0
        self._failures = 0
        self.ident: int | None = None
        self._ns = clocks.now_ns()
        words = [str(word) for word in getattr(sys, "orig_argv", [sys.executable])]
        head = f"B {self._ns} {os.getpid()} {os.getppid()} {period_us}"
        log.write(f"{head} {words[:8]!a}")
        self._process_ns = self._before_ns = clocks.process_ns()
        self._own_ns = self._since_ns = 0

    def look(self, *, forced: bool = True) -> int:
        """Log one look; called with the interpreter's lock, as all code of Python is.

        `forced` says that a thread had to give the lock away for it, and so was at work.  Returns
        how many threads had used the processor.
        """
        clocks = self._clocks
        now_ns = clocks.now_ns()
        process_ns = clocks.process_ns()
        self._since_ns = now_ns - self._ns
        frames = clocks.frames()
        ran = self._ran(frames)
        used_ns = process_ns - self._process_ns
        waiting = -1
        if used_ns * 100 < (now_ns - self._ns) * _WAITED_PERCENT:
            main = frames.get(main_ident())
            waiting = -1 if main is None else self._stack(main)
        if clocks.by_thread:
            words = [self._words(*one, forced) for one in ran]
        else:
            words = self._shared(frames, used_ns)
        own_ns = clocks.own_ns() if self.ident is not None else 0
        own_used_ns = max(0, own_ns - self._own_ns)
        self._log.write(f"T {now_ns} {used_ns} {own_used_ns} {waiting} {' '.join(words)}")
        self._ns, self._process_ns, self._own_ns = now_ns, process_ns, own_ns
        if len(self._stacks) > _MOST_STACKS:
            self._stacks.clear()
        if len(self._threads) > 2 * len(frames) + 100:
            self._threads = {one: self._threads[one] for one in frames if one in self._threads}
        return len(ran)

    def failed(self, error: Exception) -> bool:
        """A look went wrong: say so, and whether there is sense in another one."""
        self._failures += 1
        try:
            self._log.write(f"E {f'{type(error).__name__}: {error}'!a}")
        except Exception:
            return False
        return self._failures < _MOST_FAILURES

    def _ran(self, frames: dict[int, FrameType]) -> list[tuple[_Thread, int, str]]:
        """The threads that used the processor since the last look: how long, and where they are."""
        tasks = running_tasks() if "asyncio" in sys.modules else {}
        ran = []
        for ident, frame in frames.items():
            if ident == self.ident:
                continue
            thread, used_ns = self._used(ident)
            if used_ns > 0:
                place = str(self._stack(frame))
                if ident in tasks:
                    place += f":{self._task(tasks[ident])}"
                ran.append((thread, used_ns, place))
        return ran

    def _words(self, thread: _Thread, used_ns: int, place: str, forced: bool) -> str:
        """A thread in the log.  It works if it had to be stopped, or if its clock goes on while we
        look, as in a library that works without the lock; else it sleeps where it is.
        """
        works = forced or (self._cpu_ns(thread) or 0) > thread.cpu_ns
        return f"{thread.number}:{used_ns}:{'' if works else '~'}{place}"

    def lives_in(self, ident: int | None) -> None:
        """The thread that looks from now on, which is not looked at."""
        self.ident = ident
        self._own_ns = 0

    def _shared(self, frames: dict[int, FrameType], used_ns: int) -> list[str]:
        """Where threads have no clocks: an equal share for each, which the report says."""
        others = [ident for ident in frames if ident != self.ident]
        share = max(0, used_ns) // max(1, len(others))
        return [
            f"{self._thread(ident).number}:{share}:{self._stack(frames[ident])}" for ident in others
        ]

    def _used(self, ident: int) -> tuple[_Thread, int]:
        """A thread, and its CPU time since the last look."""
        thread = self._thread(ident)
        cpu_ns = self._cpu_ns(thread)
        if cpu_ns is None:
            # Another thread may have its identifier now.
            del self._threads[ident]
            thread = self._thread(ident)
            cpu_ns = self._cpu_ns(thread) or 0
        used_ns, thread.cpu_ns = cpu_ns - thread.cpu_ns, cpu_ns
        return thread, used_ns

    def _cpu_ns(self, thread: _Thread) -> int | None:
        """CPU time of a thread; None when it has ended, 0 when it has no clock."""
        if thread.clock is None:
            return 0
        try:
            return self._clocks.thread_ns(thread.clock)
        except OSError:
            return None

    def _thread(self, ident: int) -> _Thread:
        known = self._threads.get(ident)
        if known is not None:
            return known
        name, native_id = name_of(ident)
        self._numbers += 1
        clock = self._clocks.clock_of(ident, native_id)
        thread = self._threads[ident] = _Thread(self._numbers, clock, 0)
        # What it did before the last look is nobody's business now.
        earlier_ns = (self._cpu_ns(thread) or 0) - self._since_ns
        thread.cpu_ns = max(0, earlier_ns, self._before_ns if ident == main_ident() else 0)
        self._log.write(f"N {thread.number} {name or f'thread {thread.number}'!a}")
        return thread

    def _stack(self, frame: FrameType | None) -> int:
        """The number of a stack, which is logged when it is new."""
        key = []
        places = self._places
        while frame is not None:
            where = (id(frame.f_code), frame.f_lasti)
            place = places.get(where)
            if place is None:
                place = places[where] = self._place(frame)
            key.append(place)
            frame = frame.f_back
        whole = tuple(key)
        number = self._stacks.get(whole)
        if number is None:
            number = self._stacks[whole] = self._written
            self._written += 1
            self._log.write(f"S {number} {' '.join(map(str, whole))}")
        return number

    def _place(self, frame: FrameType) -> int:
        code = frame.f_code
        known = self._codes.get(id(code))
        if known is None:
            # The reference keeps the identity from being another code object's later.
            known = self._codes[id(code)] = (len(self._codes), code)
            named = (code.co_qualname, code.co_filename, code.co_firstlineno)
            self._log.write(f"C {known[0]} {named!a}")
        line = frame.f_lineno or code.co_firstlineno
        place = self._lines.get((known[0], line))
        if place is None:
            place = self._lines[known[0], line] = len(self._lines)
            self._log.write(f"P {place} {known[0]} {line}")
        return place

    def _task(self, name: str) -> int:
        number = self._tasks.get(name)
        if number is None:
            number = self._tasks[name] = len(self._tasks)
            self._log.write(f"K {number} {name!a}")
        return number
