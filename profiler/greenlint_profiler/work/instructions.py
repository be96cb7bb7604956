# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Instructions: those of the processor where a PMU counts them, else those of Python's bytecode.

The two are different things and are never compared; `kind` says which one was counted.
"""

from __future__ import annotations

import itertools
import os
import struct
import sys
import threading
from collections.abc import Callable, Sequence
from types import CodeType
from typing import Any, Protocol

from greenlint_profiler.meters.perf import perf_event_open
from greenlint_profiler.work.patches import UNSEEN

MACHINE, BYTECODE = "machine", "bytecode"

# include/uapi/linux/perf_event.h: PERF_TYPE_HARDWARE, PERF_COUNT_HW_INSTRUCTIONS
_HARDWARE, _INSTRUCTIONS = 0, 1
# PERF_FORMAT_TOTAL_TIME_ENABLED and _RUNNING: they differ when the event had to share the PMU.
_TIMES = 1 | 2
# inherit: threads and processes that are started later; exclude_kernel, exclude_hv: `:u`.
_FLAGS = 1 << 1 | 1 << 5 | 1 << 6
# Of the six ids of sys.monitoring 0, 1, 2 and 5 belong to debuggers, coverage, profilers and
# optimizers (PEP 669).
_FREE_IDS = (3, 4)
_OURS = os.path.dirname(os.path.dirname(os.path.abspath(__file__))) + os.sep

EventOpen = Callable[..., int]


class Instructions(Protocol):
    """A counter of instructions.  It runs while a window is open."""

    kind: str

    def begin(self) -> int | None:
        """A window begins: the count so far; None where it is not known."""

    def end(self) -> int | None:
        """A window ends: the same."""

    def close(self) -> None:
        """Leave everything as it was."""


class Unavailable(Exception):
    """No instructions can be counted here; the text is a sentence that says why."""


class Machine:
    """Instructions in user space, by the processor's own counters, C code and children included.

    Threads that run now are counted, with all threads and processes that they start.
    """

    kind = MACHINE

    def __init__(self, event_open: EventOpen = perf_event_open) -> None:
        self._pid = os.getpid()
        self._descriptors: list[int] = []
        try:
            for thread in os.listdir("/proc/self/task"):
                more = {"read_format": _TIMES, "flags": _FLAGS}
                event = event_open(_HARDWARE, _INSTRUCTIONS, -1, int(thread), **more)
                self._descriptors.append(event)
        except (OSError, NotImplementedError) as error:
            self.close()
            raise Unavailable(f"no PMU counts for this process ({error or 'no perf'})") from None

    def begin(self) -> int | None:
        """The count so far; None where the event did not always run, or in a forked child."""
        if os.getpid() != self._pid:
            return None
        total = 0
        for descriptor in self._descriptors:
            count, enabled, running = struct.unpack("=QQQ", os.read(descriptor, 24))
            if running < enabled:
                return None
            total += count
        return total

    end = begin

    def close(self) -> None:
        """Close the events."""
        for descriptor in self._descriptors:
            os.close(descriptor)
        self._descriptors = []


class Bytecode:
    """Instructions of Python's bytecode in all threads of this process, by sys.monitoring.

    What C code does is one instruction, or none.  While a window is open, a program takes up to 60
    times as long; docs/guide/work.md has what was measured.
    """

    kind = BYTECODE

    def __init__(self) -> None:
        self._monitoring: Any = getattr(sys, "monitoring", None)
        if self._monitoring is None:
            raise Unavailable("sys.monitoring, which counts bytecode, came with Python 3.12")
        self._id = self._free_id()
        self._counter = itertools.count()
        self._looks = self._open = 0
        self._lock = threading.RLock()
        event = self._monitoring.events.INSTRUCTION
        self._monitoring.register_callback(self._id, event, self._callback())

    def _free_id(self) -> int:
        for one in _FREE_IDS:
            if self._monitoring.get_tool(one) is None:
                self._monitoring.use_tool_id(one, "greenlint")
                return one
        users = ", ".join(str(self._monitoring.get_tool(one)) for one in _FREE_IDS)
        raise Unavailable(f"the free ids of sys.monitoring are taken, by {users}")

    def _callback(self) -> Callable[[CodeType, int], object]:
        turn, off = self._counter.__next__, self._monitoring.DISABLE
        ours = _Ours()

        def count(code: CodeType, offset: int) -> object:
            if ours[code.co_filename]:
                return off
            turn()  # in C, and so exact in many threads
            return None

        return count

    def begin(self) -> int:
        """Switch the events on if they are off."""
        with self._lock:
            self._open += 1
            if self._open == 1:
                self._monitoring.set_events(self._id, self._monitoring.events.INSTRUCTION)
            return self._count()

    def end(self) -> int:
        """Switch them off after the last window."""
        with self._lock:
            count = self._count()
            self._open -= 1
            if self._open == 0:
                self._monitoring.set_events(self._id, 0)
            return count

    def _count(self) -> int:
        count = next(self._counter) - self._looks  # to look at it is to turn it
        self._looks += 1
        return count

    def close(self) -> None:
        """Give the id back."""
        self._monitoring.set_events(self._id, 0)
        self._monitoring.register_callback(self._id, self._monitoring.events.INSTRUCTION, None)
        self._monitoring.free_tool_id(self._id)


class _Ours(dict[str, bool]):
    """Whether a file is one of greenlint's own, whose instructions are not the program's."""

    def __missing__(self, name: str) -> bool:
        self[name] = name == UNSEEN or name.startswith(_OURS)
        return self[name]


def instructions(kinds: Sequence[Callable[[], Instructions]] = (Machine, Bytecode)) -> Instructions:
    """The best counter that works here.  Raises Unavailable with the reasons of all."""
    reasons = []
    for kind in kinds:
        try:
            return kind()
        except Unavailable as unavailable:
            reasons.append(str(unavailable))
    raise Unavailable(f"No instructions are counted: {'; '.join(reasons)}.")
