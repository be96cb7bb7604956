# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""The fields that serializers declare, and the ways that each goes from the row it is shown of.

What is read here and what is not follows Django REST framework's own `relations` and `fields`: the
key of one related row is a column of this row; everything else reads the related row.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple

from greenlint.project import models
from greenlint.project.facts import dotted
from greenlint.project.frames import frame_of
from greenlint.project.memory import remembered
from greenlint.project.nodes import every, own_nodes
from greenlint.project.paths import EACH, TEXT, Access, Path, Root, of_parameter, path_of
from greenlint.project.project import Class, Func, Outside, Project, Value
from greenlint.project.values import At, Obj

_RELATED = frozenset(
    ("PrimaryKeyRelatedField", "StringRelatedField", "SlugRelatedField", "HyperlinkedRelatedField",
     "HyperlinkedIdentityField", "SerializerMethodField", "ManyRelatedField", "RelatedField",
     "NestedHyperlinkedRelatedField", "NestedHyperlinkedIdentityField")
)  # fmt: skip
# Fields that make a text of whatever they get.
_TEXTS = frozenset(("CharField", "SlugField", "EmailField", "URLField", "RegexField"))
_KEYS = ("pk", "id", "")


@dataclass(frozen=True, slots=True)
class Field:
    """A field that a serializer declares: its name, the class of it, and the call that makes it.

    `added`: a method puts it among the fields, whatever Meta names; `perhaps`: under a condition.
    """

    name: str
    kind: str
    call: ast.Call
    owner: Class
    cls: Class | None = None
    added: bool = False
    perhaps: bool = False

    def given(self, word: str) -> ast.expr | None:
        """A keyword argument."""
        return next((one.value for one in self.call.keywords if one.arg == word), None)

    def text(self, word: str) -> str:
        """A keyword argument that is a string, or ""."""
        return text_of(self.given(word))

    def true(self, word: str) -> bool:
        """Whether a keyword argument is True."""
        value = self.given(word)
        return isinstance(value, ast.Constant) and value.value is True


class EachField(NamedTuple):
    """What every field of a serializer is read with: the model, and what other serializers read."""

    model: Class | None
    accesses: Callable[[Class], tuple[Access, ...]]


def text_of(node: ast.expr | None) -> str:
    """A string that is written, or ""."""
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


@remembered(False)
def is_serializer(project: Project, cls: Class) -> bool:
    """Whether a class inherits a serializer of Django REST framework, or of a library on it."""
    names = project.libraries(cls)
    return any(
        name.endswith("Serializer") and not name.startswith(("django.core.", "pydantic"))
        for name in names
    )


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
    for one in project.ancestry(cls):
        if isinstance(one, Class):
            for field in _added(project, one):
                found.setdefault(field.name, field)
    return found


def _added(project: Project, cls: Class) -> Iterator[Field]:
    """``self.fields["customer"] = CustomerSerializer()`` in the methods that make the fields."""
    for word in ("__init__", "get_fields", "to_representation"):
        own = project.own_attribute(cls, word)
        if not isinstance(own, Func) or isinstance(own.node, ast.Lambda):
            continue
        for node in own_nodes(own.node):
            match node:
                case ast.Assign(
                    targets=[ast.Subscript(value=held, slice=ast.Constant(value=str() as name))],
                    value=ast.Call() as call,
                ) if is_fields(held):
                    field = _field(project, name, call, cls)
                    if field is not None:
                        perhaps = node not in own.node.body
                        yield replace(field, added=True, perhaps=perhaps)


def is_fields(node: ast.expr) -> bool:
    """Whether an expression is a serializer's fields: ``self.fields``, ``fields``."""
    word = getattr(node, "attr", "") or getattr(node, "id", "")
    return word in ("fields", "_fields")


def _field(project: Project, name: str, call: ast.Call, owner: Class) -> Field | None:
    word = dotted(call.func)
    meant = project.within(owner, word) if word else None
    if isinstance(meant, Value):
        meant = project.aliased(meant)
    if isinstance(meant, Class):
        if is_serializer(project, meant):
            return Field(name, "serializer", call, owner, meant)
        line = project.ancestry(meant)
        above = [one.name.rpartition(".")[2] for one in line if isinstance(one, Outside)]
        kind = next((one for one in above if one in _RELATED), "custom")
        looks = any(one.name.endswith("Field") for one in line)
        return Field(name, kind, call, owner, meant) if looks else None
    if isinstance(meant, Outside):
        last = meant.name.rpartition(".")[2]
        if last == "ListSerializer":
            return _listed(project, name, call, owner)
        return Field(name, last, call, owner) if last.endswith(("Field", "Serializer")) else None
    return None


def _listed(project: Project, name: str, call: ast.Call, owner: Class) -> Field | None:
    """``ListSerializer(child=LineSerializer())``: its child, for several rows."""
    child = next((one.value for one in call.keywords if one.arg == "child"), None)
    inner = _field(project, name, child, owner) if isinstance(child, ast.Call) else None
    if inner is None or inner.cls is None:
        return None
    many = ast.keyword("many", ast.Constant(True))
    made = ast.Call(inner.call.func, [], [*call.keywords, many])
    return Field(name, inner.kind, ast.copy_location(made, call), owner, inner.cls)


# -- what a field reads -------------------------------------------------------------------------


def of_field(project: Project, cls: Class, field: Field, each: EachField) -> Iterator[Access]:
    """Every way that a field of the serializer `cls` goes from the row that is shown."""
    at = At(field.owner.unit, field.call)
    if field.kind == "SerializerMethodField":
        yield from _of_method_field(project, cls, field)
        return
    start = _start(project, field, each.model)
    if field.kind == "serializer" and field.cls is not None:
        whole = _each(start) if _is_several(field) else start
        if whole:
            yield Access(whole, at)
        for one in each.accesses(field.cls):
            yield one.after(whole, at)
        return
    if field.cls is not None:
        got = project.attribute(field.cls, "get_attribute")
        if isinstance(got, Func) and len(got.parameters) > 1:
            for one in of_parameter(project, got, got.parameters[1].arg, Obj(field.cls)):
                yield one.after((), at)
            given = list(_given_back(got, field.cls))
            if () not in given:
                for path in given:
                    yield from _handed(project, field.cls, path, at)
                return
            start = ()
    if field.kind in _RELATED:
        yield from _of_related(project, field, start, at)
        return
    if field.kind == "custom" and field.cls is not None:
        yield from _handed(project, field.cls, start, at)
    if field.kind in ("ListField", "DictField") and start[-1:] == ("all()",):
        start = (*start, EACH)
    if start:
        yield Access(start, at)
        if field.kind in _TEXTS:
            yield Access((*start, TEXT), at)


def _start(project: Project, field: Field, model: Class | None) -> Path:
    source = field.text("source") or field.name
    itself = "Identity" in field.kind and not field.true("many")
    if source == "*" or itself or _takes_whole(project, field):
        return ()
    return _with_calls(project, model, tuple(source.split(".")))


def _takes_whole(project: Project, field: Field) -> bool:
    """Whether a field's own class sets ``source="*"``."""
    made = project.attribute(field.cls, "__init__") if field.cls is not None else None
    if not isinstance(made, Func) or field.text("source"):
        return False
    return any(isinstance(node, ast.Constant) and node.value == "*" for node in every(made.node))


def _is_several(field: Field) -> bool:
    value = field.given("many")
    return value is not None and not (isinstance(value, ast.Constant) and not value.value)


def _each(start: Path) -> Path:
    return (*start, EACH) if start[-1:] == ("all()",) else (*start, "all()", EACH)


def _with_calls(project: Project, model: Class | None, path: Path) -> Path:
    """A source's names, with methods marked as called: ``source="get_total"`` calls it."""
    found: list[str] = []
    at: Class | None = model
    of_rows = False
    for name in path:
        link = models.link(project, at, name) if at is not None else None
        held = project.attribute(at, name) if at is not None and link is None else None
        called = of_rows or (isinstance(held, Func) and not models.is_property(held))
        found.append(f"{name}()" if called else name)
        of_rows = link is not None and link.many
        at = link.target if link is not None and not link.many else None
    return tuple(found)


def _of_method_field(project: Project, cls: Class, field: Field) -> Iterator[Access]:
    func = method_of(project, cls, field)
    if func is not None and len(func.parameters) > 1:
        yield from of_parameter(project, func, func.parameters[1].arg, Obj(cls))


def method_of(project: Project, cls: Class, field: Field) -> Func | None:
    """The method of a SerializerMethodField."""
    name = field.text("method_name") or f"get_{field.name}"
    if field.call.args and isinstance(field.call.args[0], ast.Constant):
        name = str(field.call.args[0].value)
    func = project.attribute(cls, name)
    return func if isinstance(func, Func) else None


def _handed(
    project: Project, cls: Class, start: Path, at: At, method: str = "to_representation"
) -> Iterator[Access]:
    """What a field's own method reads of the object that it is handed."""
    own = project.attribute(cls, method)
    if isinstance(own, Func) and len(own.parameters) > 1:
        for one in of_parameter(project, own, own.parameters[1].arg, Obj(cls)):
            yield one.after(start, at)


def _given_back(func: Func, cls: Class) -> Iterator[Path]:
    """The ways from a method's first argument to what it may return."""
    frame, root = frame_of(func, Obj(cls)), Root(func.parameters[1].arg)
    for node in every(func.node):
        if isinstance(node, ast.Return):
            path = path_of(node.value, frame, root)
            if path is not None:
                yield path


def _of_related(project: Project, field: Field, start: Path, at: At) -> Iterator[Access]:
    """Relations as keys, texts, slugs and links."""
    many = field.true("many") or field.kind == "ManyRelatedField"
    whole: Path = _each(start) if many else start
    by_key = not many and _by_key(project, field)
    if many:
        yield Access(whole, at)
    elif by_key is not True and start:
        yield Access(start, at, unsure=by_key is None)
    elif len(start) > 1:
        yield Access(start[:-1], at)
    if field.cls is not None and not by_key:
        yield from _handed(project, field.cls, whole, at)
    if field.kind == "StringRelatedField":
        yield Access((*whole, TEXT), at)
    elif field.kind == "SlugRelatedField" and (slug := field.text("slug_field")):
        yield Access((*whole, *slug.replace("__", ".").split(".")), at)
    elif field.cls is not None and project.attribute(field.cls, "get_url") is not None:
        if not by_key:
            yield from _handed(project, field.cls, whole, at, "get_url")
    elif "Hyperlinked" in field.kind:
        if (lookup := field.text("lookup_field")) not in _KEYS:
            yield Access((*whole, lookup), at)
        yield from _parents(field, whole, at)


def _by_key(project: Project, field: Field) -> bool | None:
    """Whether the key alone is read, which the row holds: the related row is not asked for.

    None where the field's own class says so under a condition.
    """
    own = project.attribute(field.cls, "use_pk_only_optimization") if field.cls else None
    if isinstance(own, Func):
        answers = [
            getattr(node.value, "value", None)
            for node in every(own.node)
            if isinstance(node, ast.Return)
        ]
        return None if False in answers and len(answers) > 1 else False not in answers
    if field.kind == "PrimaryKeyRelatedField":
        return True
    return field.kind == "HyperlinkedRelatedField" and field.text("lookup_field") in _KEYS


def _parents(field: Field, base: Path, at: At) -> Iterator[Access]:
    """The rows above that drf-nested-routers puts into a link: ``parent_lookup_kwargs``."""
    given = field.given("parent_lookup_kwargs")
    for value in given.values if isinstance(given, ast.Dict) else ():
        names = text_of(value).split("__")
        if len(names) > 1:
            yield Access((*base, *names), at)
