# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""A copy of something large that every turn makes anew, and only reads."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import libcst as cst
from greenlint_rules.builders import only_argument
from greenlint_rules.glances import method_of
from greenlint_rules.own import is_still

from greenlint.here import Here, Loop
from greenlint.kinds import Kind
from greenlint.messages import say
from greenlint.rule import Hit, Related, Rule
from greenlint.scope import dotted
from greenlint.walk import Link, table, walk

RULE = Rule(
    code="GRN212",
    name="unchanged-copy-in-loop",
    severity="warning",
    confidence="medium",
    needles=(b"deepcopy", b"pandas"),
    since="0.1.0",
    lifecycle="preview",
    help="read what is there, or copy it once before the loop",
    tests=False,
)

_NAMES = table((cst.Name,))
# Calls that look at what they are given, and keep nothing of it.
_READERS = frozenset(
    ("abs", "bool", "float", "int", "isinstance", "len", "max", "min", "print", "repr", "round",
     "str", "sum")
)  # fmt: skip
# Methods that answer with a value of their own, whatever they are called on.
_ANSWERS = frozenset(
    ("count", "endswith", "format", "index", "isdigit", "join", "lower", "split", "startswith",
     "strip", "upper")
)  # fmt: skip
# Methods that change a frame.
_FRAME_CHANGES = frozenset(("insert", "pop", "update", "set_flags", "itertuples", "iterrows"))
_LOOKS = (
    cst.BinaryOperation, cst.Comparison, cst.ComparisonTarget, cst.FormattedStringExpression,
    cst.If, cst.Index, cst.SubscriptElement, cst.UnaryOperation, cst.While,
)  # fmt: skip


@RULE.glance(words=("deepcopy", "copy"))
def glance(node: ast.Call, in_loop: bool) -> bool:
    """A copy in a loop: of one thing by `deepcopy`, or by a method without arguments."""
    return in_loop and (len(node.args) == 1 or (not node.args and method_of(node) == "copy"))


@RULE.on(cst.Call)
def copied(node: cst.Call, here: Here) -> Iterator[Hit]:
    """``rules = copy.deepcopy(defaults)``, and then nothing but ``rules["limit"]``."""
    source, is_frame = _source(node, here)
    loop = here.every_turn() if source is not None else None
    if source is None or loop is None or not dotted(source):
        return
    if not is_still(source, loop.node, loop.body, here, but=(node,)):
        return
    if not _is_only_read(node, loop, here, is_frame=is_frame):
        return
    yield Hit(
        node,
        say(
            "`{source}` is copied on every turn, and the copy is only read",
            source=here.brief(source),
        ),
        related=(Related(loop.header, "this loop"),),
    )


def _source(node: cst.Call, here: Here) -> tuple[cst.BaseExpression | None, bool]:
    """What a call copies whole, and whether that is a frame."""
    match node:
        case cst.Call(func=cst.Attribute(value=frame, attr=cst.Name("copy")), args=[]) if (
            here.kind(frame) is Kind.FRAME
        ):
            return frame, True
    if here.qualified(node.func) == "copy.deepcopy":
        return only_argument(node), False
    return None, False


def _is_only_read(node: cst.Call, loop: Loop, here: Here, *, is_frame: bool) -> bool:
    match here.parent:
        case cst.Assign(targets=[cst.AssignTarget(cst.Name(name))]):
            uses = [
                link
                for link in walk(here.block, _NAMES)
                if isinstance(link[0], cst.Name) and link[0].value == name
            ]
            others = [link for link in uses if not _is_bound(link, here.parent)]
            return bool(others) and all(_reads(link, is_frame=is_frame) for link in others)
    return isinstance(loop.node, cst.For | cst.While) and _reads(here.link, is_frame=is_frame)


def _is_bound(link: Link, assign: cst.CSTNode | None) -> bool:
    """Whether this is the name that the copy is given."""
    target = link[1]
    above = target[1] if target is not None else None
    return above is not None and isinstance(above[0], cst.Assign) and above[0] is assign


def _reads(link: Link, *, is_frame: bool) -> bool:
    """Whether a value is looked at where it stands, and neither changed, kept nor handed on."""
    node, up = link
    while up is not None:
        parent, above = up
        match parent:
            case cst.Subscript(value=value) | cst.Attribute(value=value) if value is node:
                node, up = parent, above
                continue
            case cst.Call(func=cst.Attribute(attr=cst.Name(word)) as func) if func is node:
                if not is_frame:
                    return word in _ANSWERS
                named = {arg.keyword.value for arg in parent.args if arg.keyword is not None}
                return word not in _FRAME_CHANGES and "inplace" not in named
            case cst.Arg(star="", value=value) if value is node and above is not None:
                call = above[0]
                return isinstance(call, cst.Call) and dotted(call.func) in _READERS
        return isinstance(parent, _LOOKS)
    return False
