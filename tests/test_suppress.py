# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Suppressions: which lines a comment covers, and what is said of comments that do not work."""

from __future__ import annotations

import pickle
import subprocess
import sys
from datetime import date

import libcst as cst
import pytest
from hypothesis import given
from hypothesis import strategies as st

from greenlint.finding import Finding, Span, fingerprint
from greenlint.logical import Layout
from greenlint.messages import Message
from greenlint.own.rules import infos
from greenlint.positions import Positions
from greenlint.rule import Confidence, Safety
from greenlint.source import SourceFile
from greenlint.suppress import Applied, apply, wanted
from greenlint.suppress_scan import scan
from greenlint.suppression import Suppression

TODAY = date(2027, 1, 15)
OWN = frozenset(info.code for info in infos())
ACTIVE = OWN | {"GRN301", "GRN252", "ACME101"}
KNOWN = {
    **{code: {code} for code in (*ACTIVE, "GRN601")},
    "query-in-loop": {"GRN301"},
    "PERF401": {"GRN252"},
}


def source_of(text: str | bytes) -> SourceFile:
    return SourceFile("app.py", text if isinstance(text, bytes) else text.encode())


def suppressions(text: str | bytes) -> tuple[Suppression, ...]:
    """The suppressions of a text, as they come back from a cache."""
    source = source_of(text)
    module = cst.parse_module(source.text)
    found = scan(source, module, Positions(module, source.text))
    assert pickle.loads(pickle.dumps(found)) == found
    return found


def finding(line: int, code: str = "GRN301") -> Finding:
    span = Span(line, 1, line, 2, 0, 0)
    message = Message("m")
    print_ = fingerprint(code, "app.py", "", str(line), 0)
    return Finding("app.py", span, code, message, message, Confidence.HIGH, fingerprint=print_)


def judge(text: str | bytes, *findings: Finding, **more: object) -> Applied:
    given = {"path": "app.py", "known": KNOWN, "today": TODAY, "active": ACTIVE, **more}
    return apply(findings, suppressions(text), **given)  # type: ignore[arg-type]


def covered(text: str | bytes, code: str = "GRN301") -> list[int]:
    """The lines on which a finding of that code is taken away."""
    count = len(source_of(text).line_starts)
    everywhere = [finding(line, code) for line in range(1, count + 1)]
    applied = judge(text, *everywhere)
    return [one.span.line for one, _ in applied.suppressed if one.code == code]


def own(text: str | bytes, *findings: Finding, **more: object) -> list[tuple[str, int]]:
    return [(one.code, one.span.line) for one in judge(text, *findings, **more).own]


def fixed(text: str, *findings: Finding, code: str = "GRN900", **more: object) -> str:
    """The text after the fixes of greenlint's own findings of one code."""
    chosen = [one.fix for one in judge(text, *findings, **more).own if one.code == code and one.fix]
    edits = sorted((edit for fix in chosen for edit in fix.edits), key=lambda edit: edit.span.start)
    for edit in reversed(edits):
        text = text[: edit.span.start] + edit.text + text[edit.span.end :]
    return text


IGNORE = "# greenlint: ignore[GRN301]"


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        (f"a()\nb()  {IGNORE}\nc()\n", [2]),
        (f"b()  {IGNORE}", [1]),
        ("b()  #greenlint:ignore[ GRN301 ]\n", [1]),
        (f"f(\n    a,  {IGNORE}\n    b,\n)\nc()\n", [1, 2, 3, 4]),
        (f"f(\n    {IGNORE}\n    b,\n)\nc()\n", [1, 2, 3, 4]),
        (f's = """\n{IGNORE}\n"""\n', []),
        (f's = "{IGNORE}"\n', []),
        (f's = """\nx\n"""  {IGNORE}\nc()\n', [1, 2, 3]),
        (f"x = 1 + \\\n    2  {IGNORE}\nc()\n", [1, 2]),
        (f"x = 1 \\\n  {IGNORE}\nc()\n", [1, 2]),
        (f"for c in cs:  {IGNORE}\n    a()\n", [1]),
        (f"for c in f(\n    cs\n):  {IGNORE}\n    a()\n", [1, 2, 3]),
        (f"if x: a()  {IGNORE}\nb()\n", [1]),
        (f"if x:\n    a()\nelse:  {IGNORE}\n    b()\n", [3]),
        (f"match x:  {IGNORE}\n    case 1:\n        a()\n", [1]),
        (f"match x:\n    case 1:  {IGNORE}\n        a()\n", [2]),
        (f"try:\n    a()\nexcept E:  {IGNORE}\n    b()\n", [3]),
        (f"class A:  {IGNORE}\n    x = 1\n", [1]),
        (f"a(); b()  {IGNORE}\n", [1]),
        # On its own line: the next logical line.
        (f"{IGNORE}\na()\nb()\n", [2]),
        (f"{IGNORE}\n\n# why\nf(\n  1,\n)\nb()\n", [4, 5, 6]),
        (f"{IGNORE}\nfor c in cs:\n    a()\n", [2]),
        (f"{IGNORE}\n@a\n@b(\n  1)\ndef f():\n    a()\n", [2, 3, 4, 5]),
        (f"@a\n{IGNORE}\n@b\ndef f():\n    a()\n", [3, 4]),
        (f"@a  {IGNORE}\ndef f():\n    a()\n", [1]),
        (f"if x:\n    a()\n{IGNORE}\nelse:\n    b()\n", [4]),
        (f"{IGNORE}\n# greenlint: ignore[GRN252]\na()\n", [3]),
        (f"a()\n{IGNORE}\n", []),
        (f"{IGNORE}", []),
        # Several words, and where words come from.
        ("a()  # greenlint: ignore[GRN252, GRN301]\n", [1]),
        ("a()  # greenlint: ignore[query-in-loop]\n", [1]),
        ("a()  # greenlint: ignore[GRN252]\n", []),
        ("a()  # greenlint: ignore[GRN3]\n", []),
        ("a()  # greenlint: ignore[database]\n", []),
        # Beside other linters' comments.
        (f"a()  # type: ignore[x]  {IGNORE}\n", [1]),
        (f"a()  {IGNORE}  # type: ignore[x]\n", [1]),
        (f"a()  # see C# manual {IGNORE}\n", [1]),
        (f"# a()  {IGNORE}\nb()\n", []),
        (f'a()  # greenlint: ignore[GRN252] reason="see # 5"  {IGNORE}\n', [1]),
        # Reason and date.
        (f'a()  {IGNORE} reason="3 rows" until=2027-06-30\n', [1]),
        (f'a()  {IGNORE} until=2027-01-15 reason="last day"\n', [1]),
        (f"a()  {IGNORE} until=2027-01-14\n", []),
        # Ranges.
        ("a()\n# greenlint: disable[GRN301]\nb()\n# greenlint: enable[GRN301]\nc()\n", [2, 3, 4]),
        ("a()\n# greenlint: disable[GRN301]\nb()\nc()", [2, 3, 4]),
        ("def f():\n    # greenlint: disable[GRN301]\n    a()\n\nb()\n", [2, 3, 4]),
        ("def f():\n\ta()\n\t# greenlint: disable[GRN301]\n\tb()\nc()\n", [3, 4]),
        (
            "# greenlint: disable[GRN301, GRN252]\na()\n# greenlint: enable[GRN252]\nb()\n"
            "# greenlint: enable[GRN301]\nc()\n",
            [1, 2, 3, 4, 5],
        ),
        # The whole file.
        ("a()\n# greenlint: file-ignore[GRN301]\nb()\n", [1, 2, 3, 4]),
        # The form of other linters.
        ("a()  # noqa: GRN301\nb()\n", [1]),
        ("a()  # NOQA:E501,GRN301 ACME101\n", [1]),
        ("a()  # noqa: E501  # greenlint: ignore[GRN301]\n", [1]),
        ("f(\n    a,  # noqa: GRN301\n)\n", [1, 2, 3]),
        ("a()  # noqa\n", []),
        ("a()  # noqa: E501\n", []),
        ("# noqa: GRN301\na()\n", []),
        # Prose.
        ("a()  # we use greenlint: it finds waste\n", []),
        ("# greenlint: see the manual\na()\n", []),
        # Line ends, byte-order mark, form feed.
        (f"a()\r\nb()  {IGNORE}\r\nc()\r\n", [2]),
        (f"a()\rb()  {IGNORE}\rc()\r", [2]),
        (f"\ufeffa()\n{IGNORE}\n\x0cb()\nc()\n", [3]),
        (f"# coding: latin-1\ns = 'é'  {IGNORE}\nb()\n".encode("latin-1"), [2]),
    ],
)  # fmt: skip
def test_a_comment_covers_its_logical_line(text: str | bytes, lines: list[int]) -> None:
    """A suppression covers the logical line it stands on, or the next; a header, not the body."""
    assert covered(text) == lines


@pytest.mark.parametrize(
    ("comment", "form"),
    [
        ("# greenlint: ignore", "`# greenlint: ignore[GRN301]`"),
        ("# greenlint: ignore[]", "`# greenlint: ignore[GRN301]`"),
        ("# greenlint: ignore GRN301", "`# greenlint: ignore[GRN301]`"),
        ("# greenlint: ignore [GRN301]", "`# greenlint: ignore[GRN301]`"),
        ("# greenlint: ignore[GRN301", "`# greenlint: ignore[GRN301]`"),
        ("# greenlint: ignore[GRN301,]", "`# greenlint: ignore[GRN301]`"),
        ("# greenlint: ignore[GRN301, GRN301]", "each once"),
        ("# greenlint: ignore[301]", "`# greenlint: ignore[GRN301]`"),
        ("# greenlint: ignore[GRN301] three rows", 'reason="why"'),
        ("# greenlint: ignore[GRN301] reason=why", 'reason="why"'),
        ('# greenlint: ignore[GRN301] reason="why', 'reason="why"'),
        ("# greenlint: ignore[GRN301] until=tomorrow", "until=2027-06-30"),
        ("# greenlint: ignore[GRN301] until=2027-02-30", "until=2027-06-30"),
        ("# greenlint: ignore[GRN301] until=20270630", "until=2027-06-30"),
        ("# greenlint: ignore[GRN301] until=", "until=2027-06-30"),
        ("# greenlint: ignroe[GRN301]", "`# greenlint: ignore[GRN301]`"),
        ("# greenlint: skip", "`# greenlint: ignore[GRN301]`"),
        ("# greenlint: noqa[GRN301]", "`# greenlint: ignore[GRN301]`"),
        ("# greenlint:", "`# greenlint: ignore[GRN301]`"),
        ("# greenlint: disable[GRN301]", "line of its own"),
        ("# greenlint: enable[GRN301]", "line of its own"),
        ("# greenlint: file-ignore[GRN301]", "line of its own"),
    ],
)
def test_a_comment_that_is_not_understood_is_told_the_right_form(comment: str, form: str) -> None:
    """It suppresses nothing, and GRN904 says how to write it."""
    applied = judge(f"a()  {comment}\n", finding(1))
    assert [one.code for one in applied.own] == ["GRN904"]
    assert form in str(applied.own[0].message)
    assert [one.code for one in applied.kept] == ["GRN301"]


@pytest.mark.parametrize(
    "text",
    [
        "if x:\n    # greenlint: file-ignore[GRN301]\n    a()\n",
        "# greenlint: enable[GRN301]\n",
        "# greenlint: disable[GRN301]\n# greenlint: enable[GRN252, GRN301]\na()\n",
        "if x:\n    # greenlint: disable[GRN301]\n    a()\n# greenlint: enable[GRN301]\n",
        "f(\n    # greenlint: disable[GRN301]\n    a,\n)\n",
    ],
)
def test_a_comment_in_the_wrong_place_is_reported(text: str) -> None:
    """Ranges and file-ignore work where they can be seen to begin and end."""
    assert "GRN904" in [code for code, _ in own(text)]


def test_an_unused_suppression_is_found_and_removed() -> None:
    """The comment goes, with the white space before it; a line of its own goes whole."""
    text = f"{IGNORE}\nb()\nc()  {IGNORE}\nd()  # note  {IGNORE}\ne()  {IGNORE}  # note\n"
    assert own(text) == [("GRN900", line) for line in (1, 3, 4, 5)]
    assert fixed(text) == "b()\nc()\nd()  # note\ne()  # note\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a()  # greenlint: ignore[GRN301, GRN252]\n", "a()  # greenlint: ignore[GRN301]\n"),
        ("a()  # greenlint: ignore[GRN252,GRN301]\n", "a()  # greenlint: ignore[GRN301]\n"),
        (
            'a()  # greenlint: ignore[ACME101, GRN301, GRN252] reason="x"\n',
            'a()  # greenlint: ignore[GRN301] reason="x"\n',
        ),
        ("a()  # greenlint: ignore[GRN301, query-in-loop]\n", f"a()  {IGNORE}\n"),
        ("a()  # noqa: E501,GRN301\n", "a()  # noqa: E501,GRN301\n"),
        ("a()  # noqa: E501 GRN301 GRN252\n", "a()  # noqa: E501, GRN301\n"),
        ("a()  # noqa: GRN252\n", "a()\n"),
        ("a()  # noqa: PERF401,ACME101\n", "a()  # noqa: PERF401,ACME101\n"),
        ("a()  # noqa: GRN999,GRN888\n", "a()  # noqa: GRN888\n"),
        ("a()  # greenlint: ignore[GRN601]\n", "a()  # greenlint: ignore[GRN601]\n"),
    ],
)
def test_only_the_unused_words_go(before: str, after: str) -> None:
    """Words that did something stay, as do other linters' codes and rules that did not run."""
    assert fixed(before, finding(1)) == after


def test_an_unused_range_goes_with_its_end() -> None:
    """A `disable` is not removed without the word in the `enable` that ends it."""
    text = "# greenlint: disable[GRN301, GRN252]\na()\n# greenlint: enable[GRN301, GRN252]\nb()\n"
    assert fixed(text) == "a()\nb()\n"
    assert fixed(text, finding(2)) == (
        "# greenlint: disable[GRN301]\na()\n# greenlint: enable[GRN301]\nb()\n"
    )


def test_the_narrowest_comment_gets_the_finding() -> None:
    """Of two comments that cover a finding the wider one is unused."""
    text = f"# greenlint: file-ignore[GRN301]\na()  {IGNORE}\n"
    assert own(text, finding(2)) == [("GRN900", 1)]
    assert own(text, finding(2), finding(3)) == []


def test_a_comment_after_a_continued_line_leaves_the_line_break() -> None:
    """Removing it must not join the next statement to this one."""
    assert fixed(f"x = 1 \\\n  {IGNORE}\ny = 2\n") == "x = 1 \\\n\ny = 2\n"


def test_an_expired_suppression_is_reported_and_removed() -> None:
    """After its last day it suppresses nothing, and is not called unused as well."""
    text = f'a()  {IGNORE} reason="x" until=2026-12-31\n'
    applied = judge(text, finding(1))
    assert [one.code for one in applied.own] == ["GRN902"]
    assert [one.code for one in applied.kept] == ["GRN301"]
    assert "2026-12-31" in str(applied.own[0].message)
    assert fixed(text, finding(1), code="GRN902") == "a()\n"


@pytest.mark.parametrize(
    ("word", "near"),
    [("query-in-lop", "query-in-loop"), ("GRN302", "GRN301"), ("grn301", "GRN301")],
)
def test_an_unknown_word_is_told_the_nearest(word: str, near: str) -> None:
    """The fix writes it, and is unsafe: it may suppress more than was meant."""
    text = f"a()  # greenlint: ignore[{word}]\n"
    (one,) = judge(text, finding(1)).own
    assert (one.code, one.span.column) == ("GRN903", 26)
    assert near in str(one.help)
    assert one.fix is not None
    assert one.fix.safety is Safety.UNSAFE
    assert fixed(text, code="GRN903") == f"a()  # greenlint: ignore[{near}]\n"


def test_an_unknown_word_without_a_neighbour_is_removed() -> None:
    """Its fix takes the word out, and its range's end with it."""
    text = "# greenlint: disable[zzz]\na()\n# greenlint: enable[zzz]\n"
    assert fixed(text, code="GRN903") == "a()\n"


def test_a_reason_is_asked_for_when_required() -> None:
    """Also of a noqa with one of our codes, which cannot hold one."""
    text = f'a()  {IGNORE}\nb()  {IGNORE} reason="x"\nc()  # noqa: GRN301\nd()  # noqa: E501\n'
    found = [finding(line) for line in (1, 2, 3)]
    assert own(text, *found) == []
    assert own(text, *found, require_reason=True) == [("GRN901", 1), ("GRN901", 3)]
    assert own(f'a()  {IGNORE} reason=" "\n', finding(1), require_reason=True) == [("GRN901", 1)]


@pytest.mark.parametrize(
    "text",
    [
        "a()  # greenlint: ignore[GRN301, GRN900]\n",
        f"# greenlint: file-ignore[GRN900]\na()  {IGNORE}\n",
        f"a()  {IGNORE}  # greenlint: ignore[unused-suppression]\n",
        "# greenlint: ignore[GRN900, GRN301]\na()\n",
    ],
)
def test_our_own_findings_can_be_suppressed(text: str) -> None:
    """A comment may be kept although it does nothing today."""
    known = {**KNOWN, "unused-suppression": {"GRN900"}}
    applied = judge(text, known=known)
    assert applied.own == ()
    assert [one.code for one, _ in applied.suppressed] == ["GRN900"]


def test_a_comment_against_unused_comments_can_be_unused() -> None:
    """It is judged last, and is not protected by itself."""
    assert own("# greenlint: file-ignore[GRN900]\na()\n") == [("GRN900", 1)]


def test_an_own_rule_that_is_off_says_nothing() -> None:
    """`--ignore GRN900` and its like work as with any rule."""
    text = "a()  # greenlint: ignore[GRN301, zzz]\nb()  # greenlint: ignore\n"
    assert own(text, active={"GRN301"}) == []


def test_equal_comments_have_fingerprints_of_their_own() -> None:
    """And keep them when lines above move."""
    text = f"a()  {IGNORE}\nb()  {IGNORE}\n"
    first = [one.fingerprint for one in judge(text).own]
    assert len(set(first)) == 2
    assert [one.fingerprint for one in judge("\n\n" + text).own] == first


@pytest.mark.parametrize(
    ("raw", "answer"),
    [
        (b"x = 1\n", False),
        (b"x = 1  # greenlint: ignore[GRN301]\n", True),
        (b"import greenlint\n", False),
        (b"x = 1  # noqa\n", False),
        (b"x = 1  # noqa: E501\n", False),
        (b"x = 1  # NoQA: E501,GRN301\n", True),
        (b"x = 1  # noqa : GRN301\n", True),
    ],
)
def test_files_without_comments_to_us_are_not_read_for_them(raw: bytes, answer: bool) -> None:
    assert wanted(raw) is answer


def test_judging_needs_no_tree() -> None:
    """A warm run never imports libcst."""
    code = "import sys, greenlint.suppress, greenlint.own.rules; sys.exit('libcst' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


STATEMENTS = st.sampled_from(
    [
        "", "\x0c", "# note", "a()", "a(); b()", "f(\n    1,\n)", 's = """\nx\n"""', "if x: a()",
        "x = 1 + \\\n    2", "if x:\n    a()\nelse:\n    b()", "@d\ndef f():\n    return 1",
        "for c in f(\n  cs\n):\n    a()",
        "class A:\n    # note\n    x = [\n        # in\n        1,\n    ]",
    ]
)  # fmt: skip


@given(st.lists(STATEMENTS, min_size=1), st.data())
def test_an_unused_comment_leaves_no_trace(parts: list[str], data: st.DataObject) -> None:
    """Write a comment on or above any logical line, remove it by its fix: the text is as before."""
    text = "\n".join(parts) + data.draw(st.sampled_from(["", "\n"]))
    source = source_of(text)
    lines = Layout(source, Positions(cst.parse_module(text), text)).lines
    if not lines:
        return
    line = data.draw(st.sampled_from(lines))
    if data.draw(st.booleans()):
        at = source.line_starts[line.first - 1]
        indent = text[at : line.start]
        changed = f"{text[:at]}{indent}{IGNORE}\n{text[at:]}"
    else:
        at = len(text[: line.end].rstrip("\n"))
        changed = f"{text[:at]}  {IGNORE}{text[at:]}"
    assert fixed(changed) == text
