# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""A list that is built to its end for its first item."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import libcst as cst
from greenlint_rules.builders import builtin, has_comment, is_async, only_argument
from greenlint_rules.glances import function_of, is_number
from greenlint_rules.shapes import seldom

from greenlint.here import Here
from greenlint.kinds import Kind
from greenlint.messages import say
from greenlint.rule import Confidence, Edit, Fix, Hit, Rule, Safety
from greenlint.walk import within

RULE = Rule(
    code="GRN206",
    name="first-of-list",
    severity="note",
    aliases=("RUF015", "S8519"),
    needles=(b"[0]",),
    since="0.1.0",
    fix="safe",
    tests=False,
    help="ask for the first item alone: `next(iter(...))`",
)
_ERRORS = frozenset(("IndexError", "LookupError"))
_INDEXED = (Kind.LIST, Kind.TUPLE, Kind.TEXT, Kind.RANGE)


@RULE.glance(ast.Subscript)
def glance(node: ast.Subscript, _: bool) -> bool:
    """The first of a list that is made there."""
    if not is_number(node.slice, 0):
        return False
    if isinstance(node.value, ast.List):
        return len(node.value.elts) == 1 and isinstance(node.value.elts[0], ast.Starred)
    return isinstance(node.value, ast.ListComp) or function_of(node.value) in ("list", "tuple")


@RULE.on(cst.Subscript)
def check(node: cst.Subscript, here: Here) -> Iterator[Hit]:
    """``list(rows)[0]``, ``[row for row in rows if row][0]``."""
    match node.slice:
        case [cst.SubscriptElement(slice=cst.Index(value=cst.Integer(value="0"), star=None))]:
            pass
        case _:
            return
    if is_async(node.value) or _is_target(node, here) or _waits_for_error(here):
        return
    whole = node.value
    safety = Safety.UNSAFE
    if isinstance(whole, cst.ListComp) and not whole.lpar:
        text = f"next({here.code(whole)[1:-1].strip()})"
    elif builtin(whole, here) in ("list", "tuple"):
        assert isinstance(whole, cst.Call)
        rows = only_argument(whole)
        kind = here.kind(rows)
        if rows is None or kind in (Kind.QUERYSET, Kind.MANAGER) or _is_only_one(rows, here):
            return
        text, safety = _first(rows, kind, here)
    elif (rows := _unpacked(whole)) is not None:
        text, safety = _first(rows, here.kind(rows), here)
    else:
        return
    yield Hit(
        node,
        say("`{code}` builds a whole list for its first item", code=here.brief(node)),
        fix=None
        if has_comment(node, here)
        else Fix(say("ask for the first item alone"), (Edit(node, text),), safety),
        confidence=Confidence.LOW if seldom(here) or _fails(here) or _is_copy(whole) else None,
    )


def _unpacked(whole: cst.BaseExpression) -> cst.BaseExpression | None:
    """``rows`` of ``[*rows]``."""
    match whole:
        case cst.List(elements=[cst.StarredElement(value=rows)]):
            return rows
    return None


def _is_copy(whole: cst.BaseExpression) -> bool:
    """Whether what is there already is copied: mostly a handful, in one quick call."""
    if isinstance(whole, cst.List):
        return True
    match whole:
        case cst.Call(args=[cst.Arg(value=rows)]):
            return not isinstance(rows, cst.GeneratorExp)
    return False


def _waits_for_error(here: Here) -> bool:
    """Whether a handler waits for the error of a list without items, which a generator has not."""
    child: cst.CSTNode = here.node
    for node in here.ancestors:
        if isinstance(node, (cst.FunctionDef, cst.Lambda)):
            return False
        if isinstance(node, cst.Try) and child is node.body:
            caught = (one for handler in node.handlers for one in within(handler.type, names=True))
            if any(isinstance(one, cst.Name) and one.value in _ERRORS for one in caught):
                return True
        child = node
    return False


def _is_only_one(rows: cst.BaseExpression, here: Here) -> bool:
    """Whether a condition around says ``len(rows) == 1``."""
    match rows:
        case cst.Call(func=cst.Attribute(value=owner, attr=cst.Name("keys" | "values" | "items"))):
            rows = owner
    return any(
        _says_one(test, rows)
        for node in here.ancestors
        if isinstance(node, (cst.If, cst.IfExp))
        for test in within(node.test)
    )


def _says_one(test: cst.CSTNode, rows: cst.BaseExpression) -> bool:
    match test:
        case cst.Comparison(
            left=cst.Call(func=cst.Name("len"), args=[cst.Arg(value=counted)]),
            comparisons=[
                cst.ComparisonTarget(operator=cst.Equal(), comparator=cst.Integer(value="1"))
            ],
        ):
            return counted.deep_equals(rows)
    return False


def _fails(here: Here) -> bool:
    """Whether the item is for an error that is raised there."""
    return any(isinstance(one, cst.Raise) for one in here.ancestors)


def _first(rows: cst.BaseExpression, kind: Kind | None, here: Here) -> tuple[str, Safety]:
    code = here.code(rows)
    if kind in _INDEXED and isinstance(rows, (cst.Name, cst.Attribute, cst.Call)):
        # A subclass may put something else into an attribute.
        sure = not isinstance(rows, cst.Attribute)
        return f"{code}[0]", Safety.SAFE if sure else Safety.UNSAFE
    match rows:
        case cst.GeneratorExp():
            return f"next({code if not rows.lpar else code[1:-1]})", Safety.UNSAFE
        case cst.Call(func=cst.Attribute(value=mapping, attr=cst.Name("keys")), args=[]):
            return f"next(iter({here.code(mapping)}))", Safety.UNSAFE
    return f"next(iter({code}))", Safety.UNSAFE


def _is_target(node: cst.Subscript, here: Here) -> bool:
    return isinstance(here.parent, (cst.AssignTarget, cst.AugAssign, cst.Del, cst.AnnAssign))
