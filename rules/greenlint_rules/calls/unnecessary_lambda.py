# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""A lambda that only hands its arguments on, called for each item."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import libcst as cst

from greenlint.here import Here
from greenlint.messages import say
from greenlint.rule import Confidence, Edit, Fix, Hit, Rule, Safety
from greenlint.scope import How, dotted

RULE = Rule(
    code="GRN751",
    name="unnecessary-lambda",
    severity="note",
    aliases=("PLW0108", "W0108", "FURB111"),
    needles=(b"lambda",),
    since="0.1.0",
    lifecycle="preview",
    fix="unsafe",
    help="hand over the function itself",
    tests=False,
)

# Functions and methods that call what they are given for each item.
_FIRST = frozenset(("map", "filter", "reduce", "starmap", "takewhile", "dropwhile", "filterfalse"))
_BY_KEY = frozenset(("sorted", "min", "max", "sort", "groupby", "nlargest", "nsmallest"))
_METHODS = frozenset(("apply", "map", "applymap", "transform"))


@RULE.glance(ast.Lambda)
def glance(node: ast.Lambda, _: bool) -> bool:
    """``lambda item: function(item)``."""
    return (
        isinstance(node.body, ast.Call)
        and len(node.body.args) == len(node.args.args) + (node.args.vararg is not None)
        and len(node.body.keywords) == (node.args.kwarg is not None)
        and all(isinstance(one, (ast.Name, ast.Starred)) for one in node.body.args)
    )


@RULE.on(cst.Lambda)
def handed_on(node: cst.Lambda, here: Here) -> Iterator[Hit]:
    """A lambda whose body calls a function with just what it was given, in the same order."""
    call = node.body
    if not isinstance(call, cst.Call) or not _forwards(node.params, call):
        return
    if not _stays(call.func, node.params, here):
        return
    function = here.code(call.func)
    yield Hit(
        node,
        say("this lambda adds a call to each call of `{function}`", function=function),
        fix=Fix(say("hand over the function itself"), (Edit(node, function),), Safety.UNSAFE),
        confidence=None if _is_called_often(here) else Confidence.LOW,
    )


def _forwards(params: cst.Parameters, call: cst.Call) -> bool:
    names = [one.name.value for one in params.params]
    if params.kwonly_params or params.posonly_params:
        return False
    if any(one.default is not None for one in params.params):
        return False
    if isinstance(params.star_arg, cst.Param):
        names.append(f"*{params.star_arg.name.value}")
    if params.star_kwarg is not None:
        names.append(f"**{params.star_kwarg.name.value}")
    given = [
        f"{arg.star}{dotted(arg.value)}" if arg.keyword is None and dotted(arg.value) else ""
        for arg in call.args
    ]
    return given == names


def _is_called_often(here: Here) -> bool:
    """Whether the lambda is an argument of something that calls it for each item."""
    above = list(here.ancestors)[:2]
    match above:
        case [cst.Arg(keyword=keyword) as arg, cst.Call(func=func, args=args)]:
            pass
        case _:
            return False
    if keyword is not None:
        word = dotted(func).rpartition(".")[2] or getattr(getattr(func, "attr", None), "value", "")
        return keyword.value == "key" and word in _BY_KEY
    if args[0] is not arg:
        return False
    if isinstance(func, cst.Attribute):
        qualified = here.qualified(func) or ""
        if qualified.startswith(("itertools.", "functools.")):
            return func.attr.value in _FIRST
        return func.attr.value in _METHODS
    return (here.qualified(func) or "").rpartition(".")[2] in _FIRST


def _stays(func: cst.BaseExpression, params: cst.Parameters, here: Here) -> bool:
    """Whether the name of the function means the same now and later: it is bound once, by a
    definition or an import, or a builtin.
    """
    if isinstance(func, cst.Attribute):
        start = func.value
        while isinstance(start, cst.Attribute):
            start = start.value
        if not isinstance(start, cst.Name) or not dotted(func):
            return False
        bound = here.bindings(start.value)
        return len(bound) == 1 and bound[0].how is How.IMPORT
    if not isinstance(func, cst.Name):
        return False
    if func.value in (one.name.value for one in params.params):
        return False
    bound = here.bindings(func.value)
    if not bound:
        return (here.qualified(func) or "").startswith("builtins.")
    return len(bound) == 1 and bound[0].how in (How.FUNCTION, How.CLASS, How.IMPORT)
