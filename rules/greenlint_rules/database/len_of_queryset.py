# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""GRN310: all rows are fetched to learn how many there are."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from greenlint_rules.asking import brief, code, is_closed, is_of_few, sure, text_around, untouched

from greenlint.messages import say
from greenlint.project.layout import Layout, layout
from greenlint.project.project import Project, Unit
from greenlint.project.usage import Use, is_tested
from greenlint.rule import Confidence, Edit, Fix, Hit, Options, Rule, Safety

RULE = Rule(
    code="GRN310",
    name="len-of-queryset",
    needles=(b"len(",),
    since="0.1.0",
    lifecycle="stable",
    fix="unsafe",
    help="let the database count: `count()`",
    across=True,
    alone=False,
    tests=False,
    repeats=False,
)


@RULE.across_files
def measured(unit: Unit, project: Project, _: Options) -> Iterator[Hit]:
    """``len(rows)`` of a queryset whose rows are used for nothing else."""
    laid_out = layout(project, unit)
    for part in laid_out.parts:
        for call in part.of(ast.Call):
            rows = _rows(call)
            if rows is None or isinstance(laid_out.parents.get(call), ast.Expr):
                continue
            found = untouched(project, laid_out, part.frame, rows, (Use.COUNTED, Use.TESTED))
            if found is None:
                continue
            zero = _with_zero(laid_out, call)
            asks = "exists" if zero is not None else "count"
            text = text_around(laid_out, call)
            yield Hit(
                text or call,
                say("`{call}` fetches all rows to count them", call=brief(call)),
                fix=_fix(unit, call, rows, zero) if text is None else None,
                help="" if asks == "count" else "ask with `exists()`, which stops at the first row",
                confidence=Confidence.LOW
                if found.sliced or is_of_few(project, part.frame, found, rows)
                else sure(found, part.frame),
            )


def _rows(call: ast.Call) -> ast.expr | None:
    """``rows`` of ``len(rows)`` and ``len(list(rows))``."""
    match call:
        case ast.Call(
            func=ast.Name(id="len"),
            args=[ast.Call(func=ast.Name(id="list" | "tuple"), args=[rows], keywords=[])],
            keywords=[],
        ):
            return rows
        case ast.Call(func=ast.Name(id="len"), args=[rows], keywords=[]):
            return rows
    return None


def _with_zero(laid_out: Layout, call: ast.Call) -> tuple[ast.expr, bool] | None:
    """Where the length is only asked whether it is zero, and whether "some" is the true answer."""
    match laid_out.parents.get(call):
        case ast.Compare(left=left, ops=[op], comparators=[ast.Constant(value=int() as n)]) as node:
            if left is not call:
                return None
            if (n == 0 and isinstance(op, (ast.Gt, ast.NotEq))) or (
                n == 1 and isinstance(op, ast.GtE)
            ):
                return node, True
            if (n == 0 and isinstance(op, (ast.Eq, ast.LtE))) or (
                n == 1 and isinstance(op, ast.Lt)
            ):
                return node, False
            return None
    return (call, True) if is_tested(laid_out, call) else None


def _fix(
    unit: Unit, call: ast.Call, rows: ast.expr, zero: tuple[ast.expr, bool] | None
) -> Fix | None:
    if call.lineno != call.end_lineno:
        return None
    asked = code(unit, rows)
    if not is_closed(rows):
        asked = f"({asked})"
    if zero is None:
        return Fix("count in the database", (Edit(call, f"{asked}.count()"),), Safety.UNSAFE)
    node, some = zero
    text = f"{asked}.exists()" if some else f"not {asked}.exists()"
    return Fix("ask with `exists()`", (Edit(node, text),), Safety.UNSAFE)
