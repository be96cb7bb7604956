# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""GRN307: a loop calls a function that asks the database, once for each turn."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from greenlint_rules.few_rows import is_after_failure
from greenlint_rules.many import goes_over_chunks, is_minor, leaves
from greenlint_rules.often import ONCE

from greenlint.messages import say
from greenlint.project import flow
from greenlint.project.doubts import RARE, SURE, UNSURE, running
from greenlint.project.frames import Frame, frames_in, names_in, scan
from greenlint.project.knowing import Function
from greenlint.project.nodes import names_of, nodes
from greenlint.project.project import Project, Unit
from greenlint.project.queries import Called, Query, direct, entered, given, run
from greenlint.project.turns import Turns, turns_in
from greenlint.project.values import Row, Rows
from greenlint.rule import Confidence, Hit, Options, Related, Rule

RULE = Rule(
    code="GRN307",
    name="query-in-called-function",
    needles=(b"for ",),
    since="0.1.0",
    lifecycle="preview",
    across=True,
    alone=False,
    help="let the function take what one query before the loop has found for all items "
    "(`__in`, a join, an aggregate)",
    tests=False,
)


@RULE.across_files
def loop(unit: Unit, project: Project, _: Options) -> Iterator[Hit]:
    """Calls in loops, innermost loop first."""
    if ONCE.search(unit.name):
        return
    for frame in frames_in(project, unit):
        told: set[ast.AST] = set()
        for turns in reversed(turns_in(frame)):
            if turns.target is None or turns.frame is not frame or goes_over_chunks(turns):
                continue
            mine = _of_turn(turns, frame)
            for node, doubt in running(turns.body, None):
                if node in told or not isinstance(node, _ASKING) or mine.isdisjoint(_names(node)):
                    continue
                hit = None
                if (rows := direct(project, node, frame)) is not None:
                    hit = _of_relation(project, node, rows, doubt, turns, frame)
                elif isinstance(node, (ast.Call, ast.Attribute)):
                    hit = _judge(project, node, doubt, turns, frame)
                if hit is not None:
                    told.add(node)
                    yield hit


# What may ask the database when it runs.
_ASKING = (ast.Call, ast.Attribute, ast.For, ast.AsyncFor, ast.comprehension)


def _names(node: ast.AST) -> frozenset[str]:
    """The names that what is asked may depend on; a property is that of a name's row."""
    if isinstance(node, ast.Attribute):
        return frozenset((node.value.id,)) if isinstance(node.value, ast.Name) else frozenset()
    return names_of(getattr(node, "iter", node))


def _of_relation(
    project: Project, node: ast.AST, rows: Rows, doubt: int, turns: Turns, frame: Frame
) -> Hit | None:
    """A query in the loop itself on a relation of a row that only the project knows: what one file
    proves is GRN301's.
    """
    if not rows.relation or "select_for_update" in rows.methods:
        return None
    place = node if isinstance(node, ast.Call) else getattr(node, "iter", node)
    if not names_of(place) & _of_turn(turns, frame) or _is_proven(project, place, rows, frame):
        return None
    few = is_minor(project, turns, frame) or leaves(turns) or _is_changed(turns, place)
    levels = {SURE: Confidence.HIGH, UNSURE: Confidence.LOW}
    return Hit(
        place,
        say(
            "`{call}` asks the database on every turn: one query for each `{item}`",
            call=_brief(place),
            item=turns.item,
        ),
        confidence=Confidence.LOW if few else levels.get(doubt, Confidence.LOW),
        help="ask for all rows at once before the loop (`__in`, an aggregate, a `Prefetch` with a "
        "filtered queryset)",
        related=(Related(turns.iter, "this loop"),),
    )


def _is_proven(project: Project, place: ast.AST, rows: Rows, frame: Frame) -> bool:
    """Whether the row is a name's, and this body asks for it: then the file proves it."""
    receiver: ast.AST = place
    while isinstance(receiver, (ast.Call, ast.Attribute, ast.Subscript)):
        inner = receiver.func if isinstance(receiver, ast.Call) else receiver.value
        if isinstance(receiver, ast.Attribute) and receiver.attr == rows.relation:
            row = flow.value(project, inner, frame) if isinstance(inner, ast.Name) else None
            return isinstance(row, Row) and _is_asked_for(row, frame)
        receiver = inner
    return False


def _is_asked_for(row: Row, frame: Frame) -> bool:
    if row.at is None or row.at.unit is not frame.unit or not isinstance(row.at.node, ast.Call):
        return False
    last = getattr(frame.scope, "end_lineno", None) or 1 << 30
    return bool(getattr(frame.scope, "lineno", 1) <= row.at.node.lineno <= last)


def _judge(
    project: Project, node: ast.Call | ast.Attribute, doubt: int, turns: Turns, frame: Frame
) -> Hit | None:
    """The finding of a call that leads to a query with something of the turn."""
    called = entered(project, node, frame)
    if called is None or (isinstance(called.this, Row) and called.this.fetched.made):
        return None
    names = _of_turn(turns, frame)
    done = run(project, called.func, called.this)
    queries = [one for one in done.queries if _asked_for(project, called, one, node, frame) & names]
    if not queries:
        return None
    query = min(queries, key=lambda one: (one.doubt, len(one.via)))
    few = done.writes or called.changes or called.func.node is frame.scope
    few = few or is_minor(project, turns, frame) or leaves(turns) or _is_changed(turns, node)
    few = few or (isinstance(frame.scope, Function) and is_after_failure(frame.scope, turns.iter))
    sure = max(doubt, query.doubt)
    return _hit(node, called, query, RARE if few else sure + (sure and len(query.via) > 1), turns)


def _asked_for(
    project: Project, called: Called, query: Query, node: ast.expr, frame: Frame
) -> set[str]:
    """The names at a call that a query depends on, but for rows that the program has just made."""
    found = set()
    for name in given(called, query, node):
        use = ast.copy_location(ast.Name(name, ast.Load()), node)
        kind = flow.value(project, use, frame)
        if not (isinstance(kind, Row) and kind.fetched.made):
            found.add(name)
    return found


def _of_turn(turns: Turns, frame: Frame) -> frozenset[str]:
    """The names that hold something of the turn."""
    leading = scan(frame.scope)
    return frozenset().union(
        *(leading.leading_to(name) for name, _ in names_in(turns.target or ast.Tuple([])))
    )


def _is_changed(turns: Turns, node: ast.AST) -> bool:
    """Whether what a call gives is written to, or the turn locks what it works on."""
    for one in nodes(*turns.body):
        match one:
            case ast.Attribute(value=inner, attr="update" | "delete" | "add" | "set" | "remove"):
                if inner is node:
                    return True
            case ast.Attribute(attr="select_for_update" | "atomic"):
                return True
    return False


def _hit(
    node: ast.Call | ast.Attribute, called: Called, query: Query, doubt: int, turns: Turns
) -> Hit:
    levels = {SURE: Confidence.HIGH, UNSURE: Confidence.LOW}
    return Hit(
        node,
        say(
            "`{call}` asks the database on every turn: one query for each `{item}`, sent by "
            "`{function}`",
            call=_brief(node),
            item=turns.item,
            function=called.func.name,
        ),
        confidence=levels.get(doubt, Confidence.LOW),
        related=(
            Related(turns.iter, "this loop"),
            Related(query.at.node, "this query", query.at.unit.name),
        ),
    )


def _brief(node: ast.AST) -> str:
    text = ast.unparse(node)
    return text if len(text) <= 60 else f"{ast.unparse(getattr(node, 'func', node))[:50]}(...)"
