# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""A list comprehension that only a for statement goes over."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import libcst as cst
from greenlint_rules.builders import builtin, has_comment, is_async, only_argument
from greenlint_rules.glances import LOOPS, function_of
from greenlint_rules.own import is_quiet, is_still
from greenlint_rules.shapes import seldom

from greenlint.here import Here
from greenlint.messages import say
from greenlint.rule import Confidence, Edit, Fix, Hit, Rule, Safety
from greenlint.scope import dotted, scope_bindings
from greenlint.walk import within

RULE = Rule(
    code="GRN118",
    name="list-in-for",
    severity="note",
    aliases=("GCI404",),
    needles=(b" in [", b"enumerate(["),
    since="0.1.0",
    fix="unsafe",
    tests=False,
    help="write a generator in parentheses: it makes one item at a time",
)
_KEEPS = ("append", "add", "extend", "write", "setdefault")


@RULE.glance(*LOOPS)
def glance(node: ast.For, _: bool) -> bool:
    """A for statement over a list comprehension."""
    inner: ast.expr = node.iter
    if isinstance(inner, ast.Call) and function_of(inner) == "enumerate" and inner.args:
        inner = inner.args[0]
    return isinstance(inner, ast.ListComp)


@RULE.on(cst.For)
def check(node: cst.For, here: Here) -> Iterator[Hit]:
    """``for price in [order.price for order in orders]``."""
    given: cst.BaseExpression | None = node.iter
    if isinstance(given, cst.Call) and builtin(given, here) == "enumerate":
        given = only_argument(given)
    if not isinstance(given, cst.ListComp) or is_async(given) or node.asynchronous is not None:
        return
    if not _is_calm(node, given, here):
        return
    code = here.code(given.with_changes(lpar=[], rpar=[]))
    call = given is not node.iter
    yield Hit(
        given,
        say("this list is made to its end before the loop takes its first item"),
        fix=None
        if has_comment(given, here) or given.lpar
        else Fix(
            say("make one item at a time"),
            (Edit(given, code[1:-1].strip() if call else f"({code[1:-1].strip()})"),),
            Safety.UNSAFE,
        ),
        confidence=Confidence.LOW if seldom(here) else Confidence.MEDIUM,
    )


def _is_calm(node: cst.For, given: cst.ListComp, here: Here) -> bool:
    """Whether what the body does can change nothing of what the list is made from."""
    own = set(scope_bindings(given))
    names = {name for part in within(given, names=True) if (name := dotted(part))}
    outer = {name for name in names if name.partition(".")[0] not in own}
    for part in within(given, names=True):
        if not isinstance(part, (cst.Name, cst.Attribute)) or dotted(part) not in outer:
            continue
        if not is_still(part, node, [node.body], here):
            return False
    if _is_stateless(given):
        return not any(isinstance(part, (cst.Await, cst.Yield)) for part in within(node.body))
    return not any(_acts(part, outer) for part in within(node.body))


def _is_stateless(given: cst.ListComp) -> bool:
    """Whether items hang on nothing but values: no attributes, no keys, no calls that may look."""
    if not is_quiet(given.elt):
        return False
    called = {part.func for part in within(given) if isinstance(part, cst.Call)}
    return all(
        not isinstance(part, cst.Subscript)
        and not (isinstance(part, cst.Attribute) and part not in called)
        and (not isinstance(part, cst.Call) or is_quiet(part) or part is given.for_in.iter)
        for part in within(given)
    )


def _acts(part: cst.CSTNode, outer: set[str]) -> bool:
    """Whether a part of the body may change what others have."""
    match part:
        case cst.Await() | cst.Yield() | cst.Del() | cst.With():
            return True
        case cst.Assign(targets=targets):
            return not all(isinstance(one.target, (cst.Name, cst.Tuple)) for one in targets)
        case cst.AugAssign(target=target):
            return not isinstance(target, cst.Name)
        case cst.Call(func=cst.Name("print")):
            return False
        case cst.Call(func=cst.Attribute(value=kept, attr=cst.Name(word))) if word in _KEEPS:
            return not isinstance(kept, cst.Name) or kept.value in outer
        case cst.Call():
            return not is_quiet(part)
    return False
