# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Rows that an answer is made of: FastAPI's response models, Pydantic and marshmallow schemas."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from greenlint.project import dumping, flow, schemas, sqlalchemy
from greenlint.project.frames import Frame
from greenlint.project.mapping import last_word
from greenlint.project.nodes import own_nodes
from greenlint.project.paths import Access
from greenlint.project.project import Class, Project
from greenlint.project.schemas import Shape
from greenlint.project.values import Kind, Row, Rows, Seq

_ROUTES = frozenset(("get", "post", "put", "patch", "api_route", "route", "delete"))


@dataclass(frozen=True, slots=True)
class Shown:
    """Rows, the expression that gives them, and what the schema reads of each of them.

    `many` is false for a single row: then only what is behind a list of its counts.
    """

    rows: Rows
    given: ast.expr
    schema: Class
    accesses: tuple[Access, ...]
    many: bool


def shown(project: Project, frame: Frame) -> Iterator[Shown]:
    """The rows of a function that schemas show: what an endpoint returns, what is dumped."""
    answer = _answer(project, frame)
    for node in own_nodes(frame.scope):
        if isinstance(node, ast.Return) and answer is not None and node.value is not None:
            yield from _given(project, node.value, answer, frame)
        elif isinstance(node, ast.Call):
            yield from _called(project, node, frame)


def _answer(project: Project, frame: Frame) -> Shape | None:
    """What an endpoint's ``response_model=`` or annotation says that it answers with."""
    scope = frame.scope
    if not isinstance(scope, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return None
    top = Frame(frame.unit, frame.unit.tree)
    for decorator in scope.decorator_list:
        if isinstance(decorator, ast.Call) and _is_route(decorator.func):
            words = {one.arg: one.value for one in decorator.keywords}
            return schemas.shape(project, words.get("response_model", scope.returns), top)
    return None


def _is_route(func: ast.expr) -> bool:
    return isinstance(func, ast.Attribute) and func.attr in _ROUTES


def _called(project: Project, call: ast.Call, frame: Frame) -> Iterator[Shown]:
    if last_word(call.func) in ("parse_obj_as", "validate_python"):
        yield from _adapted(project, call, frame)
        return
    dump = dumping.dumped(project, call, frame)
    if dump is not None:
        kind = flow.value(project, dump.given, frame)
        found = tuple(dumping.of_dump(project, dump))
        yield from _of(project, kind, dump.given, Shape(dump.schema, dump.many), found)


def _adapted(project: Project, call: ast.Call, frame: Frame) -> Iterator[Shown]:
    """``parse_obj_as(list[OrderOut], orders)``, ``TypeAdapter(...).validate_python(orders)``."""
    match call:
        case ast.Call(func=ast.Name(), args=[note, given, *_]):
            pass
        case ast.Call(func=ast.Attribute(value=ast.Call(args=[note, *_])), args=[given, *_]):
            pass
        case _:
            return
    answer = schemas.shape(project, note, frame)
    if answer is not None:
        yield from _given(project, given, answer, frame)


def _given(project: Project, given: ast.expr, answer: Shape, frame: Frame) -> Iterator[Shown]:
    """What an expression gives to a schema: rows, or parts that hold rows."""
    match given:
        case ast.Dict(keys=keys, values=values):
            parts = [
                (key.value, value)
                for key, value in zip(keys, values, strict=True)
                if isinstance(key, ast.Constant)
            ]
            yield from _parts(project, parts, answer.schema, frame)
            return
        case ast.Call(func=func, keywords=keywords) if keywords:
            made = schemas.shape(project, _plain(func), frame)
            if made is not None:
                parts = [(one.arg, one.value) for one in keywords]
                yield from _parts(project, parts, made.schema, frame)
                return
    kind = flow.value(project, given, frame)
    found = schemas.accesses(project, answer.schema)
    yield from _of(project, kind, given, answer, found)


def _plain(func: ast.expr) -> ast.expr:
    return func.value if isinstance(func, ast.Subscript) else func


def _parts(
    project: Project, parts: Sequence[tuple[object, ast.expr]], schema: Class, frame: Frame
) -> Iterator[Shown]:
    fields = schemas.fields(project, schema) or {}
    for name, value in parts:
        if isinstance(name, str) and name in fields:
            note, owner = fields[name]
            nested = schemas.shape(project, note, Frame(owner.unit, owner.unit.tree))
            if nested is not None:
                yield from _given(project, value, nested, frame)


def _of(
    project: Project,
    kind: Kind | None,
    given: ast.expr,
    answer: Shape,
    found: tuple[Access, ...],
) -> Iterator[Shown]:
    match kind:
        case Rows(model=model) if answer.many and sqlalchemy.is_mapped(project, model):
            yield Shown(kind, given, answer.schema, found, True)
        case Seq(of=Row(model=model) as row) if answer.many and sqlalchemy.is_mapped(
            project, model
        ):
            rows = Rows(model, row.fetched, row.at)
            yield Shown(rows, given, answer.schema, found, True)
        case Row(model=model) if not answer.many and sqlalchemy.is_mapped(project, model):
            rows = Rows(model, kind.fetched, kind.at)
            yield Shown(rows, given, answer.schema, found, False)
