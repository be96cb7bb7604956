# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Calls of the builtins that build or go over containers, and whether they can be rewritten."""

from __future__ import annotations

import builtins

import libcst as cst

from greenlint.here import Here
from greenlint.scope import COMPREHENSIONS
from greenlint.walk import within

_BUILTINS = frozenset(dir(builtins))
#: The methods of a dict that show what it holds, and copy nothing.
VIEWS = ("keys", "values", "items")


def builtin(node: cst.CSTNode, here: Here) -> str:
    """``"sorted"`` for a call of the unshadowed builtin, "" for anything else."""
    if not isinstance(node, cst.Call) or not isinstance(node.func, cst.Name):
        return ""
    if node.func.value not in _BUILTINS:
        return ""
    name = here.qualified(node.func) or ""
    return name.removeprefix("builtins.") if name.startswith("builtins.") else ""


def only_argument(node: cst.Call) -> cst.BaseExpression | None:
    """The one thing that a call is given: positional, and not unpacked."""
    match node.args:
        case [cst.Arg(keyword=None, star="", value=value)]:
            return value
    return None


def first_argument(node: cst.Call) -> cst.BaseExpression | None:
    """The first argument of a call, if all others are given by name."""
    match node.args:
        case [cst.Arg(keyword=None, star="", value=value), *rest]:
            named = all(arg.keyword is not None and not arg.star for arg in rest)
            return value if named else None
    return None


def has_comment(node: cst.CSTNode, here: Here) -> bool:
    """Whether a comment may stand within a node, and be lost with it."""
    return "#" in here.code(node)


def in_format_string(here: Here) -> bool:
    """Whether the node at hand stands in a format string, where braces mean something else."""
    return any(isinstance(node, cst.FormattedStringExpression) for node in here.ancestors)


def is_async(node: cst.CSTNode) -> bool:
    """Whether anything in an expression waits, or goes over something asynchronously; what a
    comprehension goes over first is worked out before it, and may wait.
    """
    first = set(within(node.for_in.iter)) if isinstance(node, COMPREHENSIONS) else ()
    return any(
        (isinstance(part, cst.Await) and part not in first)
        or (isinstance(part, cst.CompFor) and part.asynchronous is not None)
        for part in within(node)
    )


def as_iterable(node: cst.BaseExpression, here: Here) -> str | None:
    """The source of an expression as it can stand behind ``in`` of a comprehension; None where
    the language forbids that.
    """
    if any(isinstance(part, (cst.NamedExpr, cst.Yield)) for part in within(node)):
        return None
    code = here.code(node)
    bare = isinstance(node, (cst.IfExp, cst.Lambda, cst.GeneratorExp)) and not node.lpar
    return f"({code})" if bare else code


def clauses(node: cst.CSTNode) -> list[cst.CompFor]:
    """The clauses of a comprehension, outermost first."""
    found: list[cst.CompFor] = []
    at: cst.CompFor | None = node.for_in if isinstance(node, COMPREHENSIONS) else None
    while at is not None:
        found.append(at)
        at = at.inner_for_in
    return found


def behind_view(expr: cst.BaseExpression) -> cst.BaseExpression:
    """``prices`` of ``prices.items()``, and of ``prices``."""
    match expr:
        case cst.Call(func=cst.Attribute(value=mapping, attr=cst.Name(word)), args=[]):
            return mapping if word in VIEWS else expr
    return expr


def turned_round(expr: cst.BaseExpression, here: Here) -> cst.BaseExpression | None:
    """``rows`` of ``rows[::-1]`` and of ``reversed(rows)``."""
    match expr:
        case cst.Call() if builtin(expr, here) == "reversed":
            return only_argument(expr)
        case cst.Subscript(
            value=whole,
            slice=[
                cst.SubscriptElement(
                    slice=cst.Slice(
                        lower=None,
                        upper=None,
                        step=cst.UnaryOperation(
                            operator=cst.Minus(), expression=cst.Integer(value="1")
                        ),
                    )
                )
            ],
        ):
            return whole
    return None
