# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Queries that a method begins at a model's manager: ``Line.objects.filter(order=row).count()``."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from greenlint.project import flow
from greenlint.project.frames import Frame
from greenlint.project.nodes import every, own_nodes
from greenlint.project.project import Class, Project
from greenlint.project.querysets import ASKING, ONE, VALUES
from greenlint.project.values import Row, Rows

_WHOLE = frozenset(
    ("list", "set", "tuple", "sorted", "len", "bool", "sum", "any", "all", "dict", "next", "max",
     "min", "frozenset")
)  # fmt: skip
_MADE = frozenset(("create", "acreate"))


@dataclass(frozen=True, slots=True)
class RowQuery:
    """A query of `model` by `method`; `own` says that it asks about the row at hand, `unsure`
    that it is sent under a condition only.
    """

    node: ast.expr
    model: Class
    method: str
    own: bool
    unsure: bool


def queries(project: Project, frame: Frame, name: str) -> Iterator[RowQuery]:
    """The queries that a body sends, each once; `name` is the parameter that the row is."""
    below = _held(frame)
    uncertain = _conditional(frame)
    for node in own_nodes(frame.scope):
        if not isinstance(node, ast.expr) or id(node) in below:
            continue
        asked = _asked(project, node, frame) or _gone_through(project, node, frame)
        if asked is None:
            continue
        model, method = asked
        yield RowQuery(node, model, method, _about(node, frame, name), id(node) in uncertain)


def _held(frame: Frame) -> set[int]:
    """Expressions that a longer chain begins with, by identity."""
    return {
        id(node.value)
        for node in own_nodes(frame.scope)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Call)
    }


def _asked(project: Project, node: ast.expr, frame: Frame) -> tuple[Class, str] | None:
    """A chain that ends in ``get()``, ``count()`` and the like."""
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
        return None
    method = node.func.attr
    if method not in ONE | ASKING or method in _MADE:
        return None
    rows = _begun_here(project, node.func.value, frame)
    return (rows.model, method) if rows is not None else None


def _begun_here(project: Project, expr: ast.expr, frame: Frame) -> Rows | None:
    """The rows of a chain that starts at a model's manager within the body."""
    kind = flow.value(project, expr, frame)
    if not isinstance(kind, Rows) or kind.kind == "list" or kind.relation:
        return None
    start = expr
    for _ in range(8):
        start = _start_of(start)
        bound = frame.bound(start.id, start) if isinstance(start, ast.Name) else None
        if not bound or bound[0].how != "assign" or bound[0].value is None:
            break
        start = bound[0].value
    root = flow.value(project, _start_of(start), frame)
    return kind if not isinstance(root, (Row, Rows)) and isinstance(start, ast.expr) else None


def _start_of(node: ast.expr) -> ast.expr:
    while isinstance(node, (ast.Call, ast.Attribute, ast.Subscript)):
        inner = node.func if isinstance(node, ast.Call) else node.value
        if isinstance(node, ast.Call) and not isinstance(inner, ast.Attribute):
            return node
        node = inner
    return node


def _gone_through(project: Project, node: ast.expr, frame: Frame) -> tuple[Class, str] | None:
    """A queryset that is used up where it is written: returned, gone through, listed."""
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
        return None
    if id(node) not in _used_up(frame):
        return None
    inner = node.func.value if node.func.attr in VALUES else node
    rows = _begun_here(project, inner, frame)
    return (rows.model, node.func.attr) if rows is not None else None


def _used_up(frame: Frame) -> set[int]:
    found: set[int] = set()
    for node in own_nodes(frame.scope):
        match node:
            case ast.For(iter=used) | ast.AsyncFor(iter=used) | ast.comprehension(iter=used):
                found.add(id(used))
            case ast.Return(value=ast.Call() as used) | ast.Subscript(value=used):
                found.add(id(used))
            case ast.Call(func=ast.Name(id=word), args=[used, *_]) if word in _WHOLE:
                found.add(id(used))
            case ast.Call(args=[used, *_], keywords=given) if any(
                one.arg == "many" for one in given
            ):
                found.add(id(used))
            case ast.Compare(ops=[ast.In() | ast.NotIn()], comparators=[used]):
                found.add(id(used))
            case ast.If(test=used) | ast.IfExp(test=used):
                found.add(id(used))
    return found


def _conditional(frame: Frame) -> set[int]:
    """Expressions that run under a condition only, by identity."""
    found: set[int] = set()
    for node in own_nodes(frame.scope):
        below: list[ast.AST] = []
        match node:
            case ast.If(body=body, orelse=orelse):
                below = [*body, *orelse]
            case ast.IfExp(body=one, orelse=other):
                below = [one, other]
            case ast.BoolOp(values=[_, *rest]):
                below = [*rest]
            case ast.ExceptHandler(body=body):
                below = [*body]
        for under in below:
            found.update(id(inner) for inner in every(under))
    return found


def _about(node: ast.expr, frame: Frame, name: str, deep: int = 3) -> bool:
    """Whether a query mentions the row, directly or by names made of it."""
    for inner in every(node):
        if not isinstance(inner, ast.Name):
            continue
        bound = frame.bound(inner.id, inner)
        if inner.id == name and bound is None:
            return True
        for one in bound or () if deep else ():
            value = one.value
            if value is not None and value is not node and _about(value, frame, name, deep - 1):
                return True
    return False
