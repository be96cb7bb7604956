# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""What code does again and again: loops, comprehensions, the keys of a sort, functions of a map."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import NamedTuple

from greenlint.project import flow
from greenlint.project.frames import Frame, names_in
from greenlint.project.keyed import WORDS, keyed
from greenlint.project.nodes import own_of, word_of
from greenlint.project.paths import Access, Root, of_parameter, reads
from greenlint.project.project import Func, Project
from greenlint.project.values import Bound, Kind, Parts, Ref, Row


class Turns(NamedTuple):
    """Something that is done for each element of `iter`.

    `node` binds the names of `target`; `body` is what each turn runs, read in `frame`.  Where a
    turn is the call of a function, `function` stands for it and there is no body.
    """

    node: ast.AST
    iter: ast.expr
    frame: Frame
    target: ast.AST | None = None
    body: tuple[ast.AST, ...] = ()
    function: ast.expr | None = None

    @property
    def item(self) -> str:
        """What an element is called."""
        if isinstance(self.target, ast.Name):
            return self.target.id
        return ast.unparse(self.target) if self.target is not None else "row"


def turns_in(frame: Frame) -> list[Turns]:
    """Everything in a body that is done once for each of several."""
    kept: list[Turns] | None = vars(frame).get("turns")
    if kept is None:
        kept = vars(frame)["turns"] = list(_turns(frame))
    return kept


def _turns(frame: Frame) -> Iterator[Turns]:
    for node in own_of(frame.scope, *_REPEATING):
        match node:
            case ast.For() | ast.AsyncFor():
                yield Turns(node, node.iter, frame, node.target, tuple(node.body))
            case ast.ListComp() | ast.SetComp() | ast.GeneratorExp() | ast.DictComp():
                made = [node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt]
                for at, clause in enumerate(node.generators):
                    rest: list[ast.AST] = [*clause.ifs, *node.generators[at + 1 :], *made]
                    yield Turns(node, clause.iter, frame, clause.target, tuple(rest))
            case ast.Call() if word_of(node) in WORDS:
                for iterable, function in keyed(node):
                    yield _by_function(node, iterable, function, frame)


_REPEATING: tuple[type[ast.AST], ...] = (
    ast.For, ast.AsyncFor, ast.ListComp, ast.SetComp, ast.GeneratorExp, ast.DictComp, ast.Call,
)  # fmt: skip


def _by_function(node: ast.Call, iterable: ast.expr, function: ast.expr, frame: Frame) -> Turns:
    if isinstance(function, ast.Lambda) and function.args.args:
        inner = Frame(frame.unit, function, frame.owner, frame.this, outer=frame)
        target = ast.Name(function.args.args[0].arg, ast.Store())
        return Turns(function, iterable, inner, target, (function.body,))
    return Turns(node, iterable, frame, function=function)


def elements(project: Project, turns: Turns, frame: Frame) -> Iterator[tuple[str, Row]]:
    """The names that get a row each turn, and the row; "" for the argument of a function."""
    kind = flow.each(project, turns.node, turns.iter, frame)
    if kind is None:
        return
    if turns.target is None:
        if isinstance(kind, Row):
            yield "", kind
        return
    for name, path in names_in(turns.target):
        found: Kind | None = kind
        for at in path:
            found = found.items[at] if isinstance(found, Parts) and at < len(found.items) else None
        if isinstance(found, Row):
            yield name, found


def read_of(project: Project, turns: Turns, name: str) -> Iterator[Access]:
    """Every way that a turn goes from the element of that name."""
    if turns.function is None:
        loop = turns.node if not isinstance(turns.node, ast.Lambda) else None
        yield from reads(project, list(turns.body), turns.frame, Root(name, loop))
        return
    match flow.value(project, turns.function, turns.frame):
        case Ref(meaning=Func() as func):
            this, skip = None, 0
        case Bound(func=func, this=this):
            skip = 1
        case _:
            return
    if len(func.parameters) > skip:
        yield from of_parameter(project, func, func.parameters[skip].arg, this)
