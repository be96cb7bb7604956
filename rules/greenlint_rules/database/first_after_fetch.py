# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""GRN313: rows are asked for twice, or all of them for the first one."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import NamedTuple

from greenlint_rules.asking import brief, sure, untouched

from greenlint.messages import Message, say
from greenlint.project.frames import Frame
from greenlint.project.layout import Layout, Part, layout
from greenlint.project.nodes import every, nodes
from greenlint.project.project import Project, Unit
from greenlint.project.proven import Cached, query
from greenlint.rule import Confidence, Hit, Options, Related, Rule

RULE = Rule(
    code="GRN313",
    name="first-after-fetch",
    needles=(b".exists()", b"list(", b"tuple(", b"iter("),
    since="0.1.0",
    lifecycle="stable",
    across=True,
    alone=False,
    tests=False,
    repeats=False,
)

_ONE = frozenset(("first", "last", "get", "earliest", "latest"))


class Asked(NamedTuple):
    """A question whether rows are there, the rows, and where a yes leads."""

    call: ast.Call
    rows: ast.expr
    then: list[ast.stmt]


@RULE.across_files
def fetched(unit: Unit, project: Project, _: Options) -> Iterator[Hit]:
    """``list(rows)[0]``, and ``rows.exists()`` before the same rows are fetched."""
    laid_out = layout(project, unit)
    for part in laid_out.parts:
        yield from _firsts(project, laid_out, part)
        for asked in _questions(laid_out, part):
            yield from _twice(project, part.frame, asked)


# -- all rows for the first ---------------------------------------------------------------------


def _firsts(project: Project, laid_out: Layout, part: Part) -> Iterator[Hit]:
    for node in (*part.of(ast.Subscript), *part.of(ast.Call)):
        match node:
            case (
                ast.Subscript(
                    value=ast.Call(func=ast.Name(id="list" | "tuple"), args=[rows], keywords=[]),
                    slice=ast.Constant(value=0),
                )
                | ast.Call(
                    func=ast.Name(id="next"),
                    args=[ast.Call(func=ast.Name(id="iter"), args=[rows]), *_],
                )
            ):
                found = untouched(project, laid_out, part.frame, rows, ())
                if found is not None and not found.sliced:
                    yield Hit(
                        node,
                        say("`{node}` fetches all rows for the first of them", node=brief(node)),
                        help="ask for one row: `.first()`, or `[0]` on the queryset itself",
                        confidence=sure(found, part.frame),
                    )


# -- a question, then the rows ------------------------------------------------------------------


def _questions(laid_out: Layout, part: Part) -> Iterator[Asked]:
    for branch in part.of(ast.If):
        tests = [branch.test]
        if isinstance(branch.test, ast.BoolOp) and isinstance(branch.test.op, ast.And):
            tests = branch.test.values
        for test in tests:
            match test:
                case ast.Call() as call if (rows := _asks(call)) is not None:
                    yield Asked(call, rows, branch.body)
                case ast.UnaryOp(op=ast.Not(), operand=ast.Call() as call) if (
                    test is branch.test and (rows := _asks(call)) is not None
                ):
                    if branch.orelse:
                        yield Asked(call, rows, branch.orelse)
                    elif isinstance(branch.body[-1], (ast.Return, ast.Raise, ast.Continue)):
                        yield Asked(call, rows, _following(laid_out, part, branch))


def _asks(call: ast.Call) -> ast.expr | None:
    match call:
        case ast.Call(func=ast.Attribute(value=rows, attr="exists"), args=[], keywords=[]):
            return rows
    return None


def _following(laid_out: Layout, part: Part, branch: ast.If) -> list[ast.stmt]:
    """The statements behind one, in its block."""
    holder = laid_out.parents.get(branch, part.frame.scope)
    for name in ("body", "orelse", "finalbody"):
        block = getattr(holder, name, None)
        if isinstance(block, list) and branch in block:
            return block[block.index(branch) + 1 :]
    return []


def _twice(project: Project, frame: Frame, asked: Asked) -> Iterator[Hit]:
    wanted = _key(asked.rows)
    for statement in asked.then:
        fetch = next(_fetches(statement, wanted), None)
        if fetch is None:
            if _binds(statement, asked.rows):
                return
            continue
        found = query(project, asked.rows, frame)
        if found is None or found.cached is Cached.YES or "none" in found.methods:
            return
        one = _is_of_one(fetch)
        yield Hit(
            asked.call,
            say("`{call}` asks first, and the same rows are fetched below", call=brief(asked.call)),
            help=_ADVICE[one],
            confidence=Confidence.LOW if _ends_badly(asked) else sure(found, frame),
            related=(Related(fetch, "fetched here"),),
        )
        return


def _ends_badly(asked: Asked) -> bool:
    """Whether a yes leads to an exception: the second query is sent seldom."""
    return bool(asked.then) and isinstance(asked.then[-1], ast.Raise)


_ADVICE: dict[bool, str | Message] = {
    True: "fetch the row at once with `.first()`, and look whether it is None",
    False: "fetch the rows at once: `if rows:` keeps them for the loop",
}


def _is_of_one(fetch: ast.AST) -> bool:
    match fetch:
        case ast.Call(func=ast.Attribute(attr=attr)):
            return attr in _ONE
    return isinstance(fetch, ast.Subscript)


def _fetches(statement: ast.stmt, wanted: str) -> Iterator[ast.expr]:
    """Where a statement fetches the wanted rows, whatever else holds."""
    match statement:
        case ast.For(iter=rows) | ast.AsyncFor(iter=rows):
            if _key(_inner(rows)) == wanted:
                yield rows
            return
        case (
            ast.Assign(value=value) | ast.Expr(value=value) | ast.Return(value=ast.expr() as value)
        ):
            pass
        case ast.AnnAssign(value=ast.expr() as value) | ast.AugAssign(value=value):
            pass
        case _:
            return
    for node in nodes(value):
        match node:
            case ast.Call(func=ast.Attribute(value=rows, attr=attr), args=[], keywords=words):
                asked = _filtered(rows, node) if attr == "get" and words else ""
                if asked == wanted or (attr in _ONE and not words and _key(rows) == wanted):
                    yield node
            case ast.Call(func=ast.Name(id="list" | "tuple" | "set"), args=[rows]):
                if _key(rows) == wanted:
                    yield node
            case ast.Subscript(value=rows, slice=ast.Constant(value=0)):
                if _key(rows) == wanted:
                    yield node
            case ast.ListComp() | ast.SetComp() | ast.DictComp():
                if _key(node.generators[0].iter) == wanted:
                    yield node.generators[0].iter


def _inner(rows: ast.expr) -> ast.expr:
    match rows:
        case ast.Call(func=ast.Name(id="enumerate" | "list"), args=[inner, *_]):
            return inner
    return rows


def _key(rows: ast.expr) -> str:
    """Rows in one spelling: ``order.lines`` and ``order.lines.all()`` are the same."""
    match rows:
        case ast.Call(func=ast.Attribute(value=inner, attr="all"), args=[], keywords=[]):
            return _key(inner)
    return ast.unparse(rows)


def _filtered(rows: ast.expr, get: ast.Call) -> str:
    """What ``rows.get(pk=1)`` takes its row from: ``rows.filter(pk=1)``."""
    words = ", ".join(ast.unparse(one) for one in get.keywords)
    return f"{_key(rows)}.filter({words})"


def _binds(statement: ast.stmt, rows: ast.expr) -> bool:
    """Whether a statement gives a name of the rows another meaning, or may change them."""
    names = {node.id for node in every(rows) if isinstance(node, ast.Name)}
    return any(
        isinstance(node, ast.Name) and node.id in names and not isinstance(node.ctx, ast.Load)
        for node in every(statement)
    ) or not isinstance(statement, (ast.Assign, ast.Expr, ast.AnnAssign))
