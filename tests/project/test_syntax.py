# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""The interpreter's tree of any file that LibCST accepts, and where its nodes stand."""

from __future__ import annotations

import ast
import sys

import pytest

from greenlint.project.syntax import Spans, parse
from greenlint.source import SourceFile


def source(text: str) -> SourceFile:
    return SourceFile("a.py", text.encode())


@pytest.mark.parametrize(
    "text",
    [
        "def f[T](x: T) -> T:\n    return g(x)\n",
        "type Pair[T] = tuple[T, T]\ng(1)\n",
        "class A[T]:\n    y = g(1)\n",
        's = f"{names["a"]}"\ng(s)\n',
        "s = f'{x:{'a' if y else 'b'}}'\ng(s)\n",
        's = f"""{\nnames[\n"a"]}"""\ng(s)\n',
    ],
)
def test_newer_syntax_is_no_reason_to_know_nothing(text: str) -> None:
    """What the running interpreter may not know yet is blanked: the rest stands where it stood."""
    tree = parse(source(text))
    assert tree is not None
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    call = next(node for node in calls if ast.unparse(node.func) == "g")
    line = text.split("\n")[call.lineno - 1]
    assert line[call.col_offset :].startswith("g(")


def test_what_is_no_python_has_no_tree() -> None:
    """Neither parser takes it, and nothing is raised."""
    assert parse(source("def f(:\n")) is None


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_spans_count_characters(newline: str) -> None:
    """The parser counts bytes: a name behind an umlaut stands where an editor shows it."""
    text = f"x = 'é€😀' + name{newline}y = 2{newline}"
    tree = parse(source(text))
    assert tree is not None
    name = next(n for n in ast.walk(tree) if isinstance(n, ast.Name) and n.id == "name")
    span = Spans(source(text)).of(name)
    assert text[span.start : span.end] == "name"
    assert (span.line, span.column) == (1, text.index("name") + 1)
    second = tree.body[1]
    assert text[Spans(source(text)).of(second).start :].startswith("y = 2")


def test_a_compound_statement_is_its_header() -> None:
    """A class or loop is shown by its first line, not by its whole body."""
    text = "class A(B):  # why\n    x = 1\n\nfor a in b: c()\n"
    tree = parse(source(text))
    assert tree is not None
    spans = [Spans(source(text)).of(node) for node in tree.body]
    assert [text[one.start : one.end] for one in spans] == ["class A(B):  # why", "for a in b: c()"]


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="this interpreter knows the syntax")
def test_the_test_above_tests_something() -> None:
    """On this interpreter `ast` refuses what LibCST takes."""
    with pytest.raises(SyntaxError):
        ast.parse("def f[T](x: T) -> T:\n    return x\n")
