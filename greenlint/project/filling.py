# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Containers that are empty where they are made and filled elsewhere: ``rows.append(row)``."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from greenlint.project.facts import dotted
from greenlint.project.nodes import every

_ONE = frozenset(("append", "add", "appendleft", "insert"))
_SEVERAL = frozenset(("extend", "update", "extendleft"))
_EMPTY = frozenset(("list", "dict", "set", "deque", "defaultdict", "OrderedDict"))


class Fill(NamedTuple):
    """One place that puts something into a container: an element, or all of several.

    `key` is that of a dict; `nested` says that what the dict holds are containers again.
    """

    value: ast.expr
    several: bool = False
    key: ast.expr | None = None
    nested: bool = False


def is_empty(made: ast.expr | None) -> bool:
    """Whether an expression is a container with nothing in it."""
    match made:
        case ast.List(elts=[]) | ast.Dict(keys=[]):
            return True
        case ast.Call(func=ast.Name(id=word) | ast.Attribute(attr=word), args=args):
            return word in _EMPTY and (not args or word == "defaultdict")
    return False


def filled(nodes: Iterable[ast.AST]) -> Mapping[str, list[Fill]]:
    """What some nodes put into containers, by the names of those: ``rows``, ``self.rows``."""
    found: dict[str, list[Fill]] = {}
    for node in nodes:
        match node:
            case ast.Assign(targets=targets, value=value):
                for target in targets:
                    if isinstance(target, ast.Subscript) and (name := dotted(target.value)):
                        found.setdefault(name, []).append(Fill(value, key=target.slice))
            case ast.AugAssign(target=target, op=ast.Add(), value=value):
                if name := dotted(target):
                    found.setdefault(name, []).append(Fill(value, several=True))
            case ast.Call(func=ast.Attribute(value=held, attr=word), args=[*_, last]):
                if word in _ONE or word in _SEVERAL:
                    name, key, nested = _container(held)
                    if name:
                        one = Fill(last, word in _SEVERAL, key, nested)
                        found.setdefault(name, []).append(one)
    return found


def _container(held: ast.expr) -> tuple[str, ast.expr | None, bool]:
    """The name of what is filled: ``rows``, ``by_day[day]``, ``by_day.setdefault(day, [])``."""
    match held:
        case ast.Name() | ast.Attribute():
            return dotted(held), None, False
        case ast.Subscript(value=whole, slice=key):
            return dotted(whole), key, True
        case ast.Call(func=ast.Attribute(value=whole, attr="setdefault"), args=[key, _]):
            return dotted(whole), key, True
    return "", None, False


def fills(body: Iterable[ast.AST], held: ast.expr) -> bool:
    """Whether some statements put something into what an expression stands for."""
    text = ast.unparse(held)
    for statement in body:
        for node in every(statement):
            match node:
                case ast.Subscript(value=whole, ctx=ast.Store()) if ast.unparse(whole) == text:
                    return True
                case ast.Call(func=ast.Attribute(value=whole, attr=word)) if (
                    word in _ONE or word in _SEVERAL or word in ("set", "setdefault")
                ):
                    if ast.unparse(whole) == text:
                        return True
    return False
