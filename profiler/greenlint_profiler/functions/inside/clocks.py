# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""The times and frames of the program's threads, and what threads and tasks are called.

Modules that the program has not imported are not imported for it.
"""

from __future__ import annotations

import _thread
import sys
import time
from itertools import chain, islice, tee

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType

# The main thread: its identifier, and its number in the kernel.
_FIRST = [_thread.get_ident(), _thread.get_native_id()]


def forked() -> None:
    """In a new process, the thread that made it is the main one."""
    _FIRST[:] = _thread.get_ident(), _thread.get_native_id()


class Clocks:
    """The times of a process and of its threads, in nanoseconds; tests have another one."""

    now_ns = staticmethod(time.monotonic_ns)
    process_ns = staticmethod(time.process_time_ns)
    own_ns = staticmethod(time.thread_time_ns)
    frames: Callable[[], dict[int, FrameType]] = staticmethod(sys._current_frames)
    by_thread = sys.platform == "linux"

    def thread_ns(self, clock: int) -> int:
        """CPU time of a thread; raises OSError when it has ended."""
        return time.clock_gettime_ns(clock)

    def clock_of(self, ident: int, native_id: int | None) -> int | None:
        """The clock of a thread.

        From its number in the kernel, as in include/linux/posix-timers.h; asking the C library
        with an identifier that is no longer valid is undefined.
        """
        if not self.by_thread:
            return None
        if native_id is not None:
            return (~native_id << 3) | 6
        return _c_clocks().get(ident)


def _c_clocks() -> dict[int, int]:
    """The clock of each thread that has a frame, also of those that `threading` does not know.

    From the look at the frames to the last clock this is one run of C code, in which no other
    thread of Python can end: all identifiers are valid.
    """
    if not getattr(sys, "_is_gil_enabled", lambda: True)():
        return {}
    idents, asked = tee(chain.from_iterable(islice(iter(sys._current_frames, None), 1)))
    return dict(zip(idents, map(time.pthread_getcpuclockid, asked), strict=False))


def main_ident() -> int:
    """The main thread's identifier."""
    main = getattr(sys.modules.get("threading"), "_main_thread", None)
    return _FIRST[0] if main is None else main.ident


def name_of(ident: int) -> tuple[str | None, int | None]:
    """What a thread is called, and its number in the kernel."""
    # While a program imports it, `threading` is there and has nothing in it yet.
    thread = getattr(sys.modules.get("threading"), "_active", {}).get(ident)
    name = None if thread is None else thread.name
    if ident == _FIRST[0]:
        # Of a process that was forked, `threading` remembers the number from before.
        return name or "MainThread", _FIRST[1]
    return name, None if thread is None else thread.native_id


def running_tasks() -> dict[int, str]:
    """The task of asyncio that each thread is in, by the thread's identifier.

    A task that nobody named is called by its coroutine: "Task-7" says nothing.
    """
    current = getattr(sys.modules.get("asyncio.tasks"), "_current_tasks", None)
    found = {}
    for loop, task in list(current.items()) if current else ():
        name = str(task.get_name()) if hasattr(task, "get_name") else "task"
        if name.startswith("Task-"):
            name = getattr(task.get_coro(), "__qualname__", name)
        found[getattr(loop, "_thread_id", None) or main_ident()] = name
    return found
