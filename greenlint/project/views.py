# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Class-based views of Django and Django REST framework: their rows and what shows them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from greenlint.project import calls, flow, members, models
from greenlint.project.frames import Frame, frame_of
from greenlint.project.memory import remembered
from greenlint.project.project import Class, Func, Outside, Project, Value
from greenlint.project.serializers import is_serializer
from greenlint.project.values import FROM_ELSEWHERE, At, Kind, Obj, Ref, Row, Rows, Super

# Library classes that answer with a list of rows.
_LISTS = frozenset(
    ("ModelViewSet", "ReadOnlyModelViewSet", "ListModelMixin", "ListAPIView", "ListCreateAPIView",
     "ListView", "BaseListView", "MultipleObjectMixin", "ArchiveIndexView", "SingleTableView",
     "FilterView", "SingleTableMixin", "ListModelView")
)  # fmt: skip
_DETAILS = frozenset(
    ("RetrieveModelMixin", "RetrieveAPIView", "RetrieveUpdateAPIView", "UpdateModelMixin",
     "RetrieveUpdateDestroyAPIView", "UpdateAPIView", "DetailView", "UpdateView", "DeleteView",
     "RetrieveDestroyAPIView", "CreateModelMixin", "CreateAPIView", "DestroyModelMixin")
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Shown:
    """The rows of a view and a serializer that shows them.  `unsure` says what is not certain."""

    rows: Rows
    serializer: Class
    many: bool
    unsure: str = ""


@remembered(False)
def is_view(project: Project, cls: Class) -> bool:
    """Whether a class is a view with rows: generic views, viewsets, views built on them."""
    words = {name.rpartition(".")[2] for name in project.libraries(cls)}
    return bool(words & (_LISTS | _DETAILS)) or any(
        word.endswith(("ViewSet", "APIView", "ViewSetMixin", "View")) for word in words
    )


def lists(project: Project, cls: Class) -> bool:
    """Whether a view answers with a list of its rows."""
    words = {name.rpartition(".")[2] for name in project.libraries(cls)}
    if words & _LISTS or isinstance(project.attribute(cls, "list"), Func):
        return True
    return any(
        word.endswith("ModelViewSet") or (word.startswith("List") and word.endswith("View"))
        for word in words
    )


def library_method(project: Project, this: Obj, cls: Class, name: str) -> Kind | None:
    """What a view's methods give that the library defines: ``get_queryset()``, ``get_object()``."""
    if name == "get_queryset":
        return declared_rows(project, this, cls)
    if name == "get_object":
        rows = rows_of(project, cls)
        return Row(rows.model, rows.fetched, rows.at) if rows is not None else None
    return None


def shown_object(project: Project, this: Obj, cls: Class) -> Kind | None:
    """``self.object`` of a view and ``self.instance`` of a form: the row that it is about."""
    own = project.attribute(cls, "get_object")
    if isinstance(own, Func):
        return calls.returned(project, own, this)
    if is_view(project, cls):
        return library_method(project, this, cls, "get_object")
    meta = project.attribute(cls, "Meta")
    model = model_of(project, meta) if isinstance(meta, Class) else None
    return Row(model, FROM_ELSEWHERE) if model is not None else None


@remembered()
def declared_rows(project: Project, this: Obj, cls: Class) -> Rows | None:
    """The rows of ``queryset = ...`` or ``model = ...`` in a view's body or one above it."""
    held = project.attribute(cls, "queryset")
    if isinstance(held, Value):
        kind = members.meaning(project, held)
        if isinstance(kind, Rows):
            return kind
        of = kind.meaning if isinstance(kind, Ref) else None
        if isinstance(of, Class) and models.is_model(project, of):
            return Rows(of, at=At(held.unit, held.node))
    model = model_of(project, cls)
    held = project.attribute(cls, "model")
    if model is not None and isinstance(held, Value):
        rows = members.attribute(project, Ref(model), "_default_manager")
        default = members.attribute(project, Ref(model), "objects")
        found = default if isinstance(default, Rows) else rows
        if isinstance(found, Rows):
            return Rows(model, found.fetched, At(held.unit, held.node), found.makers)
    return None


def model_of(project: Project, cls: Class) -> Class | None:
    """The model that ``model = ...`` in a class body names."""
    held = project.attribute(cls, "model")
    kind = members.meaning(project, held) if isinstance(held, Value) else None
    if isinstance(kind, Ref) and isinstance(kind.meaning, Class):
        return kind.meaning if models.is_model(project, kind.meaning) else None
    return None


@remembered()
def rows_of(project: Project, cls: Class) -> Rows | None:
    """The rows of a view: what its get_queryset() gives, or what it declares."""
    this = Obj(cls)
    own = project.attribute(cls, "get_queryset")
    if isinstance(own, Func):
        kind = calls.returned(project, own, this)
        return kind if isinstance(kind, Rows) else None
    return declared_rows(project, this, cls)


def shown(project: Project, cls: Class) -> Iterator[Shown]:
    """The serializers that a view shows its list of rows with, or one row."""
    rows = rows_of(project, cls)
    if rows is None:
        return
    many = lists(project, cls)
    choices = list(dict.fromkeys(serializers_of(project, cls, "list" if many else "retrieve")))
    for serializer, unsure in choices:
        yield Shown(rows, serializer, many, unsure if len(choices) > 1 else "")


def serializers_of(project: Project, cls: Class, action: str) -> list[tuple[Class, str]]:
    """The serializers of an action, each with what makes it uncertain, or ""."""
    own = project.attribute(cls, "get_serializer_class")
    if not isinstance(own, Func) or isinstance(own.node, ast.Lambda):
        declared = _declared_serializer(project, cls)
        return [(declared, "")] if declared is not None else []
    found: list[tuple[Class, str]] = []
    frame = frame_of(own, Obj(cls))
    for returned, certain in _returns(own.node.body, action, True):
        for chosen in _chosen(project, returned, frame, cls, action):
            why = "" if certain else "the serializer is chosen while the view runs"
            found.append((chosen, why))
    return found


def _declared_serializer(project: Project, cls: Class) -> Class | None:
    held = project.attribute(cls, "serializer_class")
    kind = members.meaning(project, held) if isinstance(held, (Value, Class)) else None
    return _serializer(project, kind)


def _serializer(project: Project, kind: Kind | None) -> Class | None:
    if isinstance(kind, Ref) and isinstance(kind.meaning, Class):
        return kind.meaning if is_serializer(project, kind.meaning) else None
    return None


def _returns(body: list[ast.stmt], action: str, certain: bool) -> Iterator[tuple[ast.expr, bool]]:
    """What a body may return for an action; a test on the action decides, any other does not."""
    for statement in body:
        match statement:
            case ast.Return(value=ast.expr() as value):
                yield value, certain
                return
            case ast.If(test=test, body=then, orelse=orelse):
                answer = holds(test, action)
                if answer is not False:
                    yield from _returns(then, action, certain and answer is True)
                if answer is not True:
                    yield from _returns(orelse, action, certain and answer is False)
                if answer is True and any(isinstance(one, ast.Return) for one in then):
                    return
                if answer is None:
                    certain = False
            case ast.Try(body=then, handlers=handlers):
                yield from _returns(then, action, certain)
                for handler in handlers:
                    yield from _returns(handler.body, action, False)


def holds(test: ast.expr, action: str) -> bool | None:
    """Whether a test on ``self.action`` holds for an action; None where it is about more."""
    match test:
        case ast.Compare(left=ast.Attribute(attr="action"), ops=[op], comparators=[other]):
            names = _words(other)
            if names is None:
                return None
            same = action in names
            return same if isinstance(op, (ast.Eq, ast.In, ast.Is)) else not same
        case ast.UnaryOp(op=ast.Not(), operand=inner):
            answer = holds(inner, action)
            return None if answer is None else not answer
        case ast.BoolOp(op=ast.Or(), values=several):
            answers = [holds(one, action) for one in several]
            return True if True in answers else None if None in answers else False
        case ast.BoolOp(op=ast.And(), values=several):
            answers = [holds(one, action) for one in several]
            return False if False in answers else None if None in answers else True
        case ast.Call(
            func=ast.Name(id="getattr"), args=[_, ast.Constant(value="swagger_fake_view"), *_]
        ):
            return False
    return None


def _words(node: ast.expr) -> set[str] | None:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return {node.value}
    if isinstance(node, (ast.Tuple, ast.List, ast.Set)):
        found = {one.value for one in node.elts if isinstance(one, ast.Constant)}
        return {one for one in found if isinstance(one, str)}
    return None


def _chosen(
    project: Project, returned: ast.expr, frame: Frame, cls: Class, action: str
) -> Iterator[Class]:
    """The serializers that a returned expression may be."""
    match returned:
        case ast.Call(func=ast.Attribute(value=table, attr="get"), args=[_, *rest]):
            yield from _from_table(project, table, rest, frame, cls, action)
            return
        case ast.Subscript(value=table):
            yield from _from_table(project, table, [], frame, cls, action)
            return
        case ast.Call(func=ast.Attribute(value=ast.Call(), attr="get_serializer_class")):
            above = project.above(frame.owner, "get_serializer_class", cls) if frame.owner else None
            if isinstance(above, Func) and not isinstance(above.node, ast.Lambda):
                inner = frame_of(above, Obj(cls))
                for value, _ in _returns(above.node.body, action, True):
                    yield from _chosen(project, value, inner, cls, action)
                return
            declared = _declared_serializer(project, cls)
            if declared is not None:
                yield declared
            return
        case ast.IfExp(test=test, body=one, orelse=other):
            answer = holds(test, action)
            if answer is not False:
                yield from _chosen(project, one, frame, cls, action)
            if answer is not True:
                yield from _chosen(project, other, frame, cls, action)
            return
        case ast.BoolOp(values=several):
            for value in several:
                yield from _chosen(project, value, frame, cls, action)
            return
    found = _serializer(project, flow.value(project, returned, frame))
    if found is not None:
        yield found


def _from_table(
    project: Project,
    table: ast.expr,
    otherwise: list[ast.expr],
    frame: Frame,
    cls: Class,
    action: str,
) -> Iterator[Class]:
    """``self.serializers.get(self.action, default)``: a dict from actions to serializers."""
    held = project.attribute(cls, table.attr) if isinstance(table, ast.Attribute) else None
    if isinstance(held, Value) and isinstance(held.node, ast.Dict):
        scope = held.owner.node if held.owner is not None else held.unit.tree
        inner = Frame(held.unit, scope, held.owner)
        for key, value in zip(held.node.keys, held.node.values, strict=True):
            if isinstance(key, ast.Constant) and key.value == action:
                found = _serializer(project, flow.value(project, value, inner))
                if found is not None:
                    yield found
                return
    for value in otherwise:
        yield from _chosen(project, value, frame, cls, action)


def outside_words(project: Project, cls: Class) -> set[str]:
    """The last words of the library classes above a class."""
    return {
        one.name.rpartition(".")[2] for one in project.ancestry(cls) if isinstance(one, Outside)
    }


__all__ = ["Shown", "Super", "declared_rows", "is_view", "library_method", "lists", "rows_of"]
