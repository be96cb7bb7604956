# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Many files: which results are remembered, which files go to workers, in what order."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from greenlint.cache import Cache
from greenlint.result import Counts, FileResult, Outcome
from greenlint.work import Job, Plan, digest_of, read
from greenlint.workers import Done, Pool, Prepares

if TYPE_CHECKING:
    from greenlint.across import Memory

#: What rules of single files found in files: by name, each with the digest that it holds for.
Alone = Mapping[str, tuple[str, FileResult]]


@dataclass(frozen=True, slots=True)
class Ran:
    """The results by file name, how many files went which way, and the results of the first pass:
    without what rules across files found.
    """

    results: Mapping[str, FileResult]
    counts: Counts
    alone: Alone


Progress = Callable[[int, int], None]


def run(
    jobs: Sequence[Job],
    plan: Plan,
    *,
    around: Sequence[Job] = (),
    cache: Cache | None = None,
    known: Alone = MappingProxyType({}),
    memory: Memory | None = None,
    processes: int = 1,
    progress: Progress | None = None,
    pool: Pool | None = None,
    keep: bool = False,
) -> Ran:
    """Check every file; the order of `jobs`, the cache and the processes change nothing.

    `around` are the project's other files, which rules across files may look into.  A `pool` that
    was opened before is used, and closed in any case but where you `keep` it.  `known` is what a
    run just before this one found in files, and counts as found by this one; `memory` stands for
    the cache of the second pass where there is none.

    A file that vanishes, cannot be read or takes its worker down is a finding like any other.
    """
    results: dict[str, FileResult] = {}
    digests: dict[str, str] = {}
    fresh: list[Job] = []
    again: list[str] = []
    for job in jobs:
        if cache is None and job.name not in known:
            fresh.append(job)
            continue
        source = read(job)
        if isinstance(source, FileResult):
            results[job.name] = source
            continue
        digests[job.name] = digest_of(source, job)
        digest, held = known.get(job.name, ("", None))
        if held is not None and digest == digests[job.name]:
            again.append(job.name)
        else:
            held = cache.get(job.name, digests[job.name]) if cache is not None else None
        if held is None:
            fresh.append(job)
        else:
            results[job.name] = held
    mine = {*again, *(job.name for job in fresh)}
    cached = sum(
        result.outcome is not Outcome.FAILED for name, result in results.items() if name not in mine
    )
    crew = _Crew(processes, pool, keep)
    with contextlib.closing(crew):
        try:
            with contextlib.closing(crew.work(fresh, plan)) as work:
                for done, (job, result, digest) in enumerate(work, 1):
                    results[job.name] = result
                    digests[job.name] = digest
                    if progress is not None:
                        progress(len(jobs) - len(fresh) + done, len(jobs))
        finally:
            if cache is not None:
                known_now = [name for name in mine if name in results]
                cache.put((n, digests[n], results[n]) for n in known_now if digests[n])
        counts = _count(results, mine, cached)
        alone = {name: (digests.get(name, ""), result) for name, result in results.items()}
        if plan.across:
            from greenlint.across import Across

            Across(jobs, around, plan, crew.work, cache or memory, digests).add_to(results)
    return Ran(results, counts, alone)


def _count(results: Mapping[str, FileResult], fresh: set[str], cached: int) -> Counts:
    outcomes = [result.outcome for name, result in results.items() if name in fresh]
    failed = sum(result.outcome is Outcome.FAILED for result in results.values())
    return Counts(
        files=len(results),
        parsed=outcomes.count(Outcome.PARSED),
        skipped=outcomes.count(Outcome.SKIPPED),
        cached=cached,
        failed=failed,
    )


def processors() -> int:
    """How many processors this process may use: affinity and the cgroup's quota, at least 1."""
    if hasattr(os, "sched_getaffinity"):
        count = len(os.sched_getaffinity(0))
    else:
        count = os.cpu_count() or 1
    with contextlib.suppress(OSError, ValueError):
        quota, period = Path("/sys/fs/cgroup/cpu.max").read_text().split()
        if quota != "max":
            count = min(count, max(1, round(int(quota) / int(period))))
    return count


class _Crew:
    """The workers of a run, started with the first job that there is."""

    def __init__(self, processes: int, pool: Pool | None, keep: bool) -> None:
        self._processes = processes
        self._pool = pool
        self._keep = keep

    def work(self, jobs: list[Job], plan: Prepares) -> Generator[Done, None, None]:
        """Each job's result, in the order in which they come."""
        if not jobs:
            return
        self._pool = self._pool or Pool()
        ordered = _largest_first(jobs) if self._processes > 1 else jobs
        yield from self._pool.work(ordered, plan, self._processes)

    def close(self) -> None:
        """End them all, unless they are to be kept."""
        if self._pool is not None and not self._keep:
            self._pool.close()


def _largest_first(jobs: Iterable[Job]) -> list[Job]:
    def size(job: Job) -> int:
        try:
            return job.path.stat().st_size
        except OSError:
            return 0

    return sorted(jobs, key=lambda job: (-size(job), job.name))
