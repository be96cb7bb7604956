# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""GRN850: a property that asks the database is read again and again for one object."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from greenlint.messages import say
from greenlint.project import flow, models
from greenlint.project.facts import dotted
from greenlint.project.frames import Frame, frames_in
from greenlint.project.needs import Need, needs
from greenlint.project.nodes import own_nodes, own_of
from greenlint.project.paths import of_self
from greenlint.project.project import Func, Project, Unit
from greenlint.project.values import NOTHING, Row
from greenlint.rule import Hit, Options, Related, Rule

RULE = Rule(
    code="GRN850",
    name="uncached-property",
    severity="note",
    confidence="medium",
    needles=(b"self", b"for ", b"return"),
    since="0.1.0",
    lifecycle="preview",
    help="keep the value in a name, or make it a `cached_property` if nothing changes it while the "
    "object lives",
    across=True,
    alone=False,
    tests=False,
)

# Calls that may change what the property finds.
_WRITES = frozenset(
    (
        "save", "create", "delete", "add", "set", "remove", "clear", "update", "bulk_create",
        "bulk_update", "get_or_create", "update_or_create", "refresh_from_db", "execute", "commit",
    )
)  # fmt: skip


# One branch of a test: statements, or an expression.
Side = Sequence[ast.stmt] | Sequence[ast.expr]


class Read(NamedTuple):
    """One read of a property that asks: the place, the property, and what it asks for."""

    node: ast.Attribute
    func: Func
    need: Need


@RULE.across_files
def read_again(unit: Unit, project: Project, _: Options) -> Iterator[Hit]:
    """Functions that read one asking property of one object more than once."""
    for frame in frames_in(project, unit):
        if isinstance(frame.scope, ast.Module):
            continue
        for reads in _written_twice(project, frame):
            found = list(_asking(project, frame, reads))
            together = [one for one in found if not _apart(frame, found[0].node, one.node)]
            if len(together) < 2 or _writes(frame):
                continue
            if not _bound_anew(frame, dotted(found[0].node.value), together):
                yield _hit(together)


def _hit(found: list[Read]) -> Hit:
    first, again = found[0], found[1]
    property_of = first.func
    return Hit(
        again.node,
        say(
            "`{read}` asks the database for {what} again: {times} times in this function",
            read=ast.unparse(again.node),
            what=f"`{first.need.path.replace('__', '.')}`",
            times=len(found),
        ),
        related=(
            Related(first.node, "asked before"),
            Related(property_of.node, "this property", property_of.unit.name),
        ),
    )


def _written_twice(project: Project, frame: Frame) -> Iterator[list[ast.Attribute]]:
    """Attributes named like a property that stand more than once in a body, in order."""
    written: dict[str, list[ast.Attribute]] = defaultdict(list)
    properties = project.properties
    for node in own_of(frame.scope, ast.Attribute):
        if node.attr not in properties:
            continue
        if isinstance(node.ctx, ast.Load):
            written[dotted(node)].append(node)
    written.pop("", None)
    yield from (reads for reads in written.values() if len(reads) > 1)


def _asking(project: Project, frame: Frame, reads: list[ast.Attribute]) -> Iterator[Read]:
    for node in reads:
        row = flow.value(project, node.value, frame)
        if not isinstance(row, Row):
            return
        func = project.attribute(row.model, node.attr)
        if not isinstance(func, Func) or not models.is_property(func) or models.is_cached(func):
            return
        need = _asks(project, row, func)
        if need is not None:
            yield Read(node, func, need)


def _asks(project: Project, row: Row, func: Func) -> Need | None:
    """What a property asks for on every read: rows that nobody keeps.  A single related row stays
    with the object once it was read.
    """
    if any("cache" in dotted(node) for node in own_nodes(func.node)):
        return None
    this = Row(row.model, NOTHING.doubted("the row comes from elsewhere"))
    for need in needs(project, row.model, of_self(project, func, this)):
        kept = need.how == "select" or need.unsure
        if not kept and not row.fetched.covers(need.path):
            return need
    return None


def _writes(frame: Frame) -> bool:
    return any(
        isinstance(node.func, ast.Attribute) and node.func.attr in _WRITES
        for node in own_of(frame.scope, ast.Call)
    )


def _bound_anew(frame: Frame, receiver: str, found: list[Read]) -> bool:
    """Whether the object's name is given another object between two reads."""
    name = receiver.partition(".")[0]
    lines = sorted(read.node.lineno for read in found)
    return any(lines[0] < bind.line <= lines[-1] for bind in frame.bindings.get(name, ()))


def _apart(frame: Frame, one: ast.AST, other: ast.AST) -> bool:
    """Whether only one of two places is reached: they stand in two branches of one test."""
    for node in own_nodes(frame.scope):
        sides: tuple[Side, Side]
        if isinstance(node, ast.If):
            sides = (node.body, node.orelse)
        elif isinstance(node, ast.IfExp):
            sides = ([node.body], [node.orelse])
        else:
            continue
        if any(_holds(a, one) and _holds(b, other) for a, b in (sides, sides[::-1])):
            return True
    return _leaves_between(frame, one, other)


def _leaves_between(frame: Frame, one: ast.AST, other: ast.AST) -> bool:
    """Whether the branch of the first place ends the function."""
    return any(
        isinstance(node, ast.If)
        and _holds(node.body, one)
        and not _holds(node.body, other)
        and isinstance(node.body[-1], (ast.Return, ast.Raise, ast.Continue, ast.Break))
        for node in own_nodes(frame.scope)
    )


def _holds(side: Side, node: ast.AST) -> bool:
    line = getattr(node, "lineno", 0), getattr(node, "col_offset", 0)
    return any(
        (part.lineno, part.col_offset) <= line < (part.end_lineno or 0, part.end_col_offset or 0)
        for part in side
    )
