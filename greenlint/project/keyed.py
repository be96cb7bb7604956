# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Calls that apply a function to each element: the keys of a sort, maps and filters."""

from __future__ import annotations

import ast
from collections.abc import Iterator

_KEYED = frozenset(("sorted", "min", "max", "sort", "nsmallest", "nlargest"))
_MAPPING = frozenset(("map", "filter", "filterfalse", "takewhile", "dropwhile"))


#: The last words of the calls that go through something with a function.
WORDS = _MAPPING | _KEYED | {"groupby", "sort"}


def keyed(call: ast.Call) -> Iterator[tuple[ast.expr, ast.expr]]:
    """What a call goes through, and the function that gets each element."""
    match call:
        case ast.Call(func=ast.Name(id=word) | ast.Attribute(attr=word)):
            pass
        case _:
            return
    match call.args:
        case [function, iterable] if word in _MAPPING:
            yield iterable, function
        case [iterable, function] if word == "groupby":
            yield iterable, function
        case [iterable, *_] if word in _KEYED or word == "groupby":
            yield from ((iterable, one.value) for one in call.keywords if one.arg == "key")
        case [] if word == "sort" and isinstance(call.func, ast.Attribute):
            held = call.func.value
            yield from ((held, one.value) for one in call.keywords if one.arg == "key")
