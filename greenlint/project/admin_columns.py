# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""The columns of a list in Django's admin: names and callables, and what each reads of a row."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, replace

from greenlint.project import members, models, parameters
from greenlint.project.facts import dotted
from greenlint.project.frames import Frame, frame_of
from greenlint.project.memory import remembered
from greenlint.project.nodes import own_nodes
from greenlint.project.paths import EACH, TEXT, Access, Root, of_parameter, path_of
from greenlint.project.project import Class, Func, Meaning, Project, Value
from greenlint.project.values import At, Kind, Obj, Ref, Row


@dataclass(frozen=True, slots=True)
class Column:
    """A column: the name that is written, or the function; `unsure`: it is not always there."""

    name: str
    at: At
    func: Func | None = None
    unsure: bool = False


def text_of_row(cls: Class) -> Column:
    """What is shown where no columns are named: the row's own text."""
    return Column(TEXT, At(cls.unit, cls.node))


def columns_of(project: Project, cls: Class, word: str) -> tuple[Column, ...] | None:
    """The columns that an attribute of an admin class names, or its ``get_`` method; None where
    there is neither.
    """
    found: list[Column] = []
    held = project.attribute(cls, word)
    if isinstance(held, Value):
        found += _of_value(project, held)
    own = project.attribute(cls, f"get_{word}")
    if isinstance(own, Func):
        frame = frame_of(own, Obj(cls))
        for node in own_nodes(own.node):
            if isinstance(node, (ast.List, ast.Tuple)):
                found += [replace(one, unsure=True) for one in _items(project, node, frame)]
    elif not isinstance(held, Value):
        return None
    return tuple(dict.fromkeys(found))


def _of_value(project: Project, held: Value) -> Iterator[Column]:
    scope = held.owner.node if held.owner is not None else held.unit.tree
    yield from _items(project, held.node, Frame(held.unit, scope, held.owner))


def _items(project: Project, expr: ast.expr, frame: Frame, depth: int = 0) -> Iterator[Column]:
    """The elements that can be read of a list or tuple, however it is put together."""
    at = At(frame.unit, expr)
    if depth > 6:
        return
    match expr:
        case ast.Constant(value=str() as name):
            yield Column(name, at)
        case ast.Lambda():
            yield Column("", at, Func(frame.unit, expr))
        case ast.List(elts=elements) | ast.Tuple(elts=elements):
            for one in elements:
                yield from _items(project, one, frame, depth + 1)
        case ast.Starred(value=inner):
            yield from _items(project, inner, frame, depth + 1)
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            yield from _items(project, left, frame, depth + 1)
            yield from _items(project, right, frame, depth + 1)
        case ast.Call(func=ast.Name(id="list" | "tuple"), args=[inner]):
            yield from _items(project, inner, frame, depth + 1)
        case ast.Name() | ast.Attribute():
            meant = _meaning(project, expr, frame)
            if isinstance(meant, Func):
                yield Column("", at, meant)
            elif isinstance(meant, Value) and meant.node is not expr:
                scope = meant.owner.node if meant.owner is not None else meant.unit.tree
                inner_frame = Frame(meant.unit, scope, meant.owner)
                yield from _items(project, meant.node, inner_frame, depth + 1)


def _meaning(project: Project, expr: ast.expr, frame: Frame) -> Meaning | None:
    name = dotted(expr)
    if not name:
        return None
    if isinstance(expr, ast.Name) and isinstance(frame.scope, ast.ClassDef):
        bound = [one for one in frame.bindings.get(name, ()) if one.line < expr.lineno]
        if bound and bound[-1].value is not None:
            return Value(frame.unit, bound[-1].value, frame.owner)
    if frame.owner is not None:
        own = project.own_attribute(frame.owner, name)
        return own if own is not None else project.within(frame.owner, name)
    return project.meaning(frame.unit, name)


# -- what they read -----------------------------------------------------------------------------


@remembered(())
def accesses(
    project: Project, cls: Class, model: Class, columns: tuple[Column, ...]
) -> tuple[Access, ...]:
    """Every way that showing these columns goes from a row."""
    return tuple(
        replace(one, unsure=one.unsure or column.unsure)
        for column in columns
        for one in _of_column(project, cls, model, column)
    )


def _of_column(project: Project, cls: Class, model: Class, column: Column) -> Iterator[Access]:
    """The order in which Django's `lookup_field` asks: a field of the model that is no relation to
    several rows, a function, an attribute of the admin class, one of the row, a lookup with ``__``.
    """
    name = column.name
    if column.func is not None:
        yield from _of_function(project, column.func, None)
        return
    link = models.link(project, model, name)
    held = project.attribute(cls, name) if name else None
    if link is not None and link.many and held is None:
        yield Access((name, "all()", EACH), column.at)
        yield Access((name, "all()", EACH, TEXT), column.at)
        return
    if name == TEXT or (link is not None and not link.many):
        yield Access((TEXT,) if name == TEXT else (name, TEXT), column.at)
        return
    if isinstance(held, Func):
        yield from _of_function(project, held, Obj(cls))
        return
    if isinstance(held, Value):
        kind = members.meaning(project, held)
        if isinstance(kind, Ref) and isinstance(kind.meaning, Func):
            yield from _of_function(project, kind.meaning, None)
        elif isinstance(held.node, ast.Lambda):
            yield from _of_function(project, Func(held.unit, held.node), None)
        return
    own = project.attribute(model, name)
    if isinstance(own, Func):
        step = name if models.is_property(own) else f"{name}()"
        yield Access((step,), column.at)
        yield from _of_returned(project, own, 0, Row(model), column.at)
    elif "__" in name and not name.startswith("__"):
        yield Access((*name.split("__"), TEXT), column.at)


def _of_function(project: Project, func: Func, this: Kind | None) -> Iterator[Access]:
    """What a function that gets the row reads of it, and the text of what it returns of it."""
    place = 0 if this is None or parameters.is_static(func.node) else 1
    if len(func.parameters) > place:
        yield from of_parameter(project, func, func.parameters[place].arg, this)
        yield from _of_returned(project, func, place, this, None)


def _of_returned(
    project: Project, func: Func, place: int, this: Kind | None, at: At | None
) -> Iterator[Access]:
    """The text of what a function returns of the row: that is what its column shows."""
    if len(func.parameters) <= place:
        return
    frame = frame_of(func, this)
    root = Root(func.parameters[place].arg)
    for value, unsure in _returns(func):
        path = path_of(value, frame, root)
        if path:
            here = At(func.unit, value)
            yield Access((*path, TEXT), at or here, (here,) if at is not None else (), unsure)


def _returns(func: Func) -> Iterator[tuple[ast.expr, bool]]:
    if isinstance(func.node, ast.Lambda):
        yield from _branches(func.node.body, False)
        return
    for node in own_nodes(func.node):
        if isinstance(node, ast.Return) and node.value is not None:
            yield from _branches(node.value, node not in func.node.body)


def _branches(value: ast.expr, unsure: bool) -> Iterator[tuple[ast.expr, bool]]:
    match value:
        case ast.IfExp(body=one, orelse=other):
            yield from _branches(one, True)
            yield from _branches(other, True)
        case ast.BoolOp(values=several):
            for each in several:
                yield from _branches(each, True)
        case _:
            yield value, unsure
