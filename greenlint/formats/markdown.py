# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""A Markdown page for job summaries and merge requests, at most one mebibyte."""

from __future__ import annotations

import re
from collections.abc import Iterator

from greenlint.formats.listing import listed
from greenlint.formats.summary import closing
from greenlint.formats.words import clean, joined, sentence, standing
from greenlint.messages import Language
from greenlint.result import Entry, ReportContext

LIMIT = 1024 * 1024  # bytes that GitHub takes as the summary of a step
RESERVED = 1024  # bytes kept for the line about what was left out

# As character references these can neither start markup nor end a table cell.
_ACTIVE = re.compile(r"[&<>`*_\[\]\\|~#$]|:(?=//)")


def render(report: ReportContext) -> Iterator[str]:
    """A heading, the closing lines of the text report, a table of findings."""
    head = "\n".join(heading(report))
    yield head
    room = LIMIT - RESERVED - len(head.encode())
    entries = listed(report)
    for number, entry in enumerate(entries):
        line = row(report, entry)
        room -= len(line.encode())
        if room < 0:
            yield f"\n{left_out(report.language, len(entries) - number)}\n"
            return
        yield line


def heading(report: ReportContext) -> Iterator[str]:
    """What comes before the rows, by lines."""
    yield "## greenlint"
    yield ""
    for line in closing(report):
        yield _prose(line)
        yield ""
    if listed(report):
        say = report.language.say
        titles = say("severity"), say("place"), say("rule"), say("fix"), say("finding")
        yield f"| {' | '.join(titles)} |"
        yield "| --- | --- | --- | --- | --- |"
        yield ""


def left_out(language: Language, number: int) -> str:
    """The line about what did not fit."""
    return language.count(
        number,
        "{n} finding more, left out for size.",
        "{n} findings more, left out for size.",
    )


def row(report: ReportContext, entry: Entry) -> str:
    """One row of the table."""
    finding = entry.finding
    place = f"{report.shown(finding.path)}:{finding.span.line}:{finding.span.column}"
    cells = (
        report.language.say(entry.severity.value),
        _code(place),
        f"{_linked(finding.code, entry.rule.url)} {escape(entry.rule.name)}",
        report.language.say(entry.fixable.value) if entry.fixable else "",
        _prose(joined(sentence(entry, report.language), standing(entry, report.language))),
    )
    return f"| {' | '.join(cells)} |\n"


def _linked(code: str, url: str) -> str:
    return f"[{code}]({url})" if url else code


def escape(text: str) -> str:
    """Text that Markdown shows as it is, in a table too."""
    return _ACTIVE.sub(lambda match: f"&#{ord(match[0])};", clean(text))


def _code(text: str) -> str:
    return f"<code>{escape(text)}</code>"


def _prose(text: str) -> str:
    """A sentence whose pairs of backticks stay code; odd ones are shown as they are."""
    parts = text.split("`")
    if len(parts) % 2 == 0:
        return escape(text)
    return "".join(_code(part) if index % 2 else escape(part) for index, part in enumerate(parts))
