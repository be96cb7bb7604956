# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""The project as a worker keeps it warm: a buffer that changes is the only thing read anew."""

from __future__ import annotations

import gc
from dataclasses import dataclass
from typing import TYPE_CHECKING

from greenlint.across import AcrossPlan, judged, texts_of
from greenlint.result import FileResult, Outcome
from greenlint.source import NotPython
from greenlint.work import Work, digest_of, facts_of, read

if TYPE_CHECKING:
    from greenlint.source import SourceFile
    from greenlint.work import Job

# Answers and trees that were dropped hold each other, and a worker collects nothing by itself.
_OFTEN = 50


@dataclass(frozen=True, eq=False)
class KeptPlan:
    """Judges one file after another by the rules across files, of a project that is kept: a job
    with bytes of its own changes its file in it, one without has the file as it is on disk.
    """

    across: AcrossPlan

    def prepared(self) -> Work:
        """The project, built once."""
        return Kept(self.across).judged


class Kept:
    """The project of a worker, and for which bytes it has each file."""

    def __init__(self, plan: AcrossPlan) -> None:
        from greenlint.project.project import Project

        self._rules = plan.rules()
        self._files = {one.name: one for one in plan.files()}
        self._texts, _ = texts_of(plan.told)
        self._facts = {one.job.name: one.facts for one in plan.told}
        self._digests = {one.job.name: one.digest for one in plan.told}
        self._project = Project(self._files.values(), self._texts)
        self._changes = 0

    def judged(self, job: Job) -> tuple[FileResult, str]:
        """The findings across files in one; FAILED where its text is no Python just now."""
        source = read(job)
        if isinstance(source, FileResult) or not self._taken(job, source):
            return FileResult(Outcome.FAILED), ""
        return judged(self._rules, self._project, {}, job)

    def _taken(self, job: Job, source: SourceFile) -> bool:
        """Have a file as it is now; false for one that is no Python: it stays as it was."""
        from greenlint.project.syntax import parse

        digest = digest_of(source, job)
        if self._digests.get(job.name) == digest:
            return True
        try:
            tree = parse(source)
        except NotPython:
            return False
        if tree is None:
            return False
        facts = facts_of(source, tree)
        if self._facts.get(job.name) == facts:
            self._project.renew(job.name, lambda: source)
        else:
            self._build(job, source, facts)
        self._facts[job.name], self._digests[job.name] = facts, digest
        self._changes += 1
        if self._changes % _OFTEN == 0:
            gc.collect()
        return True

    def _build(self, job: Job, source: SourceFile, facts: str) -> None:
        """A project with other facts: whatever was answered may be another answer now."""
        from greenlint.codec import loads
        from greenlint.project.facts import Facts
        from greenlint.project.project import File, Project

        self._files[job.name] = File(job.name, lambda: source, loads(Facts, facts), job.is_test)
        self._project = Project(self._files.values(), self._texts)
        gc.unfreeze()  # the worker set the first project apart from what is ever collected
        gc.collect()
