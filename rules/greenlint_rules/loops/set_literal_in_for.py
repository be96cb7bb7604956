# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""A loop over a set that is written out."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import libcst as cst
from greenlint_rules.builders import has_comment
from greenlint_rules.glances import COMPREHENSIONS, LOOPS
from greenlint_rules.shapes import seldom

from greenlint.here import Here
from greenlint.messages import say
from greenlint.rule import Confidence, Edit, Fix, Hit, Rule, Safety

RULE = Rule(
    code="GRN117",
    name="set-literal-in-for",
    severity="note",
    aliases=("PLC0208", "C0208"),
    needles=(b" in {",),
    since="0.1.0",
    fix="safe",
    tests=False,
    help="write a tuple: it holds the items one after another",
)


@RULE.glance(*LOOPS, *COMPREHENSIONS)
def glance(node: ast.For | ast.ListComp, _: bool) -> bool:
    """A loop over braces."""
    clauses = node.generators if isinstance(node, COMPREHENSIONS) else [node]
    return any(isinstance(clause.iter, ast.Set) for clause in clauses)


@RULE.on(cst.For, cst.CompFor)
def check(node: cst.For | cst.CompFor, here: Here) -> Iterator[Hit]:
    """``for name in {"pear", "plum"}``."""
    whole = node.iter
    if not isinstance(whole, cst.Set) or node.asynchronous is not None:
        return
    items = [one.value for one in whole.elements if isinstance(one, cst.Element)]
    if len(items) != len(whole.elements) or not all(map(_is_constant, items)):
        return
    values = {_worth(one) for one in items}
    if len(values) != len(items):
        return
    inside = here.code(whole.with_changes(lpar=[], rpar=[]))[1:-1].strip()
    comma = "," if len(items) == 1 and not inside.endswith(",") else ""
    texts = all(isinstance(one, cst.SimpleString) for one in items)
    yield Hit(
        whole,
        say("this loop puts what is written here into a set, to take it out again"),
        fix=None
        if has_comment(whole, here)
        else Fix(
            say("write a tuple"),
            (Edit(whole, f"({inside}{comma})"),),
            Safety.SAFE if texts else Safety.UNSAFE,
        ),
        confidence=Confidence.LOW if seldom(here) else None,
    )


def _is_constant(item: cst.BaseExpression) -> bool:
    return isinstance(item, (cst.SimpleString, cst.Integer)) or (
        isinstance(item, cst.Name) and item.value == "None"
    )


def _worth(item: cst.BaseExpression) -> object:
    return getattr(item, "evaluated_value", None)
