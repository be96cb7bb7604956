# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Rows that a body keeps by key, and looks up one by one in a loop over something else:
``rows = Row.objects.in_bulk()``, then ``rows[key].owner`` for each key.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

from greenlint.project import flow
from greenlint.project.filling import Fill, is_empty
from greenlint.project.frames import Bind, Frame, names_in, scan
from greenlint.project.nodes import names_of, nodes
from greenlint.project.paths import Access, reads
from greenlint.project.project import Project
from greenlint.project.turns import Turns, turns_in
from greenlint.project.values import Row, Seq
from greenlint.project.ways import EACH, Root

_TAKING = frozenset(("get", "pop"))


class Lookup(NamedTuple):
    """A loop, the name of what it looks rows up in, such a row, and what is read of each."""

    turns: Turns
    name: str
    row: Row
    accesses: tuple[Access, ...]


def lookups(project: Project, frame: Frame) -> Iterator[Lookup]:
    """Every loop of a body that looks rows up by something of the turn."""
    every = turns_in(frame)
    kept = [
        name
        for name, bound in (frame.bindings.items() if every else ())
        if any(_holds_by_key(name, one, frame) for one in bound)
    ]
    for turns in every if kept else ():
        for name in kept:
            if not turns.body or not _looks_up(turns, name, frame):
                continue
            use = ast.copy_location(ast.Name(name, ast.Load()), turns.body[-1])
            bound = frame.bound(name, use) or []
            row = _row(project, use, frame)
            if len(bound) != 1 or bound[0].line >= turns.iter.lineno or row is None:
                continue
            found = reads(project, list(turns.body), frame, Root(name, bound[0].node))
            steps = [one for one in found if len(one.path) > 1 and _takes(one.path[0])]
            if steps:
                each = (replace(one, path=one.path[1:]) for one in steps)
                yield Lookup(turns, name, row, tuple(each))


def _holds_by_key(name: str, bound: Bind, frame: Frame) -> bool:
    """Whether a name is bound to a dict, as far as its own words tell: asked of every name."""
    if bound.how != "assign" or bound.path:
        return False
    match bound.value:
        case ast.DictComp() | ast.Call(func=ast.Attribute(attr="in_bulk" | "ain_bulk")):
            return True
        case ast.Dict(keys=[]) | ast.Call(func=ast.Name(id="dict" | "OrderedDict"), args=[]):
            filled = scan(frame.scope).filled.get(name, ())
            return is_empty(bound.value) and any(_is_of_loop(one, frame) for one in filled)
    return False


def _is_of_loop(one: Fill, frame: Frame) -> bool:
    """Whether a dict gets the element of a loop: not what each turn asks for."""
    if one.key is None or not isinstance(one.value, ast.Name):
        return False
    return any(bound.how == "loop" for bound in frame.bound(one.value.id, one.value) or ())


def _looks_up(turns: Turns, name: str, frame: Frame) -> bool:
    """Whether a turn looks something up under that name, each time by something of its own."""
    if not any(name in names_of(part) for part in turns.body) or turns.target is None:
        return False
    leading = scan(frame.scope)
    own = frozenset().union(*(leading.leading_to(one) for one, _ in names_in(turns.target)))
    keys = [key for node in nodes(*turns.body) if (key := _key(node, name)) is not None]
    return bool(keys) and all(names_of(key) & own for key in keys)


def _key(node: ast.AST, name: str) -> ast.expr | None:
    match node:
        case ast.Subscript(value=ast.Name(id=held), slice=key, ctx=ast.Load()) if held == name:
            return key
        case ast.Call(func=ast.Attribute(value=ast.Name(id=held), attr=word), args=[key, *_]):
            return key if held == name and word in _TAKING else None
    return None


def _takes(step: str) -> bool:
    return step == EACH or step.removesuffix("()") in _TAKING


def _row(project: Project, use: ast.Name, frame: Frame) -> Row | None:
    """The row that a name holds by keys."""
    kind = flow.value(project, use, frame)
    return kind.of if isinstance(kind, Seq) and isinstance(kind.of, Row) else None
