# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Counting what a program asks of others: database queries and HTTP requests, window by window.

    counting = Counting(root)
    counting.start()
    with counting.window() as window:
        work()
    counting.stop()
    print(window.work.queries, window.work.repeated)

Nothing is imported for it, and nothing patched before `start`.  What counts: docs/guide/work.md.
"""

from __future__ import annotations

from types import TracebackType
from typing import Self

from greenlint_profiler.work.books import Books, Tally
from greenlint_profiler.work.desk import DESK
from greenlint_profiler.work.line import Lines
from greenlint_profiler.work.work import NOTHING_COUNTED, Work

QUERIES, REQUESTS, INSTRUCTIONS = "queries", "requests", "instructions"


class Counting:
    """The counters of this process, all threads of it, for a project whose source is below `root`.

    `instructions` asks for exact counts of instructions too, which makes programs many times
    slower where no hardware counts them.
    """

    def __init__(self, root: str, *, instructions: bool = False) -> None:
        self._books = Books(Lines(root))
        self._on = False

    def start(self) -> None:
        """Watch the libraries that are there, and those to come; nothing if it is done already."""
        if not self._on:
            self._on = True
            DESK.start(self._books)

    def stop(self) -> None:
        """Put back all that was patched.  A window that is still open counts no further."""
        if self._on:
            self._on = False
            self._books.close()
            DESK.stop(self._books)

    def window(self) -> CountedWindow:
        """A stretch whose work is counted: ``with`` it, and ask for its `work` afterwards."""
        return CountedWindow(self)

    @property
    def counters(self) -> tuple[str, ...]:
        """What is counted now: of "queries", "requests" and "instructions"."""
        return (QUERIES, REQUESTS) if self._on else ()

    @property
    def notes(self) -> tuple[str, ...]:
        """What is not counted although it was to be, and why: one sentence each."""
        return tuple(DESK.notes.values())

    def begin(self) -> Tally | None:
        """The start of a window; None where nothing is counted."""
        if not self._on:
            return None
        tally = self._books.begin()
        DESK.look()
        return tally

    def end(self, tally: Tally | None) -> Work:
        """The end of a window that `begin` began."""
        if tally is None:
            return NOTHING_COUNTED
        self._books.end(tally)
        DESK.look()
        return tally.work()


class CountedWindow:
    """A stretch whose work is counted, in all threads; usable once, as a context manager."""

    def __init__(self, counting: Counting) -> None:
        self._counting = counting
        self._tally: Tally | None = None
        self._work: Work | None = None

    def __enter__(self) -> Self:
        self._tally = self._counting.begin()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._work = self._counting.end(self._tally)

    @property
    def work(self) -> Work:
        """What was counted; raises RuntimeError while the window is still open."""
        if self._work is None:
            raise RuntimeError("The window is still open: its work is known when it has ended.")
        return self._work
