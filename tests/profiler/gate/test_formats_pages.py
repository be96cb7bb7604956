# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""The two pages of a gate, Markdown and HTML: whole, safe, and readable without colour."""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape
from pathlib import Path

import pytest
from greenlint_profiler.gate.formats import FORMATS, page
from greenlint_profiler.gate.formats.plot import plot
from greenlint_profiler.gate.formats.rows import HEAD, ordered, rows
from greenlint_profiler.gate.formats.words import clean

from tests.profiler.gate import gates
from tests.profiler.gate.gates import GATES
from tests.profiler.test_functions_html import Page, contrast

TAGS = {"<code>", "</code>", "<details>", "<details open>", "</details>", "<summary>", "</summary>"}


def markdown(name: str) -> str:
    """One page."""
    return "".join(FORMATS["markdown"](GATES[name]))


@pytest.mark.parametrize("name", GATES)
def test_markdown_holds_no_markup_but_its_own(name: str) -> None:
    """Every fold is closed, every row has all cells, and nobody is called by name."""
    text = markdown(name)
    assert set(re.findall(r"<[^>]*>?", text)) <= TAGS
    for tag in ("details", "summary", "code"):
        assert len(re.findall(rf"<{tag}\b", text)) == text.count(f"</{tag}>")
    table = [line for line in text.splitlines() if line.startswith("|")]
    assert {line.count("|") for line in table} <= {len(HEAD) + 1}
    assert not re.search(r"[`@~$\\]|https?://", text)
    assert all(line.isprintable() for line in text.splitlines())


def test_markdown_is_short_and_has_the_rest_folded() -> None:
    """Verdict, figures, then how it was measured and what is in doubt in folds."""
    text = unescape(markdown("varied"))
    assert text.startswith("## greenlint energy gate: FAIL\n\n7 comparisons: 2 FAIL")
    row = "| <code>tests/test_export.py::test_big</code> | 3.10 J | 4.03 J | +30 % (+28 … +32) |"
    assert row in text
    assert "| ↳ queries | 2 | 35 | +33 |" in text
    assert text.index("<details") > text.index(row)
    assert "How it was measured" in text
    assert gates.QUIET not in text


def test_markdown_fits_a_job_summary() -> None:
    """GitHub takes a mebibyte; what was left out is said."""
    long = [replace(gates.failing(), test=f"a.py::t{n}[{'x' * 9000}]") for n in range(200)]
    text = "".join(FORMATS["markdown"](gates.gate(*long)))
    assert len(text.encode()) < 1024 * 1024
    assert text.endswith("The rest is left out for its size; the other outputs have it.\n")


@pytest.mark.parametrize("name", GATES)
def test_the_page_is_well_formed_and_escaped(name: str) -> None:
    """What comes from the project is text, wherever it stands; no script, no network."""
    source = "".join(FORMATS["html"](GATES[name]))
    found = Page(source)
    source.encode()
    assert not list(found.named("script"))
    assert not re.search(r"https?://|url\(|@import|\bsrc=|\bhref=|<[^>]* on\w+=", source)
    policy = next(one["content"] for one in found.named("meta") if "content" in one) or ""
    assert policy.startswith("default-src 'none';")
    ids = [one["id"] for _, one in found.elements if "id" in one]
    assert len(ids) == len(set(ids))
    for _, one in found.elements:
        assert set((one.get("aria-labelledby") or "").split()) <= set(ids)


def test_hostile_words_are_shown() -> None:
    """As they are, but for what a terminal would obey."""
    found = Page("".join(FORMATS["html"](gates.hostile())))
    evil = clean(gates.EVIL)
    assert any(evil in cell for row in found.cells for cell in row)


def test_the_table_has_the_figures_of_every_test() -> None:
    """Those that pass too, in the words of the terminal."""
    found = Page("".join(FORMATS["html"](gates.varied())))
    wanted = [row.cells for outcome in ordered(gates.varied()) for row in rows(outcome)]
    assert [cell.strip() for row in found.cells[1:] for cell in row] == [
        cell.strip() for row in wanted for cell in row
    ]


def test_the_picture_can_be_read_without_seeing_it() -> None:
    """A title, a description, and for each row a name, its figures and its verdict in words."""
    text = "".join(plot(ordered(gates.varied())))
    assert 'role="img" aria-labelledby="plot-title plot-desc"' in text
    assert '<title id="plot-title">' in text
    assert '<desc id="plot-desc">' in text
    named = re.findall(r"<g class=\"[\w-]+\"><title>(.*?)</title>", text)
    assert len(named) == 6
    assert named[0].startswith(f"{gates.BIG}: FAIL +30 % (+28 … +32); limit +10 %, rules out +31 %")
    assert "FAIL (count) +0.4 %" in text


def test_a_verdict_has_a_shape_of_its_own() -> None:
    """Colour is extra."""
    text = "".join(plot([*ordered(gates.varied()), *gates.EVERY_DOUBT]))
    shapes = dict(re.findall(r'<g class="([\w-]+)">.*?class="point"[^>]* d="(.*?)"', text, re.S))
    assert set(shapes) == {"fail", "inconclusive", "improved", "pass", "cannot-measure"}
    assert len(set(shapes.values())) == 5


def test_a_row_is_drawn_where_its_figures_are() -> None:
    """The interval encloses the point, and the limit is left of a failure; far away is an arrow."""
    told = gates.told(0.2, 0.02)
    text = "".join(plot([gates.timed("a", told, 1.0)]))
    low, high = map(float, re.findall(r'class="interval" x1="([\d.]+)" x2="([\d.]+)"', text)[0])
    limit = float(re.findall(r'class="limit" x1="([\d.]+)"', text)[0])
    point = float(re.findall(r"translate\(([\d.]+) ", text)[0])
    zero = float(re.findall(r'class="zero" x1="([\d.]+)"', text)[0])
    assert 300 < zero < limit < low < point < high < 700
    assert 'class="arrow"' not in text
    far = "".join(plot([gates.timed("a", gates.told(40.0, 0.02), 1.0)]))
    assert far.count('class="arrow"') == 1
    assert max(map(float, re.findall(r'x2="([\d.]+)"', far))) < 700


def test_without_a_change_there_is_no_picture() -> None:
    """An empty one would say nothing."""
    assert list(plot(GATES["unmeasured"].every)) == []
    assert "<svg" not in "".join(FORMATS["html"](GATES["empty"]))


def test_words_are_readable_in_light_and_dark() -> None:
    """Text has a contrast of 4.5 with its ground, an edge one of 3 (WCAG 2.2, 1.4.3, 1.4.11)."""
    style = Path(page.__file__).with_name("page.css").read_text(encoding="utf-8")
    themes = re.findall(r":root \{(.*?)\}", style, re.S)
    assert len(themes) == 2
    for theme in themes:
        colours = dict(re.findall(r"--(\w+): (#\w+)", theme))
        for name in ("ink", "fail", "doubt", "improved", "pass"):
            assert contrast(colours["paper"], colours[name]) >= 4.5, name
        assert contrast(colours["paper"], colours["edge"]) >= 3
