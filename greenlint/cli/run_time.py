# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""What a stored run saw, put to the results of a check: findings of its own, and certainty."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from greenlint.cli.joining import ours
from greenlint.result import FileResult
from greenlint.rule import Confidence
from greenlint.seen import Checked, Judge, findings
from greenlint.work import read

if TYPE_CHECKING:
    from greenlint.cli.joining import Known
    from greenlint.cli.linting import Lint
    from greenlint.finding import Finding
    from greenlint.hotspots import Again
    from greenlint.rule import RuleInfo
    from greenlint.work import Job


# A test may call a function some times itself; as GRN349 has it, so often is often.
_OFTEN = 10


def added(lint: Lint, run: Known, rules: Sequence[RuleInfo]) -> Mapping[str, FileResult]:
    """The results of `lint` with the findings of these rules; a file that could not be checked gets
    none.  Where a test repeats what a finding of low confidence is about, that is medium.
    """
    judges = [
        Judge(info, lint.plugins.loaded(info).checks_seen, lint.rules.options.get(info.code, {}))
        for info in rules
    ]
    began = datetime.fromisoformat(run.stored.started).timestamp()
    by_code = lint.rules.by_code
    again = list(ours(run.measured.again, lint.config.root, lint.results))

    def same(job: Job) -> bool:
        """Whether a file is as it was when the run began, as far as its date tells."""
        try:
            return job.raw is None and job.path.stat().st_mtime <= began
        except OSError:
            return False

    results = _surer(lint, again, same)
    found = [
        (finding, by_code[finding.code].confirmed_by)
        for result in results.values()
        for finding in result.findings
        if lint.rules.sure_enough(finding.code, finding.confidence)
    ]

    def checked(path: str) -> Checked | None:
        job = lint.job(path)
        if job is None or path not in results:
            return None
        source = read(job)
        if isinstance(source, FileResult):
            return None
        return Checked(source, job.is_test, job.ignored, not same(job))

    for finding in findings(judges, again, found, checked):
        result = results[finding.path]
        results[finding.path] = replace(result, findings=(*result.findings, finding))
    return results


def _surer(
    lint: Lint, again: Sequence[Again], same: Callable[[Job], bool]
) -> dict[str, FileResult]:
    """The results, in which findings of low confidence are medium where a test sent the same from
    their lines often, and the file is the `same` as then.
    """
    places = {(one.kind, one.path, one.line) for one in again if one.times >= _OFTEN}

    def sure(finding: Finding) -> Finding:
        kind = lint.rules.by_code[finding.code].confirmed_by
        lines = range(finding.span.line, finding.span.end_line + 1)
        if any((kind, finding.path, line) in places for line in lines):
            return replace(finding, confidence=Confidence.MEDIUM)
        return finding

    results = dict(lint.results)
    for path in {path for _, path, _ in places} & set(results):
        job = lint.job(path)
        if job is None or not same(job):
            continue
        held = results[path].findings
        low = Confidence.LOW
        kept = tuple(sure(one) if one.confidence is low else one for one in held)
        results[path] = replace(results[path], findings=kept)
    return results
