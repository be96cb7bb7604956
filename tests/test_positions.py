# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Places equal those of LibCST's own PositionProvider, for all nodes."""

from __future__ import annotations

import bisect
import colorsys
import shlex
import textwrap
from pathlib import Path

import libcst as cst
import pytest
from libcst.metadata import MetadataWrapper, PositionProvider

from greenlint.positions import Positions
from greenlint.source import SourceFile
from greenlint.walk import table, walk

NODES = [
    kind for kind in vars(cst).values() if isinstance(kind, type) and issubclass(kind, cst.CSTNode)
]
TEXTS = {
    "long strings": 'x = """a\nb""" + c\n',
    "tabs": "if x:\n\ty = 1\n\tif z:\n\t\tf(a)\n",
    "form feed": "x = 1\n\x0c\ndef f():\n    return 1\n",
    "carriage returns": "if x:\r\n    y(1)\r\n\r\nz(2)\r\n",
    "no final newline": "x = 1\nif y:\n    z(1)",
    "decorators": "@a\n@b(1)\ndef f(): pass\n@c\nclass A: pass\n",
    "same statement twice": "x = f(1)\nx = f(1)\nif a:\n    x = f(1)\n    x = f(1)\n",
    "parentheses": "x = (a + (b)) * ((c))\n",
    "functions in functions": ("def f():\n    def g():\n        return 1\n    return g\n" * 2),
    "continuations": "x = a + \\\n    b\nif y:\n    z = 1 \\\n        + 2\n",
    "semicolons": "a(1); b(2); c(3)\n",
    "comments": "# a\n\n# b\nx(1) # c\nif y: # d\n    # e\n    z(1)\n    # f\n# g\n",
    "wide characters": "x = 'é€😀' + f(é)\n",
    "one line": "if a: b(1); c(2)\nelse: d(3)\n",
    "format strings": "x = f'{a!r:>{w}}' f'{{}}{b}'\n",
    "with items": "with (a as b, c as d,):\n    e\n",
    "match": 'match a:\n    case [1, *b] | {"k": v, **r} if z:\n        pass\n',
    "arguments": "f = lambda a, *b, c=1, **d: (yield a)\nf(*a, **b, c=d)\nx = *a, b\n",
    "async": "async def f():\n    async with a as b: pass\n    return [i async for i in j]\n",
    "type parameters": "def f[T](x: T, /, *, y: int = 3) -> T: ...\n",
    "handlers": "try:\n    a\nexcept (A, B) as e:\n    b\nelse:\n    c\nfinally:\n    d\n",
    "mixed indents": "if a:\n  b\nif c:\n        d(1)\n",
    "odd comments": "def f():\n    x(1)\n  # odd\n    y(2)\n",
}
LIBRARY = [Path(module.__file__ or "") for module in (bisect, colorsys, shlex, textwrap)]


def misplaced(text: str) -> list[str]:
    """The nodes whose place is another than LibCST's provider has it."""
    wrapper = MetadataWrapper(cst.parse_module(text), unsafe_skip_copy=True)
    provided = wrapper.resolve(PositionProvider)
    source = SourceFile("a.py", text.encode())
    positions = Positions(wrapper.module, text)
    wrong = []
    for link in walk(wrapper.module, table(NODES)):
        if link[1] is None:
            continue
        span = source.span(*positions.of(link[0], link))
        there = provided[link[0]]
        if (span.line, span.column, span.end_line, span.end_column) != (
            there.start.line,
            there.start.column + 1,
            there.end.line,
            there.end.column + 1,
        ):
            wrong.append(f"{type(link[0]).__name__} at {span.line}:{span.column}")
    return wrong


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_places_of_all_nodes(text: str) -> None:
    """Whatever the layout, each node stands where LibCST says."""
    assert misplaced(text) == []


@pytest.mark.parametrize("path", LIBRARY, ids=lambda path: path.stem)
def test_places_in_the_standard_library(path: Path) -> None:
    """The same, in files that nobody wrote for this test."""
    assert misplaced(path.read_text(encoding="utf-8")) == []
