# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""What a parameter gets: from a caller that is known, by its place, or by its annotation."""

from __future__ import annotations

import ast

from greenlint.project import models
from greenlint.project.facts import dotted
from greenlint.project.frames import Frame
from greenlint.project.project import Class, Meaning, Project
from greenlint.project.values import (
    FROM_ELSEWHERE,
    At,
    Kind,
    Obj,
    Ref,
    Row,
    Rows,
    Seq,
)


def has_parameter(frame: Frame, name: str) -> bool:
    """Whether a frame is that of a function with such a parameter."""
    return isinstance(frame.scope, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)) and any(
        one.arg == name for one in _arguments(frame.scope.args)
    )


def _arguments(given: ast.arguments) -> list[ast.arg]:
    extra = [one for one in (given.vararg, given.kwarg) if one is not None]
    return [*given.posonlyargs, *given.args, *given.kwonlyargs, *extra]


def parameter(project: Project, name: str, frame: Frame) -> Kind | None:
    """What a parameter gets: from a caller that is known, by its place or by its annotation."""
    if name in frame.given:
        return frame.given[name]
    if not isinstance(frame.scope, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
        return None
    for at, one in enumerate(_arguments(frame.scope.args)):
        if one.arg != name:
            continue
        if at == 0 and frame.owner is not None and not is_static(frame.scope):
            return (
                this_of(project, frame) if not is_class_method(frame.scope) else class_itself(frame)
            )
        kind = annotated(project, one.annotation, frame)
        if kind is not None or name != "instance":
            return kind
        return _sent(project, frame) or _of_view(project, frame)
    return None


def _sent(project: Project, frame: Frame) -> Kind | None:
    """The instance that a receiver of a model's signals gets: ``@receiver(s, sender=Order)``."""
    for one in getattr(frame.scope, "decorator_list", ()):
        if isinstance(one, ast.Call) and dotted(one.func).rpartition(".")[2] == "receiver":
            for keyword in one.keywords:
                name = dotted(keyword.value) if keyword.arg == "sender" else ""
                meant = _named(project, name, frame) if name else None
                if isinstance(meant, Class) and models.is_model(project, meant):
                    return Row(meant, FROM_ELSEWHERE)
    return None


def _of_view(project: Project, frame: Frame) -> Kind | None:
    """The instance that a view's method gets: a row of its queryset, as in ``perform_destroy``."""
    from greenlint.project import views

    this = this_of(project, frame) if frame.owner is not None else None
    if not isinstance(this, Obj) or not isinstance(this.kind, Class):
        return None
    if project.attribute(this.kind, "queryset") is None or not views.is_view(project, this.kind):
        return None
    rows = views.rows_of(project, this.kind)
    return Row(rows.model, FROM_ELSEWHERE) if rows is not None else None


def class_itself(frame: Frame) -> Kind | None:
    """What ``cls`` is."""
    if isinstance(frame.this, (Row, Obj)):
        kind = frame.this.model if isinstance(frame.this, Row) else frame.this.kind
        return Ref(kind)
    return Ref(frame.owner) if frame.owner is not None else None


def _decorators(scope: ast.AST) -> set[str]:
    return {dotted(one).rpartition(".")[2] for one in getattr(scope, "decorator_list", ())}


def is_static(scope: ast.AST) -> bool:
    """Whether a function takes no object."""
    return "staticmethod" in _decorators(scope)


def is_class_method(scope: ast.AST) -> bool:
    """Whether a function takes its class."""
    return "classmethod" in _decorators(scope)


def this_of(project: Project, frame: Frame) -> Kind | None:
    """What ``self`` is: the object that the method is read for, or any of its class."""
    if frame.this is not None:
        return frame.this
    return instance(project, frame.owner) if frame.owner is not None else None


def instance(project: Project, cls: Class) -> Kind | None:
    """Any object of a class: a row of a model, a queryset of unknown rows as an object."""
    if models.is_model(project, cls):
        return Row(cls, FROM_ELSEWHERE)
    return Obj(cls)


def annotated(project: Project, note: ast.expr | None, frame: Frame) -> Kind | None:
    """What an annotation promises: ``Order``, ``QuerySet[Order]``, ``list[Order]``."""
    match note:
        case ast.Constant(value=str() as text):
            try:
                return annotated(project, ast.parse(text, mode="eval").body, frame)
            except SyntaxError:
                return None
        case ast.BinOp(left=left, op=ast.BitOr(), right=right):
            return annotated(project, left, frame) or annotated(project, right, frame)
        case ast.Subscript(value=whole, slice=inner):
            word = dotted(whole).rpartition(".")[2]
            first = inner.elts[0] if isinstance(inner, ast.Tuple) and inner.elts else inner
            if word in ("Optional", "Annotated", "Union"):
                return annotated(project, first, frame)
            of = annotated(project, first, frame)
            if isinstance(of, Row) and word in ("QuerySet", "Manager", "BaseManager"):
                return Rows(of.model, of.fetched, At(frame.unit, note))
            if of is not None and word.lower() in (
                "list", "sequence", "iterable", "iterator", "tuple", "set", "collection",
            ):  # fmt: skip
                if isinstance(of, Row):
                    return Rows(of.model, of.fetched, At(frame.unit, note), kind="list")
                return Seq(of)
            return None
    name = dotted(note)
    meant = _named(project, name, frame) if name else None
    if isinstance(meant, Class):
        return instance(project, meant)
    return None


def _named(project: Project, name: str, frame: Frame) -> Meaning | None:
    if frame.owner is not None:
        return project.within(frame.owner, name)
    return project.meaning(frame.unit, name)
