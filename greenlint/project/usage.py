# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""How a queryset is used beside one place: composed further, asked a question, or read for rows."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from enum import Enum

from greenlint.project.frames import Bind, Frame
from greenlint.project.layout import Layout
from greenlint.project.proven import COMPOSING
from greenlint.project.querysets import AFRESH, ASKING, ONE

_METHODS = COMPOSING | AFRESH | ASKING | ONE | frozenset(
    ("delete", "adelete", "aupdate", "explain", "bulk_create", "bulk_update", "in_bulk")
)  # fmt: skip
_FACTS = frozenset(("model", "query", "db", "ordered"))


class Use(Enum):
    """What is done with a queryset at one place."""

    COMPOSED = "another queryset or question is made of it"
    TESTED = "it is asked whether it has rows"
    COUNTED = "it is asked how many rows it has"
    ROWS = "its rows are read, or it is handed on"


def others(layout: Layout, frame: Frame, node: ast.expr) -> Iterator[tuple[ast.Name, Use]]:
    """The other uses of the queryset that a name holds; none for what has no name."""
    if not isinstance(node, ast.Name):
        return
    here = frame.bound(node.id, node)
    for one in layout.names.get(node.id, ()):
        if one is node or not isinstance(one.ctx, ast.Load):
            continue
        if layout.owners[one] is not frame.scope:
            if _is_within(one, frame.scope):
                yield one, Use.ROWS
            continue
        there = frame.bound(one.id, one)
        if (
            here is None
            or there is None
            or any(bound in here for bound in there)
            or _may_reach(frame, here, one)
        ):
            yield one, use(layout, one)


def _may_reach(frame: Frame, here: list[Bind], use: ast.Name) -> bool:
    """Whether one of some bindings may hold at a use below: nothing binds the name anew between
    that stands no deeper, as what a branch binds does.
    """
    return any(
        one.line < use.lineno
        and not any(
            other.column <= one.column
            for other in frame.bindings.get(use.id, ())
            if one.line < other.line < use.lineno
        )
        for one in here
    )


def _is_within(node: ast.expr, scope: ast.AST) -> bool:
    if isinstance(scope, ast.Module):
        return True
    first, last = getattr(scope, "lineno", 0), getattr(scope, "end_lineno", 0) or 0
    return bool(first <= node.lineno <= last)


def use(layout: Layout, node: ast.expr) -> Use:
    """What is done with an expression where it stands."""
    parent = layout.parents.get(node)
    match parent:
        case ast.Attribute(attr=attr):
            call = layout.parents.get(parent)
            if isinstance(call, ast.Call) and call.func is parent:
                return Use.COMPOSED if attr in _METHODS else Use.ROWS
            return Use.COMPOSED if attr in _FACTS else Use.ROWS
        case ast.Call(func=ast.Name(id="len")):
            return Use.COUNTED
        case ast.keyword(arg=str() as word) if word.endswith("__in"):
            return Use.COMPOSED
        case ast.Compare(ops=[ast.Is() | ast.IsNot()]):
            return Use.COMPOSED
        case ast.AugAssign() | ast.BinOp(op=ast.BitOr() | ast.BitAnd()):
            return Use.COMPOSED
    return Use.TESTED if is_tested(layout, node) else Use.ROWS


def is_tested(layout: Layout, node: ast.AST) -> bool:
    """Whether an expression stands where only its truth counts."""
    parent = layout.parents.get(node)
    match parent:
        case ast.If(test=test) | ast.While(test=test) | ast.IfExp(test=test):
            return test is node
        case ast.Assert(test=test):
            return test is node
        case ast.UnaryOp(op=ast.Not()):
            return True
        case ast.Call(func=ast.Name(id="bool"), args=[first]):
            return first is node
        case ast.comprehension(ifs=ifs):
            return any(one is node for one in ifs)
        case ast.BoolOp():
            return is_tested(layout, parent)
    return False


def is_repeated(layout: Layout, node: ast.AST, name: ast.AST | None = None) -> bool:
    """Whether a loop repeats a node that stands in it."""
    before = node
    for one in layout.around(node):
        match one:
            case ast.For() | ast.AsyncFor():
                if before is not one.iter and before is not one.target and before in one.body:
                    return True
            case ast.While():
                return True
            case ast.ListComp() | ast.SetComp() | ast.GeneratorExp() | ast.DictComp():
                first = one.generators[0]
                if before is not first or not _is_in(layout, node, first.iter):
                    return True
        before = one
    return False


def _is_in(layout: Layout, node: ast.AST, holder: ast.AST) -> bool:
    return node is holder or any(one is holder for one in layout.around(node))
