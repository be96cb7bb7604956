# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""What of a function a call does not reach: ``to_dict(shallow=True)`` of one that returns early."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from greenlint.project.knowing import function_around
from greenlint.project.nodes import every
from greenlint.project.project import Func
from greenlint.project.texts import Mark
from greenlint.project.values import At
from greenlint.project.ways import Path

_BARE = ast.Call(ast.Name("bare", ast.Load()), [], [])
_BLOCKS = ("body", "orelse", "finalbody")
_ENDS = (ast.Return, ast.Raise, ast.Continue, ast.Break)


def is_reached(func: Func, call: ast.Call | None, at: At, skip: int) -> bool:
    """Whether a call of a function may come by a place in it, as far as constants tell: those that
    it hands over, and the defaults of what it leaves out.

    `skip` parameters at the front are bound already, such as ``self``.
    """
    node = func.node
    if call is None or isinstance(node, ast.Lambda) or at.unit is not func.unit:
        return True
    asked = _asked(node)
    if not asked:
        return True
    known = {name: value for name, value in _constants(node, call, skip) if name in asked}
    line = getattr(at.node, "lineno", 0)
    return not any(first <= line <= last for first, last in _spans(node, known))


def call_of(at: At, path: Path, func: Func) -> ast.Call | None:
    """The call of a method in a chain, ``row.to_dict(True)["lines"]``, that is gone along `path`,
    or the one that gave a name its value; a template gives a method no arguments.
    """
    name = getattr(func.node, "name", "")
    if f"{name}()" not in path:
        return None
    if isinstance(at.node, Mark):
        return _BARE
    call, root = _in_chain(at.node, name)
    function = function_around(at.node, at.unit) if call is None and root else None
    for node in every(*function.body) if function is not None else ():
        match node:
            case ast.Assign(targets=[ast.Name(id=target)], value=value) if target == root:
                call = call or _in_chain(value, name)[0]
    return call


def _in_chain(node: ast.AST, name: str) -> tuple[ast.Call | None, str]:
    """The call of a method of that name, and the name that the chain begins with."""
    while isinstance(node, (ast.Attribute, ast.Call, ast.Subscript, ast.Await)):
        if isinstance(node, ast.Call):
            if isinstance(node.func, ast.Attribute) and node.func.attr == name:
                return node, ""
            node = node.func
        else:
            node = node.value
    return None, node.id if isinstance(node, ast.Name) else ""


def _asked(node: ast.FunctionDef | ast.AsyncFunctionDef) -> frozenset[str]:
    """The parameters that a test reads and that nothing binds anew."""
    kept: frozenset[str] | None = vars(node).get("_asked")
    if kept is None:
        args = node.args
        names = {one.arg for one in (*args.posonlyargs, *args.args, *args.kwonlyargs)}
        tests = [one.test for one in every(*node.body) if isinstance(one, ast.If)]
        read = {one.id for test in tests for one in every(test) if isinstance(one, ast.Name)}
        names &= read
        if names:
            names -= {
                one.id
                for one in every(*node.body)
                if isinstance(one, ast.Name) and not isinstance(one.ctx, ast.Load)
            }
        kept = vars(node)["_asked"] = frozenset(names)
    return kept


def _constants(
    node: ast.FunctionDef | ast.AsyncFunctionDef, call: ast.Call, skip: int
) -> Iterator[tuple[str, object]]:
    """The parameters whose value a call fixes, each with the value."""
    args = node.args
    places = [one.arg for one in (*args.posonlyargs, *args.args)]
    defaults = dict(zip(reversed(places), reversed(args.defaults), strict=False))
    defaults |= {
        one.arg: value
        for one, value in zip(args.kwonlyargs, args.kw_defaults, strict=True)
        if value is not None
    }
    given: dict[str, ast.expr] = {}
    starred = any(isinstance(one, ast.Starred) for one in call.args)
    if not starred:
        given |= dict(zip(places[skip:], call.args, strict=False))
    for one in call.keywords:
        if one.arg:
            given[one.arg] = one.value
    if not starred and all(one.arg for one in call.keywords):
        given = {**defaults, **given}
    for name, value in given.items():
        if isinstance(value, ast.Constant):
            yield name, value.value


def _spans(
    node: ast.FunctionDef | ast.AsyncFunctionDef, known: dict[str, object]
) -> list[tuple[int, int]]:
    """The first and last lines of the statements that do not run; kept with the function."""
    kept: dict[str, list[tuple[int, int]]] = vars(node).setdefault("_unreached", {})
    key = repr(sorted(known.items(), key=lambda one: one[0]))
    if key not in kept:
        dead = _dead(node.body, known) if known else ()
        kept[key] = [(one.lineno, one.end_lineno or one.lineno) for one in dead]
    return kept[key]


def _dead(block: list[ast.stmt], known: dict[str, object]) -> Iterator[ast.stmt]:
    for at, statement in enumerate(block):
        if isinstance(statement, ast.If):
            answer = _answer(statement.test, known)
            taken, left = statement.body, statement.orelse
            if answer is None:
                yield from _dead(taken, known)
                yield from _dead(left, known)
                continue
            if not answer:
                taken, left = left, taken
            yield from left
            yield from _dead(taken, known)
            if taken and isinstance(taken[-1], _ENDS):
                yield from block[at + 1 :]
                return
        elif not isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            for name in _BLOCKS:
                yield from _dead(getattr(statement, name, []), known)
            for handler in getattr(statement, "handlers", []):
                yield from _dead(handler.body, known)


def _answer(test: ast.expr, known: dict[str, object]) -> bool | None:
    """What a test says, or None where the constants do not tell."""
    match test:
        case ast.Name(id=name) if name in known:
            return bool(known[name])
        case ast.UnaryOp(op=ast.Not(), operand=inner):
            answer = _answer(inner, known)
            return None if answer is None else not answer
        case ast.Compare(
            left=ast.Name(id=name),
            ops=[ast.Is() | ast.IsNot() as op],
            comparators=[ast.Constant(value=None | True | False as other)],
        ) if name in known:
            return (known[name] is other) is isinstance(op, ast.Is)
        case ast.BoolOp(op=op, values=values):
            answers = [_answer(one, known) for one in values]
            decides = isinstance(op, ast.Or)
            if decides in answers:
                return decides
            return None if None in answers else not decides
    return None
