# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Fixes: edits that go together, rounds until still, results that are proven, diffs."""

from __future__ import annotations

import codecs
import os
import re
import shutil
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from greenlint.errors import FixError
from greenlint.finding import Finding, FoundFix, Span, TextEdit
from greenlint.fix import ROUNDS, apply, apply_edits, diff, fix_file
from greenlint.messages import Message
from greenlint.rule import Confidence, Safety
from greenlint.source import SourceFile


def edit(start: int, end: int, text: str) -> TextEdit:
    return TextEdit(Span(1, start + 1, 1, end + 1, start, end), text)


def fix(*edits: tuple[int, int, str]) -> FoundFix:
    return FoundFix(Message("change it"), Safety.SAFE, tuple(edit(*one) for one in edits))


def finding(*edits: tuple[int, int, str], code: str = "GRN101") -> Finding:
    span = Span(1, 1, 1, 1, edits[0][0], edits[0][1])
    message = Message("m")
    return Finding("a.py", span, code, message, message, Confidence.HIGH, fix=fix(*edits))


@pytest.mark.parametrize(
    ("fixes", "result", "count"),
    [
        ([fix((0, 1, "A"))], "Abcdef", 1),
        ([fix((4, 5, "E")), fix((0, 1, "A"))], "AbcdEf", 2),
        # Side by side, just touching, overlapping, the same.
        ([fix((0, 2, "X")), fix((2, 4, "Y"))], "XYef", 2),
        ([fix((0, 3, "X")), fix((2, 4, "Y"))], "Xdef", 1),
        ([fix((0, 3, "X")), fix((0, 3, "X"))], "Xdef", 1),
        ([fix((0, 6, "X")), fix((2, 3, "Y"))], "X", 1),
        # Insertions: order would matter, so the second waits.
        ([fix((2, 2, "X")), fix((2, 2, "Y"))], "abXcdef", 1),
        ([fix((2, 2, ")")), fix((2, 2, ")"))], "ab)cdef", 1),
        ([fix((2, 4, "X")), fix((4, 4, "Y"))], "abXef", 1),
        ([fix((2, 2, "X")), fix((2, 4, "Y"))], "abXcdef", 1),
        # Whole lines are inserted once for all that want them.
        (
            [fix((0, 0, "import re\n"), (1, 2, "B")), fix((0, 0, "import re\n"), (3, 4, "D"))],
            "import re\naBcDef",
            2,
        ),
        # All edits of a fix, or none.
        ([fix((0, 1, "A"), (4, 5, "E")), fix((2, 3, "C"), (4, 6, "Z"))], "AbcdEf", 1),
        # In one fix, edits may stand against each other.
        ([fix((2, 2, "("), (2, 4, "x"), (4, 4, ")"))], "ab(x)ef", 1),
        ([fix()], "abcdef", 0),
        ([], "abcdef", 0),
    ],
)  # fmt: skip
def test_fixes_that_go_together_are_applied_together(
    fixes: list[FoundFix], result: str, count: int
) -> None:
    """The order in which they are offered makes no difference."""
    for offered in (fixes, fixes[::-1]):
        text, applied = apply("abcdef", offered)
        assert (text, len(applied)) == (result, count)


def test_a_fix_that_changes_a_place_twice_is_refused() -> None:
    """Which of the two was meant is not known."""
    with pytest.raises(FixError, match=r"change it.*twice"):
        apply("abcdef", [fix((0, 3, "X"), (2, 4, "Y"))])
    with pytest.raises(FixError, match="cannot both"):
        apply_edits("abcdef", [edit(0, 3, "X"), edit(2, 4, "Y")])


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_inserted_text_takes_the_newlines_of_the_file(newline: str) -> None:
    """Whatever newlines the rule wrote."""
    text = newline.join(["a()", "b()", ""])
    result, _ = apply(text, [fix((0, 0, "import re\nimport os\r\n"))])
    assert result == newline.join(["import re", "import os", "a()", "b()", ""])


TEXTS = st.text(alphabet="ab(\n\r)é", max_size=12)


@given(TEXTS, st.data())
def test_together_is_one_by_one_from_the_end(text: str, data: st.DataObject) -> None:
    """Applying edits at once is applying them one after another, the last first."""
    cuts = sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=8)))
    spans = list(zip(cuts[::2], cuts[1::2], strict=False))
    edits = [
        edit(start, end, data.draw(st.text(alphabet="xy", max_size=3))) for start, end in spans
    ]
    step = text
    for one in reversed(edits):
        step = step[: one.span.start] + one.text + step[one.span.end :]
    assert apply_edits(text, edits) == step


@given(TEXTS, st.data())
def test_what_is_applied_never_depends_on_the_order(text: str, data: st.DataObject) -> None:
    """Nor does any fix get lost: those not applied can be applied in a later round."""
    places = st.tuples(st.integers(0, len(text)), st.integers(0, len(text))).map(sorted)
    one = st.builds(lambda at, new: fix((at[0], at[1], new)), places, st.sampled_from("xy"))
    fixes = data.draw(st.lists(one, max_size=6))
    shuffled = data.draw(st.permutations(fixes))
    assert apply(text, fixes)[0] == apply(text, shuffled)[0]
    assert bool(fixes) == bool(apply(text, fixes)[1])


def replacing(old: str, new: str, code: str = "GRN101") -> Callable[[str], Sequence[Finding]]:
    """A check that finds every `old` and wants it to be `new`."""

    def check(text: str) -> list[Finding]:
        found = re.finditer(re.escape(old), text)
        return [finding((one.start(), one.end(), new), code=code) for one in found]

    return check


def always(_: Finding) -> bool:
    return True


def test_rounds_go_on_until_nothing_is_left() -> None:
    """A fix that makes room for another is followed by it."""
    source = SourceFile("a.py", b"x = [[[[[1]]]]]\n")

    def check(text: str) -> list[Finding]:
        at, end = text.find("[["), text.find("]]")
        return [finding((at, at + 1, ""), (end, end + 1, ""))] if at >= 0 else []

    fixed = fix_file(source, check, always)
    assert fixed.after.raw == b"x = [1]\n"
    assert fixed.fixes == {"GRN101": 4}


def test_a_file_is_fixed_and_counted() -> None:
    source = SourceFile("a.py", b"old(1)\nold(2)\nkeep(3)\n")
    fixed = fix_file(source, replacing("old", "new"), always)
    assert fixed.after.raw == b"new(1)\nnew(2)\nkeep(3)\n"
    assert fixed.fixes == {"GRN101": 2}
    assert (fixed.changed, fixed.settled, fixed.left, fixed.problem) == (True, True, (), "")
    again = fix_file(fixed.after, replacing("old", "new"), always)
    assert not again.changed


def test_only_what_is_allowed_is_fixed() -> None:
    """What is left is told, for the report."""
    source = SourceFile("a.py", b"old(1)\n")
    fixed = fix_file(source, replacing("old", "new"), lambda one: one.code == "GRN102")
    assert not fixed.changed
    assert [one.code for one in fixed.left] == ["GRN101"]


def test_fixes_that_undo_each_other_come_to_an_end() -> None:
    """After the first repetition it stops, with a valid file and a sentence."""
    calls = []

    def check(text: str) -> Sequence[Finding]:
        calls.append(text)
        there, back = replacing("a", "b", "GRN101"), replacing("b", "a", "GRN102")
        return [*there(text), *back(text)]

    fixed = fix_file(SourceFile("a.py", b"a = 1\n"), check, always)
    assert not fixed.settled
    assert "--unfixable" in fixed.problem
    assert "GRN101" in fixed.problem
    assert len(calls) <= 4


def test_a_fix_without_end_stops_after_its_rounds() -> None:
    """A fix that always leaves something to fix is stopped."""
    fixed = fix_file(SourceFile("a.py", b"x\n"), replacing("\n", "1\n"), always)
    assert fixed.after.raw == b"x" + b"1" * ROUNDS + b"\n"
    assert f"{ROUNDS} rounds" in fixed.problem


def test_a_result_that_does_not_parse_names_the_rule() -> None:
    """Only the rule at fault is named; the file is left as it was."""

    def check(text: str) -> Sequence[Finding]:
        return [*replacing("old", "new")(text), *replacing("(2)", "(2", "GRN202")(text)]

    with pytest.raises(FixError) as caught:
        fix_file(SourceFile("a.py", b"old(1)\nf(2)\n"), check, always)
    assert "GRN202" in str(caught.value)
    assert "GRN101" not in str(caught.value)
    assert "does not parse" in str(caught.value)


def test_text_that_the_encoding_cannot_express_is_refused() -> None:
    """latin-1 has no euro sign."""
    source = SourceFile("a.py", "# coding: latin-1\ns = 'é'\n".encode("latin-1"))
    with pytest.raises(FixError, match=r"GRN101.*'€'.*iso8859-1"):
        fix_file(source, replacing("é", "€"), always)


def test_a_fix_may_not_change_how_the_file_is_read() -> None:
    """A comment that becomes an encoding declaration changes every letter of the file."""
    source = SourceFile("a.py", "# codeng: latin-1\ns = 'é'\n".encode())
    with pytest.raises(FixError, match="read differently"):
        fix_file(source, replacing("codeng", "coding"), always)


@pytest.mark.parametrize(
    "raw",
    [
        b"old()\n",
        b"old()",
        b"old()\r\nb()\r\n",
        b"old()\rb()\r",
        b"a()\r\nold()\nb()\r",
        codecs.BOM_UTF8 + b"old()\n",
        "# coding: latin-1\r\ns = 'é'\r\nold()".encode("latin-1"),
        "# coding: cp1252\ns = '€'\nold()\n".encode("cp1252"),
        codecs.BOM_UTF8 + "# coding: utf-8\ns = '€'\nold()\n".encode(),
        b"\x0cdef f():\n\told()\n\x0c\nx = 1\n",
        b"if x:\n\told()\n",
    ],
)
def test_all_else_stays_as_it_is(raw: bytes) -> None:
    """Encoding, byte-order mark, newlines, tabs and form feeds."""
    fixed = fix_file(SourceFile("a.py", raw), replacing("old", "new"), always)
    assert fixed.after.raw == raw.replace(b"old", b"new")


# The diff


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a\nb\nc\n", "a\nB\nc\n"),
        ("a\nb", "a\nb\n"),
        ("a\nb\n", "a\nb"),
        ("a", "b"),
        ("a\r\nb\r\n", "a\r\nB\r\n"),
        ("a\x0cb\nc\u2028d\nx\n", "a\x0cb\nc\u2028D\nx\n"),
        ("a\rb\r", "a\rB\r"),
        ("", "a\n"),
        ("x\n" * 30 + "y\n" + "x\n" * 30, "X\n" + "x\n" * 29 + "z\n" + "x\n" * 30),
    ],
)
def test_a_diff_can_be_applied(tmp_path: Path, before: str, after: str) -> None:
    """By `git apply`, to the byte."""
    if shutil.which("git") is None:
        pytest.skip("git is not installed")
    (tmp_path / "a.py").write_bytes(before.encode())
    patch = diff("a.py", before, after)
    run = subprocess.run(
        ["git", "apply", "-p0", "--unidiff-zero", "--whitespace=nowarn", "-"],
        cwd=tmp_path,
        input=patch.encode(),
        capture_output=True,
        check=False,
        env={**os.environ, "GIT_CEILING_DIRECTORIES": str(tmp_path.parent)},
    )
    assert run.returncode == 0, (patch, run.stderr)
    assert (tmp_path / "a.py").read_bytes() == after.encode()


def test_a_diff_marks_a_missing_newline() -> None:
    assert diff("a.py", "a\nb", "a\nc") == (
        "--- a.py\n+++ a.py\n@@ -1,2 +1,2 @@\n a\n-b\n\\ No newline at end of file\n"
        "+c\n\\ No newline at end of file\n"
    )
    assert diff("a.py", "a\n", "a\n") == ""
