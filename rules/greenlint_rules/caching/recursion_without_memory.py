# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""A function that calls itself twice for what the first call has worked out already."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import libcst as cst

from greenlint.here import Here
from greenlint.messages import say
from greenlint.project.nodes import every
from greenlint.rule import Hit, Rule
from greenlint.walk import within

RULE = Rule(
    code="GRN851",
    name="recursion-without-memory",
    needles=(b"def ",),
    since="0.1.0",
    tests=False,
    help="keep the answers: `functools.cache`, or a loop that goes up from the smallest",
)
_COMBINE = (cst.Add, cst.Subtract, cst.Multiply)
_FOLDS = ("min", "max")


@RULE.glance(ast.FunctionDef)
def glance(node: ast.FunctionDef, _: bool) -> bool:
    """A plain function that gives, or keeps, a sum or a choice of what it calls itself."""
    if node.decorator_list or not node.args.args:
        return False
    return any(_named(value, node.name) > 1 for value in _values(node.body))


def _values(body: list[ast.stmt]) -> Iterator[ast.expr]:
    """What the function's own statements return or assign, if something is put together there."""
    for statement in body:
        match statement:
            case ast.Return(value=ast.BinOp() | ast.Call() as value):
                yield value
            case ast.Assign(value=ast.BinOp() | ast.Call() as value):
                yield value
            case ast.Return(value=ast.IfExp(body=one, orelse=other)):
                yield from (one, other)
            case ast.If(body=inner, orelse=rest) | ast.For(body=inner, orelse=rest):
                yield from _values(inner)
                yield from _values(rest)


def _named(value: ast.expr, name: str) -> int:
    return sum(isinstance(one, ast.Name) and one.id == name for one in every(value))


@RULE.on(cst.FunctionDef)
def check(node: cst.FunctionDef, here: Here) -> Iterator[Hit]:
    """``return fib(n - 1) + fib(n - 2)``."""
    if node.decorators or node.asynchronous is not None or here.owner is not None:
        return
    names = [param.name.value for param in node.params.params]
    if not names or _remembers(node.body):
        return
    for part in within(node.body):
        calls = _own_calls(part, node.name.value)
        steps = {step for call in calls if (step := _step(call, names)) is not None}
        if len(calls) > 1 and len(steps) > 1 and len(steps) == len(calls):
            yield Hit(
                part,
                say(
                    "`{name}` calls itself {count} times here, for answers that it has had before",
                    name=node.name.value,
                    count=len(calls),
                ),
            )
            return


def _own_calls(part: cst.CSTNode, name: str) -> list[cst.Call]:
    """The calls of the function itself that one sum, product, `min` or `max` puts together."""
    match part:
        case cst.BinaryOperation(operator=operator) if isinstance(operator, _COMBINE):
            work = [part.left, part.right]
        case cst.Call(func=cst.Name(word), args=args) if word in _FOLDS and len(args) > 1:
            work = [arg.value for arg in args]
        case _:
            return []
    found: list[cst.Call] = []
    while work:
        one = work.pop()
        match one:
            case cst.Call(func=cst.Name(word)) if word == name:
                found.append(one)
            case cst.BinaryOperation(operator=operator) if isinstance(operator, _COMBINE):
                work += [one.left, one.right]
            case cst.Call(func=cst.Name(word), args=args) if word in _FOLDS:
                work += [arg.value for arg in args]
    return found


def _step(call: cst.Call, names: list[str]) -> tuple[int, ...] | None:
    """By how much each parameter is less than here; None where it is anything else, or where
    nothing gets less.
    """
    if len(call.args) != len(names) or any(arg.keyword or arg.star for arg in call.args):
        return None
    less = [_less(arg.value, name) for arg, name in zip(call.args, names, strict=True)]
    known = tuple(one for one in less if one is not None)
    if len(known) < len(names) or any(one < 0 for one in known):
        return None
    return known if any(known) else None


def _less(value: cst.BaseExpression, name: str) -> int | None:
    match value:
        case cst.Name(word):
            return 0 if word == name else None
        case cst.BinaryOperation(
            left=cst.Name(word), operator=cst.Subtract(), right=cst.Integer(value=number)
        ) if word == name:
            return int(number, 0)
    return None


def _remembers(body: cst.CSTNode) -> bool:
    """Whether the function looks something up or stores it under a key: it may keep its answers."""
    for part in within(body):
        match part:
            case cst.ComparisonTarget(operator=cst.In() | cst.NotIn()):
                return True
            case cst.AssignTarget(target=cst.Subscript()):
                return True
            case cst.Call(func=cst.Attribute(attr=cst.Name("get" | "setdefault"))):
                return True
            case cst.Global() | cst.Nonlocal():
                return True
    return False
