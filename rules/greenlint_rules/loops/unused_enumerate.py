# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""A loop over ``enumerate`` that never reads the number."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import libcst as cst
from greenlint_rules.builders import builtin
from greenlint_rules.glances import COMPREHENSIONS, LOOPS, function_of
from greenlint_rules.lookups import lookups, turns_of
from greenlint_rules.loop_names import is_read, may_be_unread

from greenlint.here import Here
from greenlint.kinds import Kind
from greenlint.messages import say
from greenlint.rule import Confidence, Edit, Fix, Hit, Rule, Safety
from greenlint.scope import dotted

RULE = Rule(
    code="GRN111",
    name="unused-enumerate",
    severity="note",
    aliases=("FURB148",),
    needles=(b"enumerate(",),
    since="0.1.0",
    lifecycle="stable",
    fix="safe",
    tests=False,
    help="go over the items themselves",
)


# What says how many items it has.
_SIZED = (Kind.LIST, Kind.TUPLE, Kind.TEXT, Kind.BYTES, Kind.DICT, Kind.SET)


@RULE.glance(*LOOPS, *COMPREHENSIONS)
def glance(node: ast.For | ast.ListComp, _: bool) -> bool:
    """A number of ``enumerate`` that is not seen to be read."""
    clauses = node.generators if isinstance(node, COMPREHENSIONS) else [node]
    return any(
        function_of(clause.iter) == "enumerate"
        and isinstance(clause.target, ast.Tuple)
        and any(
            isinstance(part, ast.Name) and may_be_unread(part.id, node, clause)
            for part in clause.target.elts
        )
        for clause in clauses
    )


@RULE.on(cst.For)
def loop(node: cst.For, here: Here) -> Iterator[Hit]:
    """A for statement, whose names live on after it."""
    if node.asynchronous is None:
        yield from _judge(node, here.block, here)


@RULE.on(cst.CompFor)
def clause(node: cst.CompFor, here: Here) -> Iterator[Hit]:
    """A clause of a comprehension, whose names live in it alone."""
    whole = next(above for above in here.ancestors if not isinstance(above, cst.CompFor))
    if node.asynchronous is None:
        yield from _judge(node, whole, here)


def _judge(node: cst.For | cst.CompFor, scope: cst.CSTNode, here: Here) -> Iterator[Hit]:
    match node.target:
        case cst.Tuple(elements=[cst.Element(cst.Name(number)), cst.Element(rest)]):
            pass
        case _:
            return
    if builtin(node.iter, here) != "enumerate" or not isinstance(node.iter, cst.Call):
        return
    match node.iter.args:
        case [cst.Arg(star="", value=rows) as first, *more] if len(more) < 2:
            if first.keyword is not None:
                return
        case _:
            return
    if is_read(number, scope, here):
        if not more and isinstance(rest, cst.Name) and not is_read(rest.value, scope, here):
            yield from _counts(node, number, rest, rows, here)
        return
    everybodys = isinstance(node, cst.For) and here.function is None
    source = here.code(rows)
    if isinstance(rest, cst.Tuple) and len(rest.lpar) == 1 and rest.elements:
        rest = rest.with_changes(lpar=(), rpar=())
    bare = isinstance(rows, (cst.GeneratorExp, cst.IfExp, cst.Lambda)) and not rows.lpar
    quiet = all(isinstance(arg.value, (cst.Integer, cst.Name)) for arg in more)
    safe = (number == "_" or not everybodys) and quiet
    yield Hit(
        node.target,
        say(
            "`enumerate` makes a number and a pair on every turn, and `{name}` is never read",
            name=number,
        ),
        fix=Fix(
            say("go over `{rows}` itself", rows=here.brief(rows)),
            (
                Edit(node.target, here.code(rest)),
                Edit(node.iter, f"({source})" if bare else source),
            ),
            Safety.SAFE if safe else Safety.UNSAFE,
        )
        if "#" not in here.code(node.iter)
        else None,
    )


def _counts(
    node: cst.For | cst.CompFor, number: str, item: cst.Name, rows: cst.BaseExpression, here: Here
) -> Iterator[Hit]:
    """A loop that only counts: little is saved, so its finding is of low confidence."""
    if here.kind(rows) not in _SIZED or not dotted(rows):
        return
    turns = turns_of(node, here)
    if turns is None or lookups(turns, rows, number, here):
        return  # list-lookup-in-enumerate speaks of it
    instead = f"range(len({here.code(rows)}))"
    yield Hit(
        node.target,
        say("`enumerate` hands out the items as well, and `{name}` is never read", name=item.value),
        fix=Fix(
            say("count with `{code}`", code=instead),
            (Edit(node.target, number), Edit(node.iter, instead)),
            Safety.UNSAFE,
        ),
        help=say("count with `{code}`", code=instead),
        confidence=Confidence.LOW,
    )
