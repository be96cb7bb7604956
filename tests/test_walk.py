# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""The walk offers each meaningful node once, with the way back."""

from __future__ import annotations

import textwrap
from collections import Counter
from pathlib import Path

import libcst as cst

from greenlint.walk import table, walk, within

NODES = [
    kind for kind in vars(cst).values() if isinstance(kind, type) and issubclass(kind, cst.CSTNode)
]
MEANT = (cst.BaseExpression, cst.BaseStatement, cst.BaseSmallStatement, cst.Arg, cst.Param)


class Visitor(cst.CSTVisitor):
    """LibCST's own traversal, counting."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: Counter[type] = Counter()

    def on_visit(self, node: cst.CSTNode) -> bool:
        self.seen[type(node)] += 1
        return True


def test_no_statement_and_no_call_is_passed_over() -> None:
    """What LibCST's visitor meets of statements and compound expressions, the walk offers too."""
    module = cst.parse_module(Path(textwrap.__file__).read_text(encoding="utf-8"))
    visitor = Visitor()
    module.visit(visitor)
    offered = Counter(type(link[0]) for link in walk(module, table(NODES)))
    for kind, count in visitor.seen.items():
        if issubclass(kind, MEANT) and not issubclass(kind, cst.Name):
            assert offered[kind] == count, kind


def test_links_lead_back_to_the_module() -> None:
    """From each node the chain of parents ends at the root."""
    module = cst.parse_module("def f(a=g(1)):\n    return [x for x in a if x]\n")
    for link in walk(module):
        at = link
        while at[1] is not None:
            at = at[1]
        assert at[0] is module


def test_within_gives_nested_functions_without_their_bodies() -> None:
    """A nested function runs at another time: it is told, and not entered."""
    module = cst.parse_module("a()\ndef f():\n    b()\nc(lambda: d())\n")
    called = [node.func for node in within(module) if isinstance(node, cst.Call)]
    assert [func.value for func in called if isinstance(func, cst.Name)] == ["a", "c"]
