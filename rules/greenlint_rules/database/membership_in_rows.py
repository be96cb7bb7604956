# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""GRN314: all rows are fetched to learn whether one is among them."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from greenlint_rules.asking import brief, column, is_of_few, sure, untouched

from greenlint.messages import Message, say
from greenlint.project.layout import layout
from greenlint.project.project import Project, Unit
from greenlint.project.proven import Query
from greenlint.project.querysets import VALUES
from greenlint.project.usage import is_repeated
from greenlint.rule import Confidence, Hit, Options, Rule

RULE = Rule(
    code="GRN314",
    name="membership-in-rows",
    needles=(b".objects", b".filter(", b".all()", b".exclude(", b"get_queryset("),
    since="0.1.0",
    lifecycle="stable",
    across=True,
    alone=False,
    tests=False,
    repeats=False,
)


@RULE.across_files
def member(unit: Unit, project: Project, _: Options) -> Iterator[Hit]:
    """``x in rows`` of a queryset whose rows are used for nothing else."""
    laid_out = layout(project, unit)
    for part in laid_out.parts:
        for compare in part.of(ast.Compare):
            if len(compare.ops) != 1 or not isinstance(compare.ops[0], (ast.In, ast.NotIn)):
                continue
            rows = compare.comparators[0]
            if not isinstance(rows, (ast.Name, ast.Call)):
                continue
            if isinstance(rows, ast.Name) and is_repeated(laid_out, compare):
                continue  # one fetch may serve all turns
            found = untouched(project, laid_out, part.frame, rows, ())
            if found is None or found.sliced or (isinstance(rows, ast.Name) and not found.fresh):
                continue
            yield Hit(
                compare,
                say("`{rows}` fetches all rows to look for one of them", rows=brief(rows)),
                help=_advice(found, compare.left, column(rows, part.frame)),
                confidence=Confidence.LOW
                if is_of_few(project, part.frame, found, rows)
                else sure(found, part.frame),
            )


def _advice(found: Query, item: ast.expr, column: str) -> Message:
    if found.methods & VALUES:
        call = f"`.filter({column or '…'}={brief(item, 30)}).exists()`"
        return say("ask for that row: {call}", call=call)
    return say(
        "ask for that row: `.contains({item})`, or `.filter(pk=…).exists()` before Django 4.0",
        item=brief(item, 30),
    )
