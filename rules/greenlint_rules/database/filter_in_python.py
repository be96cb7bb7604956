# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""GRN315: all rows are fetched, and Python leaves out, adds up or compares what it got."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from greenlint_rules.asking import brief, is_of_few, sure, used_after
from greenlint_rules.columns import Turns, mentions, read, rows_of, turns

from greenlint.messages import Message, say
from greenlint.project.columns import is_flag
from greenlint.project.frames import Frame
from greenlint.project.layout import Layout, layout
from greenlint.project.nodes import every
from greenlint.project.project import Project, Unit
from greenlint.project.proven import Query
from greenlint.project.usage import is_repeated
from greenlint.project.values import Rows
from greenlint.rule import Confidence, Hit, Options, Rule

RULE = Rule(
    code="GRN315",
    name="filter-in-python",
    needles=(b".objects", b".filter(", b".all()", b".exclude(", b"get_queryset("),
    since="0.1.0",
    lifecycle="stable",
    across=True,
    alone=False,
    tests=False,
    repeats=False,
)

_SENDS = re.compile(r"a?send(_|\Z)|notify|delay\Z|apply_async")
_SUMS = {"sum": "Sum", "max": "Max", "min": "Min"}
_COMPARED = (
    ast.Eq, ast.NotEq, ast.Lt, ast.LtE, ast.Gt, ast.GtE, ast.In, ast.NotIn, ast.Is, ast.IsNot,
)  # fmt: skip


@RULE.across_files
def left_out(unit: Unit, project: Project, _: Options) -> Iterator[Hit]:
    """Loops over rows that go on with those only whose plain columns fit."""
    laid_out = layout(project, unit)
    for part in laid_out.parts:
        for loop in turns(part):
            tests = loop.ifs if loop.ifs else _guard(loop.node, laid_out, loop.row)
            folded = _folded(laid_out, loop) if not tests else None
            if not folded and not any(_is_simple(one, loop.row) for one in _conditions(tests)):
                continue
            if isinstance(loop.rows, ast.Name) and is_repeated(laid_out, loop.node):
                continue  # one fetch may serve all turns of the loop around
            found = rows_of(project, laid_out, part, loop)
            if found is None or found.sliced:
                continue
            if folded:
                yield from _added(project, part.frame, loop, found, folded)
            else:
                yield from _filtered(project, part.frame, loop, found, tests)


def _filtered(
    project: Project, frame: Frame, loop: Turns, found: Query, tests: list[ast.expr]
) -> Iterator[Hit]:
    fits = [
        one
        for one in _conditions(tests)
        if _is_simple(one, loop.row) and read(project, found, [one], loop.row)
    ]
    if fits and found.rows is not None:
        telling = [one for one in fits if _tells_much(project, found.rows, one)]
        certain = telling and not found.elsewhere and not _sends(loop.node)
        certain = certain and not is_of_few(project, frame, found, loop.rows)
        yield Hit(
            loop.rows,
            say(
                "all rows are fetched, and those that do not fit `{test}` are left out in Python",
                test=brief((telling or fits)[0]),
            ),
            help="leave them out in the database: `.filter(…)` or `.exclude(…)`",
            confidence=sure(found, frame) if certain else Confidence.LOW,
        )


def _sends(loop: ast.AST) -> bool:
    """Whether a turn sends something to another machine: there are few of such rows."""
    return any(
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and _SENDS.match(node.func.attr)
        for node in every(loop)
    )


def _tells_much(project: Project, rows: Rows, test: ast.expr) -> bool:
    """Whether a test is more than that a text or number is there, which most rows pass."""
    match test:
        case ast.UnaryOp(op=ast.Not(), operand=inner):
            return _tells_much(project, rows, inner)
        case ast.Attribute(attr=attr):
            return is_flag(project, rows.model, attr)
    return True


def _added(project: Project, frame: Frame, loop: Turns, found: Query, folded: str) -> Iterator[Hit]:
    names = read(project, found, loop.body, loop.row)
    if names and len(names) == 1 and not found.methods & {"distinct"}:
        yield Hit(
            loop.rows,
            say("all rows are fetched to make one number of `{column}`", column=names[0]),
            help=_aggregate(folded, names[0]),
            confidence=Confidence.LOW if found.elsewhere else sure(found, frame),
        )


def _aggregate(folded: str, column: str) -> Message:
    return say(
        "let the database do it: `.aggregate({name}({column}))`",
        name=_SUMS[folded],
        column=f'"{column}"',
    )


def _folded(laid_out: Layout, loop: Turns) -> str:
    """``sum``, ``max`` or ``min`` of a comprehension whose elements are the column itself."""
    if isinstance(loop.node, (ast.For, ast.DictComp)) or not isinstance(
        loop.node.elt, ast.Attribute
    ):
        return ""
    match laid_out.parents.get(loop.node):
        case ast.Call(func=ast.Name(id=word), args=[only]) if only is loop.node and word in _SUMS:
            return word
    return ""


def _guard(node: ast.AST, laid_out: Layout, row: str) -> list[ast.expr]:
    """The test of a loop that does nothing for rows that do not pass it."""
    if not isinstance(node, ast.For) or used_after(laid_out, node, row):
        return []
    match node.body:
        case [ast.If(test=test, orelse=[])]:
            return [test]
        case [ast.If(test=test, body=[ast.Continue()], orelse=[]), _, *_]:
            return [test] if not isinstance(test, ast.BoolOp) else []
    return []


def _conditions(tests: list[ast.expr]) -> Iterator[ast.expr]:
    for test in tests:
        if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.And):
            yield from _conditions(list(test.values))
        else:
            yield test


def _is_simple(test: ast.expr, row: str) -> bool:
    """``row.paid``, ``not row.paid``, ``row.kind == kind``: what a filter can say."""
    match test:
        case ast.UnaryOp(op=ast.Not(), operand=inner):
            return _is_simple(inner, row)
        case ast.Attribute():
            return _is_column(test, row)
        case ast.Compare(left=left, ops=[op], comparators=[other]) if isinstance(op, _COMPARED):
            if isinstance(op, (ast.In, ast.NotIn)):
                return _is_column(left, row) and isinstance(other, (ast.List, ast.Tuple, ast.Set))
            return (_is_column(left, row) and not mentions(other, row)) or (
                _is_column(other, row) and not mentions(left, row)
            )
    return False


def _is_column(node: ast.expr, row: str) -> bool:
    return (
        isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id == row
    )
