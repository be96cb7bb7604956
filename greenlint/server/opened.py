# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""An open buffer, checked: its findings, and what of it they hold for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from greenlint.across import add
from greenlint.result import Outcome
from greenlint.sift import sift
from greenlint.source import NotPython, SourceFile

if TYPE_CHECKING:
    from greenlint.result import Entry, FileResult
    from greenlint.server.places import Places
    from greenlint.server.ways import Setup
    from greenlint.work import Job


@dataclass(frozen=True)
class Opened:
    """One version of a buffer and what was found in it.  `problems` are failures of rules."""

    uri: str
    version: int | None
    places: Places
    setup: Setup
    job: Job
    result: FileResult
    entries: tuple[Entry, ...]
    problems: tuple[str, ...]

    @property
    def source(self) -> SourceFile:
        """The buffer as a file."""
        return SourceFile(self.job.name, self.job.raw or b"")

    @property
    def parsed(self) -> bool:
        """Whether it is Python at all."""
        return self.result.outcome is not Outcome.FAILED

    def at(self, first: int, last: int) -> Iterator[Entry]:
        """The findings that touch some lines."""
        for entry in self.entries:
            span = entry.finding.span
            if span.line <= last and first <= span.end_line:
                yield entry

    def with_more(self, more: FileResult) -> Opened:
        """With what the rules across files found."""
        results = {self.job.name: self.result}
        add(results, self.job.name, more)
        return judged(self.uri, self.version, self.places, self.setup, self.job, results)


def judged(
    uri: str,
    version: int | None,
    places: Places,
    setup: Setup,
    job: Job,
    results: dict[str, FileResult],
) -> Opened:
    """A buffer with its findings, less those that comments, settings and the baseline take away."""
    rules = setup.rules
    sifted = sift(
        results, [job], rules, today=date.today(), plugins=rules.plugins, baseline=setup.baseline
    )
    result = results[job.name]
    return Opened(uri, version, places, setup, job, result, sifted.entries, sifted.problems)


def bytes_of(name: str, text: str) -> bytes:
    """A buffer as its file would hold it: in the encoding that it declares, if that can."""
    raw = text.encode("utf-8", "surrogatepass")
    try:
        return text.encode(SourceFile(name, raw).encoding)
    except (NotPython, UnicodeEncodeError):
        return raw
