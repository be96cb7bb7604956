# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Restarts with known effects, for tests of the gate."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from math import exp

import pytest
from greenlint_profiler.gate.judging.sample import Pair, Restart, Sample, Unmeasured

Effects = Mapping[str, Sequence[float | Unmeasured]]


class Scripted:
    """Measures tests by effects that are written down, the last again and again; `asked` is which
    tests were measured in each restart.
    """

    def __init__(self, effects: Effects, seconds: float = 0.05) -> None:
        self._effects, self._seconds = effects, seconds
        self._turns = dict.fromkeys(effects, 0)
        self.asked: list[tuple[str, ...]] = []

    def __call__(self, tests: Sequence[str], number: int) -> dict[str, Restart | Unmeasured]:
        """One restart of each."""
        self.asked.append(tuple(tests))
        assert number == len(self.asked)
        return {test: self._next(test) for test in tests}

    def _next(self, test: str) -> Restart | Unmeasured:
        effects, turn = self._effects[test], self._turns[test]
        self._turns[test] += 1
        effect = effects[min(turn, len(effects) - 1)]
        return effect if isinstance(effect, Unmeasured) else restart_of(effect, self._seconds)


def restart_of(effect: float, seconds: float = 0.05) -> Restart:
    """A restart of three pairs that agree."""
    head = seconds * exp(effect)
    return Restart(3 * (Pair(Sample(seconds, seconds), Sample(head, head)),))


@pytest.fixture
def restart() -> Callable[..., Restart]:
    """Makes a restart with an effect."""
    return restart_of


@pytest.fixture
def scripted() -> type[Scripted]:
    """Makes a measure of written effects."""
    return Scripted
