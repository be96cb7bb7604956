# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""A list that a loop adds to, or takes from, at its front."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import libcst as cst
from greenlint_rules.glances import is_number, method_of
from greenlint_rules.shapes import seldom

from greenlint.here import Here, Loop, reads
from greenlint.kinds import Kind
from greenlint.messages import say
from greenlint.rule import Confidence, Hit, Related, Rule
from greenlint.scope import How, dotted
from greenlint.walk import within

RULE = Rule(
    code="GRN209",
    name="insert-at-front",
    aliases=("GCI108",),
    needles=(b".insert(0", b".pop(0)"),
    since="0.1.0",
    tests=False,
    help="use a `collections.deque`: `appendleft` and `popleft` move nothing",
)
# Methods and builtins that go over the whole list anyway, as often as it is asked at its front.
_ORDER = frozenset(("sort", "index", "remove", "reverse"))


@RULE.glance(words=("insert", "pop"))
def glance(node: ast.Call, in_loop: bool) -> bool:
    """Something put or taken at place nought, in a loop."""
    if not in_loop or not node.args or not is_number(node.args[0], 0):
        return False
    return len(node.args) == (2 if method_of(node) == "insert" else 1)


@RULE.on(cst.Call)
def check(node: cst.Call, here: Here) -> Iterator[Hit]:
    """``rows.insert(0, row)``, ``rows.pop(0)``."""
    match node:
        case cst.Call(
            func=cst.Attribute(value=rows, attr=cst.Name("insert" | "pop" as word)),
            args=[cst.Arg(keyword=None, star="", value=cst.Integer(value="0")), *rest],
        ) if len(rest) == (word == "insert") and dotted(rows):
            pass
        case _:
            return
    loop = here.every_turn()
    if loop is None or not isinstance(loop.node, (cst.For, cst.While)) or seldom(here):
        return
    name = dotted(rows)
    if here.kind(rows) is not Kind.LIST or name in here.stored(loop):
        return
    if not isinstance(rows, cst.Name) or _needs_places(name, here):
        return
    yield Hit(
        node,
        say(
            "`{call}` moves all other items of `{name}` by one place on every turn",
            call=here.brief(node),
            name=name,
        )
        if word == "pop"
        else say(
            "`{call}` moves all items of `{name}` by one place on every turn",
            call=here.brief(node),
            name=name,
        ),
        related=(Related(loop.header, "this loop"),),
        confidence=Confidence.MEDIUM if _is_queue(name, word, loop, here) else Confidence.LOW,
    )


def _needs_places(name: str, here: Here) -> bool:
    """Whether the function asks the list for items in its middle, for slices, or for its order; a
    deque is slower at that, or cannot.
    """
    for part in within(here.block):
        match part:
            case cst.Subscript(value=whole, slice=[one]) if dotted(whole) == name:
                if not _is_end(one.slice):
                    return True
            case cst.Call(func=cst.Attribute(value=whole, attr=cst.Name(word))):
                if word in _ORDER and dotted(whole) == name:
                    return True
    return False


def _is_end(place: cst.BaseSlice) -> bool:
    match place:
        case cst.Index(value=cst.Integer(value="0")):
            return True
        case cst.Index(value=cst.UnaryOperation(expression=cst.Integer(value="1"))):
            return True
    return False


def _is_queue(name: str, word: str, loop: Loop, here: Here) -> bool:
    """Whether a loop takes from the list until it is empty: other lists are often short, such as
    the way up from an item, or the words of a text.
    """
    if word != "pop" or not isinstance(loop.node, cst.While) or name not in reads(loop.node.test):
        return False
    return not any(
        one.how is How.STAR_PARAMETER or _is_split(one.value) for one in here.bindings(name)
    )


def _is_split(value: cst.CSTNode | None) -> bool:
    match value:
        case cst.Call(func=cst.Attribute(attr=cst.Name("split" | "rsplit"))):
            return True
    return False
