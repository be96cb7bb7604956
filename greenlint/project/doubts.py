# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""How sure it is that a part of some code runs: always, under a condition, or seldom."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from greenlint.project.filling import fills
from greenlint.project.values import Kind, Row

#: Always, under a condition, for few values only.
SURE, UNSURE, RARE = range(3)
Part = tuple[ast.AST, int]


def branches(test: ast.expr, body: list[ast.stmt], orelse: list[ast.stmt]) -> tuple[int, int]:
    """How sure the two branches of a test are: a container is filled for a few distinct keys."""
    match test:
        case ast.Compare(ops=[ast.NotIn()], comparators=[held]) if fills(body, held):
            return RARE, UNSURE
        case ast.Compare(ops=[ast.In()], comparators=[held]) if fills(orelse, held):
            return UNSURE, RARE
    return UNSURE, UNSURE


def running(nodes: Iterable[ast.AST], this: Kind | None, doubt: int = SURE) -> Iterator[Part]:
    """Every node that runs with some statements or expressions, and how sure that is."""
    for node in nodes:
        yield from _parts(node, this, doubt)
        if isinstance(node, ast.If) and isinstance(node.body[-1], (ast.Return, ast.Continue)):
            doubt = max(doubt, UNSURE)


def _parts(node: ast.AST, this: Kind | None, doubt: int) -> Iterator[Part]:
    match node:
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef() | ast.Lambda():
            return
        case ast.If(test=test, body=body, orelse=orelse):
            yield from _parts(test, this, doubt)
            then, other = branches(test, body, orelse)
            if _is_unset(test) and not isinstance(this, Row):
                then = RARE
            yield from running(body, this, max(doubt, then))
            yield from running(orelse, this, max(doubt, other))
            return
        case ast.IfExp(test=test, body=one, orelse=another):
            yield from _parts(test, this, doubt)
            yield from running([one, another], this, max(doubt, UNSURE))
            return
        case ast.BoolOp(values=[first, *rest]):
            yield from _parts(first, this, doubt)
            yield from running(rest, this, max(doubt, UNSURE))
            return
        case ast.ExceptHandler(body=body):
            yield from running(body, this, RARE)
            return
        case ast.Raise() | ast.Assert():
            doubt = RARE
    yield node, doubt
    for name in node._fields:
        below = getattr(node, name, None)
        if isinstance(below, list):
            yield from running((one for one in below if isinstance(one, ast.AST)), this, doubt)
        elif isinstance(below, ast.AST):
            yield from _parts(below, this, doubt)


def _is_unset(test: ast.expr) -> bool:
    """``self._rows is None``: asked for once, by an object that keeps it."""
    match test:
        case ast.Compare(left=ast.Attribute(), ops=[ast.Is()], comparators=[ast.Constant(None)]):
            return True
        case ast.UnaryOp(op=ast.Not(), operand=ast.Attribute()):
            return True
    return False
