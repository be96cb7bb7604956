# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""One line a finding, as editors and eyes that skim like it."""

from __future__ import annotations

from collections.abc import Iterator

from greenlint.formats.listing import listed
from greenlint.formats.paint import Paint
from greenlint.formats.summary import found
from greenlint.formats.words import clean, joined, mark, sentence, standing
from greenlint.messages import Language
from greenlint.result import Entry, ReportContext


def render(report: ReportContext) -> Iterator[str]:
    """``path:line:column: severity CODE [-] sentence``, then how many there are."""
    paint = Paint.of(report)
    for entry in listed(report):
        span = entry.finding.span
        place = f"{clean(report.shown(entry.finding.path))}:{span.line}:{span.column}:"
        yield f"{joined(paint.strong(place), *saying(entry, paint, report.language))}\n"
    if not report.quiet:
        yield f"{found(report)}\n"


def saying(entry: Entry, paint: Paint, language: Language) -> Iterator[str]:
    """Severity, code, sign of a fix, sentence, and why it does not count."""
    yield language.say(entry.severity.value)
    yield paint.code(entry.finding.code, entry.rule.url)
    yield paint.fix(mark(entry.fixable))
    yield clean(sentence(entry, language))
    yield clean(standing(entry, language))
