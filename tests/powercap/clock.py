# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""A clock that stands still until it is told to go on, and moves simulated counters along."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from greenlint_profiler.account import Clock


@dataclass
class FakeClock:
    """Monotonic time and the time with suspensions; `listeners` hear of every new moment.

    With `step_ns`, each look at the clock takes so long.
    """

    ns: int = 1_000_000_000_000
    asleep_ns: int = 0
    step_ns: int = 0
    listeners: list[Callable[[int], object]] = field(default_factory=list)

    def advance(self, ns: int) -> None:
        """Let time pass."""
        self.ns += ns
        for listener in self.listeners:
            listener(self.ns)

    def sleep(self, seconds: float) -> None:
        """Let time pass, as time.sleep."""
        self.advance(round(seconds * 1e9))

    def suspend(self, ns: int) -> None:
        """The machine sleeps: monotonic time does not see it."""
        self.asleep_ns += ns

    @property
    def clock(self) -> Clock:
        """What an account takes for its clock."""
        return Clock(self._look, lambda: self.ns + self.asleep_ns)

    def _look(self) -> int:
        if self.step_ns:
            self.advance(self.step_ns)
        return self.ns
