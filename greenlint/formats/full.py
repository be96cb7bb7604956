# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""The report for people: each finding with its source, its proof and what to do."""

from __future__ import annotations

from collections.abc import Iterator

from greenlint.formats.costs import here
from greenlint.formats.frame import Frame
from greenlint.formats.listing import listed
from greenlint.formats.paint import Paint
from greenlint.formats.summary import closing
from greenlint.formats.words import advice, clean, joined, mark, sentence, standing, text_of
from greenlint.result import Entry, ReportContext


def render(report: ReportContext) -> Iterator[str]:
    """One block a finding, then what was found in all."""
    paint = Paint.of(report)
    for entry in listed(report):
        yield "\n".join(block(report, entry, paint)) + "\n\n"
    for line in closing(report):
        yield f"{line}\n"


def block(report: ReportContext, entry: Entry, paint: Paint) -> Iterator[str]:
    """The printed lines of one finding."""
    yield heading(report, entry, paint)
    frame = Frame.of(entry.finding, report.lines(entry.finding.path))
    yield from frame.rows(paint, report.language)
    for label, text in notes(report, entry, frame):
        yield f"{frame.margin} {paint.label('=')} {paint.strong(label + ':')} {clean(text)}"


def heading(report: ReportContext, entry: Entry, paint: Paint) -> str:
    """``path:line:column: CODE [-] sentence (rule-name)``"""
    finding, span = entry.finding, entry.finding.span
    place = f"{clean(report.shown(finding.path))}:{span.line}:{span.column}:"
    return joined(
        paint.strong(place),
        paint.code(finding.code, entry.rule.url),
        paint.fix(mark(entry.fixable)),
        clean(sentence(entry, report.language)),
        f"({clean(entry.rule.name)})",
        clean(standing(entry, report.language)),
    )


def notes(report: ReportContext, entry: Entry, frame: Frame) -> Iterator[tuple[str, str]]:
    """What is said under the source: other places, what tests used, proof, help, page."""
    say = report.language.say
    for place in entry.finding.related:
        if place not in frame.labels:
            where = f"{report.shown(place.path)}:{place.span.line}"
            yield say("also"), f"{where}: {text_of(place.message, report.language)}"
    if entry.cost is not None:
        yield from ((say("here"), said) for said in here(entry.cost, report.language))
    yield say("proof"), say(entry.rule.proof.value)
    if help_text := advice(entry, report.language):
        yield say("help"), help_text
    if entry.rule.url:
        yield say("docs"), entry.rule.url
