# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""The second pass of a run: rules on what all files say together.

Each file's findings are remembered with the files that they rest on: after a change only those
are judged again that rest on it.
"""

from __future__ import annotations

import contextlib
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from hashlib import blake2b
from typing import TYPE_CHECKING, NamedTuple, Protocol

from greenlint.result import FileResult, Outcome
from greenlint.work import Job, Plan, Work, defect, digest_of, facts_of, read, tells

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from greenlint.check import ActiveRule
    from greenlint.project.project import File, Project
    from greenlint.project.texts import Texts
    from greenlint.source import SourceFile
    from greenlint.workers import Done, Prepares

    Workers = Callable[[list[Job], Prepares], Iterable[Done]]


class Memory(Protocol):
    """What a second pass asks and tells whoever remembers for it: see greenlint.cache."""

    def get_facts(self, name: str, digest: str) -> str | None:
        """What a file with exactly these bytes tells others."""

    def put_facts(self, facts: Iterable[tuple[str, str, str]]) -> None:
        """Remember (name, digest, facts)."""

    def get_across(self, name: str, shape: str, digests: Mapping[str, str]) -> FileResult | None:
        """What was found in a file, if all it rests on is as it was."""

    def put_across(self, results: Iterable[tuple[str, str, str, FileResult]]) -> None:
        """Remember (name, shape, files used with their digests as JSON, result)."""


class Told(NamedTuple):
    """A file, what it tells others, and the digest of its bytes."""

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
        return FileResult(Outcome.SKIPPED, facts=facts_of(source)), digest_of(source, job)
    except Exception:  # no Python, or none that can be decoded: the first pass tells so
        return FileResult(Outcome.FAILED), ""


@dataclass(frozen=True)
class AcrossPlan:
    """Judges files by the rules across files; every worker knows what all files tell."""

    plan: Plan
    told: tuple[Told, ...]

    def prepared(self) -> Work:
        """The project, built once per worker."""
        from greenlint.project.project import Project

        _give_back()
        texts, digests = texts_of(self.told)
        return partial(judged, self.rules(), Project(self.files(), texts), digests)

    def files(self) -> list[File]:
        """What the project is made of."""
        from greenlint.codec import loads
        from greenlint.project.facts import Facts
        from greenlint.project.project import File
        from greenlint.project.shipped import beside

        files = [
            File(one.job.name, partial(_source, one.job), loads(Facts, one.facts), one.job.is_test)
            for one in self.told
        ]
        return [*files, *beside(one.name for one in files)]

    def rules(self) -> list[ActiveRule]:
        """The rules of the plan that look across files."""
        return [active for active in self.plan.active() if active.info.across]


def _give_back() -> None:
    """Let the C library return to the system what LibCST's parser has freed: a hundred megabytes
    after a large project, which are of no use to Python's own allocator.
    """
    if sys.platform == "linux":
        import ctypes

        with contextlib.suppress(OSError, AttributeError):  # no glibc
            ctypes.CDLL(None).malloc_trim(0)


def judged(
    rules: list[ActiveRule], project: Project, digests: Mapping[str, str], job: Job
) -> tuple[FileResult, str]:
    """The findings across files in one file, and the files that they rest on, as JSON."""
    from greenlint.project.checking import judge

    try:
        found = judge(rules, project.units[job.name], project, job.ignored)
        project.tidy(found.used)
    except RecursionError as error:
        return defect(job.name, error), ""
    result = FileResult(Outcome.PARSED, found.findings, (), found.problems)
    return result, json.dumps([[name, digests.get(name, "")] for name in found.used])


def _source(job: Job) -> SourceFile:
    from greenlint.source import SourceFile

    return SourceFile(job.name, job.raw if job.raw is not None else job.path.read_bytes())


@dataclass
class Across:
    """One second pass.  `jobs` are judged, `around` are the project's other files, which are only
    read; `workers` does jobs by a plan; `digests` are those that the first pass took.
    """

    jobs: Sequence[Job]
    around: Sequence[Job]
    plan: Plan
    workers: Workers
    cache: Memory | None
    digests: dict[str, str]

    def add_to(self, results: dict[str, FileResult]) -> None:
        """Add what the rules across files find.  Nothing happens in a project that uses no library
        that the index knows.
        """
        told = self.told(results)
        if not told:
            return
        shape = _shape(told)
        _, digests = texts_of(told)
        waiting: list[Job] = []
        mine = {job.name for job in self.jobs}
        for job in (one.job for one in told if one.job.name in mine):
            known = self.cache.get_across(job.name, shape, digests) if self.cache else None
            if known is None:
                waiting.append(job)
            else:
                add(results, job.name, known)
        kept = []
        for job, result, uses in self.workers(waiting, AcrossPlan(self.plan, tuple(told))):
            add(results, job.name, result)
            if uses and not result.problems:
                kept.append((job.name, shape, uses, result))
        if self.cache is not None:
            self.cache.put_across(kept)

    def told(self, results: Mapping[str, FileResult]) -> list[Told]:
        """What every file tells; nothing where no file shows that it matters."""
        facts: dict[str, str] = {}
        fresh: list[tuple[str, str, str]] = []
        silent: list[Job] = []
        for job in (*self.jobs, *self.around):
            result = results.get(job.name)
            if result is not None and result.outcome is Outcome.FAILED:
                continue
            digest = self._digest(job)
            known = self.cache.get_facts(job.name, digest) if self.cache and digest else None
            if result is not None and result.facts:
                facts[job.name] = result.facts
                fresh.append((job.name, digest, result.facts))
            elif known is not None:
                facts[job.name] = known
            else:
                silent.append(job)
        if facts or any(_shows(job) for job in self.around):
            for job, result, digest in self.workers(silent, FactsPlan()):
                if result.facts:
                    facts[job.name] = result.facts
                    self.digests[job.name] = digest
                    fresh.append((job.name, digest, result.facts))
        if self.cache is not None:
            self.cache.put_facts(one for one in fresh if one[1])
        return [
            Told(job, facts[job.name], self.digests.get(job.name, ""))
            for job in sorted((*self.jobs, *self.around), key=lambda job: job.name)
            if job.name in facts
        ]

    def _digest(self, job: Job) -> str:
        """The digest of a file's bytes, taken once; "" for one that cannot be read."""
        if job.name not in self.digests and self.cache is not None:
            source = read(job)
            known = "" if isinstance(source, FileResult) else digest_of(source, job)
            self.digests[job.name] = known
        return self.digests.get(job.name, "")


def _shows(job: Job) -> bool:
    source = read(job)
    return not isinstance(source, FileResult) and tells(source.raw)


def texts_of(told: Sequence[Told]) -> tuple[Texts, Mapping[str, str]]:
    """The templates beside the files of a run, and the digests of both.

    They stand below the root that the files' names start from.
    """
    from greenlint.project.texts import Digests, Texts, root_of

    roots = (root_of(one.job.path, one.job.name) for one in told)
    texts = Texts(next((root for root in roots if root), None), [one.job.name for one in told])
    return texts, Digests({one.job.name: one.digest for one in told}, texts)


def _shape(told: Sequence[Told]) -> str:
    """One word for all facts of all files."""
    whole = blake2b(digest_size=16)
    for one in told:
        whole.update(f"{one.job.name}\0{one.job.is_test}\0{one.facts}\0".encode())
    return whole.hexdigest()


def add(results: dict[str, FileResult], name: str, found: FileResult) -> None:
    """Findings of both passes; where one rule finds one place in both, what the first says."""
    before = results[name]
    told = {(one.code, one.span) for one in before.findings}
    more = (one for one in found.findings if (one.code, one.span) not in told)
    findings = sorted((*before.findings, *more), key=lambda one: one.sort_key)
    results[name] = replace(
        before, findings=tuple(findings), problems=(*before.problems, *found.problems)
    )
