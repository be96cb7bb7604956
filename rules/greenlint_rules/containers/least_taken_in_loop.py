# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""A loop that searches a list for its least item and takes that out, turn by turn."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import libcst as cst
from greenlint_rules.builders import builtin

from greenlint.here import Here, Loop, reads
from greenlint.messages import say
from greenlint.project.nodes import word_of
from greenlint.rule import Confidence, Hit, Question, Related, Rule
from greenlint.scope import dotted
from greenlint.walk import within

RULE = Rule(
    code="GRN153",
    name="least-taken-in-loop",
    needles=(b".remove(", b".pop("),
    since="0.1.0",
    tests=False,
    help="keep them in a heap: `heapq.heappush` and `heapq.heappop` look at a few of them",
)
_FOUND = ("min", "max")


@RULE.glance(words=("remove", "pop"))
def glance(node: ast.Call, in_loop: bool) -> bool | Question:
    """The least or greatest taken out, in a loop; a name that is one somewhere."""
    if not in_loop or len(node.args) != 1:
        return False
    taken = node.args[0]
    if word_of(node) == "pop":
        match taken:
            case ast.Call(func=ast.Attribute(attr="index"), args=[ast.expr() as taken]):
                pass
            case _:
                return False
    if isinstance(taken, ast.Name):
        name = taken.id
        return lambda origins: any(map(_may_search, origins.given.get(name, ())))
    return _may_search(taken)


def _may_search(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and word_of(node) in _FOUND


@RULE.on(cst.Call)
def check(node: cst.Call, here: Here) -> Iterator[Hit]:
    """``best = min(rows)`` and ``rows.remove(best)``, ``rows.pop(rows.index(min(rows)))``."""
    match node:
        case cst.Call(
            func=cst.Attribute(value=rows, attr=cst.Name("remove" | "pop" as word)),
            args=[cst.Arg(keyword=None, star="", value=taken)],
        ) if dotted(rows):
            pass
        case _:
            return
    if word == "pop":
        match taken:
            case cst.Call(
                func=cst.Attribute(value=same, attr=cst.Name("index")), args=[cst.Arg(value=taken)]
            ) if same.deep_equals(rows):
                pass
            case _:
                return
    loop = here.every_turn()
    if loop is None or not isinstance(loop.node, (cst.For, cst.While)):
        return
    name = dotted(rows)
    if name in here.stored(loop) or not _is_found(taken, name, loop, here):
        return
    emptied = isinstance(loop.node, cst.While) and name in reads(loop.node.test)
    yield Hit(
        node,
        say(
            "this turn goes through all of `{name}` for one item, and once more to take it out",
            name=name,
        ),
        related=(Related(loop.header, "this loop"),),
        confidence=Confidence.MEDIUM if emptied else Confidence.LOW,
    )


def _is_found(taken: cst.BaseExpression, name: str, loop: Loop, here: Here) -> bool:
    """Whether what is taken out is the least or greatest of the list, found on the same turn."""
    if not isinstance(taken, cst.Name):
        return _searches(taken, name, here)
    for one in within(*loop.body):
        match one:
            case cst.Assign(targets=[cst.AssignTarget(target=cst.Name(word))], value=value):
                if word == taken.value and _searches(value, name, here):
                    return True
    return False


def _searches(value: cst.BaseExpression, name: str, here: Here) -> bool:
    return (
        builtin(value, here) in _FOUND
        and isinstance(value, cst.Call)
        and bool(value.args)
        and dotted(value.args[0].value) == name
    )
