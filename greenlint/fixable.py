# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""One file as it is fixed: which findings of each round's text count, and which may be fixed."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from greenlint.result import FileResult, Outcome
from greenlint.select import fix_allowed
from greenlint.sift import sift
from greenlint.source import SourceFile

if TYPE_CHECKING:
    from greenlint.check import Checker
    from greenlint.finding import Finding
    from greenlint.ruleset import Ruleset
    from greenlint.work import Job


def may_fix(rules: Ruleset, finding: Finding) -> bool:
    """Whether a finding has a fix that the configuration lets be applied."""
    info = rules.by_code[finding.code]
    return finding.fix is not None and fix_allowed(info, finding.fix.safety, rules.config)


def across_in(rules: Ruleset, result: FileResult) -> tuple[Finding, ...]:
    """What was found in a file by rules that look across files; it holds for its text as it is."""
    return tuple(one for one in result.findings if rules.by_code[one.code].across)


@dataclass(frozen=True, slots=True)
class Fixable:
    """A file of a run, and what its findings follow from.

    `across` is what rules across files found in it.  `counted` are the fingerprints that count
    where a baseline or a revision took others away; None where all do.
    """

    job: Job
    rules: Ruleset
    checker: Checker
    across: tuple[Finding, ...] = ()
    counted: Collection[str] | None = None

    def allowed(self, finding: Finding) -> bool:
        """Whether a finding counts and may be fixed."""
        counts = self.counted is None or finding.fingerprint in self.counted
        return counts and may_fix(self.rules, finding)

    def checked(self, source: SourceFile) -> FileResult:
        """What the rules of single files find in a text of the file."""
        job = self.job
        return self.checker.check(source, is_test=job.is_test, ignored=job.ignored)

    def live(self, source: SourceFile, text: str) -> list[Finding]:
        """The findings of a text that no comment takes away; `source` is the file as it was."""
        result = self.checked(SourceFile(self.job.name, source.encode(text)))
        if result.outcome is Outcome.FAILED:
            return []
        if text == source.text and self.across:
            every = {(one.code, one.span): one for one in (*self.across, *result.findings)}
            findings = sorted(every.values(), key=lambda one: one.sort_key)
            result = replace(result, findings=tuple(findings))
        rules = self.rules
        sifted = sift(
            {self.job.name: result}, [self.job], rules, today=date.today(), plugins=rules.plugins
        )
        return [entry.finding for entry in sifted.entries]
