# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Restarts for the sequence: fresh processes each, in which every open test is run in pairs."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from greenlint_profiler.gate.asked import Asked
from greenlint_profiler.gate.judging.sample import Restart, Unmeasured
from greenlint_profiler.gate.sides.places import Place
from greenlint_profiler.gate.workers.command import PytestCommand
from greenlint_profiler.gate.workers.pairs import (
    CannotCompare,
    WorkerPair,
    allowed_cpu,
    worker_pair,
)
from greenlint_profiler.gate.workers.protocol import TestInfo
from greenlint_profiler.gate.workers.sampled import Sampled
from greenlint_profiler.gate.workers.whole import run_commands
from greenlint_profiler.gate.workers.worker import Limits
from greenlint_profiler.meter import Meter
from greenlint_profiler.repeats import median
from greenlint_profiler.said import say as message
from greenlint_profiler.said import several

# The pairs of one test in one restart may take so long together; a test that is long needs fewer,
# since it is noisy for the length of a restart anyway.
_RESTART_SECONDS = 20.0
_FEWEST_PAIRS = 3
# So long a test that failed is looked into on either side, unless less is enough.
_LOOK_SECONDS = 4.0
# Hash seeds are drawn from these: all that PYTHONHASHSEED takes.
_SEEDS = 2**32
Say = Callable[[str], None]


@dataclass
class Clock:
    """How long a gate may go on; `now` is in seconds."""

    seconds: float | None
    now: Callable[[], float] = time.monotonic
    began: float = field(init=False)

    def __post_init__(self) -> None:
        self.began = self.now()

    @property
    def passed(self) -> float:
        """Since it began."""
        return self.now() - self.began

    def time_left(self) -> bool:
        """Whether there is any."""
        return self.time_for(0.0)

    def time_for(self, seconds: float) -> bool:
        """Whether so much is left."""
        return self.seconds is None or self.passed + seconds < self.seconds


class TestBench:
    """The tests of a pytest command, on both sides.

    The first pair of processes is opened by `opened`, to learn which tests there are, and serves
    the first restart.  `said` has what tests that gave no pairs said of it, `opens` counts pairs
    of processes.
    """

    __test__ = False

    def __init__(
        self, base: Place, head: Place, command: PytestCommand, asked: Asked, clock: Clock, say: Say
    ) -> None:
        self._sides = base, head
        self._command, self._asked, self._clock, self._say = command, asked, clock, say
        self._random = random.Random()
        self._pair: WorkerPair | None = None
        self._seconds: dict[str, float] = {}
        self._measured: Counter[str] = Counter()
        self.cpu = allowed_cpu() if asked.pinned else None
        self.said: dict[str, str] = {}
        self.opens = 0
        self.meter = ""
        self.notes: tuple[str, ...] = ()
        self.base_tests: Mapping[str, TestInfo] = {}
        self.head_tests: Mapping[str, TestInfo] = {}

    @contextmanager
    def opened(self) -> Iterator[TestBench]:
        """With the first pair of processes, which is gone at the end if nothing used it."""
        with self._fresh() as pair:
            self.base_tests, self.head_tests = pair.base_tests, pair.head_tests
            self.notes, self.meter = pair.notes, pair.meter
            self._pair = pair
            try:
                yield self
            finally:
                self._pair = None

    def restart(self, tests: Sequence[str], number: int) -> dict[str, Restart | Unmeasured]:
        """Measure these tests once; those that no time was left for are not in the answer."""
        self._say(message("restart {number}: {tests}", number=number, tests=_tests(len(tests))))
        if self._pair is not None:
            pair, self._pair = self._pair, None
            found = self._all(pair, tests)
            pair.leave()
            return found
        with self._fresh() as pair:
            return self._all(pair, tests)

    def looks(self, tests: Sequence[str]) -> dict[str, tuple[Sampled, Sampled]]:
        """Look into these tests on both sides, in a fresh pair of processes: where their difference
        sits.  Without time for it, and where it does not work, there is less in the answer.
        """
        found: dict[str, tuple[Sampled, Sampled]] = {}
        if not tests or not self._clock.time_for(2 * _LOOK_SECONDS):
            return found
        self._say(message("where the difference sits: {tests}", tests=_tests(len(tests))))
        try:
            with self._fresh() as pair:
                for test in tests:
                    if not self._clock.time_for(2 * _LOOK_SECONDS):
                        break
                    both = pair.sample(test, _LOOK_SECONDS)
                    if both is not None:
                        found[test] = both
        except CannotCompare:
            return found
        return found

    @contextmanager
    def _fresh(self) -> Iterator[WorkerPair]:
        self.opens += 1
        limits = Limits(run_seconds=self._asked.test_seconds)
        seed = self._random.randrange(_SEEDS)
        with worker_pair(
            *self._sides,
            self._command,
            seed=seed,
            cpu=self.cpu,
            limits=limits,
            meter=self._asked.meter,
            work=self._asked.work,
        ) as pair:
            yield pair

    def _all(self, pair: WorkerPair, tests: Sequence[str]) -> dict[str, Restart | Unmeasured]:
        found: dict[str, Restart | Unmeasured] = {}
        for test in tests:
            if not self._clock.time_left():
                break
            found[test] = self._one(pair, test)
            self._measured[test] += 1
        self.said |= pair.said
        return found

    def _one(self, pair: WorkerPair, test: str) -> Restart | Unmeasured:
        design = self._asked.design
        pairs = design.pairs
        if test in self._seconds:
            fitting = int(_RESTART_SECONDS / max(1e-9, self._seconds[test]))
            pairs = max(min(_FEWEST_PAIRS, pairs), min(pairs, fitting))
        began = time.monotonic()
        first = [self._random.random() < 0.5 for _ in range(pairs)]
        found = pair.measure(test, pairs, design.warmups, first)
        self._seconds[test] = (time.monotonic() - began) / (pairs + design.warmups)
        return found if isinstance(found, Unmeasured) else self._filled(pair, test, found)

    def _filled(self, pair: WorkerPair, test: str, found: Restart) -> Restart | Unmeasured:
        """The restart with the further pairs that a short test gets."""
        samples = [*found.samples(head=False), *found.samples(head=True)]
        cpu_seconds = 2 * median([one.cpu_seconds for one in samples])
        more = self._asked.design.filling(cpu_seconds, self._seconds[test], self._measured[test])
        if more == 0:
            return found
        first = [self._random.random() < 0.5 for _ in range(more)]
        besides = pair.measure(test, more, 0, first)
        if isinstance(besides, Unmeasured):
            return besides
        return Restart((*found.pairs, *besides.pairs))


class CommandBench:
    """A whole command: one pair of processes is a restart, with no pairs inside."""

    NAME = "whole command"

    def __init__(
        self, base: Place, head: Place, asked: Asked, meter: Meter, clock: Clock, say: Say
    ) -> None:
        self._sides = base, head
        self._asked, self._meter, self._clock, self._say = asked, meter, clock, say
        self._random = random.Random()
        self._warm = False
        self.cpu = allowed_cpu() if asked.pinned else None
        self.said: dict[str, str] = {}
        self.opens = 0

    def restart(self, tests: Sequence[str], number: int) -> dict[str, Restart | Unmeasured]:
        """Run the command once on either side, the very first time for nothing."""
        if not self._warm:
            self._warm = True
            self._say(message("warm-up: the command once on either side"))
            found = self._once()
            if isinstance(found, Unmeasured):
                return dict.fromkeys(tests, found)
        self._say(message("restart {number}: the command once on either side", number=number))
        return dict.fromkeys(tests, self._once())

    def _once(self) -> Restart | Unmeasured:
        self.opens += 1
        found = run_commands(
            *self._sides,
            self._asked.command,
            head_first=self._random.random() < 0.5,
            seed=self._random.randrange(_SEEDS),
            cpu=self.cpu,
            meter=self._meter,
            limit_seconds=self._asked.test_seconds,
        )
        if found.said:
            self.said[self.NAME] = found.said
        return found.restart


def _tests(count: int) -> str:
    return several(count, "{n} test", "{n} tests")
