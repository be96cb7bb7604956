# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Findings, tests and files as the page shows them: words and figures in its language."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple
from urllib.parse import quote

from greenlint.formats.words import advice, sentence, shorten
from greenlint.hotspots import Again, Cost
from greenlint.messages import language
from greenlint.report.annotated import File, Line
from greenlint.report.contents import Budget, OneTest, Standing, standing
from greenlint.report.drawing import Line as Drawn
from greenlint.report.drawing import line
from greenlint.report.speech import Speech
from greenlint.result import Entry
from greenlint.rule import RuleInfo

_LONG, _STATEMENT = 400, 160


class FindingView(NamedTuple):
    """A finding; figures are texts, "" where there is none, but `used` is joules or seconds."""

    rank: int
    message: str
    message_lang: str
    help: str
    help_lang: str
    measure: str
    code: str
    name: str
    url: str
    severity: str
    confidence: str
    proof: str
    path: str
    line: int
    standing: Standing
    sentences: tuple[str, ...]
    tests: int | None
    joules: str
    cpu: str
    evidence: str
    used: float
    queries: int | None
    source: str = ""


class Findings:
    """Entries to views.  A rule's page is read once, for the title of its measure; `link` is that
    of the contents.
    """

    def __init__(self, speech: Speech, link: str = "") -> None:
        self._speech = speech
        self._language = language(speech.language)
        self._link = link
        self._titles: dict[str, str] = {}

    def view(self, rank: int, entry: Entry) -> FindingView:
        """One finding, with its place among all."""
        finding, info, cost = entry.finding, entry.rule, entry.cost
        speech = self._speech
        bounded = cost is not None and bool(cost.tests)
        joules = cost.joules if cost and bounded else None
        cpu = cost.cpu_seconds if cost and bounded else None
        return FindingView(
            rank,
            *self._told(sentence(entry, self._language), sentence(entry)),
            *self._told(advice(entry, self._language), advice(entry)),
            self._title(info),
            info.code,
            info.name,
            # A plugin states its own address; nothing but a page of the web is linked to.
            info.url if info.url.startswith(("https://", "http://")) else "",
            entry.severity.value,
            finding.confidence.value,
            info.proof.value,
            finding.path,
            finding.span.line,
            standing(cost),
            tuple(self._sentences(cost)) if cost else (),
            None if cost is None or cost.tests is None else len(cost.tests),
            speech.joules(joules, cost.low, cost.high) if cost and joules is not None else "",
            speech.seconds(cpu) if cpu is not None else "",
            cost.evidence if cost else "none",
            joules if joules is not None else cpu or 0.0,
            cost.queries if cost and bounded else None,
            self._source(finding.path, finding.span.line),
        )

    def _told(self, said: str, english: str) -> tuple[str, str]:
        """A text, and the language it is in: those of a plugin may be English in every one."""
        return shorten(said, _LONG), "en" if said == english else self._speech.language

    def _source(self, path: str, line: int) -> str:
        filled = self._link.replace("{line}", str(line))
        return filled.replace("{path}", quote(path, errors="replace"))

    def _title(self, info: RuleInfo) -> str:
        """What the rule's card calls the measure, in the page's language."""
        if info.code not in self._titles:
            self._titles[info.code] = _card_title(info, self._speech.language)
        return self._titles[info.code]

    def _sentences(self, cost: Cost) -> Iterator[str]:
        speech = self._speech
        if again := cost.again or cost.seen:
            yield self._repeated(again)
        if cost.unmeasured and cost.tests:
            yield speech.count("findings.unmeasured", cost.unmeasured)
        if cost.stale:
            yield speech.say("findings.stale")

    def _repeated(self, again: Sequence[Again]) -> str:
        worst, speech = again[0], self._speech
        said = speech.say(
            f"findings.again_{worst.kind}",
            times=speech.whole(worst.times),
            test=shorten(worst.test, _LONG),
        )
        if more := len({one.test for one in again} - {worst.test}):
            said += f" {speech.count('findings.more_tests', more)}"
        place = speech.say("findings.from", place=f"{worst.path}:{worst.line}")
        return f"{said}, {place}: {shorten(worst.what, _STATEMENT)}"


def _card_title(info: RuleInfo, language: str) -> str:
    if info.page is None:
        return ""
    from greenlint.errors import PluginError
    from greenlint.page import read

    try:
        card: Mapping[str, Any] = read(info.page).card.get(language, {})
    except (PluginError, ValueError):  # a plugin's page that `greenlint rule` complains of
        return ""
    return str(card.get("title", ""))


class BudgetView(NamedTuple):
    """One limit: its sentence, its verdict, "pass" or "fail" or "", and how full it is, to 100."""

    said: str
    verdict: str
    kind: str
    percent: int | None


class OneTestView(NamedTuple):
    """A test; those that end in _v are what is sorted by, -1 where nothing is known."""

    id: str
    outcome: str
    joules: str
    joules_v: float
    cpu: str
    cpu_v: float
    evidence: str
    queries: str
    queries_v: int
    requests: str
    requests_v: int
    budgets: tuple[BudgetView, ...]
    line: Drawn | None
    said: str


def tests(speech: Speech, rows: Sequence[OneTest]) -> list[OneTestView]:
    """The tests, in their order."""
    return [_test(speech, row) for row in rows]


def _test(speech: Speech, row: OneTest) -> OneTestView:
    drawn, said = line(row.past), ""
    if drawn:
        least, most, last = (
            speech.quantity(row.past_are, value)
            for value in (min(row.past), max(row.past), row.past[-1])
        )
        said = speech.say("tests.drawing", n=len(row.past), last=last, least=least, most=most)
    return OneTestView(
        shorten(row.id, _LONG),
        row.outcome,
        "" if row.joules is None else speech.joules(row.joules, row.low, row.high),
        -1.0 if row.joules is None else row.joules,
        "" if row.cpu_seconds is None else speech.seconds(row.cpu_seconds),
        -1.0 if row.cpu_seconds is None else row.cpu_seconds,
        row.evidence,
        "–" if row.queries is None else speech.whole(row.queries),
        -1 if row.queries is None else row.queries,
        "–" if row.requests is None else speech.whole(row.requests),
        -1 if row.requests is None else row.requests,
        tuple(_budget(speech, one) for one in row.budgets),
        drawn,
        said,
    )


def _budget(speech: Speech, one: Budget) -> BudgetView:
    name = speech.word("quantity", one.quantity)
    limit = speech.quantity(one.quantity, one.limit)
    kind = one.verdict if one.verdict in ("pass", "fail") else ""
    if one.used is None:
        said = speech.say("tests.budget_unknown", quantity=name, limit=limit)
        return BudgetView(said, one.verdict, kind, None)
    used = speech.quantity(one.quantity, one.used)
    said = speech.say("tests.budget_said", quantity=name, used=used, limit=limit)
    part = one.used / one.limit if one.limit else float(one.used > 0)
    return BudgetView(said, one.verdict, kind, min(100, round(100 * part)))


class LineView(NamedTuple):
    """A line; `heat` is a class, `findings` begin here."""

    number: int
    text: str
    tests: str
    used: str
    heat: str
    again: str
    marked: bool
    findings: tuple[FindingView, ...]


class FileView(NamedTuple):
    """A file, with its number on the page."""

    number: int
    path: str
    findings: int
    stale: bool
    gaps: tuple[int, ...]
    stretches: tuple[tuple[LineView, ...], ...]


def files(speech: Speech, shown: Sequence[File], views: Sequence[FindingView]) -> list[FileView]:
    """The files, in their order."""
    return [
        FileView(
            number,
            file.path,
            file.entries,
            file.stale,
            file.gaps,
            tuple(tuple(_line(speech, one, views) for one in held) for held in file.stretches),
        )
        for number, file in enumerate(shown, 1)
    ]


def _line(speech: Speech, one: Line, views: Sequence[FindingView]) -> LineView:
    used = ""
    if one.joules is not None:
        used = speech.joules(one.joules)
    elif one.cpu_seconds is not None:
        used = speech.seconds(one.cpu_seconds)
    return LineView(
        one.number,
        one.text,
        "" if one.tests is None else speech.whole(one.tests),
        used,
        f" h{one.heat}" if one.heat else "",
        f"{speech.whole(one.again)}×" if one.again else "",
        one.marked,
        tuple(views[rank - 1] for rank in one.entries),
    )
