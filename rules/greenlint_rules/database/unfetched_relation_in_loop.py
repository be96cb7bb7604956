# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""GRN304: a loop over a queryset reads relations that the queryset does not fetch."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import NamedTuple

from greenlint_rules.fetching import advice, confidence, missing, named, places

from greenlint.messages import say
from greenlint.project import flow
from greenlint.project.frames import Frame, frames_in, names_in
from greenlint.project.needs import Need
from greenlint.project.nodes import own_nodes
from greenlint.project.paths import Root, reads
from greenlint.project.project import Project, Unit
from greenlint.project.values import Rows
from greenlint.rule import Hit, Options, Related, Rule

RULE = Rule(
    code="GRN304",
    name="unfetched-relation-in-loop",
    needles=(b"for ",),
    since="0.1.0",
    lifecycle="preview",
    across=True,
    tests=False,
)


class Turns(NamedTuple):
    """A loop: the node that binds its names, its target, what it goes over, what it repeats."""

    node: ast.AST
    target: ast.expr
    iter: ast.expr
    body: list[ast.AST]


@RULE.across_files
def loop(unit: Unit, project: Project, _: Options) -> Iterator[Hit]:
    """Loops and comprehensions whose element is read along a relation."""
    for frame in frames_in(project, unit):
        told: set[ast.AST] = set()
        for turns in _loops(frame):
            rows = _rows(project, turns.iter, frame)
            if rows is None or rows.few:
                continue
            accesses = [
                access
                for name, path in names_in(turns.target)
                if len(path) <= 1
                for access in reads(project, turns.body, frame, Root(name, turns.node))
            ]
            found = [n for n in missing(project, rows, accesses) if n.at.node not in told]
            if found:
                told.update(one.at.node for one in found)
                yield _hit(frame, turns, rows, found)


def _loops(frame: Frame) -> Iterator[Turns]:
    for node in own_nodes(frame.scope):
        match node:
            case ast.For() | ast.AsyncFor():
                yield Turns(node, node.target, node.iter, list(node.body))
            case ast.ListComp() | ast.SetComp() | ast.GeneratorExp() | ast.DictComp():
                made = [node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt]
                for at, clause in enumerate(node.generators):
                    rest: list[ast.AST] = [*clause.ifs, *node.generators[at + 1 :], *made]
                    yield Turns(node, clause.target, clause.iter, rest)


def _rows(project: Project, iterable: ast.expr, frame: Frame) -> Rows | None:
    match iterable:
        case ast.Call(func=ast.Name(id="enumerate"), args=[first, *_]):
            iterable = first
    kind = flow.value(project, iterable, frame)
    return kind if isinstance(kind, Rows) and kind.kind != "manager" else None


def _hit(frame: Frame, turns: Turns, rows: Rows, found: list[Need]) -> Hit:
    place: ast.AST = turns.iter
    near = rows.at is not None and rows.at.unit is frame.unit and not rows.relation
    if near and rows.at is not None and _holds(frame.scope, rows.at.node):
        place = rows.at.node
    return Hit(
        place,
        say(
            "each `{item}` of this loop asks the database for {relations}: a query for each row",
            item=ast.unparse(turns.target),
            relations=named(found),
        ),
        help=advice(found),
        confidence=confidence(rows, found),
        related=(Related(turns.iter, "this loop"), *places(found)),
    )


def _holds(scope: ast.AST, node: ast.AST) -> bool:
    if isinstance(scope, ast.Module):
        return True
    first, last = getattr(scope, "lineno", 0), getattr(scope, "end_lineno", 0) or 0
    return bool(first <= getattr(node, "lineno", 0) <= last)
