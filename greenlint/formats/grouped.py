# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""The findings under the file they are in."""

from __future__ import annotations

from collections.abc import Iterator

from greenlint.formats.concise import saying
from greenlint.formats.listing import by_path, listed
from greenlint.formats.paint import Paint
from greenlint.formats.summary import closing
from greenlint.formats.words import clean, joined
from greenlint.result import Entry, ReportContext


def render(report: ReportContext) -> Iterator[str]:
    """A path, its findings indented by line and column, an empty line; then the closing lines."""
    paint = Paint.of(report)
    for path, entries in by_path(listed(report)).items():
        yield f"{paint.strong(clean(report.shown(path)))}\n"
        width = max(len(where(entry)) for entry in entries)
        for entry in entries:
            said = joined(*saying(entry, paint, report.language))
            yield f"  {where(entry):<{width}}  {said}\n"
        yield "\n"
    for line in closing(report):
        yield f"{line}\n"


def where(entry: Entry) -> str:
    """``line:column``"""
    return f"{entry.finding.span.line}:{entry.finding.span.column}"
