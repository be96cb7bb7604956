# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""GRN312: rows are counted only to know whether there are any."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import NamedTuple

from greenlint_rules.asking import (
    ONE_ROW,
    brief,
    code,
    django_alone,
    is_closed,
    is_for_one,
    is_of_one,
    sure,
    text_around,
)

from greenlint.messages import say
from greenlint.project.layout import Layout, Part, layout
from greenlint.project.project import Project, Unit
from greenlint.project.proven import Query, query
from greenlint.project.usage import Use, is_repeated, is_tested, others
from greenlint.rule import Confidence, Edit, Fix, Hit, Options, Rule, Safety

RULE = Rule(
    code="GRN312",
    name="count-compared-with-zero",
    needles=(b".count()",),
    since="0.1.0",
    lifecycle="stable",
    fix="safe",
    help="ask with `exists()`, which stops at the first row",
    across=True,
    alone=False,
    tests=False,
    repeats=False,
)

# What a comparison with 0 or 1 says: (operator, number) with the count on the left.
_SOME = frozenset(((ast.Gt, 0), (ast.NotEq, 0), (ast.GtE, 1)))
_NONE = frozenset(((ast.Eq, 0), (ast.LtE, 0), (ast.Lt, 1)))
_MIRRORED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Gt: ast.Lt, ast.Lt: ast.Gt, ast.GtE: ast.LtE, ast.LtE: ast.GtE, ast.Eq: ast.Eq,
    ast.NotEq: ast.NotEq,
}  # fmt: skip


class Question(NamedTuple):
    """Where a count is only asked whether it is zero; `some` says which answer is true."""

    node: ast.expr
    some: bool


@RULE.across_files
def counted(unit: Unit, project: Project, _: Options) -> Iterator[Hit]:
    """``rows.count()`` whose number is compared with zero, and used for nothing else."""
    laid_out = layout(project, unit)
    for part in laid_out.parts:
        calls = [call for call in part.of(ast.Call) if _is_count(call)]
        for call in calls:
            questions = list(_questions(laid_out, part, call))
            if not questions or _is_number_wanted(laid_out, part, call, calls):
                continue
            asked = query(project, _receiver(call), part.frame)
            if (
                asked is not None
                and "none" not in asked.methods
                and not _is_there(laid_out, part, call)
            ):
                yield _hit(unit, laid_out, part, call, asked, questions)


def _is_there(laid_out: Layout, part: Part, call: ast.Call) -> bool:
    """Whether a loop before has fetched the rows of the same name: `count()` then asks nothing."""
    return any(
        how is Use.ROWS and one.lineno < call.lineno
        for one, how in others(laid_out, part.frame, _receiver(call))
    )


def _is_count(call: ast.Call) -> bool:
    return (
        isinstance(call.func, ast.Attribute)
        and call.func.attr == "count"
        and not call.args
        and not call.keywords
    )


def _receiver(call: ast.Call) -> ast.expr:
    assert isinstance(call.func, ast.Attribute)
    return call.func.value


def _questions(laid_out: Layout, part: Part, call: ast.Call) -> Iterator[Question]:
    """The places that ask whether the count is zero; none where its value is used as well."""
    direct = _question(laid_out, call)
    if direct is not None:
        yield direct
        return
    match laid_out.parents.get(call):
        case ast.Assign(targets=[ast.Name(id=name)]) as assign:
            places = laid_out.names[name]
            loads = [one for one in places if isinstance(one.ctx, ast.Load)]
            if len(part.frame.bindings.get(name, ())) != 1 or isinstance(
                part.frame.scope, ast.Module
            ):
                return
            loads = [one for one in loads if _is_below(one, part.frame.scope)]
            found = [_question(laid_out, one) for one in loads]
            known = [one for one in found if one is not None]
            if (
                known
                and len(known) == len(found)
                and not _is_repeated_more(laid_out, assign, loads)
            ):
                yield from known


def _is_repeated_more(laid_out: Layout, assign: ast.Assign, loads: list[ast.Name]) -> bool:
    return not is_repeated(laid_out, assign) and any(is_repeated(laid_out, one) for one in loads)


def _is_below(node: ast.expr, scope: ast.AST) -> bool:
    first, last = getattr(scope, "lineno", 0), getattr(scope, "end_lineno", 0) or 0
    return bool(first <= node.lineno <= last)


def _question(laid_out: Layout, number: ast.expr) -> Question | None:
    match laid_out.parents.get(number):
        case ast.Compare(left=left, ops=[op], comparators=[other]) as whole:
            constant = other if left is number else left
            kind = type(op) if left is number else _MIRRORED.get(type(op))
            match constant:
                case ast.Constant(value=int() as value) if (kind, value) in _SOME:
                    return Question(whole, True)
                case ast.Constant(value=int() as value) if (kind, value) in _NONE:
                    return Question(whole, False)
            return None
    if is_tested(laid_out, number):
        return Question(number, True)
    return None


def _is_number_wanted(laid_out: Layout, part: Part, call: ast.Call, calls: list[ast.Call]) -> bool:
    """Whether the same rows are counted for their number elsewhere in the body."""
    mine = ast.unparse(call)
    return any(
        one is not call and ast.unparse(one) == mine and not any(_questions(laid_out, part, one))
        for one in calls
    )


def _hit(
    unit: Unit,
    laid_out: Layout,
    part: Part,
    call: ast.Call,
    asked: Query,
    questions: list[Question],
) -> Hit:
    rows = brief(_receiver(call))
    text = text_around(laid_out, call)
    exact = django_alone(unit.project, asked.rows)
    few = asked.sliced or is_of_one(asked, _receiver(call))
    wanted = _wanted_below(laid_out, part, call)
    return Hit(
        text or _place(call, questions[0].node),
        say("`{rows}.count()` counts all rows to learn whether there are any", rows=rows),
        help=wanted,
        fix=None if text or wanted else _fix(unit, call, questions, exact),
        confidence=Confidence.LOW if few else sure(asked, part.frame),
    )


def _wanted_below(laid_out: Layout, part: Part, call: ast.Call) -> str:
    """The way out where the rows that are counted are fetched below, or one of them is."""
    rows = _receiver(call)
    for name, _ in others(laid_out, part.frame, rows):
        parent = laid_out.parents.get(name)
        if isinstance(parent, (ast.For, ast.comprehension)) and parent.iter is name:
            return "fetch the rows at once: `if rows:` keeps them for the loop"
    return ONE_ROW if is_for_one(laid_out, part.frame, rows) else ""


def _place(call: ast.Call, question: ast.expr) -> ast.expr:
    """The comparison that holds the count, or the count."""
    if isinstance(question, ast.Compare) and call in (question.left, *question.comparators):
        return question
    return call


def _fix(unit: Unit, call: ast.Call, questions: list[Question], exact: bool) -> Fix | None:
    if not is_closed(_receiver(call)):
        return None
    asks = f"{code(unit, _receiver(call))}.exists()"
    match questions:
        case [Question(node=ast.Compare(left=left, comparators=[other]) as node, some=some)] if (
            call in (left, other)
        ):
            text = asks if some else f"not {asks}"
        case [Question(node=node)] if node is call:
            text = asks
        case _:
            return None
    if "\n" in text or call.lineno != call.end_lineno:
        return None
    return Fix("ask with `exists()`", (Edit(node, text),), Safety.SAFE if exact else Safety.UNSAFE)
