# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""A function of Python that is called for each row, for arithmetic that columns do themselves."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import libcst as cst
from greenlint_rules.shapes import uses_library

from greenlint.here import Here
from greenlint.kinds import Kind
from greenlint.messages import say
from greenlint.rule import Confidence, Hit, Rule
from greenlint.walk import within

RULE = Rule(
    code="GRN403",
    name="apply-arithmetic",
    severity="warning",
    needles=(b"pandas",),
    since="0.1.0",
    lifecycle="preview",
    help="write the expression on the columns themselves",
    tests=False,
)

_GROUPS = frozenset(("groupby", "rolling", "resample", "expanding", "ewm"))
_WORDS = frozenset(("apply", "map", "applymap"))


@RULE.glance(words=_WORDS)
def glance(node: ast.Call, _: bool) -> bool:
    """``prices.apply(lambda price: ...)``."""
    return (
        isinstance(node.func, ast.Attribute)
        and bool(node.args)
        and isinstance(node.args[0], ast.Lambda)
    )


@RULE.on(cst.Call)
def applied(node: cst.Call, here: Here) -> Iterator[Hit]:
    """A lambda that holds nothing but arithmetic and comparisons."""
    match node:
        case cst.Call(
            func=cst.Attribute(value=receiver, attr=cst.Name(value=word)),
            args=[cst.Arg(value=cst.Lambda() as function), *rest],
        ) if word in _WORDS:
            params = function.params.params
        case _:
            return
    if len(params) != 1 or not uses_library(here, "pandas", "geopandas", "modin"):
        return
    by_row = any(_is_axis(arg) for arg in rest)
    if (rest and not by_row) or _is_of_groups(receiver):
        return
    if not by_row and not _is_column(receiver, here):
        return
    if not _is_arithmetic(function.body, params[0].name.value, by_row):
        return
    proven = here.kind(receiver) is Kind.FRAME or _is_column_of_frame(receiver, here)
    yield Hit(
        node,
        say(
            "`{call}` calls a function of Python for each {what}, for arithmetic that whole "
            "columns do at once",
            call=here.brief(node.func, 40),
            what="row" if by_row else "value",
        ),
        confidence=None if proven else Confidence.MEDIUM,
    )


def _is_axis(arg: cst.Arg) -> bool:
    match arg:
        case cst.Arg(keyword=cst.Name("axis"), value=cst.Integer("1")):
            return True
        case cst.Arg(
            keyword=cst.Name("axis"), value=cst.SimpleString(evaluated_value="columns" | "index")
        ):
            return True
    return False


def _is_of_groups(receiver: cst.BaseExpression) -> bool:
    """Whether the function is given a group or a window: whole columns already."""
    return any(
        isinstance(one, cst.Call)
        and isinstance(one.func, cst.Attribute)
        and one.func.attr.value in _GROUPS
        for one in within(receiver)
    )


def _is_column(receiver: cst.BaseExpression, here: Here) -> bool:
    """``orders["price"]``: a column by its name, of a frame or of what is handed in."""
    match receiver:
        case cst.Subscript(
            value=cst.Name() | cst.Attribute(),
            slice=[cst.SubscriptElement(slice=cst.Index(value=cst.SimpleString()))],
        ):
            return True
    return here.made_by(receiver) == "pandas.Series"


def _is_column_of_frame(receiver: cst.BaseExpression, here: Here) -> bool:
    return isinstance(receiver, cst.Subscript) and here.kind(receiver.value) is Kind.FRAME


def _is_arithmetic(body: cst.BaseExpression, name: str, by_row: bool) -> bool:
    """Whether an expression computes with numbers: operators, of at least one value of the row."""
    if not isinstance(body, (cst.BinaryOperation, cst.Comparison, cst.UnaryOperation)):
        return False
    return _computes(body, name, by_row) and any(
        isinstance(one, cst.Name) and one.value == name for one in within(body, names=True)
    )


def _computes(expr: cst.BaseExpression, name: str, by_row: bool) -> bool:
    match expr:
        case cst.BinaryOperation(left=left, operator=operator, right=right):
            return isinstance(operator, _OPERATORS) and all(
                _computes(one, name, by_row) for one in (left, right)
            )
        case cst.Comparison(left=left, comparisons=[test]):
            return isinstance(test.operator, _TESTS) and all(
                _computes(one, name, by_row) for one in (left, test.comparator)
            )
        case cst.UnaryOperation(operator=cst.Minus(), expression=inner):
            return _computes(inner, name, by_row)
        case cst.Integer() | cst.Float():
            return True
        case cst.Name(value=word):
            return word != name or not by_row
        case cst.Subscript(
            value=cst.Name(value=word),
            slice=[cst.SubscriptElement(slice=cst.Index(value=cst.SimpleString()))],
        ):
            return by_row and word == name
        case cst.Attribute(value=cst.Name(value=word)):
            return by_row or word != name
    return False


_OPERATORS = (cst.Add, cst.Subtract, cst.Multiply, cst.Divide, cst.FloorDivide, cst.Power)
_TESTS = (
    cst.LessThan, cst.LessThanEqual, cst.GreaterThan, cst.GreaterThanEqual, cst.Equal, cst.NotEqual,
)  # fmt: skip
