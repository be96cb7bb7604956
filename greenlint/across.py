# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""The second pass of a run: rules on what all files say together.

Each file's findings are remembered with the files that they rest on: after a change only those
are judged again that rest on it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from hashlib import blake2b
from typing import TYPE_CHECKING, NamedTuple

from greenlint.result import FileResult, Outcome
from greenlint.work import Job, Plan, Work, facts_of, read

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from greenlint.cache import Cache
    from greenlint.source import SourceFile
    from greenlint.workers import Done, Prepares

    Workers = Callable[[list[Job], Prepares], Iterable[Done]]


class Told(NamedTuple):
    """A file and what it tells others."""

    job: Job
    facts: str
    digest: str


@dataclass(frozen=True, slots=True)
class FactsPlan:
    """Reads the facts of files that no rule had to parse."""

    def prepared(self) -> Work:
        """Facts stand where findings do else."""
        return _facts


def _facts(job: Job) -> tuple[FileResult, str]:
    source = read(job)
    if isinstance(source, FileResult):
        return source, ""
    try:
        return FileResult(Outcome.SKIPPED, facts=facts_of(source)), ""
    except Exception:  # no Python, or none that can be decoded: the first pass has told so
        return FileResult(Outcome.FAILED), ""


@dataclass(frozen=True)
class AcrossPlan:
    """Judges files by the rules across files; every worker knows what all files tell."""

    plan: Plan
    told: tuple[Told, ...]
    digests: Mapping[str, str] = field(default_factory=dict)

    def prepared(self) -> Work:
        """The project, built once per worker."""
        from greenlint.codec import loads
        from greenlint.project.facts import Facts
        from greenlint.project.project import File, Project

        project = Project(
            File(one.job.name, partial(_source, one.job), loads(Facts, one.facts), one.job.is_test)
            for one in self.told
        )
        rules = [active for active in self.plan.active() if active.info.across]

        def work(job: Job) -> tuple[FileResult, str]:
            from greenlint.project.checking import judge
            from greenlint.work import defect

            try:
                found = judge(rules, project.units[job.name], project, job.ignored)
            except RecursionError as error:
                return defect(job.name, error), ""
            result = FileResult(Outcome.PARSED, found.findings, (), found.problems)
            return result, json.dumps([[name, self.digests[name]] for name in found.used])

        return work


def _source(job: Job) -> SourceFile:
    from greenlint.source import SourceFile

    return SourceFile(job.name, job.raw if job.raw is not None else job.path.read_bytes())


def across(
    jobs: Sequence[Job],
    plan: Plan,
    results: dict[str, FileResult],
    digests: dict[str, str],
    workers: Workers,
    cache: Cache | None,
) -> None:
    """Add what the rules across files find to the results of the first pass.

    `digests` are of the files' bytes; `workers` does jobs by a plan.  Nothing happens in a project
    that uses no library that the index knows.
    """
    if not any(result.facts for result in results.values()):
        return
    _tell(jobs, results, workers, cache, digests)
    told = tuple(
        Told(job, results[job.name].facts, digests.get(job.name, ""))
        for job in jobs
        if results[job.name].facts
    )
    shape = _shape(told)
    digests_by_name = {one.job.name: one.digest for one in told}
    waiting: list[Job] = []
    for one in told:
        known = cache.get_across(one.job.name, shape, digests_by_name) if cache else None
        if known is not None:
            _add(results, one.job.name, known)
        else:
            waiting.append(one.job)
    kept = []
    for job, result, uses in workers(waiting, AcrossPlan(plan, told, digests_by_name)):
        _add(results, job.name, result)
        if uses and not result.problems:
            kept.append((job.name, shape, uses, result))
    if cache is not None:
        cache.put_across(kept)


def _tell(
    jobs: Sequence[Job],
    results: dict[str, FileResult],
    workers: Workers,
    cache: Cache | None,
    digests: dict[str, str],
) -> None:
    """Read the facts of the files that did not show at once that they matter."""
    silent = [
        job
        for job in jobs
        if not results[job.name].facts and results[job.name].outcome is not Outcome.FAILED
    ]
    for job, result, _ in workers(silent, FactsPlan()):
        results[job.name] = replace(results[job.name], facts=result.facts)
    if cache is not None:
        cache.put((job.name, digests[job.name], results[job.name]) for job in silent)


def _shape(told: Sequence[Told]) -> str:
    """One word for all facts of all files."""
    whole = blake2b(digest_size=16)
    for one in told:
        whole.update(f"{one.job.name}\0{one.job.is_test}\0{one.facts}\0".encode())
    return whole.hexdigest()


def _add(results: dict[str, FileResult], name: str, found: FileResult) -> None:
    before = results[name]
    findings = sorted((*before.findings, *found.findings), key=lambda one: one.sort_key)
    results[name] = replace(
        before, findings=tuple(findings), problems=(*before.problems, *found.problems)
    )
