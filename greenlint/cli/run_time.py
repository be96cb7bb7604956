# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Findings of what a stored run saw and no rule on code, added to the results of a check."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from greenlint.cli.joining import ours
from greenlint.result import FileResult
from greenlint.seen import Checked, Judge, findings
from greenlint.work import read

if TYPE_CHECKING:
    from greenlint.cli.joining import Known
    from greenlint.cli.linting import Lint
    from greenlint.rule import RuleInfo


def added(lint: Lint, run: Known, rules: Sequence[RuleInfo]) -> Mapping[str, FileResult]:
    """The results of `lint` with these findings; a file that could not be checked gets none."""
    judges = [
        Judge(info, lint.plugins.loaded(info).checks_seen, lint.rules.options.get(info.code, {}))
        for info in rules
    ]
    began = datetime.fromisoformat(run.stored.started).timestamp()
    by_code = lint.rules.by_code
    found = [
        (finding, by_code[finding.code].confirmed_by)
        for result in lint.results.values()
        for finding in result.findings
        if lint.rules.sure_enough(finding.code, finding.confidence)
    ]
    results = dict(lint.results)

    def checked(path: str) -> Checked | None:
        job = lint.job(path)
        if job is None or path not in results:
            return None
        source = read(job)
        if isinstance(source, FileResult):
            return None
        try:
            changed = job.raw is not None or job.path.stat().st_mtime > began
        except OSError:
            return None
        return Checked(source, job.is_test, job.ignored, changed)

    again = ours(run.measured.again, lint.config.root, results)
    for finding in findings(judges, again, found, checked):
        result = results[finding.path]
        results[finding.path] = replace(result, findings=(*result.findings, finding))
    return results
