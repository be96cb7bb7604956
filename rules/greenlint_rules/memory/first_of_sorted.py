# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""A sort of everything for the first or last element alone."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import libcst as cst
from greenlint_rules.builders import builtin, first_argument, has_comment, is_async
from greenlint_rules.glances import function_of, is_number

from greenlint.here import Here
from greenlint.messages import say
from greenlint.rule import Confidence, Edit, Fix, Hit, Rule, Safety
from greenlint.walk import within

RULE = Rule(
    code="GRN203",
    name="first-of-sorted",
    aliases=("FURB192", "S8517"),
    needles=(b"sorted(",),
    since="0.1.0",
    lifecycle="stable",
    fix="unsafe",
    help="`min` and `max` go over the elements once, and keep one",
)

# So many are soon kept in order by hand: with more, a sort is quicker for small lists.
_A_FEW = 10


@RULE.glance(ast.Subscript)
def glance(node: ast.Subscript, _: bool) -> bool:
    """``sorted(rows)[0]`` and ``sorted(rows)[-1]``."""
    if isinstance(node.slice, ast.Slice):
        return function_of(node.value) == "sorted" and node.slice.lower is None
    place = node.slice.operand if isinstance(node.slice, ast.UnaryOp) else node.slice
    return function_of(node.value) == "sorted" and is_number(place, 0, 1)


@RULE.on(cst.Subscript)
def check(node: cst.Subscript, here: Here) -> Iterator[Hit]:
    """``sorted(rows)[0]`` and ``sorted(rows)[-1]``."""
    made = node.value
    if not isinstance(made, cst.Call) or builtin(made, here) != "sorted":
        return
    last = _is_last(node)
    rows = first_argument(made)
    if rows is not None and not is_async(made) and (wanted := _first_few(node)):
        yield from _few(node, made, wanted, here)
    if last is None or rows is None or is_async(made):
        return
    falling = _falling(made)
    finder = "" if falling is None else "max" if last != falling else "min"
    which = say("last") if last else say("first")
    yield Hit(
        node,
        say(
            "`{code}` sorts everything, and only its {which} element is used",
            code=here.brief(made),
            which=which,
        ),
        fix=_fix(node, made, rows, finder, here),
        help=say(
            "`{finder}` goes over the elements once, and keeps one; "
            "`default=` says what there is without any",
            finder=finder,
        )
        if finder
        else "",
    )


def _first_few(node: cst.Subscript) -> int:
    """How many of the first elements are taken, where that is written there and little."""
    match node.slice:
        case [
            cst.SubscriptElement(
                slice=cst.Slice(lower=None, upper=cst.Integer() as upper, step=None)
            )
        ]:
            return upper.evaluated_value if 1 < upper.evaluated_value <= _A_FEW else 0
    return 0


def _few(node: cst.Subscript, made: cst.Call, wanted: int, here: Here) -> Iterator[Hit]:
    falling = _falling(made)
    if falling is None:
        return
    yield Hit(
        node,
        say(
            "`{code}` sorts everything for its first {wanted} elements",
            code=here.brief(made),
            wanted=wanted,
        ),
        help=say(
            "`{finder}` keeps only those; it pays where there are thousands, in no order yet",
            finder="heapq.nlargest" if falling else "heapq.nsmallest",
        ),
        confidence=Confidence.LOW,
    )


def _is_last(node: cst.Subscript) -> bool | None:
    """Whether the last element is taken, or the first; None for another."""
    match node.slice:
        case [cst.SubscriptElement(slice=cst.Index(value=cst.Integer("0"), star=None))]:
            return False
        case [
            cst.SubscriptElement(
                slice=cst.Index(
                    value=cst.UnaryOperation(operator=cst.Minus(), expression=cst.Integer("1"))
                )
            )
        ]:
            return True
    return None


def _falling(made: cst.Call) -> bool | None:
    """Whether the sort is from high to low; None if the call does not say it outright."""
    for arg in made.args[1:]:
        if arg.keyword is not None and arg.keyword.value == "reverse":
            match arg.value:
                case cst.Name("True") | cst.Integer("1"):
                    return True
                case cst.Name("False") | cst.Integer("0"):
                    return False
            return None
    return False


def _fix(
    node: cst.Subscript, made: cst.Call, rows: cst.BaseExpression, finder: str, here: Here
) -> Fix | None:
    if not finder or here.qualified(cst.Name(finder)) != f"builtins.{finder}":
        return None
    if has_comment(node, here) or _expects_none(here):
        return None
    key = [arg.value for arg in made.args[1:] if arg.keyword and arg.keyword.value == "key"]
    source = here.code(rows)
    if key and isinstance(rows, cst.GeneratorExp) and not rows.lpar:
        source = f"({source})"
    named = f", key={here.code(key[0])}" if key else ""
    return Fix(
        say("find it with `{finder}`", finder=finder),
        (Edit(node, f"{finder}({source}{named})"),),
        Safety.UNSAFE,
    )


def _expects_none(here: Here) -> bool:
    """Whether an error of an empty sequence is caught around: `min` raises another one."""
    child: cst.CSTNode = here.node
    for node in here.ancestors:
        if isinstance(node, cst.Try) and child is node.body:
            return any(
                isinstance(part, cst.Name) and part.value in ("IndexError", "LookupError")
                for handler in node.handlers
                for part in within(handler.type, names=True)
            )
        child = node
    return False
