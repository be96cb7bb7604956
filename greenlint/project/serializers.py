# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Django REST framework's serializers: what showing one row reads of it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

from greenlint.project import flow, members, models
from greenlint.project.fields import (
    EachField,
    fields,
    is_fields,
    is_serializer,
    of_field,
    text_of,
)
from greenlint.project.frames import Frame
from greenlint.project.memory import remembered
from greenlint.project.models import Link
from greenlint.project.nodes import every
from greenlint.project.paths import EACH, Access, Path, of_parameter
from greenlint.project.project import Class, Func, Project, Value
from greenlint.project.values import At, Obj, Ref


class Names(NamedTuple):
    """The fields that Meta names: some, or `all` but those that are `excluded`."""

    some: frozenset[str]
    excluded: frozenset[str] = frozenset()
    all: bool = False

    def hold(self, name: str) -> bool:
        """Whether a field is one of them."""
        return name not in self.excluded and (self.all or name in self.some)


def is_many(call: ast.Call) -> bool:
    """Whether a serializer is made for several rows."""
    return any(
        one.arg == "many" and not (isinstance(one.value, ast.Constant) and not one.value.value)
        for one in call.keywords
    )


@remembered(())
def accesses(project: Project, cls: Class) -> tuple[Access, ...]:
    """Every way that a serializer goes from one row when it shows it."""
    own = project.attribute(cls, "to_representation")
    found: list[Access] = []
    if isinstance(own, Func) and len(own.parameters) > 1:
        found += of_parameter(project, own, own.parameters[1].arg, Obj(cls))
    if _shows_fields(project, cls, own):
        found += _of_fields(project, cls)
    return tuple(found)


def _shows_fields(project: Project, cls: Class, own: object) -> bool:
    """Whether the library's own to_representation() is reached, through those that call it."""
    while isinstance(own, Func):
        names = (getattr(node, "attr", "") for node in every(own.node))
        if "to_representation" not in names or own.owner is None:
            return False
        own = project.above(own.owner, "to_representation", cls)
    return True


def model_of(project: Project, cls: Class) -> Class | None:
    """The model that Meta names."""
    meta = _meta(project, cls)
    held = project.attribute(meta, "model") if meta is not None else None
    found = project.aliased(held) if isinstance(held, Value) else None
    if isinstance(found, Class):
        return found
    if isinstance(held, Value):
        kind = members.meaning(project, held)
        if isinstance(kind, Ref) and isinstance(kind.meaning, Class):
            return kind.meaning
    return None


def list_class(project: Project, cls: Class) -> Class | None:
    """The class of the project that Meta.list_serializer_class makes lists with."""
    meta = _meta(project, cls)
    held = project.attribute(meta, "list_serializer_class") if meta is not None else None
    found = project.aliased(held) if isinstance(held, Value) else held
    return found if isinstance(found, Class) else None


def _meta(project: Project, cls: Class) -> Class | None:
    found = project.attribute(cls, "Meta")
    return found if isinstance(found, Class) else None


# -- fields -------------------------------------------------------------------------------------


def _of_fields(project: Project, cls: Class) -> Iterator[Access]:
    names = named(project, cls)
    declared = fields(project, cls)
    model = model_of(project, cls)
    dropped = dropped_names(project, cls)
    each = EachField(model, lambda inner: accesses(project, inner))
    for field in declared.values():
        named_here = names is None or names.all or names.hold(field.name)
        if not named_here and not field.added:
            continue
        if field.true("write_only") or field.kind == "HiddenField":
            continue
        for one in of_field(project, cls, field, each):
            doubted = field.perhaps or bool(dropped & {"*", field.name})
            yield _doubted(one) if doubted else one
    if model is not None and names is not None:
        for name, one in _undeclared(project, cls, model, names, set(declared)):
            yield _doubted(one) if dropped & {"*", name} else one


def _doubted(one: Access) -> Access:
    return replace(one, unsure=True)


@remembered(frozenset())
def dropped_names(project: Project, cls: Class) -> frozenset[str]:
    """The fields that are taken out while the program runs; "*" where any may be."""
    found: set[str] = set()
    for one in project.ancestry(cls):
        if not isinstance(one, Class):
            continue
        for func in members.methods(project, one):
            if getattr(func.node, "name", "") in ("__init__", "get_fields", "fields"):
                found.update(_dropped_in(func))
    return frozenset(found)


def _dropped_in(func: Func) -> Iterator[str]:
    for node in every(func.node):
        match node:
            case ast.Call(func=ast.Attribute(value=held, attr="pop"), args=[name, *_]) if is_fields(
                held
            ):
                yield text_of(name) or "*"
            case ast.Delete(targets=[ast.Subscript(value=held, slice=name)]) if is_fields(held):
                yield text_of(name) or "*"


@remembered()
def named(project: Project, cls: Class) -> Names | None:
    """The fields that Meta names; None where they are not written there."""
    meta = _meta(project, cls)
    if meta is None:
        return None
    some = _strings(project, project.attribute(meta, "fields"))
    if some is not None:
        return Names(frozenset(some), all="__all__" in some)
    excluded = _strings(project, project.attribute(meta, "exclude"))
    if excluded is not None:
        return Names(frozenset(), frozenset(excluded), True)
    return None


def _strings(project: Project, held: object) -> list[str] | None:
    if not isinstance(held, Value):
        return None
    scope = held.owner.node if held.owner is not None else held.unit.tree
    return flow.strings(project, held.node, Frame(held.unit, scope, held.owner))


def _undeclared(
    project: Project, cls: Class, model: Class, names: Names, declared: set[str]
) -> Iterator[tuple[str, Access]]:
    """The fields that Meta names and the serializer makes by itself, each with its name."""
    meta = _meta(project, cls)
    assert meta is not None
    held = project.attribute(meta, "fields") or project.attribute(meta, "exclude")
    if not isinstance(held, Value):
        return
    extra = _extra(project, meta)
    depth = _depth(project, meta)
    for link in models.links(project, model):
        is_named = link.name in names.some or (_is_default(link) and names.hold(link.name))
        given = extra.get(link.name, {})
        if not is_named or link.name in declared or _is_true(given.get("write_only")):
            continue
        start: Path = (link.name, "all()", EACH) if link.many else (link.name,)
        at = _written(held, link.name)
        lookup = text_of(given.get("lookup_field"))
        if lookup and lookup not in ("pk", "id"):
            yield link.name, Access((*start, lookup), at)
        if link.many or depth > 0 or not link.forward:
            yield link.name, Access(start, at)
        if depth > 1 and link.target is not None:
            for path in _nested(project, link.target, depth - 1):
                yield link.name, Access((*start, *path), at)
    for name in sorted(names.some - declared):
        func = project.attribute(model, name)
        if isinstance(func, Func):
            path = (name,) if models.is_property(func) else (f"{name}()",)
            yield name, Access(path, _written(held, name))


def _written(held: Value, name: str) -> At:
    """Where ``Meta.fields`` writes a name, or the whole of it."""
    for node in every(held.node):
        if isinstance(node, ast.Constant) and node.value == name:
            return At(held.unit, node)
    return At(held.unit, held.node)


def _is_default(link: Link) -> bool:
    """Whether ``fields = "__all__"`` shows a relation: forward ones, but for generic ones."""
    return link.forward and link.kind in ("one", "one-one", "many")


def _nested(project: Project, model: Class, depth: int) -> Iterator[Path]:
    """What the serializers that ``depth`` makes below this one read: every forward relation."""
    for link in models.links(project, model):
        if _is_default(link):
            start: Path = (link.name, "all()", EACH) if link.many else (link.name,)
            yield start
            if depth > 1 and link.target is not None:
                for path in _nested(project, link.target, depth - 1):
                    yield (*start, *path)


def _extra(project: Project, meta: Class) -> dict[str, dict[str, ast.expr]]:
    """``extra_kwargs``: the arguments by field."""
    held = project.attribute(meta, "extra_kwargs")
    if not isinstance(held, Value) or not isinstance(held.node, ast.Dict):
        return {}
    return {
        name: {
            text_of(word): value
            for word, value in zip(given.keys, given.values, strict=True)
            if text_of(word)
        }
        for key, given in zip(held.node.keys, held.node.values, strict=True)
        if isinstance(given, ast.Dict) and (name := text_of(key))
    }


def _is_true(node: ast.expr | None) -> bool:
    return isinstance(node, ast.Constant) and node.value is True


def _depth(project: Project, meta: Class) -> int:
    held = project.attribute(meta, "depth")
    if isinstance(held, Value) and isinstance(held.node, ast.Constant):
        return held.node.value if isinstance(held.node.value, int) else 0
    return 0


__all__ = ["accesses", "fields", "is_many", "is_serializer", "list_class", "model_of", "named"]
