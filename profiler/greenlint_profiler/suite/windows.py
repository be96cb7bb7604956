# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""The windows of a suite: a setup, a call, a teardown, and shared fixtures within them.

A fixture that several tests share is set up in the middle of one test's setup, and is charged to no
test.  So what is opened within another window takes its time out of that one: the outer window
pauses at the moment at which the inner one begins, and goes on at the one at which it ends.
"""

from __future__ import annotations

from dataclasses import replace
from types import TracebackType

from greenlint_profiler.account import Account
from greenlint_profiler.measurement import Energy, Measurement
from greenlint_profiler.moment import Moment, now, stretch
from greenlint_profiler.suite.record import Phase
from greenlint_profiler.suite.sums import together, worked
from greenlint_profiler.suite.turns import Turns
from greenlint_profiler.units import Evidence, Reason
from greenlint_profiler.work.work import NOTHING_COUNTED, Work
from greenlint_profiler.world import World

TYPE_CHECKING = False  # see greenlint_profiler/__init__.py
if TYPE_CHECKING:
    from typing import Protocol
else:
    Protocol = object


class CountedWindow(Protocol):
    """A window of `greenlint_profiler.work.counting`."""

    def __enter__(self) -> CountedWindow: ...
    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> object: ...
    @property
    def work(self) -> Work: ...  # noqa: D102


class Counts(Protocol):
    """What counts work: `greenlint_profiler.work.counting.Counting`."""

    @property
    def counters(self) -> tuple[str, ...]: ...  # noqa: D102
    @property
    def notes(self) -> tuple[str, ...]: ...  # noqa: D102
    def window(self) -> CountedWindow: ...  # noqa: D102
    def stop(self) -> None: ...  # noqa: D102


class Opened:
    """One window that is open, or paused; a handle for `Windows.close`."""

    __slots__ = ("counted", "first", "name", "parts", "spoiled", "works")

    def __init__(self, name: str) -> None:
        self.name = name
        self.parts: list[Measurement] = []
        self.works: list[Work] = []
        self.first: Moment | None = None
        self.counted: CountedWindow | None = None
        self.spoiled: Reason | None = None


class Windows:
    """All windows of one process, one within the other, on one account.

    `counted` are the counters whose figures are kept.  With `shared`, other processes measure at
    the same time, and what a counter shows is not this one's alone; with `turns` they wait for
    each other.
    """

    def __init__(
        self,
        account: Account,
        world: World,
        counting: Counts | None = None,
        counted: frozenset[str] = frozenset(("queries", "requests", "instructions")),
        *,
        turns: Turns | None = None,
        shared: bool = False,
    ) -> None:
        self.account = account
        self.world = world
        self._counting = counting
        self._counted = counted
        self._turns = turns
        self._shared = shared
        self._open: list[Opened] = []

    def open(self, name: str) -> Opened:
        """Begin a window; the one around it pauses."""
        if self._turns is not None and not self._open:
            self._turns.take()
        if not self._open:
            self.account.opened()
        moment = now(self.account, self.world)
        if self._open:
            self._pause(self._open[-1], moment)
        opened = Opened(name)
        self._open.append(opened)
        self._go_on(opened, moment)
        return opened

    def close(self, opened: Opened, error: str | None = None) -> Phase:
        """End a window, and what was left open within it; the one around it goes on."""
        if not self.is_open(opened):  # it ended with the one around it
            return self._phase(opened, error)
        moment = now(self.account, self.world)
        while self._open:
            one = self._open.pop()
            self._pause(one, moment)
            if one is opened:
                break
        if self._open:
            self._go_on(self._open[-1], moment)
        else:
            self.account.closed()
            if self._turns is not None:
                self._turns.give()
        return self._phase(opened, error)

    def is_open(self, opened: Opened | None) -> bool:
        """Whether a window has not ended yet."""
        return opened is not None and opened in self._open

    def spoil(self, reason: Reason) -> None:
        """Nothing that is open now can be trusted."""
        for opened in self._open:
            opened.spoiled = reason

    def _pause(self, opened: Opened, moment: Moment) -> None:
        if opened.counted is not None:
            opened.counted.__exit__(None, None, None)
            opened.works.append(opened.counted.work)
            opened.counted = None
        if opened.first is not None:
            opened.parts.append(stretch(self.account, opened.first, moment, opened.name))
            opened.first = None

    def _go_on(self, opened: Opened, moment: Moment) -> None:
        opened.first = moment
        if self._counting is not None:
            opened.counted = self._counting.window()
            opened.counted.__enter__()

    def _phase(self, opened: Opened, error: str | None) -> Phase:
        measured = together(opened.parts)
        work = worked(opened.works) if opened.works else NOTHING_COUNTED
        if opened.spoiled is not None:
            return Phase(_without_joules(measured, opened.spoiled, error))
        alone = self._turns is not None and self._turns.alone
        if self._shared and not alone and measured.evidence is Evidence.MEASURED:
            measured = replace(measured, evidence=Evidence.SHARED)
        return Phase(replace(measured, error=error) if error else measured, self._kept(work))

    def _kept(self, work: Work) -> Work:
        if "queries" not in self._counted:
            work = replace(work, queries=None, repeated=(), ungrouped=0)
        if "requests" not in self._counted:
            work = replace(work, requests=None, requested=())
        if work.instructions is not None and "instructions" not in self._counted:
            work = replace(work, instructions=None, instructions_are=None)
        return work


def _without_joules(measured: Measurement, reason: Reason, error: str | None) -> Measurement:
    gone = Energy(None, reason=reason)
    return replace(
        measured,
        evidence=Evidence.NONE,
        total=gone,
        domains=dict.fromkeys(measured.domains, gone),
        error=error,
    )
