# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""A sort of what a filter then throws away."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from itertools import pairwise

import libcst as cst
from greenlint_rules.glances import COMPREHENSIONS, arguments, function_of
from greenlint_rules.turns import is_many

from greenlint.here import MUTATORS, Here, reads
from greenlint.messages import say
from greenlint.project.nodes import every
from greenlint.rule import Confidence, Edit, Fix, Hit, Rule, Safety
from greenlint.scope import How
from greenlint.walk import within

RULE = Rule(
    code="GRN152",
    name="filter-after-sort",
    severity="note",
    aliases=("GCI91",),
    needles=(b"sorted(",),
    since="0.1.0",
    lifecycle="stable",
    fix="unsafe",
    help="filter first and sort what is left",
)

_NARROW = (cst.Equal, cst.LessThan, cst.LessThanEqual, cst.GreaterThan, cst.GreaterThanEqual)


@RULE.glance(*COMPREHENSIONS)
def glance(node: ast.ListComp, _: bool) -> bool:
    """A comprehension that goes over what is sorted there, and takes some of it."""
    return any(one.ifs and function_of(one.iter) == "sorted" for one in node.generators)


@RULE.glance(words=("filter",))
def glance_at_call(node: ast.Call, _: bool) -> bool:
    """``filter(test, sorted(xs))``."""
    return any(function_of(given) == "sorted" for given in arguments(node))


@RULE.glance(ast.Module, ast.FunctionDef, ast.AsyncFunctionDef)
def glance_at_names(node: ast.Module | ast.FunctionDef, _: bool) -> bool:
    """A name for what is sorted, and after that a comprehension that takes some of it."""
    for number, statement in enumerate(node.body):
        if (
            isinstance(statement, (ast.Assign, ast.AnnAssign))
            and function_of(statement.value) == "sorted"
        ):
            return _filters(node.body[number + 1 :])
    return False


def _filters(body: list[ast.stmt]) -> bool:
    return any(
        isinstance(part, ast.comprehension) and part.ifs and isinstance(part.iter, ast.Name)
        for statement in body
        for part in every(statement)
    )


@RULE.on(cst.CompFor)
def clause(node: cst.CompFor, here: Here) -> Iterator[Hit]:
    """``[x for x in sorted(xs) if ...]``, and the same with a name in between."""
    if not node.ifs or not _is_plain(node, here):
        return
    if _is_sorted(node.iter, here):
        assert isinstance(node.iter, cst.Call)
        yield _hit(node.iter, _fix(node, node.iter, here), _tells(node), here)
    elif isinstance(node.iter, cst.Name):
        call = _sorted_before(node.iter, here)
        if call is not None:
            yield _hit(call, None, _tells(node), here)


@RULE.on(cst.Call)
def call(node: cst.Call, here: Here) -> Iterator[Hit]:
    """``filter(test, sorted(xs))``."""
    match node:
        case cst.Call(func=cst.Name(value="filter"), args=[_, whole]):
            if _is_sorted(whole.value, here) and here.qualified(node.func) == "builtins.filter":
                yield _hit(whole.value, None, False, here)


def _hit(call: cst.CSTNode, fix: Fix | None, tells: bool, here: Here) -> Hit:
    return Hit(
        call,
        say("`{call}` also sorts what the filter then throws away", call=here.brief(call)),
        fix=fix,
        confidence=None if tells and _sorts_many(call, here) else Confidence.LOW,
    )


def _sorts_many(call: cst.CSTNode, here: Here) -> bool:
    """Whether rows of a table or lines of a file are sorted: other things are often few."""
    match call:
        case cst.Call(args=[first, *_]):
            return is_many(first.value, here)
    return False


def _tells(node: cst.CompFor) -> bool:
    """Whether a condition is seen to drop items: it wants a value or a range."""
    return any(_is_narrow(test.test) for test in node.ifs)


def _is_narrow(test: cst.CSTNode) -> bool:
    match test:
        case cst.BooleanOperation(left=left, operator=cst.And(), right=right):
            return _is_narrow(left) or _is_narrow(right)
        case cst.BooleanOperation(left=left, right=right):
            return _is_narrow(left) and _is_narrow(right)
        case cst.Comparison(comparisons=[cst.ComparisonTarget(operator=operator), *_]):
            return isinstance(operator, _NARROW)
    return False


def _is_sorted(expr: cst.CSTNode, here: Here) -> bool:
    match expr:
        case cst.Call(func=cst.Name(value="sorted") as func, args=[first, *_]):
            return not first.star and here.qualified(func) == "builtins.sorted"
    return False


def _is_plain(node: cst.CompFor, here: Here) -> bool:
    """Whether the conditions look at each item alone, and change nothing that they can see."""
    bound = set(reads(node.target))
    for part in within(*[test.test for test in node.ifs]):
        if isinstance(part, (cst.NamedExpr, cst.Await, cst.Lambda)):
            return False
        if isinstance(part, cst.Call):
            func = part.func
            if isinstance(func, cst.Attribute) and func.attr.value in MUTATORS:
                return False
            if isinstance(func, cst.Name) and func.value == "next":
                return False
    tests = [name for test in node.ifs for name in reads(test.test)]
    about = any(name in bound for name in tests)
    return not node.asynchronous and about and any(_drops(test.test) for test in node.ifs)


def _drops(test: cst.CSTNode) -> bool:
    """Whether a condition may drop many: not ``x``, ``x != "a"`` or ``not x.hidden`` alone."""
    match test:
        case cst.BooleanOperation(left=left, operator=cst.And(), right=right):
            return _drops(left) or _drops(right)
        case cst.BooleanOperation(left=left, right=right):
            return _drops(left) and _drops(right)
        case cst.Comparison(comparisons=[cst.ComparisonTarget(operator=operator), *_]):
            return not isinstance(operator, (cst.NotEqual, cst.IsNot))
    return not isinstance(test, (cst.Name, cst.UnaryOperation))


def _sorted_before(name: cst.Name, here: Here) -> cst.Call | None:
    """The ``sorted()`` that the statement before gave a name which nothing else reads."""
    bound = here.bindings(name.value)
    if (
        len(bound) != 1
        or bound[0].how is not How.ASSIGN
        or not isinstance(bound[0].value, cst.Call)
    ):
        return None
    call, statement = bound[0].value, here.statement()
    if not _is_sorted(call, here) or statement is None:
        return None
    used = [
        node
        for node in within(here.block, names=True)
        if isinstance(node, cst.Name) and node.value == name.value
    ]
    if len(used) != 2 or not _follows(bound[0].node, statement, here):
        return None
    return call


def _follows(first: cst.CSTNode, second: cst.CSTNode, here: Here) -> bool:
    body = getattr(here.block, "body", ())
    for one, other in pairwise(body):
        if isinstance(one, cst.SimpleStatementLine) and first in one.body:
            return other is second
    return False


def _fix(node: cst.CompFor, call: cst.Call, here: Here) -> Fix | None:
    """Sort the filtered list, where the comprehension is one clause that hands out its items."""
    whole = here.parent
    if not isinstance(whole, cst.ListComp) or node.inner_for_in is not None:
        return None
    if not whole.elt.deep_equals(node.target) or not isinstance(node.target, cst.Name):
        return None
    source = here.code(whole)
    if "#" in source or "\n" in source or call.args[0].keyword is not None:
        return None
    item = node.target.value
    tests = " ".join(here.code(test).strip() for test in node.ifs)
    rest = "".join(f", {here.code(arg).strip().rstrip(',')}" for arg in call.args[1:])
    inside = f"{item} for {item} in {here.code(call.args[0].value)} {tests}"
    inside = f"({inside})" if rest else inside
    return Fix(
        say("sort what the filter leaves"),
        (Edit(whole, f"sorted({inside}{rest})"),),
        Safety.UNSAFE,
    )
