# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""A pair of fresh worker processes, one of either side, that run one test in turns."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from greenlint_profiler.gate.judging.sample import Pair, Restart, Unmeasured
from greenlint_profiler.gate.sides.places import Place
from greenlint_profiler.gate.workers.command import PytestCommand, resolved
from greenlint_profiler.gate.workers.protocol import PASSED, SKIPPED, Answer, Greeting, TestInfo
from greenlint_profiler.gate.workers.sampled import Sampled
from greenlint_profiler.gate.workers.scratch import scratch
from greenlint_profiler.gate.workers.worker import Limits, TooLong, Worker, WorkerEnded
from greenlint_profiler.said import SaidError, reason

DEFAULT_LIMITS = Limits()
# Which of two sides is the head's, in pairs of anything.
_BASE, _HEAD = 0, 1


class CannotCompare(SaidError):
    """Nothing can be measured with this command: a sentence with the side, and what it said."""


class WorkerPair:
    """Two processes, the base's and the head's, one of which is always idle.

    `notes` are sentences on what was switched off in the user's command.  `said` has what a test
    that gave no pairs said of it, by its id.
    """

    def __init__(self, start: Start) -> None:
        self._start = start
        self._stack = ExitStack()
        self._workers: tuple[Worker, Worker] | None = None
        self.said: dict[str, str] = {}
        base, head = self._begin()
        self.base_tests: Mapping[str, TestInfo] = base.tests
        self.head_tests: Mapping[str, TestInfo] = head.tests
        self.notes = tuple(dict.fromkeys((*base.notes, *head.notes)))
        self.meter = head.meter

    def measure(
        self, test: str, pairs: int, warmups: int, first: Sequence[bool]
    ) -> Restart | Unmeasured:
        """Run a test `warmups` times on either side, and then in pairs.

        `first` says of each pair whether the head runs first; raises ValueError when it is shorter
        than the pairs, or the test is not on both sides.  After a worker has ended, or a test took
        too long, both are started anew for the next test; raises CannotCompare where that fails.
        """
        if test not in self.base_tests or test not in self.head_tests:
            raise ValueError(f"{test} is not on both sides")
        if len(first) < pairs:
            raise ValueError(f"the order of {len(first)} pairs is given, and there are {pairs}")
        if self._workers is None:
            self._begin()
        try:
            return self._measured(test, pairs, warmups, first)
        except WorkerEnded as ended:
            self.said[test] = str(ended)
            self.kill()
            return Unmeasured.TIMEOUT if isinstance(ended, TooLong) else Unmeasured.CRASHED

    def sample(self, test: str, seconds: float) -> tuple[Sampled, Sampled] | None:
        """Look at a test on the base, and then on the head, for so long on either.

        None where that did not work, for nothing depends on it; raises CannotCompare as `measure`
        does.
        """
        if self._workers is None:
            self._begin()
        assert self._workers is not None
        try:
            base, head = (worker.sample(test, seconds) for worker in self._workers)
        except WorkerEnded:
            self.kill()
            return None
        return None if base is None or head is None else (base, head)

    def leave(self) -> None:
        """Both tear down what they have, and are gone."""
        workers = self._workers or ()
        for worker in workers:
            worker.leave()
        for worker in workers:
            worker.left()
        self.kill()

    def kill(self) -> None:
        """Both are gone, whatever they were doing."""
        self._workers = None
        self._stack.close()

    def _begin(self) -> tuple[Greeting, Greeting]:
        try:
            self._workers = self._start.both(self._stack)
            base, head = (worker.greeting() for worker in self._workers)
            self._refuse(base, head)
        except WorkerEnded as ended:
            self.kill()
            raise CannotCompare(reason(ended)) from None
        except BaseException:
            self.kill()
            raise
        return base, head

    def _refuse(self, base: Greeting, head: Greeting) -> None:
        for side, greeting in (("base", base), ("head", head)):
            if greeting.errors:
                said = "\n".join(greeting.errors)
                raise CannotCompare(
                    "pytest cannot collect the tests of the {side}:\n{said}", side=side, said=said
                )
        if base.meter != head.meter:
            raise CannotCompare(
                "The base would be measured by {meter}, and the head by {other}. Name one "
                'meter for both, such as meter = "cpu" in [tool.greenlint.energy].',
                meter=base.meter,
                other=head.meter,
            )

    def _measured(
        self, test: str, pairs: int, warmups: int, first: Sequence[bool]
    ) -> Restart | Unmeasured:
        for turn in range(warmups):
            taken = self._pair(test, head_first=turn % 2 == 1)
            if isinstance(taken, Unmeasured):
                return taken
        measured = []
        for turn in range(pairs):
            taken = self._pair(test, head_first=first[turn])
            if isinstance(taken, Unmeasured):
                return taken
            measured.append(taken)
        return Restart(tuple(measured))

    def _pair(self, test: str, *, head_first: bool) -> Pair | Unmeasured:
        """One run of either side.  The second runs too where the first failed: that tells a test
        which fails anyway from one that fails on one side.
        """
        assert self._workers is not None
        base, head = self._workers
        if head_first:
            of_head = head.run(test)
            of_base = base.run(test)
        else:
            of_base = base.run(test)
            of_head = head.run(test)
        if of_base.sample is None or of_head.sample is None:
            self.said[test] = of_base.text or of_head.text
            return _why_not(of_base, of_head)
        return Pair(of_base.sample, of_head.sample)


def _why_not(base: Answer, head: Answer) -> Unmeasured:
    failed = [one.outcome not in (*PASSED, SKIPPED) for one in (base, head)]
    if all(failed):
        return Unmeasured.FAILED_BOTH
    if any(failed):
        return Unmeasured.FAILED_BASE if failed[_BASE] else Unmeasured.FAILED_HEAD
    return Unmeasured.SKIPPED


@dataclass(frozen=True, slots=True)
class Start:
    """How workers are started: the same for both, and for those that follow one that ended.

    `meter` is the name of one, None for the best counter here; `work` is what is counted.
    """

    base: Place
    head: Place
    command: PytestCommand
    seed: int
    cpu: int | None
    limits: Limits
    meter: str | None
    work: tuple[str, ...]

    def both(self, stack: ExitStack) -> tuple[Worker, Worker]:
        """Start the two at once; `stack` ends them, and takes their files away."""
        name = stack.enter_context(scratch(self.head))
        settings = {"seed": self.seed, "meter": self.meter, "work": self.work}
        workers = []
        for place in (self.base, self.head):
            worker = Worker(place, Path(name), self.limits)
            stack.callback(worker.end)
            workers.append(worker)
        for worker in workers:
            words = resolved(self.command.worker, worker.place.root, Path.cwd())
            worker.begin(words, settings, self.cpu)
        return workers[_BASE], workers[_HEAD]


@contextmanager
def worker_pair(
    base: Place,
    head: Place,
    command: PytestCommand,
    *,
    seed: int,
    cpu: int | None,
    limits: Limits = DEFAULT_LIMITS,
    meter: str | None = None,
    work: Sequence[str] = ("queries", "requests"),
) -> Iterator[WorkerPair]:
    """A restart: two processes that were never before, with the hash seed `seed` (0 to 2**32 - 1),
    both on the processor `cpu` unless that is None, and gone at the end.

    Raises CannotCompare where one of them cannot be started, or cannot collect its tests.
    """
    pair = WorkerPair(Start(base, head, command, seed, cpu, limits, meter, tuple(work)))
    try:
        yield pair
    except BaseException:
        pair.kill()
        raise
    pair.leave()


def allowed_cpu() -> int | None:
    """The processor that the processes of a gate are pinned to: the last of those that this process
    may use, for the first has most of the machine's interrupts.  None where a platform pins none.
    """
    if not hasattr(os, "sched_setaffinity"):
        return None
    return max(os.sched_getaffinity(0))
