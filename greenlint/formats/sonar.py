# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""SonarQube's generic issue format of version 10.3 and later: 0-based columns in UTF-16 units."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from greenlint.finding import Span
from greenlint.formats.columns import utf16_column
from greenlint.formats.encode import rows
from greenlint.formats.listing import rules_of, worst_first
from greenlint.formats.words import description, sentence, text_of, title
from greenlint.result import Entry, ReportContext
from greenlint.rule import RuleInfo, Safety, Severity

LEVELS = {Severity.ERROR: "HIGH", Severity.WARNING: "MEDIUM", Severity.NOTE: "LOW"}
# Conventional minutes, so that Sonar's debt is not zero; nothing was measured.
MINUTES = {Safety.SAFE: 5, Safety.UNSAFE: 10, None: 20}


def render(report: ReportContext) -> Iterator[str]:
    """The rules that occur, and the issues."""
    rules = rules_of(report.entries)
    worst = {entry.rule.code: entry.severity for entry in reversed(worst_first(report.entries))}
    yield f'{{\n"rules": {rows([rule(info, worst[code]) for code, info in rules.items()])},\n'
    yield f'"issues": {rows([issue(report, entry) for entry in report.entries])}\n}}\n'


def rule(info: RuleInfo, severity: Severity) -> dict[str, Any]:
    """A rule; Sonar has severity here and not on the issue, so it is the configured one."""
    return {
        "id": info.code,
        "name": title(info),
        "description": "\n".join(filter(None, (description(info), info.url))),
        "engineId": "greenlint",
        "cleanCodeAttribute": "EFFICIENT",
        "impacts": [{"softwareQuality": "MAINTAINABILITY", "severity": LEVELS[severity]}],
    }


def issue(report: ReportContext, entry: Entry) -> dict[str, Any]:
    """One finding, its secondary locations included."""
    finding = entry.finding
    value: dict[str, Any] = {
        "ruleId": finding.code,
        "effortMinutes": MINUTES[entry.fixable],
        "primaryLocation": location(report, finding.path, finding.span, sentence(entry)),
    }
    if finding.related:
        value["secondaryLocations"] = [
            location(report, place.path, place.span, text_of(place.message))
            for place in finding.related
        ]
    return value


def location(report: ReportContext, path: str, span: Span, message: str) -> dict[str, Any]:
    """A file, a text range and what is said there."""
    return {
        "message": message,
        "filePath": report.shown(path),
        "textRange": text_range(report.lines(path), span),
    }


def text_range(lines: list[str], span: Span) -> dict[str, int]:
    """The range; the line alone where Sonar would refuse the whole file for the columns.

    It refuses empty ranges and columns past the end of a line.
    """
    empty = (span.line, span.column) >= (span.end_line, span.end_column)
    if empty or not _inside(lines, span):
        return {"startLine": span.line}
    return {
        "startLine": span.line,
        "startColumn": utf16_column(lines, span.line, span.column) - 1,
        "endLine": span.end_line,
        "endColumn": utf16_column(lines, span.end_line, span.end_column) - 1,
    }


def _inside(lines: list[str], span: Span) -> bool:
    return (
        span.end_line <= len(lines)
        and span.column - 1 <= len(lines[span.line - 1])
        and span.end_column - 1 <= len(lines[span.end_line - 1])
    )
