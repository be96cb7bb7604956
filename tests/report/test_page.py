# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""The report page: what it shows, that hostile values stay text, and that all can read it."""

from __future__ import annotations

import re
from base64 import b64encode
from dataclasses import replace
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from greenlint.finding import Finding, Place, Span
from greenlint.hotspots import Again, Executed, Measured, Used, costs
from greenlint.messages import Message
from greenlint.report import page as module
from greenlint.report.contents import Budget, Contents, Less, Mended, OneTest, PastRun, Saved
from greenlint.report.page import render
from greenlint.report.speech import LANGUAGES, Speech, texts
from greenlint.result import Counts, Entry, ReportContext
from greenlint.rule import Confidence, RuleInfo, Severity

HOME = Path(module.__file__).parent
ROOT = Path("/project")
# Markup, ends of attributes, CDATA and comments, templates, addresses, bidirectional and other
# control characters, a null byte, a byte that is no UTF-8, and entities that are none.
HOSTILE = (
    "<script>alert(1)</script><img src=x onerror=alert(1)> \" onmouseover='x' ]]> --> {{ 7*7 }} "
    "{% raw %} javascript:alert(1) \u202e\u2066 \x00\x1b[31m\udcff &lt;&amp; </style></title>"
)
VOID = {"meta", "br", "path", "polyline", "circle"}
# All attributes that there are, so that none of a value's own is among them.
KNOWN = {
    *("aria-hidden", "aria-label", "aria-labelledby", "charset", "class", "colspan", "content"),
    *("cx", "cy", "d", "data-sort", "data-v", "href", "http-equiv", "id", "lang", "name"),
    *("points", "r", "role", "scope", "style", "tabindex", "viewbox"),
}


def span(line: int, end: int | None = None) -> Span:
    return Span(line, 1, end or line, 5, 0, 4)


def contents(text: str = "plain", *, many: int = 1) -> Contents:
    """Everything that a page can show, with one text in all places that take one."""
    path, test = f"shop/{text}.py", f"tests/test_a.py::test_orders[{text}]"
    rule = RuleInfo(
        "ACME301", f"query-{text}", help=f"fetch {text}", site=f"javascript:alert('{text}')"
    )
    findings = [
        Finding(
            path,
            span(line),
            "ACME301",
            Message(f"asks {text}"),
            Message(""),
            Confidence.HIGH,
            related=(Place("shop/models.py", span(9), Message(text)),),
        )
        for line in (2, 3, 40) * many
    ]
    measured = Measured(
        f"2026-{text}",
        "2026-11-30",
        f"cpu {text}",
        {test: Used(0.25, 12.5, 12.0, 13.0, "measured", 52, 3), "other": Used(0.5, queries=3)},
        (
            Again("query", path, 2, test, 1250, f"SELECT {text}"),
            Again("query", "shop/models.py", 9, "other", 4, "SELECT 1"),
        ),
        "package",
    )
    executed = Executed(
        {path: {2: frozenset({test}), 3: frozenset({"other", "gone"}), 4: frozenset()}},
        frozenset({path}),
        frozenset({path}),
    )
    known = costs([(one, "query") for one in findings], measured, executed)
    entries = tuple(
        Entry(one, rule, Severity.WARNING, cost=cost)
        for one, cost in zip(findings, known, strict=True)
    )
    source = [f"{text}  # line {number}" for number in range(1, 51)] + ["x = 1"] * 400
    report = ReportContext(
        entries,
        {"ACME301": rule},
        Counts(files=1),
        ROOT,
        ROOT,
        lambda name: source if name == path else [],
    )
    budgets = (
        Budget("queries", 12, 52, "fail"),
        Budget("joules", 20, 12.5, "pass"),
        Budget("requests", 0, None, "cannot-measure"),
        Budget("of-a-newer-version", 1, 2, "odd"),
    )
    row = OneTest(test, "passed", 0.25, 12.5, 12, 13, "measured", 52, 3, budgets, (1, 2), "joules")
    nothing = OneTest("other", "failed", None, None, None, None, "none", None, None)
    return Contents(
        f"project {text}",
        "2026-11-30",
        "0.1.0",
        report,
        measured,
        document(text),
        executed,
        (row, nothing) * many,
        (
            PastRun(f"a {text}", "2026-11-29", 2, 12.0, 0.7, 50),
            PastRun("b", "2026-11-30", 2, 12.5, 0.75, 55),
        ),
        (f"told {text}",),
        (
            Saved(
                "2026-11-30",
                f"base {text}",
                f"head {text}",
                (Mended("ACME301", text, path, 7, f"asked {text}"),) * 11,
                3,
                (
                    Less("joules", "measured", 10.0, 8.0, 7.5, 8.5),
                    Less("cpu_seconds", "proxy", 0.25, 0.204, 0.19, 0.218),
                ),
                1234,
                0,
                f"class {text}",
                f"meter {text}",
            ),
        )
        * many,
    )


def document(text: str) -> dict[str, Any]:
    """The parts of a stored run that the page reads."""
    machine = dict.fromkeys(("cores", "smt", "turbo", "kernel", "container"), None)
    return {
        "run": {
            **dict.fromkeys(("id", "started", "commit", "branch"), text),
            "dirty": True,
            "label": None,
            "runner": "pytest",
        },
        "machine": {**machine, **dict.fromkeys(("class", "cpu", "governor", "python"), text)}
        | {"virtualised": True},
        "meter": {
            "name": text,
            "evidence": "measured",
            "domains": [text, "dram"],
            "resolution_j": 0.001,
            "idle_w": 6.3,
            "passed_over": [{"meter": text, "reason": "absent", "detail": text}],
        },
        "conditions": {"coverage": False, "xdist": 2, "load1": 0.5, "counters": ["queries"]},
        "total": {"joules": 20.5, "cpu_seconds": 1.5, "queries": 1234, "requests": None},
        "notes": [text],
    }


class Tree(HTMLParser):
    """What a browser would make of it, in so far as a test asks."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.text: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.open.pop() == tag, f"</{tag}> ends nothing"

    def handle_data(self, data: str) -> None:
        self.text.append(data)

    def all(self, name: str) -> list[str]:
        return [value for one, value in self.attributes if one == name]


def written(held: Contents, language: str = "en") -> str:
    return "".join(render(held, language))


def words(text: str) -> str:
    """The text of a page, with single spaces."""
    return " ".join("".join(Tree(text).text).split())


@pytest.mark.parametrize("language", LANGUAGES)
def test_hostile_values_stay_text(language: str) -> None:
    """Names of tests, paths, messages, source, machines: none of it becomes markup or a link."""
    plain, hostile = (Tree(written(contents(one), language)) for one in ("plain", HOSTILE))
    assert hostile.open == []
    assert hostile.tags == plain.tags
    assert {name for name, _ in hostile.attributes} <= KNOWN
    assert hostile.tags.count("script") == 1
    assert all(one.startswith("#") for one in hostile.all("href"))
    assert all(re.fullmatch(r"width:\d+%", one) for one in hostile.all("style"))
    seen = " ".join([*hostile.text, *hostile.all("aria-label"), *hostile.all("aria-labelledby")])
    assert not re.search(r"[\x00-\x08\x0b-\x1f\u202a-\u202e\u2066-\u2069\ud800-\udfff]", seen)
    assert "<script>alert(1)</script>" in seen
    assert "{{ 7*7 }}" in seen
    written(contents(HOSTILE)).encode("utf-8")


def test_the_page_loads_nothing_and_runs_only_its_own_script() -> None:
    """The policy allows one script, by its hash, and no address at all."""
    tree = Tree(written(contents()))
    policy = tree.all("content")[0]
    (script,) = re.findall(r"<script>(.*?)</script>", written(contents()), re.DOTALL)
    digest = b64encode(sha256(script.encode()).digest()).decode()
    assert policy == (
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:; "
        f"script-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    )
    assert not {"link", "img", "iframe", "object", "form", "base"} & set(tree.tags)
    assert not re.search(r"url\(|@import|https?:", (HOME / "page.css").read_text())


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_link_leads_somewhere(language: str) -> None:
    """Ids are unique, and links and labels name one."""
    tree = Tree(written(contents(many=3), language))
    ids = tree.all("id")
    assert len(ids) == len(set(ids))
    linked = {one.removeprefix("#") for one in tree.all("href")} | set(tree.all("aria-labelledby"))
    assert linked <= set(ids)


def test_each_figure_has_its_label() -> None:
    """Joules with interval and evidence, CPU time as a proxy, and a total as an upper bound."""
    said = words(written(contents()))
    assert "12.5 J ± 0.5 measured" in said
    assert "500 ms proxy" in said
    assert "an upper bound, as the line is a part of what they do" in said
    assert "Energy20.5 Jmeasured" in said.replace(" ", "").replace("20.5J", "20.5 J")
    assert "1,250 times the same query" in said
    assert "queries: 52 of 12 (exceeded)" in said
    assert "requests: limit 0, not measured (cannot be measured)" in said
    nl = words(written(contents(), "nl"))
    assert "12,5 J ± 0,5 gemeten" in nl
    assert "500 ms vervangende maat" in nl
    assert "1.250 keer dezelfde databasevraag" in nl
    assert "30 november 2026" in nl


def test_places_link_to_the_repository_where_it_is_named() -> None:
    """The path is quoted, so that it stays a path; the page's own links are as before."""
    assert not [one for one in Tree(written(contents())).all("href") if "//" in one]
    held = replace(contents(HOSTILE), link="https://git.example.org/blob/1f/{path}#L{line}")
    tree = Tree(written(held))
    links = {one for one in tree.all("href") if not one.startswith("#")}
    assert len(links) == 3
    pattern = r"https://git\.example\.org/blob/1f/shop/[\w./%~-]+\.py#L(2|3|40)"
    assert all(re.fullmatch(pattern, one) for one in links)


def test_what_mended_findings_saved_is_told() -> None:
    """Each figure with its interval, what it was before, and its label; counts as counts."""
    said = words(written(contents()))
    assert "What mended findings saved" in said
    assert "Energy: 8 J (7.5 J … 8.5 J) of 10 J, measured" in said
    assert "CPU time: 204 ms (190 ms … 218 ms) of 250 ms, proxy" in said
    assert "asked plain shop/plain.py:7 · ACME301 plain" in said
    assert "and 1 more finding" in said
    assert "1,234" in said
    assert "204 ms (190 ms … 218 ms) van 250 ms" in words(written(contents(), "nl"))
    assert "mended" not in words(written(replace(contents(), saved=())))


def test_the_gutter_says_what_is_known_of_a_line() -> None:
    """How many tests execute it, what they use at most, how often one asked the same."""
    text = written(contents())
    row = re.search(r'<tr id="s1-2".*?</tr>', text)
    assert row is not None
    cells = re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row[0])
    assert cells == ["2", "1", "12.5 J", "1,250×", "plain  # line 2"]
    (heat,) = re.findall(r'class="n h(\d)"', row[0])
    assert heat == "4"
    assert re.search(r'<tr id="s1-3".*?<td class="n">2</td><td class="n h1">500 ms</td>', text)
    assert "398 lines left out" in text
    assert 'id="s1-450"' not in text


def test_without_a_run_there_are_findings_only() -> None:
    """And the page says how to get the rest."""
    held = contents()
    entries = tuple(replace(one, cost=None) for one in held.entries)
    bare = Contents("shop", "2026-11-30", "0.1.0", replace(held.report, entries=entries))
    said = words(written(bare))
    assert "`greenlint energy collect -- pytest` measures the tests" in said
    assert "asks plain" in said
    nothing = replace(bare, report=replace(bare.report, entries=()))
    assert "There are no findings." in words(written(nothing))
    assert Tree(written(nothing, "nl")).open == []


def test_a_page_has_a_size_and_says_what_is_left_out() -> None:
    """Of thousands of long findings, tests and lines at most 5 MB are shown."""
    text = written(contents(many=1200))
    assert 1_000_000 < len(text.encode()) <= 5_000_000
    assert "2,600 more findings are left out" in words(text)
    assert "1,400 tests that used less are left out" in words(text)
    assert len(written(contents("&" * 2000, many=1200)).encode()) <= 5_000_000


def test_the_languages_say_the_same_things() -> None:
    """The same texts, with the same values in them, and none that nobody shows."""
    english, dutch = (texts(one) for one in ("en", "nl"))
    assert english.keys() == dutch.keys()
    for name, text in english.items():
        values = [sorted(re.findall(r"\{(\w+)\}", one)) for one in (text, dutch[name])]
        assert values[0] == values[1], name
    code = "".join(one.read_text("utf-8") for one in (HOME / "page.html", *HOME.glob("*.py")))
    for name in english:
        room, _, last = name.removesuffix(".one").removesuffix(".more").rpartition(".")
        made = rf"{room}\.(\" ~|\{{|again_\{{)|word\(\"{room}\","
        assert f"{room}.{last}" in code or re.search(made, code), name


def test_days_and_figures_are_written_as_people_do() -> None:
    """In each language; what is no day stays as it is."""
    assert [Speech(one).day("2026-03-01") for one in LANGUAGES] == ["1 March 2026", "1 maart 2026"]
    assert Speech("nl").day("soon") == "soon"
    assert Speech("nl").day("2026-13-01") == "2026-13-01"
    assert [Speech(one).whole(1234567) for one in LANGUAGES] == ["1,234,567", "1.234.567"]


def _colours(block: str) -> dict[str, str]:
    found = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{3,6});", block))
    return {name: value if len(value) == 7 else "#" + "".join(c * 2 for c in value[1:])
            for name, value in found.items()}  # fmt: skip


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in parts]
    return sum(weight * one for weight, one in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def test_colours_differ_enough() -> None:
    """WCAG 2.2, 1.4.3 and 1.4.11: 4.5 to 1 for text, 3 to 1 for bars, in both schemes."""
    style = (HOME / "page.css").read_text("utf-8")
    light, dark = (_colours(one) for one in re.findall(r":root \{(.*?)\}", style, re.DOTALL)[:2])
    assert len(light) == len(dark) > 10
    pairs = [(front, back, 4.5) for front in ("text", "quiet", "link", "bad", "good")
             for back in ("ground", "panel")]  # fmt: skip
    pairs += [("heat-text", f"h{level}", 4.5) for level in range(1, 5)]
    pairs += [("text", "mark", 4.5), ("bar", "rest", 3.0), ("bar", "ground", 3.0)]
    for scheme in (light, dark):
        for front, back, least in pairs:
            dim, bright = sorted(_luminance(scheme[name]) for name in (front, back))
            assert (bright + 0.05) / (dim + 0.05) >= least, (front, back)
