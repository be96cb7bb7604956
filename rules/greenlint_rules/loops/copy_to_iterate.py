# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""A copy that is made only for a loop to go over, of what the loop does not change."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import libcst as cst
from greenlint_rules.builders import behind_view, builtin, has_comment, only_argument
from greenlint_rules.glances import COMPREHENSIONS, LOOPS, function_of, method_of
from greenlint_rules.lookups import Turns, turns_of
from greenlint_rules.own import FIXED, is_fresh, is_own, is_still

from greenlint.here import Here
from greenlint.kinds import Kind
from greenlint.messages import say
from greenlint.rule import Confidence, Edit, Fix, Hit, Rule, Safety
from greenlint.walk import within

RULE = Rule(
    code="GRN104",
    name="copy-to-iterate",
    severity="note",
    aliases=("PERF101", "W8101", "S7504"),
    needles=(b"list(", b"tuple(", b".copy()", b"[:]"),
    since="0.1.0",
    fix="safe",
    tests=False,
    help="go over it as it is",
)
_LOOKS = frozenset(("bool", "float", "int", "isinstance", "len", "print", "repr", "round", "str"))
_CONTAINERS = (Kind.LIST, Kind.SET, Kind.DICT)


@RULE.glance(*LOOPS, *COMPREHENSIONS)
def glance(node: ast.For | ast.ListComp, _: bool) -> bool:
    """A loop over a copy."""
    clauses = node.generators if isinstance(node, COMPREHENSIONS) else [node]
    return any(map(_may_copy, (clause.iter for clause in clauses)))


def _may_copy(node: ast.expr) -> bool:
    match node:
        case ast.Call(args=[_], keywords=[]):
            return function_of(node) in ("list", "tuple")
        case ast.Call(args=[], keywords=[]):
            return method_of(node) == "copy"
    return isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Slice)


@RULE.on(cst.For, cst.CompFor)
def check(node: cst.For | cst.CompFor, here: Here) -> Iterator[Hit]:
    """``for row in list(rows)``."""
    whole = _copied(node.iter, here)
    turns = turns_of(node, here) if whole is not None else None
    if whole is None or turns is None:
        return
    source = behind_view(whole)
    own = True
    if here.kind(source) not in FIXED and not _is_new(source, here):
        if here.kind(source) not in _CONTAINERS:
            return
        if not is_still(source, turns.node, turns.body, here):
            return
        own = is_own(source, here)
        if not own and not _only_looks(turns, here):
            return
    code = here.code(whole)
    if isinstance(whole, (cst.GeneratorExp, cst.IfExp, cst.Lambda)) and not whole.lpar:
        code = f"({code})"
    yield Hit(
        node.iter,
        say("`{copy}` is a copy that this loop goes over once", copy=here.brief(node.iter)),
        fix=None
        if has_comment(node.iter, here)
        else Fix(
            say("go over `{rows}` itself", rows=here.brief(whole)),
            (Edit(node.iter, code),),
            Safety.SAFE if own and not isinstance(source, cst.Attribute) else Safety.UNSAFE,
        ),
        confidence=None if own else Confidence.MEDIUM,
    )


def _only_looks(turns: Turns, here: Here) -> bool:
    """Whether a turn calls nothing that could change what others have as well."""
    return not any(
        isinstance(part, (cst.Await, cst.Yield, cst.With))
        or (isinstance(part, cst.Call) and builtin(part, here) not in _LOOKS)
        for part in within(*turns.body)
    )


def _copied(expr: cst.BaseExpression, here: Here) -> cst.BaseExpression | None:
    """``rows`` of ``list(rows)``, ``tuple(rows)``, ``rows.copy()`` and ``rows[:]``."""
    match expr:
        case cst.Call(func=cst.Attribute(value=rows, attr=cst.Name("copy")), args=[]):
            return rows if isinstance(rows, cst.Name) else None
        case cst.Call() if builtin(expr, here) in ("list", "tuple"):
            return only_argument(expr)
        case cst.Subscript(
            value=cst.Name() as rows,
            slice=[cst.SubscriptElement(slice=cst.Slice(lower=None, upper=None, step=None))],
        ):
            return rows
    return None


def _is_new(expr: cst.BaseExpression, here: Here) -> bool:
    """Whether nobody but the loop has it: a literal, or a call that makes it; calls of builtins
    inside builtins are double-materialise's.
    """
    if isinstance(expr, cst.Call) and builtin(expr, here):
        return builtin(expr, here) == "dict"
    return is_fresh(expr, here)
