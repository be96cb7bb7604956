# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Ignore comments written by greenlint: where they stand, and that they do suppress."""

from __future__ import annotations

from datetime import date

import libcst as cst
import pytest
from hypothesis import given
from hypothesis import strategies as st

from greenlint.add_ignore import add_ignore
from greenlint.errors import FixError
from greenlint.finding import Finding, Span
from greenlint.logical import Layout
from greenlint.messages import Message
from greenlint.positions import Positions
from greenlint.rule import Confidence
from greenlint.source import SourceFile
from greenlint.suppress import apply
from greenlint.suppress_scan import scan

CODES = ("GRN301", "GRN252")
IGNORE = "# greenlint: ignore[GRN301]"


def finding(line: int, code: str = "GRN301") -> Finding:
    message = Message("m")
    return Finding("a.py", Span(line, 1, line, 2, 0, 0), code, message, message, Confidence.HIGH)


def left(raw: bytes, findings: list[Finding]) -> list[Finding]:
    """The findings that the comments of a file do not suppress, and what is said of comments."""
    source = SourceFile("a.py", raw)
    module = cst.parse_module(source.text)
    found = scan(source, module, Positions(module, source.text))
    known = {code: {code} for code in CODES}
    applied = apply(
        findings,
        found,
        path="a.py",
        known=known,
        today=date(2027, 1, 1),
        active={*CODES, "GRN900", "GRN903", "GRN904"},
    )
    return [*applied.kept, *applied.own]


@pytest.mark.parametrize(
    ("before", "line", "after"),
    [
        ("a()\nb()\n", 2, f"a()\nb()  {IGNORE}\n"),
        ("a()", 1, f"a()  {IGNORE}"),
        ("a()   \n", 1, f"a()  {IGNORE}\n"),
        ("a()\r\nb()\r\n", 1, f"a()  {IGNORE}\r\nb()\r\n"),
        ("a()\rb()\r", 2, f"a()\rb()  {IGNORE}\r"),
        ("\ufeffa()\n", 1, f"\ufeffa()  {IGNORE}\n"),
        ("for c in cs:\n\ta()\n", 2, f"for c in cs:\n\ta()  {IGNORE}\n"),
        ("for c in cs:\n    a()\n", 1, f"for c in cs:  {IGNORE}\n    a()\n"),
        ("f(\n    1,\n)\n", 2, f"f(  {IGNORE}\n    1,\n)\n"),
        # An existing comment stays.
        ("a()  # note\n", 1, f"a()  # note  {IGNORE}\n"),
        ("a()  # type: ignore[x]  \n", 1, f"a()  # type: ignore[x]  {IGNORE}\n"),
        ("a()  # noqa: E501\n", 1, f"a()  # noqa: E501  {IGNORE}\n"),
        ("f(  # note\n    1,\n)\n", 3, f"f(  # note  {IGNORE}\n    1,\n)\n"),
        ("a()  # greenlint: ignore\n", 1, f"{IGNORE}\na()  # greenlint: ignore\n"),
        (
            'a()  # greenlint: ignore[GRN252] reason="x\n',
            1,
            f'{IGNORE}\na()  # greenlint: ignore[GRN252] reason="x\n',
        ),
        # A comment of ours takes another code.
        ("a()  # greenlint: ignore[GRN252]\n", 1, "a()  # greenlint: ignore[GRN252, GRN301]\n"),
        (
            'a()  # greenlint: ignore[GRN252] reason="x"\n',
            1,
            'a()  # greenlint: ignore[GRN252, GRN301] reason="x"\n',
        ),
        (
            "# greenlint: ignore[GRN252]\n@d\ndef f(): pass\n",
            3,
            "# greenlint: ignore[GRN252, GRN301]\n@d\ndef f(): pass\n",
        ),
        (
            "a()  # greenlint: ignore[GRN252] until=2028-01-01\n",
            1,
            f"a()  # greenlint: ignore[GRN252] until=2028-01-01  {IGNORE}\n",
        ),
        # Where a comment cannot follow, it stands above.
        ('s = """\nx\n"""\n', 1, f'{IGNORE}\ns = """\nx\n"""\n'),
        ('s = f"""{\na}\n"""\n', 2, f'{IGNORE}\ns = f"""{{\na}}\n"""\n'),
        ("if x:\n  y = 1 + \\\n    2\n", 3, f"if x:\n  {IGNORE}\n  y = 1 + \\\n    2\n"),
        ('f(a, """\n""")\n', 1, f'{IGNORE}\nf(a, """\n""")\n'),
        ("x = 1 + \\\r\n  2\r\n", 1, f"{IGNORE}\r\nx = 1 + \\\r\n  2\r\n"),
        ('\x0cs = """\n"""\n', 1, f'{IGNORE}\n\x0cs = """\n"""\n'),
        ("@d(\n 1)\ndef f():\n    pass\n", 1, f"@d(  {IGNORE}\n 1)\ndef f():\n    pass\n"),
        # On no statement: for the file.
        ("# about\n\na()\n", 1, "# about\n\n# greenlint: file-ignore[GRN301]\na()\n"),
        ("# about", 1, "# about\n# greenlint: file-ignore[GRN301]\n"),
    ],
)  # fmt: skip
def test_a_comment_is_written_where_it_works(before: str, line: int, after: str) -> None:
    """And afterwards the finding is suppressed."""
    source = SourceFile("a.py", before.encode())
    raw = source.encode(add_ignore(source, [finding(line)]))
    assert raw == after.encode()
    lines = SourceFile("a.py", raw).lines()
    marked = next(number for number, text in enumerate(lines, 1) if "GRN301" in text)
    down = len(lines) - len(source.lines()) if marked <= line else 0
    assert "GRN301" not in [one.code for one in left(raw, [finding(line + down)])]


def test_all_codes_of_a_line_go_into_one_comment() -> None:
    """Sorted, each once; a line of its own for each line of code."""
    source = SourceFile("a.py", b"f(\n    1,\n)\nb()\n")
    found = [finding(2), finding(1, "GRN252"), finding(3), finding(4)]
    assert add_ignore(source, found) == (
        f"f(  # greenlint: ignore[GRN252, GRN301]\n    1,\n)\nb()  {IGNORE}\n"
    )


def test_one_comment_over_decorators_takes_the_codes_of_all() -> None:
    """Decorators and header are lines of their own under one comment."""
    source = SourceFile("a.py", b"# greenlint: ignore[GRN100]\n@d\n@e\ndef f(): pass\n")
    text = add_ignore(source, [finding(2), finding(3), finding(4, "GRN252")])
    assert text.startswith("# greenlint: ignore[GRN100, GRN252, GRN301]\n@d\n")


@pytest.mark.parametrize(
    ("reason", "written"),
    [
        ("3 rows", 'reason="3 rows"'),
        ('say "no"', r'reason="say \"no\""'),
        ("a\\b", r'reason="a\\b"'),
        ("two\n  lines\t", 'reason="two lines"'),
        ("issue #5, see x[1]", 'reason="issue #5, see x[1]"'),
        ("één", 'reason="één"'),
    ],
)
def test_the_reason_is_written_and_read_back(reason: str, written: str) -> None:
    """On one line, quoted."""
    source = SourceFile("a.py", b"a()\n")
    raw = source.encode(add_ignore(source, [finding(1)], reason))
    assert raw.decode() == f"a()  {IGNORE} {written}\n"
    module = cst.parse_module(raw)
    again = SourceFile("a.py", raw)
    (one,) = scan(again, module, Positions(module, again.text))
    assert one.reason == " ".join(reason.split())
    assert left(raw, [finding(1)]) == []


def test_another_reason_gets_a_comment_of_its_own() -> None:
    """Nobody's reason is given to another finding."""
    source = SourceFile("a.py", b'a()  # greenlint: ignore[GRN252] reason="x"\n')
    assert add_ignore(source, [finding(1)], "y") == (
        f'a()  # greenlint: ignore[GRN252] reason="x"  {IGNORE} reason="y"\n'
    )
    assert add_ignore(source, [finding(1)], "x") == (
        'a()  # greenlint: ignore[GRN252, GRN301] reason="x"\n'
    )


def test_findings_of_our_own_are_passed_over() -> None:
    """An unused suppression is not suppressed by another one."""
    source = SourceFile("a.py", f"a()  {IGNORE}\n".encode())
    assert add_ignore(source, [finding(1, "GRN900")]) == source.text


def test_a_reason_that_the_encoding_cannot_express_is_refused() -> None:
    """With the letter and the encoding."""
    source = SourceFile("a.py", "# coding: latin-1\ns = 'é'\n".encode("latin-1"))
    with pytest.raises(FixError, match=r"'€'.*another reason"):
        add_ignore(source, [finding(2)], "3 €")
    assert add_ignore(source, [finding(2)], "één").encode("latin-1")


PARTS = st.sampled_from(
    [
        "a()",
        "a()  # note",
        "a()  # noqa: E501",
        "a()  # greenlint: ignore[GRN252]",
        "f(\n    1,\n)",
        "f(  # note \\\n    1,\n)",
        's = """\n# x\n"""',
        'f("""\n""", [\n1])',
        "x = 1 + \\\n    2",
        "if x: a()",
        "if x:\n    a()\nelse:\n    b()",
        "@d\n@e(\n  1)\ndef f():\n    return 1",
        "for c in f(\n  cs\n):\n    x = [\n        # in\n        1,\n    ]",
        "",
        "\x0c",
        "# note",
    ]
)


@given(st.lists(PARTS, min_size=1), st.sampled_from(["\n", "\r\n", "\r"]), st.data())
def test_what_is_ignored_is_suppressed(parts: list[str], newline: str, data: st.DataObject) -> None:
    """Any findings on any statements: all gone afterwards, and the code is the same."""
    text = ("\n".join(parts) + data.draw(st.sampled_from(["", "\n"]))).replace("\n", newline)
    source = SourceFile("a.py", text.encode())
    lines = Layout(source, Positions(cst.parse_module(text), text)).lines
    chosen = data.draw(st.sets(st.integers(0, len(lines) - 1))) if lines else set()
    found = [finding(lines[n].last, CODES[n % 2]) for n in sorted(chosen)]
    raw = source.encode(add_ignore(source, found, data.draw(st.sampled_from(["", "why"]))))
    after = SourceFile("a.py", raw)
    module = cst.parse_module(after.text)
    now = Layout(after, Positions(module, after.text)).lines
    assert len(now) == len(lines)
    moved = [finding(now[n].last, CODES[n % 2]) for n in sorted(chosen)]
    assert [one for one in left(raw, moved) if one.code in CODES] == []
