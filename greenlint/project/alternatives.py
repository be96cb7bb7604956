# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Loops over several kinds of rows: a tuple of querysets or models, two lists put together."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace

from greenlint.project import flow
from greenlint.project.frames import Bind, Choice, Frame
from greenlint.project.nodes import own_nodes
from greenlint.project.project import Project

# So many kinds of rows are told apart; a longer list is mostly one of names.
_MOST = 8
_DEEPEST = 4
_WRAPPING = frozenset(("list", "tuple", "sorted", "reversed", "set"))


def apart(project: Project, frame: Frame) -> Iterator[tuple[Frame, ast.For | ast.AsyncFor]]:
    """A body once for each of several querysets, lists or models that a loop in it goes over, and
    that loop; not where what the loop gets is known anyway.
    """
    for node in own_nodes(frame.scope):
        if not isinstance(node, (ast.For, ast.AsyncFor)):
            continue
        choices = list(_choices(node.iter, frame))
        if not 2 <= len(choices) <= _MOST or flow.iterated(project, node.iter, frame) is not None:
            continue
        for one in choices:
            inner = replace(frame, chosen={node: one}, asked=set(), known={}, partial={}, cuts=0)
            if flow.each(project, node, node.iter, inner) is not None:
                yield inner, node


def _choices(expr: ast.expr, frame: Frame, depth: int = 0) -> Iterator[Choice]:
    """The single things or the iterables that an iterable is put together of."""
    match expr:
        case ast.Tuple(elts=elements) | ast.List(elts=elements):
            if all(
                isinstance(one, (ast.Name, ast.Attribute, ast.Call, ast.Tuple)) for one in elements
            ):
                yield from (Choice(one, single=True) for one in elements)
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            yield from _choices(left, frame, depth)
            yield from _choices(right, frame, depth)
        case ast.Call(func=ast.Name(id=word), args=[first, *_]) if word in _WRAPPING:
            yield from _choices(first, frame, depth)
        case ast.Call(func=ast.Name(id="chain") | ast.Attribute(attr="chain"), args=args):
            yield from (
                Choice(one, single=False) for one in args if not isinstance(one, ast.Starred)
            )
        case ast.Name(id=name) if depth < _DEEPEST:
            made = _made_once(name, frame)
            if made is not None:
                yield from _choices(made, frame, depth + 1)
        case _:
            yield Choice(expr, single=False)


def _made_once(name: str, frame: Frame) -> ast.expr | None:
    """What a name is given, where the body gives it something once."""
    match frame.bindings.get(name):
        case [Bind(how="assign", value=made, path=())]:
            return made
    return None
