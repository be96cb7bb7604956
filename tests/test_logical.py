# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Logical lines and comments, held against the tokenizer; what LibCST loses is made up for."""

from __future__ import annotations

import io
import tokenize
from pathlib import Path

import libcst as cst
import pytest

from greenlint.logical import KINDS, Layout
from greenlint.positions import Positions
from greenlint.source import SourceFile


def tokenized(text: str) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
    """Logical lines and comments as the tokenizer sees them, as physical lines."""
    lines, comments, first = [], [], 0
    layout = {tokenize.NL, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER}
    for token in tokenize.generate_tokens(io.StringIO(text, newline="").readline):
        if token.type == tokenize.COMMENT:
            comments.append(token.start)
        elif token.type == tokenize.NEWLINE:
            lines.append((first, token.start[0]))
            first = 0
        elif token.type not in layout:
            first = first or token.start[0]
    return lines, comments


def laid_out(text: str) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
    source = SourceFile("app.py", text.encode())
    layout = Layout(source, Positions(cst.parse_module(text), text))
    spans = [source.span(one.start, one.end) for one in layout.comments()]
    return (
        [(line.first, line.last) for line in layout.lines],
        [(span.line, span.column - 1) for span in spans],
    )


HERE = sorted(Path(tokenize.__file__).parent.glob("*.py"))[::8]


@pytest.mark.parametrize("path", HERE, ids=lambda path: path.stem)
def test_logical_lines_are_those_of_the_tokenizer(path: Path) -> None:
    """On the standard library, line by line and comment by comment."""
    text = path.read_text("utf-8")
    if len(text) < 60_000:
        assert laid_out(text) == tokenized(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a()",
        "# only",
        "if x:\n  b()",
        "def f(): pass  # z",
        "x = 1 + \\\n  2\n\n# end",
        'f("""\n# no\n""", # yes\n)\n',
        "@a\n# between\n@b(\n  1)\nclass A:\n  # in\n\n  x = 1\n# out\ny = 2\n",
        "match x:  # m\n    # c\n    case 1: a()  # one\n    case _:\n        b()\n",
        "try:\n  a()\nexcept* E:  # e\n  b()\nelse:\n  c()\nfinally:\n  d()\n",
        "async def f():\n  async with a as b, (\n    c\n  ): await d\n",
    ],
)
def test_small_sources_are_laid_out_the_same(text: str) -> None:
    """Without a final newline too."""
    assert laid_out(text) == tokenized(text)


LOSSY = [
    "\x0cx = 1\n\x0c\n  # c\ny = [\n\n  # in\n]\n",
    "a = 1\n  \x0cb = a  # c\n",
    "def f():\n    a()\n\x0c\n    \x0c    b()  # c\n",
    "x()\n  # lost\n\x0c\ny()  # kept\n",
    "x()\r  # lost\r\x0c\ry()  # kept\r",
    "x()\n# same\n  # lost\n  \\\n  y()  # kept\n",
    "\\\nx = 1  # c\n",
    "try:\n    a()\nexcept (A, B) :  # c\n    b()\nd()\n",
    "try:\n    a()\nexcept (A, B)\\\n  :  # c\n    b()\nd()\n",
    "def f():\n    a()\n\\\nb()  # c\n",
    "\x0c",
    "x\n  # lost\n\x0c",
]


@pytest.mark.parametrize("text", LOSSY)
def test_offsets_hold_where_libcst_loses_white_space(text: str) -> None:
    """Form feeds, continuations between lines, the space before the colon of an except clause."""
    module = cst.parse_module(text)
    everything = Positions(module, text).everything()
    for kind in (cst.Name, cst.Comment):
        for node, (start, end) in everything.items():
            if isinstance(node, kind):
                assert text[start:end] == node.value
    for line in Layout(SourceFile("a.py", text.encode()), Positions(module, text)).lines:
        assert not text[line.start].isspace() or text[line.start] == "\\"


def test_picked_offsets_are_those_of_everything() -> None:
    """The quick way to comments and white space gives the same places."""
    text = Path(tokenize.__file__).read_text("utf-8")
    module = cst.parse_module(text)
    positions = Positions(module, text)
    everything = positions.everything()
    picked = positions.of_kinds(*KINDS)
    assert picked == {node: at for node, at in everything.items() if node in picked}
    assert sum(isinstance(node, KINDS) for node in everything) == len(picked)
