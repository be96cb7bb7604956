# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""GRN311: all rows are fetched to learn whether there are any."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from greenlint_rules.asking import (
    ONE_ROW,
    brief,
    code,
    is_for_one,
    is_of_few,
    sure,
    text_around,
    untouched,
)

from greenlint.messages import say
from greenlint.project.layout import Layout, Part, layout
from greenlint.project.project import Project, Unit
from greenlint.project.usage import Use
from greenlint.rule import Confidence, Edit, Fix, Hit, Options, Rule, Safety

RULE = Rule(
    code="GRN311",
    name="truth-of-queryset",
    needles=(b".objects", b".filter(", b".all()", b".exclude(", b"get_queryset("),
    since="0.1.0",
    lifecycle="stable",
    fix="unsafe",
    help="ask with `exists()`, which stops at the first row",
    across=True,
    alone=False,
    tests=False,
    repeats=False,
)


@RULE.across_files
def tested(unit: Unit, project: Project, _: Options) -> Iterator[Hit]:
    """``if rows:``, ``not rows``, ``bool(rows)`` of a queryset that is used for nothing else."""
    laid_out = layout(project, unit)
    for part in laid_out.parts:
        for rows in _tests(laid_out, part):
            if isinstance(rows, ast.Name) and _is_plainly_no_queryset(part, rows):
                continue
            found = untouched(project, laid_out, part.frame, rows, (Use.TESTED,))
            if found is None or found.sliced:
                continue
            one = is_for_one(laid_out, part.frame, rows)
            text = text_around(laid_out, rows)
            yield Hit(
                text or rows,
                say("`{rows}` fetches all rows to learn whether there are any", rows=brief(rows)),
                fix=None if one or text else _fix(unit, laid_out, rows),
                help=ONE_ROW if one else "",
                confidence=Confidence.LOW
                if not one and is_of_few(project, part.frame, found, rows)
                else sure(found, part.frame),
            )


def _tests(laid_out: Layout, part: Part) -> Iterator[ast.expr]:
    """The names and calls of which only the truth counts."""
    work = [
        *(one.test for one in part.of(ast.If)),
        *(one.test for one in part.of(ast.While)),
        *(one.test for one in part.of(ast.IfExp)),
        *(one.test for one in part.of(ast.Assert)),
    ]
    for clause in part.of(ast.comprehension):
        work += clause.ifs
    for negation in part.of(ast.UnaryOp):
        if isinstance(negation.op, ast.Not):
            work.append(negation.operand)
    for call in part.of(ast.Call):
        if isinstance(call.func, ast.Name) and call.func.id == "bool" and len(call.args) == 1:
            work.append(call.args[0])
    told: set[ast.expr] = set()
    while work:
        one = work.pop()
        match one:
            case ast.BoolOp(values=values):
                work += values
            case ast.Name() | ast.Call() if one not in told:
                told.add(one)
                yield one


def _is_plainly_no_queryset(part: Part, name: ast.Name) -> bool:
    """The cheap question: no binding calls a method or function."""
    bound = part.frame.bindings.get(name.id)
    return not bound or not any(isinstance(one.value, ast.Call) for one in bound)


def _fix(unit: Unit, laid_out: Layout, rows: ast.expr) -> Fix | None:
    if rows.lineno != rows.end_lineno:
        return None
    parent = laid_out.parents.get(rows)
    match parent:
        case ast.Call(func=ast.Name(id="bool")):
            return Fix(
                "ask with `exists()`",
                (Edit(parent, f"{code(unit, rows)}.exists()"),),
                Safety.UNSAFE,
            )
    return Fix("ask with `exists()`", (Edit(rows, f"{code(unit, rows)}.exists()"),), Safety.UNSAFE)
