# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Django REST framework's serializers: what each field reads of the row that it shows."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from greenlint.project import flow, members, models
from greenlint.project.facts import dotted
from greenlint.project.frames import Frame
from greenlint.project.memory import remembered
from greenlint.project.paths import EACH, TEXT, Access, Path, of_parameter
from greenlint.project.project import Class, Func, Outside, Project, Value
from greenlint.project.values import At, Obj, Ref


@dataclass(frozen=True, slots=True)
class Field:
    """A field that a serializer declares: its name, the class of it, and the call that makes it."""

    name: str
    kind: str
    call: ast.Call
    owner: Class
    cls: Class | None = None

    def given(self, word: str) -> ast.expr | None:
        """A keyword argument."""
        return next((one.value for one in self.call.keywords if one.arg == word), None)

    def text(self, word: str) -> str:
        """A keyword argument that is a string, or ""."""
        value = self.given(word)
        if isinstance(value, ast.Constant) and isinstance(value.value, str):
            return value.value
        return ""

    def true(self, word: str) -> bool:
        """Whether a keyword argument is True."""
        value = self.given(word)
        return isinstance(value, ast.Constant) and value.value is True


@remembered(False)
def is_serializer(project: Project, cls: Class) -> bool:
    """Whether a class inherits a serializer of Django REST framework, or of a library on it."""
    names = project.libraries(cls)
    return any(
        name.endswith("Serializer") and not name.startswith(("django.core.", "pydantic"))
        for name in names
    )


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
    calls_above = True
    if isinstance(own, Func) and len(own.parameters) > 1:
        found += of_parameter(project, own, own.parameters[1].arg, Obj(cls))
        calls_above = any(
            isinstance(node, ast.Attribute) and node.attr == "to_representation"
            for node in ast.walk(own.node)
        )
    if calls_above:
        found += _of_fields(project, cls)
    return tuple(found)


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


def _meta(project: Project, cls: Class) -> Class | None:
    found = project.attribute(cls, "Meta")
    return found if isinstance(found, Class) else None


# -- fields -------------------------------------------------------------------------------------


def _of_fields(project: Project, cls: Class) -> Iterator[Access]:
    shown = _shown(project, cls)
    declared = fields(project, cls)
    for field in declared.values():
        if shown is not None and field.name not in shown and shown != {"__all__"}:
            continue
        if not field.true("write_only") and field.kind != "HiddenField":
            yield from _of_field(project, cls, field)
    model = model_of(project, cls)
    if model is not None and shown is not None:
        yield from _undeclared(project, cls, model, shown, set(declared))


@remembered()
def _shown(project: Project, cls: Class) -> set[str] | None:
    """The names in Meta.fields, {"__all__"} for all; None where they are not written there."""
    meta = _meta(project, cls)
    if meta is None:
        return None
    held = project.attribute(meta, "fields")
    if isinstance(held, Value):
        scope = held.owner.node if held.owner is not None else held.unit.tree
        names = flow.strings(project, held.node, Frame(held.unit, scope, held.owner))
        return set(names) if names is not None else None
    if isinstance(project.attribute(meta, "exclude"), Value):
        return {"__all__"}
    return None


@remembered()
def fields(project: Project, cls: Class) -> dict[str, Field]:
    """The fields that a serializer and those above it declare; ``name = None`` takes one out."""
    found: dict[str, Field] = {}
    removed: set[str] = set()
    for one in project.ancestry(cls):
        if not isinstance(one, Class):
            continue
        body = project.body(one.unit)
        for name in one.facts.names:
            values = body.values.get(f"{one.name}.{name}")
            if not values or name in found or name in removed:
                continue
            if isinstance(values[-1], ast.Constant) and values[-1].value is None:
                removed.add(name)
            elif isinstance(values[-1], ast.Call):
                field = _field(project, name, values[-1], one)
                if field is not None:
                    found[name] = field
    return found


def _field(project: Project, name: str, call: ast.Call, owner: Class) -> Field | None:
    word = dotted(call.func)
    meant = project.within(owner, word) if word else None
    if isinstance(meant, Value):
        meant = project.aliased(meant)
    if isinstance(meant, Class):
        if is_serializer(project, meant):
            return Field(name, "serializer", call, owner, meant)
        above = [one.name.rpartition(".")[2] for one in project.ancestry(meant)]
        kind = next((one for one in above if one in _RELATED), "custom")
        looks = any(one.endswith("Field") for one in above)
        return Field(name, kind, call, owner, meant) if looks else None
    if isinstance(meant, Outside):
        last = meant.name.rpartition(".")[2]
        return Field(name, last, call, owner) if last.endswith(("Field", "Serializer")) else None
    return None


_RELATED = frozenset(
    ("PrimaryKeyRelatedField", "StringRelatedField", "SlugRelatedField", "HyperlinkedRelatedField",
     "HyperlinkedIdentityField", "SerializerMethodField", "ManyRelatedField", "RelatedField",
     "NestedHyperlinkedRelatedField", "NestedHyperlinkedIdentityField")
)  # fmt: skip


def _of_field(project: Project, cls: Class, field: Field) -> Iterator[Access]:
    at = At(field.owner.unit, field.call)
    if field.kind == "SerializerMethodField":
        yield from _of_method_field(project, cls, field, at)
        return
    source = field.text("source") or field.name
    start: Path = () if source == "*" else tuple(source.split("."))
    model = model_of(project, cls)
    start = _with_calls(project, model, start)
    if field.kind == "serializer" and field.cls is not None:
        many = is_many(field.call)
        yield Access((*start, "all()", EACH) if many else start, at)
        prefix = (*start, "all()", EACH) if many else start
        for one in accesses(project, field.cls):
            yield one.after(prefix, at)
        return
    if field.kind in _RELATED:
        yield from _of_related(field, start, at)
        return
    if field.kind == "custom" and field.cls is not None:
        shows = project.attribute(field.cls, "to_representation")
        if isinstance(shows, Func) and len(shows.parameters) > 1:
            for one in of_parameter(project, shows, shows.parameters[1].arg, Obj(field.cls)):
                yield one.after(start, at)
    if field.kind == "ListField" or field.kind == "DictField":
        start = (*start, "all()", EACH) if len(start) > 1 else start
    if start:
        yield Access(start, at)


def _with_calls(project: Project, model: Class | None, path: Path) -> Path:
    """A source's names, with methods marked as called: ``source="get_total"`` calls it."""
    if model is None or not path:
        return path
    found: list[str] = []
    at: Class | None = model
    for name in path:
        link = models.link(project, at, name) if at is not None else None
        held = project.attribute(at, name) if at is not None and link is None else None
        called = isinstance(held, Func) and not models.is_property(held)
        found.append(f"{name}()" if called else name)
        at = link.target if link is not None else None
    return tuple(found)


def _of_method_field(project: Project, cls: Class, field: Field, at: At) -> Iterator[Access]:
    name = field.text("method_name") or f"get_{field.name}"
    if field.call.args and isinstance(field.call.args[0], ast.Constant):
        name = str(field.call.args[0].value)
    func = project.attribute(cls, name)
    if isinstance(func, Func) and len(func.parameters) > 1:
        for one in of_parameter(project, func, func.parameters[1].arg, Obj(cls)):
            yield one.after((), None)


def _of_related(field: Field, start: Path, at: At) -> Iterator[Access]:
    """Relations as keys, texts, slugs and links.  A key of one row is a column of this row."""
    many = field.true("many") or field.kind == "ManyRelatedField"
    each: Path = (*start, "all()", EACH) if many else start
    if many:
        yield Access(each, at)
    if field.kind == "StringRelatedField":
        yield Access((*each, TEXT), at)
    elif field.kind == "SlugRelatedField" and (slug := field.text("slug_field")):
        yield Access((*each, *slug.split("__")), at)
    elif "Hyperlinked" in field.kind and "Identity" not in field.kind:
        lookup = field.text("lookup_field")
        if lookup and lookup not in ("pk", "id"):
            yield Access((*each, *lookup.split("__")), at)
    elif len(start) > 1 and not many:
        yield Access(start[:-1], at)


def _undeclared(
    project: Project, cls: Class, model: Class, shown: set[str], declared: set[str]
) -> Iterator[Access]:
    """The fields that Meta.fields names and the serializer makes by itself."""
    meta = _meta(project, cls)
    assert meta is not None
    held = project.attribute(meta, "fields")
    place = held if isinstance(held, Value) else project.attribute(meta, "exclude")
    if not isinstance(place, Value):
        return
    at = At(place.unit, place.node)
    nested = _depth(project, meta) > 0
    for link in models.links(project, model):
        named = link.name in shown or (shown == {"__all__"} and link.forward)
        if not named or link.name in declared:
            continue
        if link.many:
            yield Access((link.name, "all()", EACH), at)
        elif nested or not link.forward:
            yield Access((link.name,), at)
    for name in sorted(shown - declared):
        func = project.attribute(model, name)
        if isinstance(func, Func):
            yield Access((name,) if models.is_property(func) else (f"{name}()",), at)


def _depth(project: Project, meta: Class) -> int:
    held = project.attribute(meta, "depth")
    if isinstance(held, Value) and isinstance(held.node, ast.Constant):
        return held.node.value if isinstance(held.node.value, int) else 0
    return 0
