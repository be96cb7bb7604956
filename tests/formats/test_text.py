# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""The reports for people: full, concise, grouped."""

from __future__ import annotations

from dataclasses import replace

import pytest

from greenlint.finding import Place, Span
from greenlint.formats.frame import WIDTH, Frame, cells
from greenlint.formats.paint import Paint
from greenlint.messages import Message
from greenlint.result import Counts, ReportContext
from greenlint.rule import RuleInfo

FULL = """\
src/service.py:42:21: GRN301 [-] `Order.objects.filter(...)` runs once per customer (query-in-loop)
   |
39 | def totals(customers):
40 |     out = {}
41 |     for c in customers:
   |     --- this loop
42 |         out[c.id] = Order.objects.filter(customer=c).aggregate(Sum("amount"))
   |                     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
   |
   = also: src/models.py:7: the relation
   = proof: measured
   = help: group by customer
   = docs: https://greenlint.readthedocs.io/rules/GRN301

src/export.py:4:9: GRN102 [*] `text` is rebuilt with += on every turn (string-concat-in-loop)
   |
 1 | def export(rows):
 2 |     text = ''
 3 |     for row in rows:
 4 |         text += render(row)
   |         ^^^^^^^^^^^^^^^^^^^
   |
   = proof: published
   = docs: https://greenlint.readthedocs.io/rules/GRN102

Found 2 findings (1 warning, 1 note) in 41 files, 1 suppressed, 1 in baseline.
[*] 1 fixable with `greenlint check --fix`, [-] 1 more with `--unsafe-fixes`.
41 files: 38 cached, 3 analysed in 0.31 s.
"""

CONCISE = """\
src/service.py:42:21: warning GRN301 [-] `Order.objects.filter(...)` runs once per customer
src/export.py:4:9: note GRN102 [*] `text` is rebuilt with += on every turn
Found 2 findings (1 warning, 1 note) in 41 files, 1 suppressed, 1 in baseline.
"""


def test_full_is_as_documented(report, written):
    """Header, frame, related places, notes and closing lines."""
    assert written("full", report) == FULL


def test_concise_is_as_documented(report, written):
    """One line a finding, then how many."""
    assert written("concise", report) == CONCISE


def test_grouped_names_each_file_once(report, written):
    """A file's findings stand under its path."""
    text = written("grouped", report)
    assert text.startswith("src/service.py\n  42:21  warning GRN301 [-] ")
    assert text.count("src/export.py\n") == 1


def test_hidden_findings_say_why(report, written):
    """With --show-suppressed the hidden follow, with their reason."""
    text = written("concise", replace(report, show_suppressed=True))
    assert "hidden by a comment (suppressed: 3 rows at most)\n" in text
    assert "in the baseline (in baseline)\n" in text


@pytest.mark.parametrize(
    ("counts", "said"),
    [
        (Counts(files=41, cached=41), "All checks passed in 41 files."),
        (Counts(files=1, parsed=1), "All checks passed in 1 file."),
        (Counts(), "No Python files to check."),
        (
            Counts(files=3, failed=2, parsed=1),
            "No findings, but 2 of 3 files could not be checked.",
        ),
    ],
)
def test_nothing_found_is_said_honestly(counts, said, empty, written):
    """Zero findings pass, zero files or unread files do not."""
    assert written("concise", replace(empty, counts=counts)) == f"{said}\n"


def test_an_unsafe_fix_alone_names_the_whole_command(report, written):
    """Without a safe fix the way to the unsafe one is spelt out."""
    text = written("full", replace(report, entries=report.entries[:1]))
    assert "[-] 1 fixable with `greenlint check --fix --unsafe-fixes`.\n" in text


def test_colour_and_links_only_add(report, written):
    """With the escape codes taken out, the coloured report is the plain one."""
    text = written("full", replace(report, color=True, links=True))
    assert "\x1b[1;31m" in text
    assert "\x1b]8;;https://greenlint.readthedocs.io/rules/GRN301\x1b\\" in text
    assert strip(text) == FULL


def strip(text: str) -> str:
    import re

    return re.sub(r"\x1b\[[0-9;]*m|\x1b\]8;;.*?\x1b\\", "", text)


def frame_of(report: ReportContext, lines: list[str], span: Span, *related: Place) -> list[str]:
    finding = replace(report.entries[0].finding, span=span, related=related)
    return list(Frame.of(finding, lines).rows(Paint()))


def test_tabs_and_wide_signs_keep_the_carets_in_place(report):
    """Carets stand under what is seen, not under what is stored."""
    rows = frame_of(report, ["\tn = '漢字' + x"], Span(1, 6, 1, 10, 0, 0))
    assert rows[1:3] == [" 1 |     n = '漢字' + x", "   |         ^^^^^^"]


def test_a_span_of_several_lines_underlines_the_first(report):
    """The carets end with the first line's text."""
    rows = frame_of(report, ["x = f(", "    1)"], Span(1, 5, 2, 7, 0, 0))
    assert rows[1:] == [" 1 | x = f(", "   |     ^^", "   |"]


def test_a_long_line_is_cut_around_the_place(report):
    """Both ends show that something was left out, and the carets still fit."""
    line = "a" * 5000 + "HERE" + "b" * 5000
    rows = frame_of(report, [line], Span(1, 5001, 1, 5005, 0, 0))
    assert cells(rows[1]) <= WIDTH + 8
    start = rows[2].index("^")
    assert rows[1][start : start + 4] == "HERE"
    assert rows[1][5] == rows[1][-1] == "…"


def test_a_place_outside_the_file_shows_no_frame(report):
    """A file that changed since leaves the finding without a frame."""
    assert frame_of(report, ["x"], Span(7, 1, 7, 2, 0, 0)) == []
    assert frame_of(report, [], Span(1, 1, 1, 2, 0, 0)) == []


def test_an_empty_span_still_has_a_caret(report):
    """The end of a line can be pointed at."""
    assert frame_of(report, ["ab"], Span(1, 3, 1, 3, 0, 0))[2] == "   |   ^"


def test_a_later_related_place_extends_the_frame(report):
    """A place below is labelled; one far away is not in the frame."""
    lines = [f"line{number}" for number in range(1, 40)]
    near = Place("src/service.py", Span(6, 1, 6, 3, 0, 0), Message("near"))
    far = Place("src/service.py", Span(30, 1, 30, 3, 0, 0), Message("far"))
    rows = frame_of(report, lines, Span(4, 1, 4, 3, 0, 0), near, far)
    assert rows[-3:] == [" 6 | line6", "   | --- near", "   |"]
    assert not any("far" in row for row in rows)


def test_a_plugins_rule_leads_nowhere_but_to_its_own_page() -> None:
    """Our site has no page for it: without a `url` nothing is linked."""
    own = RuleInfo("ACME101", "a-rule")
    assert own.url == ""
    assert replace(own, site="https://acme.example/ACME101").url == "https://acme.example/ACME101"
    assert RuleInfo("GRN101", "a-rule").url.endswith("/GRN101")
