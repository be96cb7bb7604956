# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""A column whose distinct values are all counted, to know whether there is more than one."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import libcst as cst
from greenlint_rules.shapes import uses_library

from greenlint.here import Here
from greenlint.kinds import Kind
from greenlint.messages import say
from greenlint.rule import Edit, Fix, Hit, Rule, Safety
from greenlint.scope import dotted
from greenlint.walk import within

RULE = Rule(
    code="GRN408",
    name="distinct-values-counted",
    severity="note",
    confidence="medium",
    aliases=("PD101",),
    needles=(b"nunique",),
    since="0.1.0",
    lifecycle="preview",
    fix="unsafe",
    help="compare with the first value: `(column == column.iloc[0]).all()`",
    tests=False,
)

# What an answer for each group, window or column comes from.
_PER_GROUP = frozenset(("groupby", "rolling", "resample", "expanding", "agg", "apply", "loc"))
_YES = (cst.Equal, cst.LessThanEqual)
_NO = (cst.NotEqual, cst.GreaterThan)
_TRUTHS = (cst.If, cst.While, cst.IfExp, cst.Assert, cst.BooleanOperation, cst.UnaryOperation)


@RULE.glance(ast.Compare)
def glance(node: ast.Compare, _: bool) -> bool:
    """``column.nunique() == 1``."""
    match node.left:
        case ast.Call(func=ast.Attribute(attr="nunique")):
            return True
    return False


@RULE.on(cst.Comparison)
def counted(node: cst.Comparison, here: Here) -> Iterator[Hit]:
    """The number of distinct values of one column, compared with one."""
    match node:
        case cst.Comparison(
            left=cst.Call(func=cst.Attribute(value=column, attr=cst.Name("nunique")), args=args),
            comparisons=[
                cst.ComparisonTarget(operator=operator, comparator=cst.Integer(value="1"))
            ],
        ) if isinstance(operator, (*_YES, *_NO)):
            pass
        case _:
            return
    if not uses_library(here, "pandas") or not _is_column(column, here) or _has_other(args):
        return
    yield Hit(
        node,
        say(
            "`{call}` puts every value into a table to know whether there is more than one",
            call=here.brief(node.left),
        ),
        fix=_fix(node, column, isinstance(operator, _YES), here) if not args else None,
    )


def _has_other(args: object) -> bool:
    match args:
        case [] | () | [cst.Arg(keyword=cst.Name("dropna"))]:
            return False
    return True


def _is_column(column: cst.BaseExpression, here: Here) -> bool:
    """Whether one answer comes of it: of a frame there is one for each column."""
    words = (part.attr.value for part in within(column) if isinstance(part, cst.Attribute))
    if here.kind(column) is Kind.FRAME or not _PER_GROUP.isdisjoint(words):
        return False
    match column:
        case cst.Subscript(slice=[cst.SubscriptElement(slice=cst.Index(value=name))]):
            return isinstance(name, cst.SimpleString) or _is_truth(here)
    return _is_truth(here)


def _is_truth(here: Here) -> bool:
    """Whether the answer stands where only one truth can: several would raise there."""
    return isinstance(here.parent, _TRUTHS)


def _fix(node: cst.Comparison, column: cst.BaseExpression, yes: bool, here: Here) -> Fix | None:
    match column:
        case cst.Subscript(value=frame, slice=[cst.SubscriptElement(slice=cst.Index(value=name))]):
            plain = bool(dotted(frame)) and isinstance(name, cst.SimpleString)
        case _:
            plain = bool(dotted(column))
    if not plain:
        return None  # it would be worked out twice
    code = here.code(column)
    text = f"({code} == {code}.iloc[0]).all()" if yes else f"({code} != {code}.iloc[0]).any()"
    return Fix(say("compare with the first value"), (Edit(node, text),), Safety.UNSAFE)
