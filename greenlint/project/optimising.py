# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Views whose rows fetch more than the queryset says: library bases, filters, list serializers."""

from __future__ import annotations

import ast
from dataclasses import replace

from greenlint.project import calls, flow, members
from greenlint.project.frames import Frame
from greenlint.project.memory import remembered
from greenlint.project.nodes import every
from greenlint.project.project import Class, Func, Outside, Project, Value
from greenlint.project.serializers import list_class
from greenlint.project.values import Obj, Rows

# Libraries whose views and mixins fetch nothing on their own.
_PLAIN = frozenset(
    ("django", "rest_framework", "rest_framework_extensions", "rest_framework_nested",
     "rest_framework_bulk", "rest_framework_gis", "rest_framework_guardian", "drf_spectacular",
     "drf_yasg", "django_filters", "guardian", "braces", "oauth2_provider", "dj_rest_auth",
     "rest_framework_simplejwt", "edx_rest_framework_extensions", "drf_renderer_xlsx",
     "drf_nested_routers", "rest_framework_csv", "rules", "rest_auth", "drf_access_policy",
     "rest_access_policy", "rest_framework_filters", "url_filter", "reversion", "viewsets",
     "generics", "views", "mixins", "object")
)  # fmt: skip
_FETCHING = ("select_related", "prefetch_related", "prefetch_related_objects", "auto_prefetch")


def doubt(project: Project, cls: Class, serializer: Class | None = None) -> str:
    """Why a view may fetch more than its queryset says; "" where nothing hints at it."""
    if base := _library_base(project, cls):
        return f"{base} of a library may fetch more"
    if serializer is not None:
        made = list_class(project, serializer)
        if made is not None and _fetches(project, made):
            return f"{made.name} fetches relations itself"
        if _fetches(project, serializer, ("__init__", "__new__", "many_init", "to_representation")):
            return f"{serializer.name} fetches relations itself"
    if _fetches(project, cls, ("paginate_queryset", "get_serializer", "list", "dispatch")):
        return "the view fetches relations outside its queryset"
    return ""


@remembered("")
def _library_base(project: Project, cls: Class) -> str:
    """The name of a view class of a library that is not known to leave rows as they are."""
    for one in project.ancestry(cls):
        if isinstance(one, Outside):
            top, _, last = one.name.partition(".")[0], "", one.name.rpartition(".")[2]
            if top in _PLAIN:
                continue
            if last.endswith(("ViewSet", "APIView", "View")) or "refetch" in last:
                return last
    return ""


@remembered(False)
def _fetches(project: Project, cls: Class, names: tuple[str, ...] = ()) -> bool:
    """Whether methods of a class call what fetches relations; all of them without `names`."""
    for one in project.ancestry(cls):
        if isinstance(one, Class):
            for func in members.methods(project, one):
                if names and getattr(func.node, "name", "") not in names:
                    continue
                if _mentions_fetching(func):
                    return True
    return False


def _mentions_fetching(func: Func) -> bool:
    return any(
        (getattr(node, "attr", "") or getattr(node, "id", "")) in _FETCHING
        for node in every(func.node)
    )


def filtered(project: Project, cls: Class, rows: Rows) -> Rows:
    """The rows after ``filter_queryset()``: the view's own, and that of the project's filters."""
    found = rows
    own = project.attribute(cls, "filter_queryset")
    if isinstance(own, Func) and len(own.parameters) > 1 and _mentions_fetching(own):
        found = _through(project, own, Obj(cls), own.parameters[1].arg, found)
    for backend in _backends(project, cls):
        func = project.attribute(backend, "filter_queryset")
        if isinstance(func, Func) and len(func.parameters) > 2 and _mentions_fetching(func):
            found = _through(project, func, Obj(backend), func.parameters[2].arg, found)
    return found


def _through(project: Project, func: Func, this: Obj, name: str, rows: Rows) -> Rows:
    got = calls.returned(project, func, this, (name, rows))
    if isinstance(got, Rows) and got.model is rows.model:
        return replace(rows, fetched=got.fetched)
    why = f"what {func.name}() fetches is not understood"
    return replace(rows, fetched=rows.fetched.doubted(why))


@remembered(())
def _backends(project: Project, cls: Class) -> tuple[Class, ...]:
    held = project.attribute(cls, "filter_backends")
    if not isinstance(held, Value):
        return ()
    scope = held.owner.node if held.owner is not None else held.unit.tree
    frame = Frame(held.unit, scope, held.owner)
    found: list[Class] = []
    for node in every(held.node):
        if isinstance(node, (ast.Name, ast.Attribute)):
            kind = flow.value(project, node, frame)
            meant = getattr(kind, "meaning", None)
            if isinstance(meant, Class):
                found.append(meant)
    return tuple(found)
