# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""One meter's books: every reading is booked, and each wraparound repaired once for all windows.

Windows that overlap share the account of their meter.  Each takes a copy of the books at its two
edges; the difference is its energy.  While a window is open a thread reads often enough that no
counter wraps twice unseen.
"""

from __future__ import annotations

import os
import threading
import time
import weakref
from collections.abc import Callable
from dataclasses import replace

from greenlint_profiler.counter import Counter, spent
from greenlint_profiler.meter import Meter, values_of
from greenlint_profiler.units import Reason
from greenlint_profiler.value import value

# More than this between two clocks, one of which stops in a suspended machine, was a suspension.
_SUSPENDED_NS = 100_000_000
_NO_KEEP_ALIVE_NS = 60_000_000_000


def boottime_ns() -> int:
    """The clock that goes on while the machine is suspended; the other one where there is none."""
    clock = getattr(time, "CLOCK_BOOTTIME", None)
    return time.monotonic_ns() if clock is None else time.clock_gettime_ns(clock)


@value
class Clock:
    """Monotonic time, and the same time with suspensions counted; both in nanoseconds."""

    now_ns: Callable[[], int] = time.monotonic_ns
    boot_ns: Callable[[], int] = boottime_ns


@value
class Entry:
    """What the books said of one counter at an edge; `missing` when that reading failed.

    `age_ns` is how long ago the counter can have been updated at most.
    """

    energy_uj: int
    wraps: int
    faults: int
    fault: Reason | None
    missing: Reason | None
    age_ns: int


@value
class Edge:
    """One booked reading, between two looks at the clock; an entry for each counter."""

    before_ns: int
    after_ns: int
    entries: tuple[Entry, ...]

    @property
    def mid_ns(self) -> int:
        """When it was, as far as is known."""
        return (self.before_ns + self.after_ns) // 2

    @property
    def gap_ns(self) -> int:
        """How far that can be wrong, both ways together."""
        return self.after_ns - self.before_ns


class _Page:
    """The running count of one counter.  A fault is a stretch whose energy is not known."""

    __slots__ = ("_since_ns", "counter", "energy_uj", "fault", "faults", "missing", "raw", "wraps")

    def __init__(self, counter: Counter) -> None:
        self.counter = counter
        self.energy_uj = self.wraps = self.faults = 0
        self.fault: Reason | None = None
        self.missing: Reason | None = None
        self.raw: int | None = None
        self._since_ns = 0

    def book(self, value: int | Reason, now_ns: int, last_ns: int) -> None:
        """Take a value that was read now; the last good one was read at `last_ns`."""
        if isinstance(value, Reason):
            self.missing = value
            return
        self.missing = None
        if value == self.raw:
            self._stand_still(value, now_ns, last_ns)
            return
        if self.raw is not None:
            span = spent(self.counter, self.raw, value, now_ns - last_ns)
            self.wraps += span.wrapped
            if span.reason is None:
                self.energy_uj += span.energy_uj or 0
            else:
                self.fail(span.reason)
        self.raw, self._since_ns = value, now_ns

    def _stand_still(self, value: int, now_ns: int, last_ns: int) -> None:
        whole_turn = spent(self.counter, value, value, now_ns - last_ns)
        if whole_turn.reason is not None:
            self.fail(whole_turn.reason)
        elif now_ns - self._since_ns >= self.counter.frozen_after_ns:
            self.fail(Reason.FROZEN)

    def fail(self, reason: Reason) -> None:
        self.faults += 1
        self.fault = reason

    def forget(self) -> None:
        """Begin anew: what the counter did since the last value means nothing."""
        self.fail(Reason.SUSPENDED)
        self.raw = None

    def entry(self) -> Entry:
        update_ns = self.counter.update_ns
        return Entry(self.energy_uj, self.wraps, self.faults, self.fault, self.missing, update_ns)


class Account:
    """The books of one meter, and the thread that keeps them; used by many threads at once."""

    def __init__(self, meter: Meter, clock: Clock | None = None) -> None:
        self.meter = meter
        self.clock = clock or Clock()
        self.counters = tuple(meter.counters)
        self._pages = [_Page(counter) for counter in self.counters]
        self._good_ns = [0] * len(self._pages)
        self._asleep_ns: int | None = None
        self._must_keep = any(counter.keep_alive_ns for counter in self.counters)
        self._open = 0
        self._keeper: threading.Thread | None = None
        self._lock = threading.Lock()
        _ACCOUNTS.add(self)

    @property
    def keep_alive_ns(self) -> int:
        """How often the counters must be read while a window is open."""
        periods = (counter.keep_alive_ns for counter in self.counters)
        return min((ns for ns in periods if ns is not None), default=_NO_KEEP_ALIVE_NS)

    def edge(self) -> Edge:
        """Read all counters now, and book them."""
        if not self.counters:  # nothing to wait for, and nothing that a suspension could spoil
            now_ns = self.clock.now_ns()
            return Edge(now_ns, now_ns, ())
        with self._lock:
            before_ns = self.clock.now_ns()
            values = values_of(self.meter, self.counters)
            after_ns = self.clock.now_ns()
            self._notice_suspension(after_ns)
            now_ns = (before_ns + after_ns) // 2
            good_ns = self._good_ns
            for index, page in enumerate(self._pages):
                value = values[index]
                page.book(value, now_ns, good_ns[index])
                if page.missing is None:
                    good_ns[index] = now_ns
            return Edge(before_ns, after_ns, tuple([page.entry() for page in self._pages]))

    def aligned_edge(self) -> Edge:
        """Wait until counters of the total are updated, and read then: an edge that is no older.

        It takes a millisecond of reading at most, or what the counters need for three updates;
        counters that were not updated meanwhile are as old as any (Haehnel et al. 2012).
        """
        total = [index for index, one in enumerate(self.counters) if one.in_total]
        edge = self.edge()
        patience_ns = 3 * max((self.counters[index].update_ns for index in total), default=0)
        ends_ns = edge.after_ns + patience_ns
        while edge.after_ns < ends_ns:
            before, edge = edge, self.edge()
            age_ns = edge.mid_ns - before.mid_ns
            moved = [
                index
                for index in total
                if edge.entries[index].energy_uj != before.entries[index].energy_uj
            ]
            if moved:
                fresh = (replace(edge.entries[index], age_ns=age_ns) for index in moved)
                entries = dict(enumerate(edge.entries)) | dict(zip(moved, fresh, strict=True))
                return replace(edge, entries=tuple(entries.values()))
        return edge

    def _notice_suspension(self, now_ns: int) -> None:
        asleep_ns = self.clock.boot_ns() - now_ns
        known_ns, self._asleep_ns = self._asleep_ns, asleep_ns
        if known_ns is not None and asleep_ns - known_ns > _SUSPENDED_NS:
            for page in self._pages:
                page.forget()

    def opened(self) -> None:
        """A window is open: see to it that the counters are read now and then."""
        with self._lock:
            self._open += 1
            if self._must_keep and self._keeper is None:
                self._keeper = threading.Thread(
                    target=self.keep, args=(time.sleep,), name="greenlint-keeper", daemon=True
                )
                self._keeper.start()

    def closed(self) -> None:
        """A window is closed."""
        with self._lock:
            self._open -= 1

    def keep(self, sleep: Callable[[float], object]) -> None:
        """Read at every period, until one passes without an open window."""
        while True:
            sleep(self.keep_alive_ns / 1e9)
            with self._lock:
                if self._open == 0:
                    self._keeper = None
                    return
            self.edge()

    def after_fork(self) -> None:
        """A child has neither the thread nor whoever held the lock."""
        self._lock = threading.Lock()
        self._keeper = None


_ACCOUNTS: weakref.WeakSet[Account] = weakref.WeakSet()


def _after_fork() -> None:
    for account in list(_ACCOUNTS):
        account.after_fork()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)
