# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Reviewdog's diagnostic format: columns in UTF-8 bytes, fixes as suggestions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from greenlint.finding import Span
from greenlint.formats.columns import utf8_column
from greenlint.formats.edits import merged
from greenlint.formats.encode import dumps, rows
from greenlint.formats.words import SITE, sentence, text_of
from greenlint.result import Entry, ReportContext
from greenlint.rule import Safety, Severity

SOURCE = {"name": "greenlint", "url": SITE}
LEVELS = {Severity.ERROR: "ERROR", Severity.WARNING: "WARNING", Severity.NOTE: "INFO"}


def render(report: ReportContext) -> Iterator[str]:
    """One object with all diagnostics."""
    diagnostics = rows([diagnostic(report, entry) for entry in report.entries])
    yield f'{{\n"source": {dumps(SOURCE)},\n"diagnostics": {diagnostics}\n}}\n'


def diagnostic(report: ReportContext, entry: Entry) -> dict[str, Any]:
    """One finding, with the fix in words where it is not safe."""
    finding = entry.finding
    value: dict[str, Any] = {
        "message": words(entry),
        "location": location(report, finding.path, finding.span),
        "severity": LEVELS[entry.severity],
        "code": {"value": finding.code, **({"url": entry.rule.url} if entry.rule.url else {})},
    }
    if suggestion := _suggestion(report, entry):
        value["suggestions"] = [suggestion]
    if finding.related:
        value["relatedLocations"] = [
            {
                "message": text_of(place.message),
                "location": location(report, place.path, place.span),
            }
            for place in finding.related
        ]
    return value


def words(entry: Entry) -> str:
    """The sentence, and for an unsafe fix the warning that goes with the suggestion."""
    fix = entry.finding.fix
    if fix is None or fix.safety is Safety.SAFE:
        return sentence(entry)
    return f"{sentence(entry)}\nThe suggestion is not safe without a look: {text_of(fix.message)}"


def location(report: ReportContext, path: str, span: Span) -> dict[str, Any]:
    """A path and a range in it."""
    return {"path": report.shown(path), "range": _range(report.lines(path), span)}


def _range(lines: list[str], span: Span) -> dict[str, Any]:
    return {
        "start": {"line": span.line, "column": utf8_column(lines, span.line, span.column)},
        "end": {
            "line": span.end_line,
            "column": utf8_column(lines, span.end_line, span.end_column),
        },
    }


def _suggestion(report: ReportContext, entry: Entry) -> dict[str, Any] | None:
    """The fix as one suggestion: reviewers accept suggestions one by one, edits belong together."""
    fix = entry.finding.fix
    lines = report.lines(entry.finding.path)
    edit = merged(fix.edits, lines) if fix else None
    return {"range": _range(lines, edit.span), "text": edit.text} if edit else None
