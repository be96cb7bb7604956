# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Two loops that sort a list by exchanging its items."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

import libcst as cst

from greenlint.here import Here
from greenlint.kinds import Kind
from greenlint.messages import say
from greenlint.rule import Confidence, Hit, Rule
from greenlint.scope import dotted
from greenlint.walk import within

RULE = Rule(
    code="GRN123",
    name="handwritten-sort",
    severity="warning",
    aliases=("GL023",),
    needles=(b"for ",),
    since="0.1.0",
    lifecycle="preview",
    help="`rows.sort()`, or `rows.sort(key=...)` where parts of the items are compared",
    tests=False,
)

_ORDERS = (cst.LessThan, cst.LessThanEqual, cst.GreaterThan, cst.GreaterThanEqual)
_Loop = cst.For | cst.While


@RULE.glance(ast.For)
def glance(node: ast.For, in_loop: bool) -> bool:
    """A loop in a loop that begins with a comparison of two items."""
    match node.body:
        case [ast.If(test=ast.Compare(left=left, comparators=[right]), orelse=[])]:
            return in_loop and _has_item(left) and _has_item(right)
    return False


def _has_item(node: ast.expr) -> bool:
    return any(isinstance(part, ast.Subscript) for part in ast.walk(node))


@RULE.on(cst.For)
def exchanged(node: cst.For, here: Here) -> Iterator[Hit]:
    """``if rows[j] > rows[j + 1]: rows[j], rows[j + 1] = rows[j + 1], rows[j]`` in two loops."""
    outer = next((one for one in here.ancestors if isinstance(one, (_Loop, cst.FunctionDef))), None)
    if not isinstance(outer, _Loop) or not isinstance(node.target, cst.Name):
        return
    match node.body:
        case cst.IndentedBlock(body=[cst.If(test=test, body=done, orelse=None)]):
            compared = _compared(test)
        case _:
            return
    inner = _statements(done)
    swap = _exchange([one for one in inner if not _is_flag(one)])
    if swap is None and _takes_place(inner, node.target.value) and isinstance(outer, cst.For):
        swap = _exchange_behind(outer, node)
    rows = swap[0] if swap is not None else None
    if rows is None or not dotted(rows) or dotted(rows) not in compared:
        return
    kind = here.kind(rows)
    if kind not in (Kind.LIST, Kind.ARRAY, None):
        return
    yield Hit(
        outer,
        say(
            "these two loops sort `{rows}` by comparing about every item with every other",
            rows=here.brief(rows),
        ),
        confidence=None if kind is not None else Confidence.MEDIUM,
    )


def _compared(test: cst.BaseExpression) -> frozenset[str]:
    """The lists of which both sides of a comparison hold an item."""
    match test:
        case cst.Comparison(
            left=left, comparisons=[cst.ComparisonTarget(operator=operator, comparator=right)]
        ) if isinstance(operator, _ORDERS):
            return _lists(left) & _lists(right)
    return frozenset()


def _lists(expr: cst.BaseExpression) -> frozenset[str]:
    return frozenset(
        dotted(part.value) for part in within(expr) if isinstance(part, cst.Subscript)
    ) - {""}


def _statements(body: cst.CSTNode) -> list[cst.CSTNode]:
    """The small statements of a block; a compound one as it is."""
    lines = body.body if isinstance(body, cst.IndentedBlock) else [body]
    return [
        part
        for line in lines
        for part in (line.body if isinstance(line, cst.SimpleStatementLine) else [line])
    ]


def _is_flag(statement: cst.CSTNode) -> bool:
    """``swapped = True``."""
    match statement:
        case cst.Assign(targets=[cst.AssignTarget(cst.Name())], value=cst.Name("True" | "False")):
            return True
    return False


_Swap = tuple[cst.BaseExpression, cst.BaseExpression, cst.BaseExpression]


def _exchange(statements: Sequence[cst.CSTNode]) -> _Swap | None:
    """The list and the two places whose items are exchanged, if that is all that is done."""
    match statements:
        case [
            cst.Assign(
                targets=[cst.AssignTarget(cst.Tuple(elements=[one, other]))],
                value=cst.Tuple(elements=[from_other, from_one]),
            )
        ]:
            pairs = [(one.value, from_one.value), (other.value, from_other.value)]
            return _same_list(pairs)
        case [
            cst.Assign(targets=[cst.AssignTarget(cst.Name() as kept)], value=first),
            cst.Assign(targets=[cst.AssignTarget(place)], value=second),
            cst.Assign(targets=[cst.AssignTarget(last)], value=put_back),
        ] if put_back.deep_equals(kept):
            return _same_list([(place, first), (last, second)])
    return None


def _same_list(pairs: list[tuple[cst.BaseExpression, cst.BaseExpression]]) -> _Swap | None:
    if not all(stored.deep_equals(read) for stored, read in pairs):
        return None
    match [stored for stored, _ in pairs]:
        case [
            cst.Subscript(value=rows, slice=[cst.SubscriptElement(slice=cst.Index(value=one))]),
            cst.Subscript(value=same, slice=[cst.SubscriptElement(slice=cst.Index(value=other))]),
        ] if rows.deep_equals(same):
            return rows, one, other
    return None


def _takes_place(statements: list[cst.CSTNode], index: str) -> bool:
    """``least = j``: the place of the least item so far."""
    match statements:
        case [cst.Assign(targets=[cst.AssignTarget(cst.Name())], value=cst.Name(place))]:
            return place == index
    return False


def _exchange_behind(outer: cst.For, inner: cst.For) -> _Swap | None:
    """An exchange that is all that follows the inner loop, below a condition or not."""
    lines = list(outer.body.body)
    if inner not in lines:
        return None
    rest = [part for line in lines[lines.index(inner) + 1 :] for part in _statements(line)]
    match rest:
        case [cst.If(body=body, orelse=None)]:
            rest = _statements(body)
    return _exchange(rest)
