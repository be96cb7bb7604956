# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""The books of what was asked for: noted at once, summed up when a window begins or ends.

While the program runs, each query costs an entry in a queue, which threads share without a lock.
At the edge of a window the queue is emptied into the tallies of all windows that are open.
"""

from __future__ import annotations

import os
import threading
from collections import Counter, deque
from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field
from typing import TypeVar

from greenlint_profiler.work.classes import Place
from greenlint_profiler.work.line import Lines
from greenlint_profiler.work.statement import digest, text_of
from greenlint_profiler.work.work import NONE_ASKED, Repeated, Requested, Work

# Entries that may wait; then the queue is emptied although no window begins or ends.
WAITING = 4096
# Statements and lines that a window tells apart; others are counted, and no more.
GROUPS = 2000

# A statement as it was sent, or method and host of a request; and where it came from.
_Query = tuple[object, Place]
_Request = tuple[tuple[str, str], Place]
# What is shown, the number of the whole statement, and where it came from, from the root on.
_Asked = tuple[tuple[str, int], Place]
_Key = TypeVar("_Key", bound=Hashable)


@dataclass(eq=False)
class Tally:
    """What one window has counted so far."""

    queries: int = 0
    ungrouped: int = 0
    requests: int = 0
    asked: dict[_Asked, int] = field(default_factory=dict)
    requested: dict[_Request, int] = field(default_factory=dict)

    def add(self, queries: Counter[_Asked], requests: Counter[_Request]) -> None:
        """Take what was asked for since the last time."""
        self.queries += queries.total()
        self.ungrouped += _added(self.asked, queries)
        self.requests += requests.total()
        _added(self.requested, requests)

    def work(self) -> Work:
        """The counts as a value, the most frequent first."""
        if not self.queries and not self.requests:
            return NONE_ASKED
        repeated = (
            Repeated(shown, count, *place)
            for ((shown, _), place), count in self.asked.items()
            if count > 1
        )
        requested = (
            Requested(method, host, count, path, line)
            for ((method, host), (path, line, _)), count in self.requested.items()
        )
        return Work(
            queries=self.queries,
            repeated=tuple(sorted(repeated, key=_order)),
            ungrouped=self.ungrouped,
            requests=self.requests,
            requested=tuple(sorted(requested, key=_order)),
        )


def _added(groups: dict[_Key, int], more: Counter[_Key]) -> int:
    """Add to groups, up to `GROUPS` of them; how much found no place, or lost it.

    Where they are too many, those go that were asked for once, and so are no repeats.
    """
    left = 0
    if len(groups) + len(more) > GROUPS:
        left = _without_the_single(groups)
    for key, count in more.items():
        if key in groups or len(groups) < GROUPS:
            groups[key] = groups.get(key, 0) + count
        else:
            left += count
    return left


def _without_the_single(groups: dict[_Key, int]) -> int:
    single = [key for key, count in groups.items() if count == 1]
    for key in single:
        del groups[key]
    return len(single)


def _order(one: Repeated | Requested) -> tuple[int, str, int, str, str]:
    if isinstance(one, Repeated):
        return -one.count, one.path or "", one.line or 0, one.statement, one.symbol or ""
    return -one.count, one.path or "", one.line or 0, f"{one.method} {one.host}", ""


class Books:
    """The queue, and the tallies of the windows that are open; used by many threads at once."""

    def __init__(self, lines: Lines) -> None:
        self.lines = lines
        self.open: tuple[Tally, ...] = ()
        self._queries: deque[_Query] = deque()
        self._requests: deque[_Request] = deque()
        self._lock = threading.RLock()
        self._pid = os.getpid()

    def query(self, statement: object, place: Place) -> None:
        """Note a statement that was sent from a place."""
        self._queries.append((statement if type(statement) is str else text_of(statement), place))
        if len(self._queries) >= WAITING:
            self.settle()

    def request(self, method: str, host: str, place: Place) -> None:
        """Note a request that was sent from a place."""
        self._requests.append(((method, host), place))
        if len(self._requests) >= WAITING:
            self.settle()

    def begin(self) -> Tally:
        """The tally of a window that is open from now on."""
        tally = Tally()
        with self._locked():
            self.settle()
            self.open = (*self.open, tally)
        return tally

    def end(self, tally: Tally) -> None:
        """Close a window: its tally is whole."""
        with self._locked():
            self.settle()
            self.open = tuple([one for one in self.open if one is not tally])

    def close(self) -> None:
        """Close all windows."""
        with self._locked():
            self.settle()
            self.open = ()

    def settle(self) -> None:
        """Empty the queue into the tallies."""
        if not self._queries and not self._requests:
            return
        with self._locked():
            if not self._queries and not self._requests:
                return
            sent = Counter(_taken(self._queries))
            queries: Counter[_Asked] = Counter()
            for (statement, place), count in sent.items():
                queries[digest(str(statement)), self._short(place)] += count
            requests: Counter[_Request] = Counter()
            for (what, place), count in Counter(_taken(self._requests)).items():
                requests[what, self._short(place)] += count
            for tally in self.open:
                tally.add(queries, requests)

    def _short(self, place: Place) -> Place:
        name, line, symbol = place
        return (None if name is None else self.lines.relative(name)), line, symbol

    def _locked(self) -> threading.RLock:
        """The lock; a new one in a forked child, where its holder may not live on."""
        if self._pid != os.getpid():
            self._lock, self._pid = threading.RLock(), os.getpid()
        return self._lock


def _taken(queue: deque[_Key]) -> Iterable[_Key]:
    """What is in a queue now; more may come meanwhile and waits for the next time."""
    for _ in range(len(queue)):
        yield queue.popleft()
