# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""The fixture `energy_meter`: the energy of a part of a test, or of repeated calls."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self, overload

import pytest
from greenlint_profiler.account import Account
from greenlint_profiler.figures import energy
from greenlint_profiler.repeats import Summary, median
from greenlint_profiler.suite.judge import evidence_of
from greenlint_profiler.suite.record import Phase
from greenlint_profiler.suite.windows import CountedWindow, Counts
from greenlint_profiler.units import Evidence
from greenlint_profiler.window import Window, account_for
from greenlint_profiler.work.work import NOTHING_COUNTED, Work
from greenlint_profiler.world import World, here


class Metered(Window):
    """A part of a test: a window (`joules`, `seconds`, `reason`, `measurement`), and its work.

    `joules` is None where nothing counts them, and `reason` says why.
    """

    counting: Counts | None = None
    _counted: CountedWindow | None = None

    def __enter__(self) -> Self:
        if self.counting is not None:
            self._counted = self.counting.window()
            self._counted.__enter__()
        return super().__enter__()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        super().__exit__(kind, error, trace)
        if self._counted is not None:
            self._counted.__exit__(kind, error, trace)

    @property
    def work(self) -> Work:
        """Queries and requests; all of them None in a run that does not count."""
        return NOTHING_COUNTED if self._counted is None else self._counted.work

    @property
    def cpu_seconds(self) -> float:
        """Of this process, and of its children that ended meanwhile."""
        return self.measurement.cpu_seconds

    @property
    def evidence(self) -> Evidence:
        """What the joules rest on."""
        return self.measurement.evidence


@dataclass(frozen=True, slots=True)
class Calls:
    """A function that was called several times; `value` is what it returned last."""

    phases: Sequence[Phase]
    value: Any
    band: tuple[float, float] | None = None

    @property
    def summary(self) -> Summary | None:
        """The joules of the calls; None where none has any."""
        return energy([one.measurement.total for one in self.phases], self.band)

    @property
    def joules(self) -> float | None:
        """The median of the calls; None as soon as one of them has no joules."""
        found = self.summary
        complete = found is not None and found.count == len(self.phases)
        return found.median if found is not None and complete else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """95 % of the median, in joules."""
        found = self.summary
        if found is None or found.low is None or found.high is None:
            return None
        return found.low, found.high

    @property
    def samples(self) -> tuple[float | None, ...]:
        """The joules of each call."""
        return tuple(one.measurement.joules for one in self.phases)

    @property
    def seconds(self) -> float:
        """The median."""
        return median([one.measurement.seconds for one in self.phases])

    @property
    def cpu_seconds(self) -> float:
        """The median."""
        return median([one.measurement.cpu_seconds for one in self.phases])

    @property
    def work(self) -> Work:
        """Of the last call."""
        return self.phases[-1].work

    @property
    def evidence(self) -> Evidence:
        """The weakest label of the calls."""
        return evidence_of(self.phases)


class EnergyMeter:
    """What the fixture is: called without a function it makes a window, with one it calls it."""

    def __init__(self, account: Account, world: World, counting: Counts | None) -> None:
        self._account = account
        self._world = world
        self._counting = counting

    @classmethod
    def of(cls, config: pytest.Config) -> EnergyMeter:
        """On the meter of a measured run; in any other on the best one here."""
        from pytest_greenlint.state import STATE

        state = config.stash.get(STATE, None)
        if state is None:
            return cls(account_for(None, here()), here(), None)
        return cls(state.windows.account, state.world, state.counting)

    def _open(self) -> Metered:
        metered = Metered("energy_meter", self._account, self._world)
        metered.counting = self._counting
        return metered

    @overload
    def __call__(self, function: None = ..., /) -> Metered: ...
    @overload
    def __call__(
        self, function: Callable[..., Any], /, *args: Any, repeat: int = ..., **named: Any
    ) -> Calls: ...
    def __call__(
        self,
        function: Callable[..., Any] | None = None,
        /,
        *args: Any,
        repeat: int = 1,
        **named: Any,
    ) -> Metered | Calls:
        """A window, or the calls of a function: `repeat` of them, one after the other.

        Raises ValueError for fewer than one call.
        """
        if function is None:
            return self._open()
        if repeat < 1:
            raise ValueError(f"repeat={repeat!r}: a function is called once at least.")
        phases, value = [], None
        for _ in range(repeat):
            with self._open() as metered:
                value = function(*args, **named)
            phases.append(Phase(metered.measurement, metered.work))
        return Calls(phases, value, self._account.meter.band)
