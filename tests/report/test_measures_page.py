# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""The pages of a measures report: what they say, what they never say, and that they are pages."""

from __future__ import annotations

import re
import string
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

import pytest

from greenlint.report.measures import html, markdown
from greenlint.report.measures.factors import shipped
from greenlint.report.measures.found import rows
from greenlint.report.measures.numbers import LANGS, Lang
from greenlint.report.measures.reading import reading
from greenlint.report.measures.sheet import Facts, Line, Sheet, Span, Table
from greenlint.report.measures.view import sheet
from greenlint.report.measures.words import _texts, words
from greenlint.rule import Proof
from tests.profiler.documents import case
from tests.profiler.documents import document as suite
from tests.report.given import FULL, cost, empty, entry, found, full, gate, told

# What no text of ours says, in either language (MISSION: what may not be claimed).
FORBIDDEN = re.compile(
    r"(?i)co2[- ]?(neutra|saved|besp)|bespaarde co2|(klimaat|climate|carbon)[- ]?neutra"
    r"|\bgroene?\b|\bgreen\b|\bduurzaam|sustainable|milieuvriendelijk|eco-?friendly"
    r"|voldoet aan|compl(y|ies|iant)|gecertificeerd|certifi|keurmerk|goedgekeurd|endorse|approved"
    r"|blue angel|blauer engel|rgesn|\bwsg\b|\bbio\b|\blabel [a-g]\b|energielabel"
    r"|ranglijst|ranking|(beste|schoonste|best|cleanest) (van|of)"
    r"|\b(gerealiseerde|realised) (besparing|saving)|🌱|🌿|🍃|♻"
)
CLAIMS = (
    "CO2-neutraal, klimaatneutraal en 100 % groen; voldoet aan Blue Angel, RGESN en WSG; "
    "energielabel A; certified green, CO2 saved: 12 tonnes; best of all agencies 🌱"
)
HOSTILE = (
    "<script>alert(1)</script>\"'>]]>&\x00\u202e\ud800 javascript:alert(1) {0} {{7*7}} {% x %} |`*_"
)


def hostile(text: str) -> dict[str, Any]:
    """A report in which everything that others can write is this text."""
    quoted = text.replace("\\", "\\\\").replace('"', '\\"').replace("\x00", "\\u0000")
    quoted = quoted.replace("\u202e", "\\u202e").replace("\ud800", "")
    table = re.sub(r'(title|organisation|team|functional-unit) = ".*"', r'\1 = "X"', FULL)
    table = re.sub(r'(source|name|data-volume) = "[^"]*"', r'\1 = "X"', table)
    table = re.sub(r'\["[^\]]*\]', '["X", "X"]', table).replace('measures-taken = ["X", "X"]', "")
    table += 'contact = "X"\nrepository = "X"\nraw-data = "X"\naccessibility-statement = "X"\n'
    table += 'hardware = { ram = "X" }\n'
    told_text = table.replace('"X"', f'"{quoted}"')
    run = suite(tests=[case(f"t::{text}", limit=1), case("other", limit=99)])
    machine = dict.fromkeys(("class", "cpu", "governor", "kernel", "microcode", "python"), text)
    run["machine"] |= machine
    measured = gate(test=text)
    measured["machine"] |= machine
    theirs = entry("ACME101", text, summary=text, path=text, cost=cost(times=3))
    declared = told(told_text)
    return full(
        told_text,
        measures=rows(found(theirs, entry(proof=Proof.REASONED)), declared),
        suite=run,
        read=reading(measured),
        command=f"greenlint report {text}",
    )


def spans(page: Sheet) -> Iterator[Span]:
    """Every piece of text of a page."""
    yield Span(page.title)

    def lines() -> Iterator[Line]:
        for block in (*page.head, *(one for part in page.sections for one in part.blocks)):
            if isinstance(block, Table):
                yield from (block.caption, *(cell for row in block.rows for cell in row))
                yield tuple(map(Span, block.heads))
            elif isinstance(block, Facts):
                yield from (told for _, told in block.pairs)
                yield tuple(Span(name) for name, _ in block.pairs)
            else:
                yield block.line

    for line in lines():
        yield from line
    yield from (Span(part.heading) for part in page.sections)


def ours(page: Sheet) -> str:
    """What greenlint itself says on a page."""
    return " ".join(one.text for one in spans(page) if not one.quoted and not one.code)


def cases() -> list[dict[str, Any]]:
    """Reports with every sentence of a result."""
    return [
        full(),
        empty(),
        hostile(CLAIMS),
        hostile(HOSTILE),
        full(read=None),
        full(read=reading(gate(change=(-4.0, -1.0, 2.0)))),
        full(read=reading(gate(evidence="proxy"))),
        full(read=reading(gate(virtualised="kvm"))),
        full(FULL.replace("realised = false", 'realised = true, evidence = "log"')),
    ]


def test_factors_are_cited_in_both_languages() -> None:
    """The English of a source is that of the data; Dutch has no English unit, year or source."""
    said = words("en")
    for name, factor in shipped().by_name.items():
        source = factor.texts["source"]
        assert said.get(f"source-{name}", source) == source
    dutch = "".join(one.text for one in spans(sheet(full(), "nl")))
    for english in (" cores ", "1/yr", "not stated", "mixed", "through", " as it reckons"):
        assert english not in dutch, english


@pytest.mark.parametrize("lang", LANGS)
def test_no_text_of_ours_claims_what_may_not_be_claimed(lang: Lang) -> None:
    """Whatever is declared, named or measured: claims of others stand in quotation marks, as code,
    or not at all.
    """
    for held in cases():
        text = ours(sheet(held, lang))
        assert not FORBIDDEN.search(text), FORBIDDEN.search(text)
        assert words(lang)["not-claimed"] in text
    said = " ".join(one.text for one in spans(sheet(hostile(CLAIMS), lang)) if one.quoted)
    assert said.count("CO2-neutraal") > 10
    for texts in _texts().values():
        assert not FORBIDDEN.search(texts[lang])


class Seen(HTMLParser):
    """What a browser would make of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in ("meta", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open[-1:] not in (["style"], ["title"]):
            self.text.append(data)


def test_a_page_is_one_file_and_every_value_is_text() -> None:
    """No script, no address, no handler, nothing fetched; hostile values show as what they are."""
    for text in (HOSTILE, CLAIMS):
        seen = Seen()
        page = html.render([sheet(hostile(text), lang) for lang in LANGS])
        seen.feed(page)
        assert not seen.open
        tags = {tag for tag, _ in seen.tags}
        assert not tags & {"script", "img", "iframe", "link", "object", "form", "svg", "base"}
        for tag, attributes in seen.tags:
            assert not any(name.startswith("on") for name in attributes)
            assert not {"src", "style", "action"} & set(attributes)
            assert tag != "a" or re.fullmatch("#(nl|en)", attributes["href"] or "")
    page = html.render([sheet(hostile(HOSTILE), lang) for lang in LANGS])
    assert "\x00" not in page
    assert not re.search("[\u202a-\u202e\u2066-\u2069\ud800-\udfff]", page)
    policy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
    assert policy.replace("'", "&#39;") in page or policy in page
    assert "{{7*7}}" in page  # and not 49
    told = markdown.render([sheet(hostile(HOSTILE), lang) for lang in LANGS])
    assert "<script" not in told
    assert "javascript&#58;" not in told  # it is no link, and stays as it is
    assert not re.search(r"^\s*\|.*alert\(1\)[^|]*\|`", told, re.MULTILINE)


def test_a_page_says_its_structure() -> None:
    """Languages, headings in order, heads of rows and columns, one main part: what a screen reader
    goes by.
    """
    seen = Seen()
    seen.feed(html.render([sheet(full(), lang) for lang in LANGS]))
    by_tag: dict[str, list[dict[str, str | None]]] = {}
    for tag, attributes in seen.tags:
        by_tag.setdefault(tag, []).append(attributes)
    assert by_tag["html"] == [{"lang": "nl"}]
    assert [one["lang"] for one in by_tag["article"]] == ["nl", "en"]
    assert {one["scope"] for one in by_tag["th"]} == {"col", "row"}
    assert len(by_tag["main"]) == 1
    assert len(by_tag["caption"]) == len(by_tag["table"])
    headings = [tag for tag, _ in seen.tags if re.fullmatch("h[1-6]", tag)]
    assert headings[0] == "h1"
    assert set(headings) == {"h1", "h2"}
    assert len({one["id"] for _, one in seen.tags if "id" in one}) == 4


def test_a_title_in_another_language_says_so() -> None:
    """A rule without a Dutch card has its English summary, marked as English."""
    page = html.render([sheet(full(), "nl")])
    assert '<span lang="en">A summary of the rule.</span>' in page


@pytest.mark.parametrize("lang", LANGS)
def test_both_formats_say_the_same(lang: Lang) -> None:
    """Every piece of a page is in HTML and in Markdown."""
    import html as entities

    page = sheet(full(), lang)
    as_html = entities.unescape(html.render([page]))
    as_markdown = entities.unescape(markdown.render([page]))
    missing = [
        (one.text, name)
        for one in spans(page)
        for name, text in (("html", as_html), ("markdown", as_markdown))
        if one.text not in text
    ]
    assert not missing


def test_every_text_is_there_in_both_languages_and_has_the_same_places() -> None:
    """A sentence in one language only, or with another place in it, would fail on its page."""
    for key, texts in _texts().items():
        assert set(texts) == {"nl", "en"}, key
        places = [
            {name for _, name, _, _ in string.Formatter().parse(texts[lang]) if name}
            for lang in LANGS
        ]
        assert places[0] == places[1], key


def test_the_result_is_one_sentence_of_the_measurement() -> None:
    """The templates of the report, filled; a difference that is not shown is said first."""
    said = {
        key: "".join(one.text for one in sheet(held, "en").sections[0].blocks[0].line)  # type: ignore[union-attr]
        for key, held in {
            "compared": full(),
            "none": full(read=reading(gate(change=(-4.0, -1.0, 2.0)))),
            "proxy": full(read=reading(gate(evidence="proxy"))),
            "suite": full(read=None),
            "nothing": empty(),
        }.items()
    }
    assert said["compared"] == (
        "On Intel(R) Xeon(R) Gold 6354, list the orders used 10 J before and 8.8 J after the "
        "measure (−12 %, 95 % CI −14 to −10; n = 20 paired runs)."
    )
    assert said["none"].startswith("No difference shown: ")
    assert said["proxy"].startswith("No energy measured on this machine; processor time only: ")
    assert said["suite"].startswith("No scenario was measured, and no energy per run.")
    assert said["nothing"].startswith("Nothing was measured.")
