# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""What a body reads of rows that it keeps to itself: every way from them, or nothing at all where
they may be read elsewhere, too.
"""

from __future__ import annotations

import ast

from greenlint.project.fates import LOOPED, Fate, Fates
from greenlint.project.nodes import own_nodes
from greenlint.project.paths import Access, Root, reads
from greenlint.project.project import Project

_SHOWING = frozenset(("str", "print", "repr", "format"))


def every_read(project: Project, fates: Fates, fate: Fate) -> list[Access] | None:
    """Every way that is gone from the rows of a loop, or from a single row; None where a row is
    handed on, stored or compared by more than the body's own words.
    """
    bound = _bound(fates, fate)
    if bound is None:
        return None
    name, binder = bound
    if name in fates.hidden or not all(_is_read(fates, use) for use in fates.uses(name, binder)):
        return None
    body = _body(fates, fate, binder)
    return list(reads(project, body, fates.frame, Root(name, binder)))


def _bound(fates: Fates, fate: Fate) -> tuple[str, ast.AST] | None:
    """The name that a row gets, and what gives it."""
    node = fate.node
    match node:
        case ast.For(target=ast.Name(id=name)) | ast.AsyncFor(target=ast.Name(id=name)):
            return name, node
        case ast.ListComp() | ast.SetComp() | ast.GeneratorExp() | ast.DictComp():
            match node.generators:
                case [ast.comprehension(target=ast.Name(id=name))]:
                    return name, node
            return None
        case ast.Call():
            statement = fates.parents.get(node)
            if isinstance(statement, ast.Await):
                statement = fates.parents.get(statement)
            match statement:
                case ast.Assign(targets=[ast.Name(id=name)]):
                    alone = len(fates.frame.bindings.get(name, ())) == 1
                    return (name, statement) if alone else None
    return None


def _body(fates: Fates, fate: Fate, binder: ast.AST) -> list[ast.AST]:
    if fate.kind == LOOPED and isinstance(binder, (ast.For, ast.AsyncFor)):
        return list(binder.body)
    if fate.kind == LOOPED:
        return list(ast.iter_child_nodes(binder))
    scope = fates.frame.scope
    return list(scope.body) if isinstance(scope.body, list) else own_nodes(scope)


def _is_read(fates: Fates, use: ast.Name) -> bool:
    """Whether a use of a row is a way from it, its text, or a test whether it is there."""
    match fates.parents.get(use):
        case ast.Attribute(ctx=ast.Load()) | ast.FormattedValue():
            return True
        case ast.Call(func=ast.Name(id=word)) if word in _SHOWING:
            return True
        case ast.Compare(ops=[ast.Is() | ast.IsNot()], comparators=[ast.Constant(value=None)]):
            return True
        case ast.If(test=test) | ast.IfExp(test=test):
            return test is use
        case ast.UnaryOp(op=ast.Not()):
            return True
    return False
