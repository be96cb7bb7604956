# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Reports to render: an ordinary one, an empty one, a hostile one, and one with many findings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from greenlint.finding import Finding, FoundFix, Place, Span, TextEdit, fingerprint
from greenlint.formats import load
from greenlint.messages import Message, as_message, say
from greenlint.result import BaselineState, Counts, Entry, ReportContext, Suppressed
from greenlint.rule import Confidence, Proof, RuleInfo, Safety, Severity

ROOT = Path("/project")
QUERY = RuleInfo(
    code="GRN301",
    name="query-in-loop",
    proof=Proof.MEASURED,
    help="fetch once and group",
    summary="A database query runs once per turn.",
)
CONCAT = RuleInfo(
    code="GRN102", name="string-concat-in-loop", proof=Proof.PUBLISHED, severity=Severity.NOTE
)
BROKEN = RuleInfo(code="GRN999", name="syntax-error", severity=Severity.ERROR)
RULES = {rule.code: rule for rule in (QUERY, CONCAT, BROKEN)}

SERVICE = [""] * 38 + [
    "def totals(customers):",
    "    out = {}",
    "    for c in customers:",
    '        out[c.id] = Order.objects.filter(customer=c).aggregate(Sum("amount"))',
    "    return out",
]
EXPORT = [
    "def export(rows):",
    "    text = ''",
    "    for row in rows:",
    "        text += render(row)",
]
HOSTILE_PATH = "src/a b'\"%41;]\n%né,:|<x>`\x1b[31m\udcff.py"
HOSTILE = (
    "`x|y` <script>alert(1)</script> \x1b[31mred\x9b0m\u202e \ud800 ]]> [a](1) ;]%0A\n"
    "::error::x ##vso[task.x]"
)


def span(line: int, column: int, end_column: int, end_line: int | None = None) -> Span:
    """A span whose offsets do not matter."""
    return Span(line, column, end_line or line, end_column, column, end_column)


def finding(
    path: str, rule: RuleInfo, place: Span, message: str | Message, **more: object
) -> Finding:
    """A finding with a fingerprint of its own."""
    given = Finding(path, place, rule.code, as_message(message), Message(""), Confidence.HIGH)
    mark = fingerprint(rule.code, path, "", str(place), 0)
    return replace(given, **{"fingerprint": mark, **more})  # type: ignore[arg-type]


def entries() -> tuple[Entry, ...]:
    """One warning with an unsafe fix and two related places, one note with a safe fix."""
    loop = Place("src/service.py", span(41, 5, 15, 42), Message("this loop"))
    model = Place("src/models.py", span(7, 3, 9), Message("the relation"))
    query = finding(
        "src/service.py",
        QUERY,
        span(42, 21, 53),
        say("`{call}` runs once per {item}", call="Order.objects.filter(...)", item="customer"),
        symbol="totals",
        help=Message("group by customer"),
        related=(loop, model),
        fix=FoundFix(
            Message("order may differ"),
            Safety.UNSAFE,
            (
                TextEdit(span(40, 5, 13), "out = load()"),
                TextEdit(span(42, 9, 18), "out[c]"),
            ),
        ),
    )
    concat = finding(
        "src/export.py",
        CONCAT,
        span(4, 9, 28),
        "`text` is rebuilt with += on every turn",
        fix=FoundFix(Message("collect"), Safety.SAFE, (TextEdit(span(4, 9, 28), "x"),)),
    )
    return (Entry(query, QUERY, Severity.WARNING), Entry(concat, CONCAT, Severity.NOTE))


@pytest.fixture
def report() -> ReportContext:
    """The report of the documentation's sample."""
    sources = {"src/service.py": SERVICE, "src/export.py": EXPORT}
    hidden = finding("src/export.py", CONCAT, span(3, 5, 8), "hidden by a comment")
    known = finding("src/export.py", CONCAT, span(2, 5, 8), "in the baseline")
    return ReportContext(
        entries=entries(),
        rules=RULES,
        counts=Counts(files=41, parsed=2, skipped=1, cached=38),
        root=ROOT,
        cwd=ROOT,
        lines=lambda path: sources.get(path, []),
        hidden=(
            Entry(hidden, CONCAT, Severity.NOTE, Suppressed("inSource", "3 rows at most")),
            Entry(known, CONCAT, Severity.NOTE, Suppressed("external"), BaselineState.UNCHANGED),
        ),
        stale=2,
        seconds=0.314159,
    )


@pytest.fixture
def empty(report: ReportContext) -> ReportContext:
    """Nothing was found."""
    return replace(report, entries=(), hidden=(), stale=0)


@pytest.fixture
def hostile(report: ReportContext) -> ReportContext:
    """Paths, messages, source and advice that try to break each format."""
    place = span(1, 2, 9)
    bad = finding(
        HOSTILE_PATH,
        QUERY,
        place,
        HOSTILE,
        symbol=HOSTILE,
        help=Message(HOSTILE),
        related=(
            Place(HOSTILE_PATH, place, Message(HOSTILE)),
            Place("../out|side.py", place, Message(HOSTILE)),
        ),
        fix=FoundFix(Message(HOSTILE), Safety.SAFE, (TextEdit(place, HOSTILE),)),
    )
    hidden = Entry(bad, QUERY, Severity.WARNING, Suppressed("inSource", HOSTILE))
    return replace(
        report,
        entries=(
            Entry(bad, QUERY, Severity.WARNING),
            Entry(replace(bad, code=BROKEN.code), BROKEN, Severity.ERROR),
        ),
        hidden=(hidden,),
        lines=lambda _: ["\tx = '\x1b]0;title\x07 \ud800 |`<b>' # " + "é" * 500],
        show_suppressed=True,
    )


@pytest.fixture
def many(report: ReportContext) -> ReportContext:
    """Two hundred findings of every severity in ten files."""
    found = []
    for number in range(200):
        severity = list(Severity)[-1 - number % 3]
        rule = list(RULES.values())[number % 3]
        place = span(number + 1, 1, 5)
        one = finding(f"src/m{number % 10}.py", rule, place, f"finding {number}")
        found.append(Entry(one, rule, severity))
    return replace(report, entries=tuple(found))


@pytest.fixture(autouse=True)
def _no_ci(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("GITHUB_WORKSPACE", "CI_PROJECT_DIR", "BUILD_SOURCESDIRECTORY"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def written() -> Callable[[str, ReportContext], str]:
    """The whole text that a format writes."""
    return lambda name, report: "".join(load(name)(report))
