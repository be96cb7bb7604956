# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Where code makes a serializer of several rows itself: ``OrderSerializer(orders, many=True)``."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace

from greenlint.project import flow, parameters
from greenlint.project.choices import serializers_of
from greenlint.project.fields import is_serializer
from greenlint.project.frames import Frame, frame_of
from greenlint.project.nodes import own_of
from greenlint.project.optimising import doubt
from greenlint.project.prefetching import set_by_functions
from greenlint.project.project import Class, Func, Project
from greenlint.project.serializers import is_many
from greenlint.project.values import At, Obj, Ref, Row, Rows, Seq
from greenlint.project.views import Shown


def in_method(project: Project, func: Func, cls: Class) -> Iterator[Shown]:
    """What a method shows, read for an object of a class."""
    yield from in_frame(project, frame_of(func, Obj(cls)))


def in_frame(project: Project, frame: Frame) -> Iterator[Shown]:
    """Every serializer of several rows that a body makes, with the rows, where both are known."""
    for node in own_of(frame.scope, ast.Call):
        call, given = _shows(node)
        if call is None or given is None or not is_many(call):
            continue
        choices = classes(project, call.func, frame)
        rows = _rows(project, given, frame) if choices else None
        if rows is None or rows.few:
            continue
        rows = _with_fetched(project, given, rows, frame)
        for serializer, unsure in choices:
            unsure = unsure if len(choices) > 1 else ""
            unsure = unsure or _doubt(project, serializer, frame)
            yield Shown(rows, serializer, True, unsure, At(frame.unit, call))


def _shows(node: ast.Call) -> tuple[ast.Call | None, ast.expr | None]:
    """The call that makes a serializer, and the rows that it gets; ``data=`` are none."""
    match node:
        case ast.Call(
            func=ast.Attribute(value=ast.Call() as made, attr="to_representation"), args=[rows]
        ):
            return made, rows
        case ast.Call(args=[rows, *_]):
            return node, rows
    given = {one.arg: one.value for one in node.keywords}
    return node, given.get("instance")


def classes(project: Project, made: ast.expr, frame: Frame) -> list[tuple[Class, str]]:
    """The serializer classes that are called, each with what makes it uncertain."""
    view = _view(project, frame)
    if view is not None and _is_view_choice(made, frame):
        return serializers_of(project, view, getattr(frame.scope, "name", "list"))
    kind = flow.value(project, made, frame)
    if isinstance(kind, Ref) and isinstance(kind.meaning, Class):
        return [(kind.meaning, "")] if is_serializer(project, kind.meaning) else []
    return []


def _is_view_choice(made: ast.expr, frame: Frame) -> bool:
    """``self.get_serializer``, ``self.get_serializer_class()``, or a name for the latter."""
    match made:
        case ast.Attribute(value=ast.Name(id="self"), attr="get_serializer"):
            return True
        case ast.Call(func=ast.Attribute(value=ast.Name(id="self"), attr="get_serializer_class")):
            return True
        case ast.Name(id=name):
            bound = frame.bound(name, made)
            value = bound[-1].value if bound and len(bound) == 1 else None
            return isinstance(value, ast.Call) and _is_view_choice(value, frame)
    return False


def _view(project: Project, frame: Frame) -> Class | None:
    this = parameters.this_of(project, frame) if frame.owner is not None else None
    return this.kind if isinstance(this, Obj) and isinstance(this.kind, Class) else None


def _rows(project: Project, given: ast.expr, frame: Frame) -> Rows | None:
    match flow.value(project, given, frame):
        case Rows() as rows:
            return rows
        case Seq(of=Row() as row) if row.at is not None:
            return Rows(row.model, row.fetched, row.at, kind="list")
    return None


def _with_fetched(project: Project, given: ast.expr, rows: Rows, frame: Frame) -> Rows:
    """The rows with what ``prefetch_related_objects(rows, ...)`` adds in the same body, and what
    functions of the project set on each of them.
    """
    for node in own_of(frame.scope, ast.Call):
        word = getattr(node.func, "id", "") or getattr(node.func, "attr", "")
        if word != "prefetch_related_objects" or not node.args:
            continue
        names = [flow.strings(project, arg, frame) for arg in node.args[1:]]
        if ast.unparse(node.args[0]) != ast.unparse(given) or None in names:
            return replace(rows, fetched=rows.fetched.doubted("more is prefetched beside it"))
        paths = [path for some in names if some for path in some]
        rows = replace(rows, fetched=rows.fetched.prefetch(*paths))
    if not isinstance(given, ast.Name):
        return rows
    set_there = set_by_functions(project, rows.fetched, {given.id}, given.lineno, frame)
    return replace(rows, fetched=set_there)


def _doubt(project: Project, serializer: Class, frame: Frame) -> str:
    view = _view(project, frame)
    return doubt(project, view if view is not None else serializer, serializer)
