# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""A list that is sorted again after each item that a loop adds."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import libcst as cst
from greenlint_rules.builders import builtin, first_argument
from greenlint_rules.glances import function_of, method_of

from greenlint.here import Here, Loop
from greenlint.kinds import Kind
from greenlint.messages import say
from greenlint.rule import Confidence, Hit, Related, Rule
from greenlint.scope import dotted
from greenlint.walk import within

RULE = Rule(
    code="GRN116",
    name="sort-in-loop",
    needles=(b".sort(", b"sorted("),
    since="0.1.0",
    tests=False,
    help="sort once after the loop; where each turn needs the order, `bisect.insort` or `heapq`",
)
_ADDS = ("append", "extend", "insert", "add")


@RULE.glance(words=("sort", "sorted"))
def glance(node: ast.Call, in_loop: bool) -> bool:
    """A sort in a loop."""
    return in_loop and (method_of(node) == "sort" or function_of(node) == "sorted")


@RULE.on(cst.Call)
def check(node: cst.Call, here: Here) -> Iterator[Hit]:
    """``found.append(row)`` and ``found.sort()`` in one body."""
    match node.func:
        case cst.Attribute(value=rows, attr=cst.Name("sort")):
            pass
        case cst.Name("sorted") if builtin(node, here) == "sorted":
            given = first_argument(node)
            if given is None:
                return
            rows = given
        case _:
            return
    name = dotted(rows)
    loop = here.every_turn() if name else None
    if loop is None or not isinstance(loop.node, (cst.For, cst.While)):
        return
    body = _block(loop)
    if name in here.stored(loop) or here.kind(rows) is not Kind.LIST:
        return
    mine = here.statement()
    if mine is None or not any(one is mine for one in body):
        return
    added = next((call for one in body if (call := _adds(one, name)) is not None), None)
    if added is None or _is_emptied(loop, name):
        return
    yield Hit(
        node,
        say(
            "`{sort}` sorts all of `{name}` again for each item that this loop adds",
            sort=here.brief(node),
            name=name,
        ),
        related=(Related(added, say("it is added here")),),
        confidence=Confidence.MEDIUM,
    )


def _block(loop: Loop) -> list[cst.CSTNode]:
    assert isinstance(loop.node, (cst.For, cst.While))
    body = loop.node.body
    return list(body.body) if isinstance(body, cst.IndentedBlock) else []


def _adds(statement: cst.CSTNode, name: str) -> cst.Call | None:
    """A call that adds to the list on each turn."""
    match statement:
        case cst.SimpleStatementLine(body=[cst.Expr(value=cst.Call() as call)]):
            match call.func:
                case cst.Attribute(value=rows, attr=cst.Name(word)):
                    return call if word in _ADDS and dotted(rows) == name else None
    return None


def _is_emptied(loop: Loop, name: str) -> bool:
    """Whether a turn begins with another list, or takes out what it has put in."""
    for part in within(*loop.body):
        match part:
            case cst.Call(func=cst.Attribute(value=rows, attr=cst.Name("clear"))):
                if dotted(rows) == name:
                    return True
            case cst.Del():
                return True
    return False
