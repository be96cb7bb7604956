# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Checks of open buffers, in two workers: one parses what is typed, one knows the project.

LibCST can end its process on odd source (docs/decisions/0003-processes.md); the project's index,
which took seconds, stands in the other one.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import closing
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from greenlint.across import Across, AcrossPlan, Told
from greenlint.cache import Cache
from greenlint.errors import GreenlintError
from greenlint.run import processors
from greenlint.server.index import KeptPlan
from greenlint.workers import Pool

if TYPE_CHECKING:
    from greenlint.result import FileResult
    from greenlint.server.ways import Setup
    from greenlint.work import Job
    from greenlint.workers import Done, Prepares


class Checks:
    """The two workers.  `alone` and `across` may be called from two threads, each from one."""

    def __init__(self) -> None:
        # Forked, where there are no threads yet.
        self._alone = Pool()
        self._across = Pool()
        self._plans: WeakKeyDictionary[Setup, KeptPlan | None] = WeakKeyDictionary()
        self._stale: set[Setup] = set()
        self._ended = False

    def alone(self, setup: Setup, job: Job) -> FileResult:
        """What the rules of single files find in a buffer."""
        return _only(self._alone.work([job], setup.plan, 1))

    def across(self, setup: Setup, job: Job, opened: Collection[str] = ()) -> FileResult | None:
        """What the rules across files find in a buffer, the rest of the project as it is on disk;
        None where there is no such rule, or no project that they know anything of.

        `opened` are the names of the files that editors hold, which are told by themselves.
        """
        plan = self._plan(setup, opened)
        return _only(self._across.work([job], plan, 1)) if plan is not None else None

    def look_again(self, setup: Setup) -> None:
        """Before the next answer, see what of the project has changed on disk."""
        self._stale.add(setup)

    def forget(self, setup: Setup) -> None:
        """Build the project anew before the next answer: its templates may be others."""
        self._plans.pop(setup, None)

    def knows(self, setup: Setup) -> bool:
        """Whether the project's index stands."""
        return setup in self._plans

    def close(self) -> None:
        """End both workers, and what is under way."""
        self._ended = True
        self._alone.close()
        self._across.close()

    def _plan(self, setup: Setup, opened: Collection[str]) -> KeptPlan | None:
        if not setup.plan.across:
            return None
        held = self._plans.get(setup)
        if setup in self._plans and setup not in self._stale:
            return held
        self._stale.discard(setup)
        told = self._told(setup)
        if held is None or _differ(held.across.told, told, opened):
            held = KeptPlan(AcrossPlan(setup.plan, tuple(told))) if told else None
        self._plans[setup] = held
        return held

    def _told(self, setup: Setup) -> Sequence[Told]:
        """What every file tells, out of the cache of `greenlint check` where that knows it."""
        cache = Cache(setup.config.cache_dir, setup.rules.key())
        return Across((), setup.files(), setup.plan, self._helped, cache, {}).told({})

    def _helped(self, jobs: list[Job], plan: Prepares) -> Iterator[Done]:
        """Workers for as long as many files are read."""
        if not jobs:
            return
        with closing(Pool()) as pool:
            for done in pool.work(jobs, plan, processors()):
                if self._ended:
                    raise GreenlintError("The server has ended.")
                yield done


def _only(done: Iterator[Done]) -> FileResult:
    [(_, result, _)] = done
    return result


def _differ(before: Sequence[Told], now: Sequence[Told], opened: Collection[str]) -> bool:
    """Whether any file is another than before, but for those that editors hold."""

    def of_disk(told: Sequence[Told]) -> dict[str, tuple[str, str]]:
        return {n.job.name: (n.facts, n.digest) for n in told if n.job.name not in opened}

    return of_disk(before) != of_disk(now)
