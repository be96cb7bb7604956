# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""GRN318: a job holds a whole table in memory while it goes through it once."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from greenlint_rules.asking import brief, code
from greenlint_rules.columns import Turns, rows_of, turns

from greenlint.messages import say
from greenlint.project.layout import layout
from greenlint.project.nodes import every
from greenlint.project.project import Project, Unit
from greenlint.project.proven import Cached
from greenlint.project.usage import is_repeated
from greenlint.rule import Edit, Fix, Hit, Options, Rule, Safety

RULE = Rule(
    code="GRN318",
    name="unbounded-iteration",
    severity="note",
    confidence="medium",
    needles=(b".all()",),
    since="0.1.0",
    lifecycle="preview",
    fix="unsafe",
    help="go through it with `.iterator()`, which keeps no row",
    across=True,
    alone=False,
    tests=False,
    repeats=False,
)

_JOBS = re.compile(
    r"(^|/)(management/commands|jobs|crons?|exports?)/|(^|/)(exports?|exporters?)\.py\Z"
)
# What leaves the table whole; whatever is prefetched needs all rows at a time, or a size.
_WHOLE = frozenset(("all", "order_by", "select_related", "only", "defer", "using", "get_queryset"))
_WRITES = frozenset(
    ("save", "create", "update", "delete", "write", "writerow", "writerows", "dump", "index")
)


@RULE.across_files
def whole_table(unit: Unit, project: Project, _: Options) -> Iterator[Hit]:
    """``for order in Order.objects.all():`` in a job, with writes or an export."""
    if not _JOBS.search(unit.name):
        return
    laid_out = layout(project, unit)
    for part in laid_out.parts:
        for loop in turns(part):
            if not isinstance(loop.node, ast.For) or not _writes(loop) or _is_iterated(loop.rows):
                continue
            if is_repeated(laid_out, loop.node):
                continue  # what is gone through again and again is small, mostly
            found = rows_of(project, laid_out, part, loop)
            if found is None or found.rows is None or found.rows.relation or found.sliced:
                continue
            if found.methods - _WHOLE or found.cached is not Cached.NO:
                continue
            yield Hit(
                loop.rows,
                say(
                    "`{rows}` is held in memory as a whole, and gone through once",
                    rows=brief(loop.rows),
                ),
                fix=_fix(unit, loop.rows),
            )


def _writes(loop: Turns) -> bool:
    return any(
        isinstance(one, ast.Call)
        and isinstance(one.func, ast.Attribute)
        and one.func.attr in _WRITES
        for statement in loop.body
        for one in every(statement)
    )


def _is_iterated(rows: ast.expr) -> bool:
    match rows:
        case ast.Call(func=ast.Attribute(attr="iterator")) | ast.Call(func=ast.Name()):
            return True
    return False


def _fix(unit: Unit, rows: ast.expr) -> Fix | None:
    if rows.lineno != rows.end_lineno or not isinstance(rows, (ast.Call, ast.Name)):
        return None
    text = f"{code(unit, rows)}.iterator()"
    return Fix("go through it with `.iterator()`", (Edit(rows, text),), Safety.UNSAFE)
