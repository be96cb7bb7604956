# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""The page of a run made by hand: whole, safe, and readable in other ways than by looking at it."""

from __future__ import annotations

import re
import shutil
import subprocess
from base64 import b64encode
from collections.abc import Iterator
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path

import pytest
from greenlint_profiler.functions import html, text
from greenlint_profiler.functions.attribution import Attribution
from greenlint_profiler.functions.tree import functions

from tests.profiler.stacks import EVIL, attributed, look, made_by_hand, process, ran, stretch


@pytest.fixture
def run() -> Attribution:
    return made_by_hand()


class Page(HTMLParser):
    """What a page consists of; raises where an element is not closed."""

    VOID = ("meta", "input", "br")

    def __init__(self, source: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.cells: list[list[str]] = []
        self.bars: list[str] = []
        self.feed(source)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag == "tr":
            self.cells.append([])
        if tag in ("td", "th"):
            self.cells[-1].append("")
        if tag == "span" and dict(attrs).get("title"):
            self.bars.append(dict(attrs)["title"] or "")
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] in ("td", "th"):
            self.cells[-1][-1] += data

    def named(self, tag: str) -> Iterator[dict[str, str | None]]:
        return (attrs for name, attrs in self.elements if name == tag)


def test_the_page_is_well_formed_and_escaped(run: Attribution) -> None:
    """What the program is called is text, wherever it stands."""
    source = html.written(run, f"app.py {EVIL}")
    page = Page(source)
    assert len(list(page.named("script"))) == 1
    assert EVIL not in source
    assert any(EVIL in cell for row in page.cells for cell in row)
    assert any(EVIL in bar for bar in page.bars)


def test_the_page_opens_no_network(run: Attribution) -> None:
    """Nothing is loaded, and the policy allows the page's own script alone."""
    source = html.written(run, "app.py")
    page = Page(source)
    assert not re.search(r"https?://|url\(|@import|\bsrc=|\bhref=", source)
    policy = next(one["content"] for one in page.named("meta") if "content" in one) or ""
    script = re.findall(r"<script>(.*)</script>", source, re.S)[0]
    digest = b64encode(sha256(script.encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}'" in policy
    assert policy.startswith("default-src 'none';")
    assert not re.search(r"<[^>]* on\w+=", source)


def test_the_tables_have_the_figures_of_the_picture(run: Attribution) -> None:
    """Each bar of code is a row, and what is no code is one as well."""
    page = Page(html.written(run, "app.py"))
    by_name = {row[3]: row for row in page.cells if len(row) == 6}
    for row in functions(run):
        cells = by_name[row.function.name]
        assert cells[:3] == [run.amount(row.own), run.percent(row.own), run.amount(row.total)]
    assert by_name["(waiting)"][0] == run.amount(100_000)
    assert by_name["app.py:3 in hot"][0] == run.amount(600_000)
    hot = next(bar for bar in page.bars if bar.startswith("hot:"))
    assert run.amount(600_000) in hot


def test_the_page_can_be_read_in_other_ways(run: Attribution) -> None:
    """Language, title, headings, captions and scopes for screen readers; edges beside colours;
    both colour schemes, forced colours, and motion only for who has nothing against it.
    """
    source = html.written(run, "app.py")
    page = Page(source)
    assert next(page.named("html"))["lang"] == "en"
    assert source.count("<caption>") == len(list(page.named("table"))) == 2
    assert all("scope" in one for one in page.named("th"))
    regions = [one for one in page.named("div") if one.get("role") == "region"]
    assert all(one.get("tabindex") == "0" and one.get("aria-labelledby") for one in regions)
    styles = set(re.findall(r"border-left-style: (\w+)", source))
    assert styles == {"solid", "dashed", "dotted", "ridge", "double"}
    for query in ("prefers-color-scheme: dark", "prefers-reduced-motion: no-preference"):
        assert f"@media ({query})" in source
    assert "@media (forced-colors: active)" in source
    assert "transition" not in source.partition("@media (prefers-reduced-motion")[0]


def test_the_page_is_readable_in_both_schemes() -> None:
    """Text on each kind of bar has the contrast of WCAG 2.2 AA, 4.5 to 1."""
    style = (Path(html.__file__).with_name("flame.css")).read_text(encoding="utf-8")
    blocks = re.findall(r":root \{(.*?)\}", style, re.S)
    assert len(blocks) == 2
    for block in blocks:
        colours = dict(re.findall(r"--(\w+): (#\w+)", block))
        for name in ("paper", "own", "library", "standard", "python", "rest"):
            assert contrast(colours["ink"], colours[name]) >= 4.5, (name, block)
        assert contrast(colours["mark"], colours["own"]) >= 3


def contrast(one: str, other: str) -> float:
    """WCAG 2.2, "contrast ratio" and "relative luminance"."""

    def luminance(colour: str) -> float:
        digits = colour[1:] if len(colour) == 7 else "".join(2 * digit for digit in colour[1:])
        parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
        r, g, b = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
        return 0.2126 * r + 0.7152 * g + 0.0722 * b

    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.skipif(shutil.which("node") is None, reason="node is not installed")
def test_the_script_is_a_script() -> None:
    """As a browser would read it."""
    path = Path(html.__file__).with_name("flame.js")
    subprocess.run(["node", "--check", str(path)], check=True, timeout=60)


def test_a_deep_stack_is_cut_in_the_picture() -> None:
    """Browsers flatten what is nested too deeply; the tables have all of it."""
    names = [f"f{number}" for number in range(700)]
    found = attributed([process(look(0, 10, ran(10, *names)))], [stretch(0, 10, 10)])
    page = Page(html.written(found, "app.py"))
    assert 100 < len(page.bars) < 200
    assert sum(row[3].startswith("f") for row in page.cells if len(row) == 6) == 700
    assert len(list(text.lines(found))) > 700
