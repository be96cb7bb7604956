# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Workflow commands that GitHub Actions turns into annotations."""

from __future__ import annotations

from collections.abc import Iterator

from greenlint.finding import Span
from greenlint.formats.listing import worst_first
from greenlint.formats.paths import in_checkout
from greenlint.formats.words import clean, sentence
from greenlint.result import Entry, ReportContext
from greenlint.rule import Severity

# GitHub drops the eleventh annotation of a level, without a word; one notice is kept for the rest.
ROOM = {Severity.ERROR: 10, Severity.WARNING: 10, Severity.NOTE: 9}
LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}

_DATA = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
_PROPERTY = _DATA | str.maketrans({":": "%3A", ",": "%2C"})


def render(report: ReportContext) -> Iterator[str]:
    """The worst first, ten of each level, then one notice about the rest."""
    left = 0
    shown = dict.fromkeys(Severity, 0)
    for entry in worst_first(report.entries):
        shown[entry.severity] += 1
        if shown[entry.severity] <= ROOM[entry.severity]:
            yield command(report, entry)
        else:
            left += 1
    if left:
        text = report.language.count(
            left,
            "{n} finding more, not annotated; the full report lists them.",
            "{n} findings more, not annotated; the full report lists them.",
        )
        yield f"::notice title=greenlint::{text}\n"


def command(report: ReportContext, entry: Entry) -> str:
    """One annotation."""
    path = in_checkout(report, entry.finding.path, "GITHUB_WORKSPACE")
    values = {
        "file": path,
        **region(entry.finding.span),
        "title": f"{entry.finding.code} {entry.rule.name}",
    }
    properties = ",".join(f"{name}={_property(value)}" for name, value in values.items())
    return f"::{LEVELS[entry.severity]} {properties}::{_data(sentence(entry, report.language))}\n"


def region(span: Span) -> dict[str, str]:
    """Lines, and columns where GitHub takes them: within one line."""
    lines = {"line": str(span.line), "endLine": str(span.end_line)}
    if span.line != span.end_line:
        return lines
    return {**lines, "col": str(span.column), "endColumn": str(span.end_column)}


def _data(text: str) -> str:
    return clean(text, keep="\r\n").translate(_DATA)


def _property(text: str) -> str:
    return clean(text, keep="\r\n").translate(_PROPERTY)
