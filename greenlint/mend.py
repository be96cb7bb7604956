# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Files fixed side by side: all texts of a round go to the workers at once."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Sequence
from typing import TYPE_CHECKING, TypeAlias

from greenlint.errors import FixError
from greenlint.fix import Answer, Fixed, Trial, fixing
from greenlint.result import FileResult, Outcome
from greenlint.source import NotPython, SourceFile
from greenlint.work import UNPROVEN, Job, digest_of

if TYPE_CHECKING:
    from greenlint.finding import Finding
    from greenlint.fixable import Fixable
    from greenlint.workers import Done

#: Does jobs in any order.
Work: TypeAlias = "Callable[[list[Job]], Iterable[Done]]"
#: Which fixes of a file, given with its source, are to be made.
Choose: TypeAlias = "Callable[[Fixable, SourceFile], Callable[[Finding], bool]]"


class Mending:
    """A file on its way through the rounds.  `digest` is what the result of the run holds for: a
    file that still is as it was is not checked anew.
    """

    def __init__(self, file: Fixable, digest: str) -> None:
        self.file = file
        self.found = digest, file.known
        self._steps: Generator[Trial, Answer, Fixed] | None = None
        self._trial: Trial | None = None
        self._end: Fixed | FixError | NotPython | None = None

    def fixed(self) -> Fixed:
        """What came of it.  Raises FixError, and NotPython for a file that is none any more."""
        if not isinstance(self._end, Fixed):
            raise self._end or AssertionError("it is not at its end")
        return self._end

    def start(self, choose: Choose) -> None:
        """The first round, as far as the run's result goes."""
        try:
            source = source_of(self.file.job)
            self._steps = fixing(source, choose(self.file, source))
            self._trial = next(self._steps)
        except (FixError, NotPython) as error:
            self._end = error
            return
        digest, known = self.found
        if digest_of(source, self.file.job) == digest:
            self._send(self.file.live(known))

    def waiting(self) -> Job | None:
        """The text to look at next, if there is one."""
        if self._trial is None:
            return None
        source, changed = self._trial
        return self.file.job._replace(raw=source.raw, changed=changed)

    def take(self, result: FileResult, digest: str) -> None:
        """Go on with what a worker found in the text."""
        if self._trial is None or self._trial.changed is None:
            failed = result.outcome is Outcome.FAILED
            self._send(self.file.live(result if failed else self.file.with_across(result)))
        elif digest:
            self.found = digest, result
            self._send(self.file.live(result))
        elif [one.code for one in result.findings] == [UNPROVEN]:
            self._send(result.findings[0].message)
        else:  # the parser or a rule ended the worker, or failed
            sentences = *result.problems, *(str(one.message) for one in result.findings)
            self._trial, self._end = None, _failed(self.file.job, sentences)

    def _send(self, answer: Answer) -> None:
        if self._steps is None:
            return
        try:
            self._trial = self._steps.send(answer)
        except StopIteration as end:
            self._trial, self._end = None, end.value
        except (FixError, NotPython) as error:
            self._trial, self._end = None, error


def mend(files: Sequence[Mending], work: Work, choose: Choose) -> None:
    """Take files through all rounds; only those that a round changed are looked at again."""
    by_name = {one.file.job.name: one for one in files}
    for one in files:
        one.start(choose)
    while jobs := [job for one in files if (job := one.waiting()) is not None]:
        for job, result, digest in work(jobs):
            by_name[job.name].take(result, digest)


def source_of(job: Job) -> SourceFile:
    """A file as it is now.  Raises FixError where it cannot be read."""
    try:
        return SourceFile(job.name, job.raw if job.raw is not None else job.path.read_bytes())
    except OSError as error:
        raise FixError(
            "Cannot read {name} to fix it: {why}.", name=job.name, why=error.strerror
        ) from None


def _failed(job: Job, sentences: Iterable[str]) -> FixError:
    return FixError(
        "{name} was left as it was, for its fixed text could not be checked: {why}.",
        name=job.name,
        why=" ".join(sentences).rstrip("."),
    )
