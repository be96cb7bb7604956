# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Class-based views of Django and Django REST framework: their rows and what shows them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, replace

from greenlint.project import calls, members, models
from greenlint.project.choices import for_action, serializers_of
from greenlint.project.memory import remembered
from greenlint.project.nodes import every
from greenlint.project.optimising import doubt, filtered
from greenlint.project.project import Class, Func, Outside, Project, Value
from greenlint.project.serializers import model_of as serializer_model
from greenlint.project.values import FROM_ELSEWHERE, At, Kind, Obj, Ref, Row, Rows

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
    """The rows of a view and a serializer that shows them.  `unsure` says what is not certain;
    `call` is where the view makes the serializer, if it does so itself.
    """

    rows: Rows
    serializer: Class
    many: bool
    unsure: str = ""
    call: At | None = None


@remembered(False)
def is_view(project: Project, cls: Class) -> bool:
    """Whether a class is a view with rows: generic views, viewsets, views built on them."""
    words = {name.rpartition(".")[2] for name in project.libraries(cls)}
    return bool(words & (_LISTS | _DETAILS)) or any(
        word.endswith(("ViewSet", "APIView", "ViewSetMixin", "View")) for word in words
    )


@remembered(False)
def lists(project: Project, cls: Class) -> bool:
    """Whether a view answers with a list of its rows."""
    if not _answers_get(project, cls):
        return False
    words = {name.rpartition(".")[2] for name in project.libraries(cls)}
    if words & _LISTS or isinstance(project.attribute(cls, "list"), Func):
        return True
    return any(
        word.endswith("ModelViewSet") or (word.startswith("List") and word.endswith("View"))
        for word in words
    )


def _answers_get(project: Project, cls: Class) -> bool:
    """Whether ``http_method_names``, where it is written, lets GET through."""
    held = project.attribute(cls, "http_method_names")
    if not isinstance(held, Value) or not isinstance(held.node, (ast.List, ast.Tuple)):
        return True
    words = [getattr(one, "value", "get") for one in held.node.elts]
    return not words or any(str(word).lower() == "get" for word in words)


def library_method(project: Project, this: Obj, cls: Class, name: str) -> Kind | None:
    """What a view's methods give that the library defines: ``get_queryset()``, ``get_object()``."""
    if name == "get_queryset":
        return declared_rows(project, this, cls)
    if name == "get_object":
        rows = rows_of(project, cls)
        return Row(rows.model, rows.fetched, rows.at) if rows is not None else None
    if name in ("get_serializer_class", "get_serializer"):
        chosen = serializers_of(project, cls, "list")
        if len(chosen) == 1:
            made = chosen[0][0]
            return Ref(made) if name == "get_serializer_class" else Obj(made)
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
    else:
        kind = members.attribute(project, this, "queryset")
        if isinstance(kind, Rows):
            return kind
    model = model_of(project, cls)
    held = project.attribute(cls, "model")
    if model is not None and isinstance(held, Value):
        rows = members.attribute(project, Ref(model), "_default_manager")
        default = members.attribute(project, Ref(model), "objects")
        found = default if isinstance(default, Rows) else rows
        if isinstance(found, Rows):
            return Rows(model, found.fetched, At(held.unit, held.node), found.makers)
    from greenlint.project import admin

    return admin.default_rows(project, cls)


def model_of(project: Project, cls: Class) -> Class | None:
    """The model that ``model = ...`` in a class body names."""
    held = project.attribute(cls, "model")
    kind = members.meaning(project, held) if isinstance(held, Value) else None
    if isinstance(kind, Ref) and isinstance(kind.meaning, Class):
        return kind.meaning if models.is_model(project, kind.meaning) else None
    return None


@remembered()
def rows_of(project: Project, cls: Class, action: str = "") -> Rows | None:
    """The rows of a view: what its get_queryset() gives for an action, or what it declares."""
    this = Obj(cls)
    own = project.attribute(cls, "get_queryset")
    if isinstance(own, Func):
        kind = calls.returned(project, for_action(project, own, action) if action else own, this)
        return kind if isinstance(kind, Rows) else None
    rows = declared_rows(project, this, cls)
    return None if rows is not None and "none" in rows.methods else rows


@remembered(())
def shown(project: Project, cls: Class) -> tuple[Shown, ...]:
    """The serializers that a view shows its list of rows with, or one row."""
    return tuple(_shown(project, cls))


def _shown(project: Project, cls: Class) -> Iterator[Shown]:
    from greenlint.project.showings import in_method

    many = lists(project, cls)
    if not many and (not _answers_get(project, cls) or _only_creates(project, cls)):
        return
    why = ""
    own = project.attribute(cls, "list") if many else None
    if isinstance(own, Func) and not _calls_above(own):
        found = list(in_method(project, own, cls))
        if found:
            yield from found
            return
        why = "its list() is written anew"
    elif isinstance(own, Func) and _answers_otherwise(own):
        why = "its list() may answer with something else"
    action = "list" if many else "retrieve"
    rows = rows_of(project, cls, action)
    if rows is None:
        return
    choices = [
        one for one in serializers_of(project, cls, action) if _fits(project, one[0], rows.model)
    ]
    for serializer, unsure in choices:
        unsure = unsure if len(choices) > 1 else ""
        gone_through = filtered(project, cls, rows) if many else rows
        unsure = unsure or why or doubt(project, cls, serializer)
        if not many and not unsure and _only_changes(project, cls):
            unsure = "it shows one row, after a change"
        yield Shown(gone_through, serializer, many, unsure)


def _only_creates(project: Project, cls: Class) -> bool:
    """Whether a view shows nothing of its queryset: it answers with the row that it has made."""
    words = outside_words(project, cls)
    reading = ("Retrieve", "Update", "ViewSet", "List", "Detail")
    return "CreateAPIView" in words and not any(one in word for word in words for one in reading)


def _only_changes(project: Project, cls: Class) -> bool:
    """Whether a view that shows no list shows a row only to somebody who has changed it."""
    words = outside_words(project, cls)
    changing = any(word in words for word in ("UpdateModelMixin", "UpdateAPIView"))
    reading = ("Retrieve", "Detail", "ModelViewSet", "List")
    return (
        changing
        and not any(one in word for word in words for one in reading)
        and not isinstance(project.attribute(cls, "retrieve"), Func)
    )


def _fits(project: Project, serializer: Class, model: Class) -> bool:
    """Whether a serializer is of these rows: a view may check rights on others than it shows."""
    own = serializer_model(project, serializer)
    if own is None:
        return True
    return own in project.ancestry(model) or model in project.ancestry(own)


def _calls_above(func: Func) -> bool:
    """Whether a method calls the one it overrides: ``super().list(request)``."""
    return any(
        isinstance(node, ast.Attribute)
        and node.attr == getattr(func.node, "name", "")
        and isinstance(node.value, ast.Call)
        and getattr(node.value.func, "id", "") == "super"
        for node in every(func.node)
    )


def _answers_otherwise(func: Func) -> bool:
    """Whether a method that calls the one it overrides does so in an ``except`` only."""
    body = func.node.body if not isinstance(func.node, ast.Lambda) else []
    handled = {
        id(node)
        for one in every(*body)
        if isinstance(one, ast.ExceptHandler)
        for node in every(*one.body)
    }
    above = [node for node in every(*body) if getattr(node, "id", "") == "super"]
    return bool(handled) and all(id(node) in handled for node in above)


def outside_words(project: Project, cls: Class) -> set[str]:
    """The last words of the library classes above a class."""
    return {
        one.name.rpartition(".")[2] for one in project.ancestry(cls) if isinstance(one, Outside)
    }


__all__ = ["Shown", "declared_rows", "is_view", "library_method", "lists", "replace", "rows_of"]
