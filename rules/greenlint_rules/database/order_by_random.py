# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""GRN320: the database gives every row a random number and sorts them all."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from greenlint_rules.asking import brief

from greenlint.messages import say
from greenlint.project.layout import layout
from greenlint.project.project import Project, Unit
from greenlint.project.proven import query
from greenlint.rule import Confidence, Hit, Options, Rule

RULE = Rule(
    code="GRN320",
    name="order-by-random",
    needles=(b'"?"', b"'?'"),
    since="0.1.0",
    lifecycle="preview",
    help="choose keys at random, and fetch the rows that have them",
    across=True,
    alone=False,
    tests=False,
    repeats=False,
)


@RULE.across_files
def shuffled(unit: Unit, project: Project, _: Options) -> Iterator[Hit]:
    """``rows.order_by("?")``."""
    laid_out = layout(project, unit)
    for part in laid_out.parts:
        for call in part.of(ast.Call):
            match call:
                case ast.Call(func=ast.Attribute(value=rows, attr="order_by"), args=args) if any(
                    isinstance(one, ast.Constant) and one.value == "?" for one in args
                ):
                    found = query(project, rows, part.frame)
                    if found is not None:
                        yield Hit(
                            call,
                            say("`{call}` sorts all rows by a random number", call=brief(call)),
                            confidence=Confidence.MEDIUM if found.rows is None else None,
                        )
