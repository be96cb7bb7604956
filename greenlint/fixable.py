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

if TYPE_CHECKING:
    from greenlint.finding import Finding
    from greenlint.ruleset import Ruleset
    from greenlint.work import Job


def may_fix(rules: Ruleset, finding: Finding) -> bool:
    """Whether a finding has a fix that the configuration lets be applied."""
    info = rules.by_code[finding.code]
    return finding.fix is not None and fix_allowed(info, finding.fix.safety, rules.config)


@dataclass(frozen=True, slots=True)
class Fixable:
    """A file of a run, and what its findings follow from.

    `known` is what the run found in it.  `counted` are the fingerprints that count where a
    baseline or a revision took others away; None where all do.
    """

    job: Job
    rules: Ruleset
    known: FileResult
    counted: Collection[str] | None = None

    def allowed(self, finding: Finding) -> bool:
        """Whether a finding counts and may be fixed."""
        counts = self.counted is None or finding.fingerprint in self.counted
        return counts and may_fix(self.rules, finding)

    def live(self, result: FileResult) -> list[Finding]:
        """The findings in a text of the file that no comment takes away."""
        if result.outcome is Outcome.FAILED:
            return []
        rules = self.rules
        sifted = sift(
            {self.job.name: result}, [self.job], rules, today=date.today(), plugins=rules.plugins
        )
        return [entry.finding for entry in sifted.entries]

    def with_across(self, result: FileResult) -> FileResult:
        """What rules of single files find in the file as it is, with what the run knows from rules
        that look across files.
        """
        across = (one for one in self.known.findings if self.rules.by_code[one.code].across)
        every = {(one.code, one.span): one for one in (*across, *result.findings)}
        findings = sorted(every.values(), key=lambda one: one.sort_key)
        return replace(result, findings=tuple(findings))
