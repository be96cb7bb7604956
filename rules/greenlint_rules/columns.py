# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Loops over rows, and what their bodies read of each row: plain columns, or more."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import NamedTuple

from greenlint.project.columns import is_column
from greenlint.project.layout import Layout, Part
from greenlint.project.nodes import every
from greenlint.project.project import Project
from greenlint.project.proven import Query
from greenlint_rules.asking import untouched

Comprehension = ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp


class Turns(NamedTuple):
    """A loop over rows: its node, the row's name, what it goes through, and what it repeats."""

    node: Comprehension | ast.For
    row: str
    rows: ast.expr
    body: list[ast.AST]
    ifs: list[ast.expr]


def turns(part: Part) -> Iterator[Turns]:
    """The loops and comprehensions of a frame that bind one name and go over one thing."""
    for node in part.of(ast.ListComp, ast.SetComp, ast.GeneratorExp, ast.DictComp):
        assert isinstance(node, (ast.ListComp, ast.SetComp, ast.GeneratorExp, ast.DictComp))
        match node.generators:
            case [ast.comprehension(target=ast.Name(id=row), iter=rows, ifs=ifs, is_async=0)]:
                made = [node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt]
                yield Turns(node, row, rows, [*ifs, *made], ifs)
    for loop in part.of(ast.For):
        if isinstance(loop.target, ast.Name) and not loop.orelse:
            yield Turns(loop, loop.target.id, loop.iter, list(loop.body), [])


def rows_of(project: Project, laid_out: Layout, part: Part, loop: Turns) -> Query | None:
    """The queryset that a loop goes through once and nobody else reads, all of whose rows are
    instances of a known model.
    """
    rows = loop.rows
    match rows:
        case ast.Call(func=ast.Name(id="list" | "iter" | "tuple"), args=[inner], keywords=[]):
            rows = inner
        case ast.Call(func=ast.Attribute(value=inner, attr="iterator")):
            rows = inner
    if not isinstance(rows, (ast.Name, ast.Call, ast.Subscript, ast.BinOp)):
        return None
    found = untouched(project, laid_out, part.frame, rows, ())
    if found is None or not found.gives_rows or found.rows is None:
        return None
    return found


def read(project: Project, query: Query, nodes: list[ast.AST], row: str) -> list[str] | None:
    """The columns that some code reads of the row, in order; None where it does more with it."""
    found: dict[str, None] = {}
    if query.rows is None or not all(_reads(node, row, found) for node in nodes):
        return None
    model = query.rows.model
    return list(found) if all(is_column(project, model, one) for one in found) else None


def _reads(node: ast.AST, row: str, found: dict[str, None]) -> bool:
    match node:
        case ast.Attribute(value=ast.Name(id=name), attr=attr, ctx=ast.Load()) if name == row:
            found[attr] = None
            return True
        case ast.Name(id=name) if name == row:
            return False
        case ast.Call(func=ast.Name(id="locals" | "vars" | "eval")):
            return False
    return all(_reads(one, row, found) for one in ast.iter_child_nodes(node))


def mentions(node: ast.AST, name: str) -> bool:
    """Whether a name stands anywhere in a node."""
    return any(isinstance(one, ast.Name) and one.id == name for one in every(node))
