# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""A text that is split everywhere for its first or last part."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import libcst as cst
from greenlint_rules.glances import is_number

from greenlint.here import Here
from greenlint.kinds import Kind
from greenlint.messages import say
from greenlint.rule import Confidence, Edit, Fix, Hit, Rule, Safety
from greenlint.walk import within

RULE = Rule(
    code="GRN256",
    name="split-for-one-part",
    severity="note",
    aliases=("PLC0207", "C0207", "use-maxsplit-arg"),
    needles=(b"split(",),
    since="0.1.0",
    lifecycle="preview",
    fix="safe",
    help="split once: `text.split(mark, 1)[0]`, `text.rsplit(mark, 1)[-1]`",
    tests=False,
)


@RULE.glance(ast.Subscript)
def glance(node: ast.Subscript, _: bool) -> bool:
    """``text.split(",")[0]``."""
    match node:
        case ast.Subscript(
            value=ast.Call(func=ast.Attribute(attr="split" | "rsplit"), args=args, keywords=words)
        ):
            return len(args) + len(words) == 1 and (
                is_number(node.slice, 0) or isinstance(node.slice, ast.UnaryOp)
            )
    return False


@RULE.on(cst.Subscript)
def taken(node: cst.Subscript, here: Here) -> Iterator[Hit]:
    """The first or the last part of a split at a mark that is written out."""
    match node:
        case cst.Subscript(
            value=cst.Call(
                func=cst.Attribute(value=text, attr=cst.Name("split" | "rsplit")) as func,
                args=[cst.Arg(star="", value=cst.SimpleString() as mark) as arg],
            ),
            slice=[cst.SubscriptElement(slice=cst.Index(value=index, star=None))],
        ):
            pass
        case _:
            return
    if arg.keyword is not None and arg.keyword.value != "sep":
        return
    if isinstance(text, cst.Attribute) and text.attr.value == "str":  # a column of pandas
        return
    first = isinstance(index, cst.Integer) and index.evaluated_value == 0
    if not first and not _is_last(index):
        return
    if _is_taken_twice(node, here):
        return
    proven = here.kind(text) in (Kind.TEXT, Kind.BYTES)
    same = first or len(mark.evaluated_value) == 1  # longer marks may overlap
    instead = f"{here.code(text)}.{'split' if first else 'rsplit'}({here.code(mark)}, 1)"
    yield Hit(
        node,
        say(
            "`{call}` splits at every `{mark}`, and one part is used",
            call=here.brief(func),
            mark=here.brief(mark),
        ),
        fix=Fix(
            say("split once"),
            (Edit(node.value, instead),),
            Safety.SAFE if proven and same else Safety.UNSAFE,
        ),
        confidence=Confidence.LOW if here.every_turn() is None else None,
    )


def _is_taken_twice(node: cst.Subscript, here: Here) -> bool:
    """Whether the function takes another part of the same split: then it is to be split once."""
    return any(
        isinstance(other, cst.Subscript)
        and other is not node
        and other.value.deep_equals(node.value)
        and not other.deep_equals(node)
        for other in within(here.block)
    )


def _is_last(index: cst.BaseExpression) -> bool:
    match index:
        case cst.UnaryOperation(operator=cst.Minus(), expression=cst.Integer("1")):
            return True
    return False
