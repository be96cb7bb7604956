# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Schemas of marshmallow: what each field reads of the row that is dumped."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from greenlint.project import flow, members, models
from greenlint.project.facts import dotted
from greenlint.project.frames import Frame
from greenlint.project.mapping import last_word
from greenlint.project.memory import remembered
from greenlint.project.paths import EACH, Access, Path, of_parameter
from greenlint.project.project import Class, Func, Project, Value
from greenlint.project.values import At, Obj, Ref

_SCHEMAS = frozenset(
    ("Schema", "SQLAlchemySchema", "SQLAlchemyAutoSchema", "ModelSchema", "TableSchema",
     "JSONAPISchema", "AutoSchema")
)  # fmt: skip
_DUMPING = frozenset(("dump", "dumps"))


@dataclass(frozen=True, slots=True)
class Dump:
    """A call that dumps: the schema, what is dumped, whether it is several, the fields left."""

    schema: Class
    given: ast.expr
    many: bool
    only: frozenset[str] | None
    without: frozenset[str]


@remembered(False)
def is_schema(project: Project, cls: Class) -> bool:
    """Whether a class is a schema of marshmallow, or of a library on it."""
    names = project.libraries(cls)
    if any(name.startswith(("pydantic.", "ninja.", "graphene")) for name in names):
        return False
    if any("marshmallow" in name and name.rpartition(".")[2] in _SCHEMAS for name in names):
        return True
    line = [one for one in project.ancestry(cls) if isinstance(one, Class)]
    return any(
        base.startswith(("ma.", "mm.", "marshmallow.")) and base.rpartition(".")[2] in _SCHEMAS
        for one in line
        for base in one.facts.bases
    )


def dumped(project: Project, call: ast.Call, frame: Frame) -> Dump | None:
    """What ``OrderSchema(many=True).dump(orders)`` dumps."""
    if not isinstance(call.func, ast.Attribute) or call.func.attr not in _DUMPING or not call.args:
        return None
    kind = flow.value(project, call.func.value, frame)
    if not (isinstance(kind, Obj) and isinstance(kind.kind, Class)):
        return None
    if not is_schema(project, kind.kind):
        return None
    words = {one.arg: one.value for one in (*(kind.call.keywords if kind.call else ()),)}
    words |= {one.arg: one.value for one in call.keywords}
    many = words.get("many") or (call.args[1] if len(call.args) > 1 else None)
    only, without = words.get("only"), words.get("exclude")
    return Dump(
        kind.kind,
        call.args[0],
        isinstance(many, ast.Constant) and many.value is True,
        _words(project, only, frame) if only is not None else None,
        _words(project, without, frame) if without is not None else frozenset(),
    )


def _words(project: Project, names: ast.expr, frame: Frame) -> frozenset[str]:
    return frozenset(flow.strings(project, names, frame) or ())


def of_dump(project: Project, dump: Dump) -> list[Access]:
    """Every way that a call which dumps goes from each row."""
    return [
        one
        for name, found in _by_field(project, dump.schema).items()
        if name not in dump.without and (dump.only is None or name in dump.only)
        for one in found
    ]


def accesses(project: Project, cls: Class) -> tuple[Access, ...]:
    """Every way that a schema goes from one row."""
    return tuple(one for found in _by_field(project, cls).values() for one in found)


@remembered({})
def _by_field(project: Project, cls: Class) -> dict[str, tuple[Access, ...]]:
    found: dict[str, tuple[Access, ...]] = {}
    for one in project.ancestry(cls):
        if not isinstance(one, Class):
            continue
        values = project.body(one.unit).values
        for name in one.facts.names:
            made = values.get(f"{one.name}.{name}")
            if made and name not in found and isinstance(made[-1], ast.Call):
                found[name] = tuple(_of_field(project, cls, one, name, made[-1]))
    for link_name, at in _automatic(project, cls):
        found.setdefault(link_name, (Access((link_name,), at),))
    return found


def _automatic(project: Project, cls: Class) -> Iterator[tuple[str, At]]:
    """The relationships that ``include_relationships`` adds."""
    meta = project.attribute(cls, "Meta")
    if not isinstance(meta, Class):
        return
    include = project.attribute(meta, "include_relationships")
    held = project.attribute(meta, "model")
    if not (isinstance(include, Value) and isinstance(held, Value)):
        return
    kind = members.meaning(project, held)
    model = kind.meaning if isinstance(kind, Ref) else None
    if isinstance(model, Class) and ast.unparse(include.node) == "True":
        for link in models.links(project, model):
            yield link.name, At(include.unit, include.node)


def _of_field(
    project: Project, cls: Class, owner: Class, name: str, call: ast.Call
) -> Iterator[Access]:
    word = last_word(call.func)
    words = {one.arg: one.value for one in call.keywords}
    if _true(words.get("load_only")):
        return
    at = At(owner.unit, call)
    attribute = words.get("attribute")
    start: Path = tuple(_text(attribute).split(".")) if _text(attribute) else (name,)
    if word == "Function" and call.args:
        yield from _of_function(project, owner, call.args[0])
    elif word == "Method" and call.args:
        func = project.attribute(cls, _text(call.args[0]))
        if isinstance(func, Func) and len(func.parameters) > 1:
            yield from of_parameter(project, func, func.parameters[1].arg, Obj(cls))
    elif word in ("Nested", "Pluck") and call.args:
        yield from _nested(project, owner, start, call, _true(words.get("many")), at)
    elif word == "List" and call.args and isinstance(call.args[0], ast.Call):
        inner = call.args[0]
        if last_word(inner.func) in ("Nested", "Pluck") and inner.args:
            yield from _nested(project, owner, start, inner, True, at)
        else:
            yield Access(start, at)
    elif word[:1].isupper():
        yield Access(start, at)


def _nested(
    project: Project, owner: Class, start: Path, call: ast.Call, many: bool, at: At
) -> Iterator[Access]:
    yield Access(start, at)
    start = (*start, EACH) if many else start
    if last_word(call.func) == "Pluck":
        if len(call.args) > 1 and (field := _text(call.args[1])):
            yield Access((*start, field), at)
        return
    words = {one.arg: one.value for one in call.keywords}
    target = _target(project, owner, call.args[0])
    if target is None or target is owner:
        return
    frame = Frame(owner.unit, owner.unit.tree)
    only = words.get("only")
    kept = _words(project, only, frame) if only is not None else None
    without = words.get("exclude")
    gone = _words(project, without, frame) if without is not None else frozenset()
    for name, found in _by_field(project, target).items():
        if name not in gone and (kept is None or name in kept):
            yield from (one.after(start, None) for one in found)


def _target(project: Project, owner: Class, arg: ast.expr) -> Class | None:
    arg = arg.body if isinstance(arg, ast.Lambda) else arg
    arg = arg.func if isinstance(arg, ast.Call) else arg
    if text := _text(arg):
        name = text.rpartition(".")[2]
        found = [one for one in project.classes if one.name == name and is_schema(project, one)]
        return found[0] if len(found) == 1 else None
    meant = project.within(owner, dotted(arg))
    return meant if isinstance(meant, Class) and is_schema(project, meant) else None


def _of_function(project: Project, owner: Class, arg: ast.expr) -> Iterator[Access]:
    if isinstance(arg, ast.Lambda):
        func: Func | None = Func(owner.unit, arg)
    else:
        meant = project.within(owner, dotted(arg))
        func = meant if isinstance(meant, Func) else None
    if func is not None and func.parameters:
        yield from of_parameter(project, func, func.parameters[0].arg)


def _true(node: ast.expr | None) -> bool:
    return isinstance(node, ast.Constant) and node.value is True


def _text(node: ast.expr | None) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""
