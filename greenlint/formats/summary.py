# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""The closing lines of the reports for people: what was found, what can be fixed, what was read."""

from __future__ import annotations

from collections.abc import Iterator

from greenlint.formats.words import mark
from greenlint.result import ReportContext
from greenlint.rule import Safety, Severity

_SEVERITIES = {
    Severity.ERROR: ("{n} error", "{n} errors"),
    Severity.WARNING: ("{n} warning", "{n} warnings"),
    Severity.NOTE: ("{n} note", "{n} notes"),
}


def found(report: ReportContext) -> str:
    """``Found 2 findings (2 warnings) in 41 files, 9 suppressed, 17 in baseline.``"""
    return ", ".join([_outcome(report), *_hidden(report)]) + "."


def _outcome(report: ReportContext) -> str:
    language = report.language
    files = _files(report)
    if report.entries:
        return language.say(
            "Found {findings} ({severities}) in {files}",
            findings=language.count(len(report.entries), "{n} finding", "{n} findings"),
            severities=by_severity(report),
            files=files,
        )
    if failed := report.counts.failed:
        return language.say(
            "No findings, but {failed} of {files} could not be checked", failed=failed, files=files
        )
    if not report.counts.files:
        return language.say("No Python files to check")
    return language.say("All checks passed in {files}", files=files)


def _files(report: ReportContext) -> str:
    return report.language.count(report.counts.files, "{n} file", "{n} files")


def by_severity(report: ReportContext) -> str:
    """``1 error, 2 warnings``: the severities that occur, the worst first."""
    counts = ((report.of(severity), *_SEVERITIES[severity]) for severity in Severity)
    return ", ".join(report.language.count(*count) for count in counts if count[0])


def _hidden(report: ReportContext) -> Iterator[str]:
    if report.suppressed:
        yield report.language.say("{n} suppressed", n=report.suppressed)
    if report.in_baseline:
        yield report.language.say("{n} in baseline", n=report.in_baseline)


def fixing(report: ReportContext) -> Iterator[str]:
    """What was fixed, and what a command could fix; nothing when there is nothing to say."""
    language = report.language
    if fixed := sum(report.fixed.values()):
        yield language.count(fixed, "Fixed {n} finding.", "Fixed {n} findings.")
    safe, unsafe = report.fixable(Safety.SAFE), report.fixable(Safety.UNSAFE)
    offers = []
    if safe:
        offered = language.say("{n} fixable with `greenlint check --fix`", n=safe)
        offers.append(f"{mark(Safety.SAFE)} {offered}")
    if unsafe and safe:
        more = language.say("{n} more with `--unsafe-fixes`", n=unsafe)
        offers.append(f"{mark(Safety.UNSAFE)} {more}")
    elif unsafe:
        offered = language.say("{n} fixable with `greenlint check --fix --unsafe-fixes`", n=unsafe)
        offers.append(f"{mark(Safety.UNSAFE)} {offered}")
    if offers:
        yield ", ".join(offers) + "."


def read(report: ReportContext) -> str:
    """``41 files: 38 cached, 3 analysed in 0.31 s.``"""
    counts = report.counts
    language = report.language
    ways = [
        (counts.cached, "{n} cached"),
        (counts.parsed + counts.skipped, "{n} analysed"),
        (counts.failed, "{n} failed"),
    ]
    parts = [language.say(way, n=count) for count, way in ways if count]
    return language.say(
        "{files}: {ways} in {seconds} s.",
        files=_files(report),
        ways=", ".join(parts or [language.say("none read")]),
        seconds=language.figure(f"{report.seconds:.2f}"),
    )


def closing(report: ReportContext) -> Iterator[str]:
    """All closing lines, without their newlines; none when only findings are wanted."""
    if report.quiet:
        return
    yield found(report)
    yield from fixing(report)
    yield read(report)
