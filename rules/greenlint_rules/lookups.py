# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Loops that look up, by key or by place, what they are handed or could be."""

from __future__ import annotations

import ast
from typing import NamedTuple

import libcst as cst

from greenlint.here import Here
from greenlint.kinds import Kind
from greenlint.origins import Origins
from greenlint.rule import Question, Safety
from greenlint.scope import bound_by, dotted
from greenlint.walk import table, walk, within
from greenlint_rules.builders import builtin, clauses, only_argument
from greenlint_rules.loop_names import names_in
from greenlint_rules.own import is_own, is_still

_NAMES = table((cst.Name,))
_LATER = (cst.FunctionDef, cst.Lambda)
#: What has an item at each place.
SEQUENCES = (Kind.LIST, Kind.TUPLE, Kind.TEXT, Kind.BYTES)


class Turns(NamedTuple):
    """What a for statement or a clause of a comprehension goes over, calls it, and repeats."""

    node: cst.For | cst.CompFor
    whole: cst.CSTNode
    body: list[cst.CSTNode]


def turns_of(node: cst.For | cst.CompFor, here: Here) -> Turns | None:
    """The loop that is at hand; not an asynchronous one, nor a generator, which others turn."""
    if node.asynchronous is not None:
        return None
    if isinstance(node, cst.For):
        return Turns(node, node, [node.body])
    whole = next(above for above in here.ancestors if not isinstance(above, cst.CompFor))
    if isinstance(whole, cst.GeneratorExp):
        return None
    if isinstance(whole, cst.DictComp):
        body: list[cst.CSTNode] = [whole.key, whole.value]
    else:
        assert isinstance(whole, (cst.ListComp, cst.SetComp))
        body = [whole.elt]
    for one in clauses(whole):
        body += [*one.ifs, *([] if one is node else [one.iter])]
    return Turns(node, whole, body)


def lookups(
    turns: Turns, container: cst.BaseExpression, key: str, here: Here
) -> list[cst.Subscript]:
    """The places where a loop reads ``container[key]``; none where anything may change what is
    found there, or reads it later.
    """
    found = [part for part in within(*turns.body) if is_lookup(part, dotted(container), key)]
    if not found or not is_still(container, turns.node, turns.body, here):
        return []
    if key in bound_by(*turns.body) or _is_wanted_later(turns, key):
        return []
    if isinstance(turns.node, cst.CompFor) and _is_bound_again(turns, key):
        return []
    return [part for part in found if isinstance(part, cst.Subscript)]


def _is_bound_again(turns: Turns, key: str) -> bool:
    others = (one for one in clauses(turns.whole) if one is not turns.node)
    return any(key in names_in(one.target) for one in others)


def is_lookup(part: cst.CSTNode, container: str, key: str) -> bool:
    """``container[key]``."""
    match part:
        case cst.Subscript(
            value=whole,
            slice=[cst.SubscriptElement(slice=cst.Index(value=cst.Name(name), star=None))],
        ):
            return name == key and bool(container) and dotted(whole) == container
    return False


def _is_wanted_later(turns: Turns, key: str) -> bool:
    """Whether a function made in the loop has the key."""
    for part in within(*turns.body):
        if isinstance(part, _LATER):
            for link in walk(part, _NAMES):
                if isinstance(link[0], cst.Name) and link[0].value == key:
                    return True
    return False


def safety(container: cst.BaseExpression, here: Here) -> Safety:
    """Safe where nobody else can reach the container; unsafe where a call in the loop might."""
    return Safety.SAFE if is_own(container, here) else Safety.UNSAFE


def enumerated(expr: cst.CSTNode, here: Here) -> cst.BaseExpression | None:
    """``xs`` of ``enumerate(xs)``, numbered from nought."""
    if not isinstance(expr, cst.Call) or builtin(expr, here) != "enumerate":
        return None
    match expr.args:
        case [
            cst.Arg(keyword=None, star="", value=rows),
            cst.Arg(keyword=cst.Name("start") | None, star="", value=cst.Integer("0")),
        ]:
            return rows
    return only_argument(expr)


def names_of_pair(target: cst.CSTNode) -> tuple[str, str] | None:
    """``number, row``."""
    match target:
        case cst.Tuple(elements=[cst.Element(cst.Name(one)), cst.Element(cst.Name(other))]):
            return (one, other) if one != other else None
    return None


def may_look_up(node: ast.Subscript, in_loop: bool, *around: tuple[str, str]) -> bool | Question:
    """At a glance: whether a name in square brackets is gone over with one of these pairs around
    what stands before them, such as ``range(len(`` and ``))``.
    """
    if not in_loop or not isinstance(node.slice, ast.Name) or not isinstance(node.ctx, ast.Load):
        return False
    if not isinstance(node.value, (ast.Name, ast.Attribute)):
        return False
    rows, key = node.value, f"{node.slice.id}[]"
    return lambda origins: _is_given(origins, key, rows, around)


def _is_given(
    origins: Origins, key: str, rows: ast.expr, around: tuple[tuple[str, str], ...]
) -> bool:
    given = origins.given.get(key, ())
    if not given:
        return False
    name = ast.unparse(rows)
    wanted = {f"{before}{name}{behind}" for before, behind in around}
    return any(ast.unparse(one) in wanted for one in given)
