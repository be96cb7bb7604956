# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""A loop over ``.items()`` that reads only the key or only the value."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import libcst as cst
from greenlint_rules.glances import COMPREHENSIONS, LOOPS, method_of
from greenlint_rules.loop_names import is_read, may_be_unread

from greenlint.here import Here
from greenlint.kinds import Kind
from greenlint.messages import say
from greenlint.rule import Confidence, Edit, Fix, Hit, Rule, Safety

RULE = Rule(
    code="GRN101",
    name="dict-items-unused-half",
    severity="note",
    aliases=("GCI103", "PERF102", "W8102", "FURB135", "S7512"),
    needles=(b".items()",),
    since="0.1.0",
    lifecycle="stable",
    fix="safe",
    tests=False,
    help="iterate over the half that is used: `.values()`, or the mapping itself for its keys",
)


@RULE.glance(*LOOPS, *COMPREHENSIONS)
def glance(node: ast.For | ast.ListComp, _: bool) -> bool:
    """Key and value of ``.items()``, one of which is not seen to be read."""
    clauses = node.generators if isinstance(node, COMPREHENSIONS) else [node]
    return any(
        isinstance(clause.iter, ast.Call)
        and method_of(clause.iter) == "items"
        and isinstance(clause.target, ast.Tuple)
        and len(clause.target.elts) == 2
        and not all(
            isinstance(part, ast.Name) and not may_be_unread(part.id, node, clause)
            for part in clause.target.elts
        )
        for clause in clauses
    )


@RULE.on(cst.For)
def loop(node: cst.For, here: Here) -> Iterator[Hit]:
    """A for statement, whose names live on after it."""
    if (mapping := _items_of(node.iter)) and not here.changed(mapping, node.body):
        yield from _judge(node.target, node.iter, mapping, here.block, here)


@RULE.on(cst.CompFor)
def clause(node: cst.CompFor, here: Here) -> Iterator[Hit]:
    """A clause of a comprehension, whose names live in it alone."""
    if mapping := _items_of(node.iter):
        whole = next(above for above in here.ancestors if not isinstance(above, cst.CompFor))
        yield from _judge(node.target, node.iter, mapping, whole, here)


def _items_of(iterable: cst.BaseExpression) -> cst.BaseExpression | None:
    match iterable:
        case cst.Call(func=cst.Attribute(value=mapping, attr=cst.Name("items")), args=[]):
            return mapping
    return None


def _judge(
    target: cst.CSTNode,
    iterable: cst.BaseExpression,
    mapping: cst.BaseExpression,
    scope: cst.CSTNode,
    here: Here,
) -> Iterator[Hit]:
    kind = here.kind(mapping)
    if kind not in (None, Kind.DICT):
        return
    match target:
        case cst.Tuple(elements=[cst.Element(cst.Name(key)), cst.Element(cst.Name(value))]):
            pass
        case _:
            return
    unused = [name for name in (key, value) if not is_read(name, scope, here)]
    if len(unused) != 1 or key == value:
        return
    kept, rest = (value, ".values()") if unused == [key] else (key, "" if kind else ".keys()")
    source = here.code(mapping)
    yield Hit(
        target,
        say(
            "`{mapping}.items()` makes a pair on every turn, and `{unused}` is never read",
            mapping=here.brief(mapping),
            unused=unused[0],
        ),
        fix=Fix(
            say("iterate over `{code}`", code=f"{source}{rest}"),
            (Edit(target, kept), Edit(iterable, f"{source}{rest}")),
            Safety.SAFE if kind is Kind.DICT else Safety.UNSAFE,
        ),
        confidence=None if kind is Kind.DICT else Confidence.MEDIUM,
    )
