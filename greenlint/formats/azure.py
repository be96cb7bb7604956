# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Logging commands that Azure Pipelines turns into issues of the build."""

from __future__ import annotations

from collections.abc import Iterator

from greenlint.formats.paths import in_checkout
from greenlint.formats.words import clean, sentence
from greenlint.messages import Language
from greenlint.result import Entry, ReportContext
from greenlint.rule import Severity

# Azure knows errors and warnings only.
LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "warning"}

_DATA = str.maketrans({"%": "%AZP25", "\r": "%0D", "\n": "%0A"})
_PROPERTY = _DATA | str.maketrans({";": "%3B", "]": "%5D"})


def render(report: ReportContext) -> Iterator[str]:
    """A line a finding."""
    for entry in report.entries:
        yield command(report, entry)


def command(report: ReportContext, entry: Entry) -> str:
    """``##vso[task.logissue type=warning;sourcepath=...;code=...;]sentence``"""
    span = entry.finding.span
    values = {
        "type": LEVELS[entry.severity],
        "sourcepath": in_checkout(report, entry.finding.path, "BUILD_SOURCESDIRECTORY"),
        "linenumber": str(span.line),
        "columnnumber": str(span.column),
        "code": entry.finding.code,
    }
    properties = "".join(f"{name}={_property(value)};" for name, value in values.items())
    return f"##vso[task.logissue {properties}]{_data(words(entry, report.language))}\n"


def words(entry: Entry, language: Language) -> str:
    """The sentence; a note says that it is one, since its type cannot."""
    text = sentence(entry, language)
    return f"{language.say('Note:')} {text}" if entry.severity is Severity.NOTE else text


def _data(text: str) -> str:
    return clean(text, keep="\r\n").translate(_DATA)


def _property(text: str) -> str:
    return clean(text, keep="\r\n").translate(_PROPERTY)
