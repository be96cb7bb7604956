# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""A data frame or array that is copied whole on every turn, to be one piece longer."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import libcst as cst
from greenlint_rules.glances import is_dotted, last_words, renamed
from greenlint_rules.shapes import level_is_asked, uses_library
from greenlint_rules.turns import is_minor

from greenlint.here import Here, Loop
from greenlint.kinds import Kind
from greenlint.messages import say
from greenlint.project.nodes import word_of
from greenlint.rule import Confidence, Hit, Related, Rule
from greenlint.scope import dotted
from greenlint.walk import within

RULE = Rule(
    code="GRN402",
    name="frame-concat-in-loop",
    severity="warning",
    needles=(b"pandas", b"numpy"),
    since="0.1.0",
    lifecycle="stable",
    help="collect the pieces in a list, and concatenate once after the loop",
    tests=False,
)

# Functions that take their pieces as one sequence.
_JOINS = frozenset(
    (
        "pandas.concat", "numpy.concatenate", "numpy.vstack",
        "numpy.hstack", "numpy.dstack", "numpy.column_stack", "numpy.row_stack",
    )
)  # fmt: skip


_JOINING = last_words(_JOINS) | {"append"}


@RULE.glance(ast.Assign)
def glance(node: ast.Assign, in_loop: bool) -> bool:
    """A name given, in a loop, what a joining function makes."""
    return (
        in_loop
        and len(node.targets) == 1
        and isinstance(node.value, ast.Call)
        and word_of(node.value) in _JOINING
        and is_dotted(node.targets[0])
    )


renamed(RULE, _JOINING)


@RULE.on(cst.Assign)
def grow(node: cst.Assign, here: Here) -> Iterator[Hit]:
    """``whole = join([whole, piece])`` in a loop that does not begin it anew."""
    if len(node.targets) != 1 or not isinstance(node.value, cst.Call):
        return
    whole = dotted(node.targets[0].target)
    if not whole or not _joins(node.value, whole, here):
        return
    loop = next((one for one in here.loops() if not _is_written_out(one.iter, here)), None)
    if loop is None or level_is_asked(here) or _is_kept_short(whole, node, loop, here):
        return
    yield Hit(
        node.value,
        say(
            "`{call}` copies all of `{whole}` on every turn, so the work grows with the square",
            call=here.brief(node.value.func),
            whole=whole,
        ),
        confidence=Confidence.LOW if is_minor(loop, here) or _is_read(whole, node, loop) else None,
        related=(Related(loop.header, "this loop"),),
    )


def _is_written_out(iterable: cst.CSTNode | None, here: Here, depth: int = 0) -> bool:
    """Whether a loop goes over things that are written down in this file, so over a few."""
    match iterable:
        case cst.List(elements=e) | cst.Tuple(elements=e) | cst.Set(elements=e):
            return bool(e) and not any(isinstance(one, cst.StarredElement) for one in e)
        case cst.Dict(elements=e):
            return bool(e) and not any(isinstance(one, cst.StarredDictElement) for one in e)
        case cst.Call(func=cst.Attribute(value=inner, attr=cst.Name("items" | "keys" | "values"))):
            return _is_written_out(inner, here, depth)
        case cst.Call(func=cst.Name("enumerate" | "zip" | "sorted"), args=[first, *_]):
            return _is_written_out(first.value, here, depth)
        case cst.BinaryOperation(left=left, operator=cst.Add(), right=right):
            return _is_written_out(left, here, depth) and _is_written_out(right, here, depth)
        case cst.Name(value=word) if depth < 3:
            bindings = here.bindings(word)
            return bool(bindings) and all(
                _is_written_out(binding.value, here, depth + 1) for binding in bindings
            )
    return False


def _joins(call: cst.Call, whole: str, here: Here) -> bool:
    return whole in map(dotted, _pieces(call, whole, here))


def _pieces(call: cst.Call, whole: str, here: Here) -> list[cst.BaseExpression]:
    """What a call puts together, if it is one that makes a new frame or array of it."""
    name = here.qualified(call.func)
    if name in _JOINS and call.args:
        pieces = call.args[0].value
        if isinstance(pieces, (cst.List, cst.Tuple)):
            return [element.value for element in pieces.elements]
        return []
    if name == "numpy.append" and call.args:
        return [arg.value for arg in call.args[:2]]
    match call.func:
        case cst.Attribute(value=receiver, attr=cst.Name("append")) if dotted(receiver) == whole:
            words = {arg.keyword.value for arg in call.args if arg.keyword}
            pandas = "ignore_index" in words and uses_library(here, "pandas", "geopandas")
            if pandas or here.kind(receiver) is Kind.FRAME:
                return [receiver]
    return []


def _is_read(whole: str, node: cst.Assign, loop: Loop) -> bool:
    """Whether the turns need all that there is so far, and not only its length."""
    inside = set(within(node))
    for one in within(*loop.body):
        match one:
            case cst.Call(func=func, args=args) if one not in inside and dotted(func) != "len":
                if any(dotted(arg.value) == whole for arg in args):
                    return True
            case cst.Subscript(value=value) if one not in inside and dotted(value) == whole:
                return True
    return False


def _is_kept_short(whole: str, node: cst.Assign, loop: Loop, here: Here) -> bool:
    """Whether the loop also empties, trims or begins anew what it adds to."""
    return any(
        isinstance(other, cst.Assign)
        and any(dotted(target.target) == whole for target in other.targets)
        and not (isinstance(other.value, cst.Call) and _joins(other.value, whole, here))
        and not _is_first_turn(other, node, loop)
        for other in within(*loop.body)
    )


def _is_first_turn(other: cst.Assign, node: cst.Assign, loop: Loop) -> bool:
    """``if whole is None: whole = piece`` with the concatenation in the `else`."""
    for choice in within(*loop.body):
        if isinstance(choice, cst.If) and choice.orelse is not None:
            one, two = list(within(choice.body)), list(within(choice.orelse))
            if (other in one and node in two) or (other in two and node in one):
                return True
    return False
