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

from dataclasses import replace
from types import TracebackType
from typing import Self

from greenlint_profiler.value import value
from greenlint_profiler.work.books import Books, Tally
from greenlint_profiler.work.desk import DESK
from greenlint_profiler.work.instructions import Instructions, Unavailable, instructions
from greenlint_profiler.work.line import Lines
from greenlint_profiler.work.work import NOTHING_COUNTED, Work

QUERIES, REQUESTS, INSTRUCTIONS = "queries", "requests", "instructions"


@value
class _Opened:
    """What is known of a window that is open: its tally, and the instructions before it."""

    tally: Tally
    counter: Instructions | None
    before: int | None


class Counting:
    """The counters of this process, all threads of it, for a project whose source is below `root`.

    With `instructions`, those are counted too: in hardware, or else in bytecode, which makes what
    runs in a window many times slower.  Where neither can be, `notes` says why.
    """

    def __init__(self, root: str, *, instructions: bool = False) -> None:
        self._books = Books(Lines(root))
        self._wants_instructions = instructions
        self._instructions: Instructions | None = None
        self._reason: tuple[str, ...] = ()
        self._on = False

    def start(self) -> None:
        """Watch the libraries that are there, and those to come; nothing if it is done already."""
        if self._on:
            return
        self._on, self._reason = True, ()
        DESK.start(self._books)
        if self._wants_instructions:
            try:
                self._instructions = instructions()
            except Unavailable as unavailable:
                self._reason = (str(unavailable),)

    def stop(self) -> None:
        """Put back all that was patched.  A window that is still open counts no further."""
        if not self._on:
            return
        self._on = False
        self._books.close()
        DESK.stop(self._books)
        if self._instructions is not None:
            self._instructions.close()
            self._instructions = None

    def window(self) -> CountedWindow:
        """A stretch whose work is counted: ``with`` it, and ask for its `work` afterwards."""
        return CountedWindow(self)

    @property
    def counters(self) -> tuple[str, ...]:
        """What is counted now: of "queries", "requests" and "instructions"."""
        if not self._on:
            return ()
        more = () if self._instructions is None else (INSTRUCTIONS,)
        return (QUERIES, REQUESTS, *more)

    @property
    def instructions_are(self) -> str | None:
        """Which instructions: those of the "machine", or of "bytecode"; None for none."""
        return None if self._instructions is None else self._instructions.kind

    @property
    def notes(self) -> tuple[str, ...]:
        """What is not counted although it was to be, and why: one sentence each."""
        return (*DESK.notes.values(), *self._reason)

    def _begin(self) -> _Opened | None:
        """The start of a window; None where nothing is counted."""
        if not self._on:
            return None
        tally = self._books.begin()
        DESK.look()
        counter = self._instructions
        return _Opened(tally, counter, None if counter is None else counter.begin())

    def _end(self, opened: _Opened | None) -> Work:
        """The end of a window that began so."""
        if opened is None:
            return NOTHING_COUNTED
        now = None
        if opened.counter is not None and opened.counter is self._instructions:
            now = opened.counter.end()
        self._books.end(opened.tally)
        DESK.look()
        work = opened.tally.work()
        if now is None or opened.before is None:
            return work
        count = now - opened.before
        return replace(work, instructions=count, instructions_are=self.instructions_are)


class CountedWindow:
    """A stretch whose work is counted, in all threads; usable once, as a context manager."""

    def __init__(self, counting: Counting) -> None:
        self._counting = counting
        self._opened: _Opened | None = None
        self._work: Work | None = None

    def __enter__(self) -> Self:
        self._opened = self._counting._begin()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._work = self._counting._end(self._opened)

    @property
    def work(self) -> Work:
        """What was counted; raises RuntimeError while the window is still open."""
        if self._work is None:
            raise RuntimeError("The window is still open: its work is known when it has ended.")
        return self._work
