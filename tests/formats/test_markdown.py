# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""The Markdown page: a table that hostile text cannot break out of, within its size."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from greenlint.formats import markdown
from greenlint.messages import Message


def test_the_sample(report, written):
    """Heading, counts, and a row a finding with code as code."""
    text = written("markdown", report)
    assert text.startswith("## greenlint\n\nFound 2 findings ")
    assert (
        "[GRN301](https://greenlint.readthedocs.io/rules/GRN301) query-in-loop | unsafe |" in text
    )
    assert "<code>Order.objects.filter(...)</code> runs once per customer |" in text


def test_hostile_text_stays_in_its_cell(hostile, written):
    """Each row has five cells and no markup but ours."""
    rows = [line for line in written("markdown", hostile).splitlines() if line.startswith("| ")]
    assert len(rows) == 5
    for row in rows[2:]:
        assert row.count("|") == 6
        assert set(re.findall(r"<[^>]*>", row)) == {"<code>", "</code>"}
        assert "`" not in row
        assert row.count("](") == 1


def test_a_renderer_shows_the_text_as_it_was(hostile, written):
    """Rendered, the message reads as it was written and holds no element of its own."""
    parser = pytest.importorskip("markdown_it")
    page = parser.MarkdownIt("commonmark").enable("table").render(written("markdown", hostile))
    assert "<script>" not in page
    assert "<code>x|y</code> &lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert page.count("<td") == 15


def test_an_odd_backtick_is_shown(report, written):
    """Text that is no pair of backticks is not taken for code."""
    entry = report.entries[0]
    odd = replace(entry, finding=replace(entry.finding, message=Message("a ` b")))
    assert "a &#96; b |" in written("markdown", replace(report, entries=(odd,)))


def test_nothing_found_has_no_table(empty, written):
    """A page without findings is the closing lines."""
    assert "|" not in written("markdown", empty)
    assert "All checks passed in 41 files." in written("markdown", empty)


@pytest.mark.parametrize("limit", [5000, 5050, 5100, 5150])
def test_what_does_not_fit_is_counted(limit, many, written, monkeypatch):
    """A page never grows past its limit, and says how many findings it left out."""
    whole = written("markdown", many)
    monkeypatch.setattr(markdown, "LIMIT", limit)
    text = written("markdown", many)
    assert len(text.encode()) <= limit < len(whole.encode())
    left = int(re.search(r"(\d+) findings more, left out for size", text)[1])
    assert len(re.findall(r"finding \d", text)) + left == 200


def test_hidden_findings_say_why(report, written):
    """With --show-suppressed the reason stands in the row."""
    text = written("markdown", replace(report, show_suppressed=True))
    assert "hidden by a comment (suppressed: 3 rows at most) |" in text
