# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Which serializers show several rows at once, and where: in list views, functions, each other."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

from greenlint.project import showings, views
from greenlint.project.choices import serializers_of
from greenlint.project.fields import fields, is_serializer
from greenlint.project.frames import frames_in
from greenlint.project.memory import remembered
from greenlint.project.nodes import own_of
from greenlint.project.project import Class, Project, Unit
from greenlint.project.serializers import is_many
from greenlint.project.values import At

_TOLD = frozenset(("serializer_class", "get_serializer_class"))


def listed(project: Project, cls: Class) -> At | None:
    """Where a serializer, or one that inherits it, shows several rows."""
    every = _listed(project)
    waiting, seen = [cls], {cls}
    while waiting:
        one = waiting.pop(0)
        if one in every:
            return every[one]
        heirs = [heir for heir in project.heirs.get(one, ()) if heir not in seen]
        seen.update(heirs)
        waiting += heirs
    return None


@remembered({})
def _listed(project: Project) -> Mapping[Class, At]:
    found: dict[Class, At] = {}
    for cls, at in (*_by_views(project), *_by_functions(project), *_nested(project)):
        found.setdefault(cls, at)
    waiting = list(found)
    while waiting:
        one = waiting.pop(0)
        for field in fields(project, one).values():
            inner = field.cls if field.kind == "serializer" else None
            if inner is not None and inner not in found and not field.true("write_only"):
                found[inner] = found[one]
                waiting.append(inner)
    return found


def _by_views(project: Project) -> Iterator[tuple[Class, At]]:
    for cls in project.classes:
        if cls.unit.is_test or not _TOLD & _names(project, cls):
            continue
        if views.is_view(project, cls) and views.lists(project, cls):
            for serializer, _ in serializers_of(project, cls, "list"):
                yield serializer, At(cls.unit, cls.node)


def _names(project: Project, cls: Class) -> set[str]:
    above = [one for one in project.ancestry(cls) if isinstance(one, Class)]
    return {name for one in above for name in one.facts.names}


def _by_functions(project: Project) -> Iterator[tuple[Class, At]]:
    for unit in project.units.values():
        if unit.is_test or not _speaks_of_serializers(unit):
            continue
        if b"many=True" not in unit.source.raw:
            continue
        for frame in frames_in(project, unit):
            if isinstance(frame.scope, ast.Module):
                continue
            for node in own_of(frame.scope, ast.Call):
                if node.args and is_many(node):
                    for serializer, _ in showings.classes(project, node.func, frame):
                        yield serializer, At(unit, node)


def _speaks_of_serializers(unit: Unit) -> bool:
    return any("erializer" in name for name in (*unit.facts.imports.values(), *unit.classes))


def _nested(project: Project) -> Iterator[tuple[Class, At]]:
    """Serializers that others show for each of several related rows."""
    for cls in project.classes:
        if cls.unit.is_test or "erializer" not in cls.name or not is_serializer(project, cls):
            continue
        for field in fields(project, cls).values():
            if field.kind == "serializer" and field.cls is not None and is_many(field.call):
                yield field.cls, At(field.owner.unit, field.call)
