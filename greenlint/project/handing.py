# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Rows that are handed to a function which goes through them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

from greenlint.project import flow, making, models, parameters, serializers, sqlalchemy
from greenlint.project.frames import Frame
from greenlint.project.nodes import own_of, word_of
from greenlint.project.paths import EACH, Access, of_parameter
from greenlint.project.prefetching import fetched_within
from greenlint.project.project import Class, Func, Project
from greenlint.project.querysets import ASKING, ELEMENT_OF, ONE, SAME, VALUES, element
from greenlint.project.reached import is_reached
from greenlint.project.values import At, Bound, Kind, Ref, Row

_METHODS = SAME | VALUES | ONE | ASKING | {"append", "extend", "add", "update", "join", "format"}
# Methods of SQLAlchemy's sessions and results that give rows.
_RESULTS = frozenset(("scalars", "unique", "fetchall", "exec", "options", "query"))
# What a function may make of its rows before it goes through them: the same rows, or fewer.
_STAY = frozenset(("all()", "filter()", "exclude()", "order_by()", "distinct()", "iterator()"))


class Handed(NamedTuple):
    """A call, the argument that stands for several rows, such a row, and what is read of each.

    `single`: the argument stands for one row of SQLAlchemy; what is behind a list of its is read
    again and again.
    """

    call: ast.Call
    arg: ast.expr
    row: Row
    accesses: tuple[Access, ...]
    single: bool = False


def handed(project: Project, frame: Frame, loop: ast.AST | None = None) -> Iterator[Handed]:
    """Every call in a body, or in a loop of it, that hands rows to a function of the project."""
    for node in own_of(loop or frame.scope, ast.Call):
        if node.args or node.keywords:
            func, word = node.func, word_of(node)
            local = isinstance(func, ast.Name) and word in frame.bindings
            if not local and not project.may_define(func):
                continue
            if word not in _METHODS and any(_may_be_rows(arg, frame) for arg in _arguments(node)):
                yield from _by_call(project, node, frame)


def _arguments(call: ast.Call) -> Iterator[ast.expr]:
    yield from call.args
    yield from (one.value for one in call.keywords if one.arg)


def _may_be_rows(arg: ast.expr, frame: Frame) -> bool:
    """Whether an argument may stand for rows, as far as its own words tell: asked of every call."""
    match arg:
        case ast.Name(id=name):
            bound = frame.bindings.get(name)
            if bound is None:
                return name in frame.given
            return any(
                (one.how == "assign" and isinstance(one.value, _GIVING)) or one.node in frame.chosen
                for one in bound
            )
        case ast.Attribute(value=ast.Name(id="self")) | ast.ListComp():
            return True
        case ast.Subscript(value=inner, slice=ast.Slice()):
            return _may_be_rows(inner, frame)
        case ast.IfExp(body=one, orelse=other):
            return _may_be_rows(one, frame) or _may_be_rows(other, frame)
        case ast.Call(func=ast.Attribute(attr=word)):
            return word in SAME or word in _RESULTS or word.startswith("get_")
        case ast.Call(func=ast.Name(id=word)):
            return word in ELEMENT_OF or word.startswith("get_")
    return False


_GIVING = (ast.Call, ast.ListComp, ast.List, ast.Attribute, ast.Subscript, ast.Name, ast.IfExp)


def _by_call(project: Project, call: ast.Call, frame: Frame) -> Iterator[Handed]:
    given: list[tuple[int | str, ast.expr, Row, bool]] = []
    places = [*enumerate(call.args), *((one.arg, one.value) for one in call.keywords)]
    for key, arg in places:
        if key is not None and _may_be_rows(arg, frame):
            kind = flow.value(project, arg, frame)
            row = kind if _is_single(project, kind) else element(kind)
            if isinstance(row, Row) and not row.fetched.made:
                given.append((key, arg, row, row is kind))
    if not given:
        return
    target = flow.value(project, call.func, frame)
    at = At(frame.unit, call)
    for key, arg, asked, single in given:
        row, read = _read_by(project, call, target, key, asked)
        found = tuple(
            replace(one, path=rest).after((), at)
            for one in read
            if (rest := one.path if single else _of_each(one.path))
        )
        if found:
            yield Handed(call, arg, row, found, single)


def _read_by(
    project: Project, call: ast.Call, target: Kind | None, key: int | str, row: Row
) -> tuple[Row, tuple[Access, ...]]:
    """What a function, or an object of a class, reads of an argument; and such a row, with what a
    function fetches for it by hand.
    """
    match target:
        case Ref(meaning=Func() as func):
            this: Kind | None = None
            skip = 0
        case Bound(func=func, this=this):
            skip = 0 if parameters.is_static(func.node) else 1
        case Ref(meaning=Class() as cls) if _is_plain(project, cls):
            return row, making.of_argument(project, cls, key)
        case _:
            return row, ()
    names = [one.arg for one in func.parameters[skip:]]
    name = key if isinstance(key, str) else names[key] if key < len(names) else ""
    if not name or func.unit.is_test:
        return row, ()
    found = tuple(
        one
        for one in of_parameter(project, func, name, this)
        if is_reached(func, call, (*one.via, one.at)[0], skip)
    )
    fetched = fetched_within(project, row.fetched, func, name) if found else row.fetched
    return replace(row, fetched=fetched), found


def _is_plain(project: Project, cls: Class) -> bool:
    """Whether a class is none of those that other rules know: models, serializers."""
    if cls.unit.is_test or models.is_model(project, cls):
        return False
    return not serializers.is_serializer(project, cls)


def _is_single(project: Project, kind: Kind | None) -> bool:
    """Whether a value is one row that a session was asked for."""
    return (
        isinstance(kind, Row)
        and not kind.fetched.unsure
        and sqlalchemy.is_mapped(project, kind.model)
    )


def _of_each(path: tuple[str, ...]) -> tuple[str, ...]:
    """The way from one row, of a way from several; () where it goes another way."""
    at = 0
    while at < len(path) and path[at] in _STAY:
        at += 1
    return path[at + 1 :] if path[at : at + 1] == (EACH,) else ()
