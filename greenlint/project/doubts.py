# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""How sure it is that a part of some code runs: always, under a condition, or seldom."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from greenlint.project.filling import fills
from greenlint.project.nodes import FIELDS
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


def running(nodes: Sequence[ast.AST], this: Kind | None, doubt: int = SURE) -> Iterator[Part]:
    """Every node that runs with some statements or expressions, and how sure that is; names and
    constants are left out.
    """
    work = _in_turn(nodes, doubt)
    while work:
        node, doubt = work.pop()
        if isinstance(node, _LEFT_OUT):
            continue
        if isinstance(node, _BRANCHING):
            work += reversed(list(_branched(node, this, doubt)))
            continue
        if isinstance(node, (ast.Raise, ast.Assert)):
            doubt = RARE
        yield node, doubt
        for name in FIELDS[node.__class__]:
            below = getattr(node, name)
            if below.__class__ is list:
                work += _in_turn(below, doubt)
            elif isinstance(below, ast.AST):
                work.append((below, doubt))


_LEFT_OUT = (
    ast.Name, ast.Constant, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda,
)  # fmt: skip
_BRANCHING = (ast.If, ast.IfExp, ast.BoolOp, ast.ExceptHandler)


def _in_turn(nodes: Sequence[ast.AST], doubt: int) -> list[Part]:
    """Nodes that follow one another, last one first: what may leave makes the rest unsure."""
    found: list[Part] = []
    for node in nodes:
        if isinstance(node, ast.AST):
            found.append((node, doubt))
            if isinstance(node, ast.If) and isinstance(node.body[-1], (ast.Return, ast.Continue)):
                doubt = max(doubt, UNSURE)
    found.reverse()
    return found


def _branched(node: ast.AST, this: Kind | None, doubt: int) -> Iterator[Part]:
    unsure = max(doubt, UNSURE)
    match node:
        case ast.If(test=test, body=body, orelse=orelse):
            yield test, doubt
            then, other = branches(test, body, orelse)
            if _is_unset(test) and not isinstance(this, Row):
                then = RARE
            yield from reversed(_in_turn(body, max(doubt, then)))
            yield from reversed(_in_turn(orelse, max(doubt, other)))
        case ast.IfExp(test=test, body=one, orelse=another):
            yield from ((test, doubt), (one, unsure), (another, unsure))
        case ast.BoolOp(values=[first, *rest]):
            yield first, doubt
            yield from ((one, unsure) for one in rest)
        case ast.ExceptHandler(body=body):
            yield from ((one, RARE) for one in body)


def _is_unset(test: ast.expr) -> bool:
    """``self._rows is None``: asked for once, by an object that keeps it."""
    match test:
        case ast.Compare(left=ast.Attribute(), ops=[ast.Is()], comparators=[ast.Constant(None)]):
            return True
        case ast.UnaryOp(op=ast.Not(), operand=ast.Attribute()):
            return True
    return False
