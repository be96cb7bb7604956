# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""The closing lines of the reports for people: what was found, what can be fixed, what was read."""

from __future__ import annotations

from collections.abc import Iterator

from greenlint.formats.words import mark, plural
from greenlint.result import ReportContext
from greenlint.rule import Safety, Severity


def found(report: ReportContext) -> str:
    """``Found 2 findings (2 warnings) in 41 files, 9 suppressed, 17 in baseline.``"""
    return ", ".join([_outcome(report), *_hidden(report)]) + "."


def _outcome(report: ReportContext) -> str:
    files = plural(report.counts.files, "file")
    if report.entries:
        return f"Found {plural(len(report.entries), 'finding')} ({by_severity(report)}) in {files}"
    if report.counts.failed:
        return f"No findings, but {report.counts.failed} of {files} could not be checked"
    if not report.counts.files:
        return "No Python files to check"
    return f"All checks passed in {files}"


def by_severity(report: ReportContext) -> str:
    """``1 error, 2 warnings``: the severities that occur, the worst first."""
    counts = ((report.of(severity), severity.value) for severity in Severity)
    return ", ".join(plural(count, word) for count, word in counts if count)


def _hidden(report: ReportContext) -> Iterator[str]:
    if report.suppressed:
        yield f"{report.suppressed} suppressed"
    if report.in_baseline:
        yield f"{report.in_baseline} in baseline"


def fixing(report: ReportContext) -> Iterator[str]:
    """What was fixed, and what a command could fix; nothing when there is nothing to say."""
    if fixed := sum(report.fixed.values()):
        yield f"Fixed {plural(fixed, 'finding')}."
    safe, unsafe = report.fixable(Safety.SAFE), report.fixable(Safety.UNSAFE)
    offers = []
    if safe:
        offers.append(f"{mark(Safety.SAFE)} {safe} fixable with `greenlint check --fix`")
    if unsafe and safe:
        offers.append(f"{mark(Safety.UNSAFE)} {unsafe} more with `--unsafe-fixes`")
    elif unsafe:
        command = "`greenlint check --fix --unsafe-fixes`"
        offers.append(f"{mark(Safety.UNSAFE)} {unsafe} fixable with {command}")
    if offers:
        yield ", ".join(offers) + "."


def read(report: ReportContext) -> str:
    """``41 files: 38 cached, 3 analysed in 0.31 s.``"""
    counts = report.counts
    ways = [
        (counts.cached, "cached"),
        (counts.parsed + counts.skipped, "analysed"),
        (counts.failed, "failed"),
    ]
    parts = ", ".join(f"{count} {way}" for count, way in ways if count) or "none read"
    return f"{plural(counts.files, 'file')}: {parts} in {report.seconds:.2f} s."


def closing(report: ReportContext) -> Iterator[str]:
    """All closing lines, without their newlines; none when only findings are wanted."""
    if report.quiet:
        return
    yield found(report)
    yield from fixing(report)
    yield read(report)
