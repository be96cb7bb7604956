# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Choices that forms list without naming a field class: those of filters, of the admin's hooks,
and of the fields that a model form makes by itself.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import NamedTuple

from greenlint.project import calls, flow, members, models
from greenlint.project.fields import is_serializer
from greenlint.project.frames import Frame
from greenlint.project.memory import remembered
from greenlint.project.nodes import every, own_nodes, own_of
from greenlint.project.project import Class, Func, Outside, Project, Value
from greenlint.project.serializers import model_of
from greenlint.project.values import Bound, Kind, Ref, Rows

#: How sure it is that a page lists every row: 0 sure, 1 likely, 2 unknown.
SURE, LIKELY, UNKNOWN = range(3)
_FILTERS = ("ModelChoiceFilter", "ModelMultipleChoiceFilter")
_HOOKS = ("formfield_for_foreignkey", "formfield_for_manytomany", "formfield_for_dbfield")
# Widgets, by parts of their names, that hold what was chosen alone.
_SEARCHED = ("hidden", "select2", "autocomplete", "rawid", "raw_id", "ajax", "heavy", "chooser",
             "textinput", "numberinput", "api", "search", "lazy")  # fmt: skip
_FORMS = frozenset(("ModelForm", "BaseModelForm"))


class Choices(NamedTuple):
    """Rows that a form lists, the node that says so, and how sure it is that all are listed."""

    node: ast.AST
    rows: Rows
    doubt: int


def is_searched(text: str) -> bool:
    """Whether a widget's source names one that lists nothing."""
    return any(one in text.lower() for one in _SEARCHED)


# -- filters ------------------------------------------------------------------------------------


def of_filters(project: Project, cls: Class) -> Iterator[Choices]:
    """The filters of a django-filter set that choose among rows."""
    if not is_filterset(project, cls):
        return
    body = project.body(cls.unit)
    frame = Frame(cls.unit, cls.node, cls)
    doubt = SURE if cls in _shown_sets(project) else UNKNOWN
    for name in cls.facts.names:
        for call in body.values.get(f"{cls.name}.{name}", [])[-1:]:
            if isinstance(call, ast.Call) and _is_filter(project, call, frame):
                given = {one.arg: one.value for one in call.keywords}
                rows = given.get("queryset")
                found = _rows(flow.value(project, rows, frame), project) if rows else None
                if rows is not None and found is not None and not _is_hidden(given):
                    yield Choices(rows, found, doubt)


def is_filterset(project: Project, cls: Class) -> bool:
    """Whether a class is a set of filters that Django's pages may show: those of an interface,
    and of NetBox and Nautobot with their forms beside them, show none.
    """
    names = [name for name in project.libraries(cls) if name.endswith("FilterSet")]
    others = ("rest_framework", "netbox.", "nautobot.")
    return bool(names) and not any(word in name for word in others for name in names)


def _is_filter(project: Project, call: ast.Call, frame: Frame) -> bool:
    word = getattr(call.func, "attr", "") or getattr(call.func, "id", "")
    if not word.endswith("Filter"):
        return False
    match flow.value(project, call.func, frame):
        case Ref(meaning=Outside(name=name)):
            return name.endswith(_FILTERS)
    return False


def _is_hidden(given: dict[str | None, ast.expr]) -> bool:
    return "widget" in given and is_searched(ast.unparse(given["widget"]))


def _rows(kind: Kind | None, project: Project) -> Rows | None:
    """Rows, or those that a function gives for a request."""
    match kind:
        case Rows():
            return kind
        case Ref(meaning=Func() as func):
            made = calls.returned(project, func, None)
            return made if isinstance(made, Rows) else None
        case Bound(func=func, this=this):
            made = calls.returned(project, func, this)
            return made if isinstance(made, Rows) else None
    return None


@remembered(frozenset())
def _shown_sets(project: Project) -> frozenset[Class]:
    """The sets of filters that views with a page of their own show."""
    found: set[Class] = set()
    for cls in project.classes:
        if "filterset_class" not in cls.facts.names or cls.unit.is_test:
            continue
        words = {name.rpartition(".")[2] for name in project.libraries(cls)}
        if words & {"FilterView", "FilterMixin"}:
            held = project.own_attribute(cls, "filterset_class")
            kind = members.meaning(project, held)
            if isinstance(kind, Ref) and isinstance(kind.meaning, Class):
                found.add(kind.meaning)
    return frozenset(found)


# -- hooks and fields by name -------------------------------------------------------------------


def of_hooks(project: Project, frame: Frame) -> Iterator[Choices]:
    """``kwargs["queryset"] = ...`` in the admin's hooks, ``form.fields["a"].queryset = ...``."""
    name = getattr(frame.scope, "name", "")
    for node in own_of(frame.scope, ast.Assign):
        match node:
            case ast.Assign(
                targets=[ast.Subscript(value=ast.Name(), slice=ast.Constant(value="queryset"))]
            ) if name in _HOOKS:
                doubt = LIKELY
            case ast.Assign(targets=[ast.Attribute(value=held, attr="queryset")]):
                found = _doubt_of(held, name)
                if found is None:
                    continue
                doubt = found
            case _:
                continue
        rows = flow.value(project, node.value, frame)
        if frame.owner is not None and is_serializer(project, frame.owner):
            doubt = UNKNOWN
        if isinstance(rows, Rows) and not _is_elsewhere(project, frame):
            yield Choices(node.value, rows, doubt)


def _doubt_of(held: ast.expr, function: str) -> int | None:
    """How sure it is that what gets a queryset is a field that lists it; None where it is not."""
    match held:
        case ast.Subscript(value=ast.Attribute(value=ast.Name(id="self"), attr="fields")):
            return None  # another rule's
        case ast.Subscript(value=ast.Attribute(attr="fields" | "base_fields")):
            return LIKELY
        case ast.Name(id=name) if "field" in name.lower():
            return LIKELY if function in _HOOKS or name == "formfield" else UNKNOWN
    return None


def _is_elsewhere(project: Project, frame: Frame) -> bool:
    """Whether the admin shows the relation by a search or a number."""
    if frame.owner is None:
        return False
    named = {
        one.value
        for one in every(frame.scope)
        if isinstance(one, ast.Constant) and isinstance(one.value, str)
    }
    for word in ("raw_id_fields", "autocomplete_fields"):
        held = project.attribute(frame.owner, word)
        if isinstance(held, Value):
            scope = Frame(held.unit, held.owner.node if held.owner else held.unit.tree, held.owner)
            listed = flow.strings(project, held.node, scope)
            if listed is None or named & set(listed):
                return True
    return any(
        isinstance(one, ast.Attribute) and one.attr == "widget" for one in own_nodes(frame.scope)
    )


# -- fields that a model form makes -------------------------------------------------------------


def of_model_form(project: Project, cls: Class) -> Iterator[Choices]:
    """The relations that a model form shows as lists without being told how."""
    model = model_of(project, cls) if _is_model_form(project, cls) else None
    meta = project.attribute(cls, "Meta")
    if model is None or not isinstance(meta, Class) or meta.unit is not cls.unit:
        return
    held = project.own_attribute(meta, "fields")
    if not isinstance(held, Value) or meta.name.rpartition(".")[0] != cls.name:
        return
    names = flow.strings(project, held.node, Frame(held.unit, meta.node, meta))
    for name in names or ():
        link = models.link(project, model, name)
        if link is None or link.target is None or not link.forward or link.kind == "tags":
            continue
        if _says_more(project, cls, meta, name):
            continue
        rows = members.attribute(project, Ref(link.target), "objects")
        if isinstance(rows, Rows):
            yield Choices(held.node, rows, LIKELY)


def _is_model_form(project: Project, cls: Class) -> bool:
    """Whether a class is a model form of Django's own, without fields made another way."""
    outside = [one for one in project.ancestry(cls) if isinstance(one, Outside)]
    words = {one.name.rpartition(".")[2] for one in outside}
    plain = all(one.name.startswith("django.") for one in outside if one.name.endswith("Form"))
    return (
        bool(words & _FORMS)
        and plain
        and not any(
            isinstance(project.attribute(cls, word), (Func, Value))
            for word in ("formfield_callback", "__new__")
        )
    )


def _says_more(project: Project, cls: Class, meta: Class, name: str) -> bool:
    """Whether a form says more of a field: declares it, gives it a widget, or reaches for it."""
    if project.attribute(cls, name) is not None:
        return True
    for one in (*project.ancestry(cls), *project.heirs.get(cls, ())):
        if isinstance(one, Class):
            for func in members.methods(project, one):
                for node in own_nodes(func.node):
                    match node:
                        case ast.Constant(value=str() as text) if text == name:
                            return True
                        case ast.Attribute(attr="fields", value=ast.Name(id="self")):
                            if func.name.endswith("__init__") and _goes_over_all(func):
                                return True
    return any(
        isinstance(project.attribute(meta, word), Value) for word in ("widgets", "field_classes")
    )


def _goes_over_all(func: Func) -> bool:
    """Whether a form's ``__init__`` changes all its fields in a loop."""
    return any(
        isinstance(node, (ast.For, ast.comprehension)) and "self.fields" in ast.unparse(node.iter)
        for node in own_nodes(func.node)
    )
