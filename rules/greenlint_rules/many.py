# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Whether something that is done again and again is done often, across files."""

from __future__ import annotations

import ast

from greenlint.project import flow
from greenlint.project.frames import Frame
from greenlint.project.nodes import every, nodes
from greenlint.project.project import Project
from greenlint.project.turns import Turns
from greenlint.project.values import Row, Rows
from greenlint_rules.often import CHUNKERS, FEW, SELDOM, runs_seldom


def is_minor(project: Project, turns: Turns, frame: Frame) -> bool:
    """Whether a loop seems to run seldom, or to go over a few things: fields, forms, constants."""
    if SELDOM.search(frame.unit.name) or is_run_by_hand(frame.scope):
        return True
    match turns.iter:
        case ast.List() | ast.Tuple() | ast.Set() | ast.Dict():
            return True
        case ast.Call(func=ast.Name(id="range") | ast.Attribute(attr="listdir")):
            return True
        case ast.Subscript(slice=ast.Constant()):
            return True
        case ast.Attribute(value=ast.Name(id=owner)) | ast.Name(id=owner) if owner[:1].isupper():
            return True
    kind = flow.iterated(project, turns.iter, frame)
    if isinstance(kind, Row):
        return isinstance(kind.of, Rows) and kind.of.few
    words = [*_words(turns.iter), *(_words(turns.target) if turns.target is not None else ())]
    return any(FEW.search(word) for word in words)


def is_run_by_hand(scope: ast.AST | None) -> bool:
    """Whether a function sets something up, or is started by hand."""
    if not isinstance(scope, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return False
    args = scope.args
    return runs_seldom(scope.name, (one.arg for one in (*args.args, *args.kwonlyargs)))


def goes_over_chunks(turns: Turns) -> bool:
    """Whether each turn has many at once: one query for each chunk is the remedy."""
    match turns.iter:
        case ast.Call(func=ast.Name(id=word) | ast.Attribute(attr=word)):
            if CHUNKERS.search(word):
                return True
    target = _words(turns.target) if turns.target is not None else []
    return any(CHUNKERS.search(word) or word in ("ids", "pks", "keys") for word in target)


def _words(node: ast.AST) -> list[str]:
    found = []
    for inner in every(node):
        if isinstance(inner, ast.Name):
            found.append(inner.id)
        elif isinstance(inner, ast.Attribute):
            found.append(inner.attr)
    return found


def leaves(turns: Turns) -> bool:
    """Whether a loop may end before its last turn."""
    return isinstance(turns.node, (ast.For, ast.AsyncFor)) and any(
        isinstance(node, (ast.Break, ast.Return)) for node in nodes(*turns.body)
    )
