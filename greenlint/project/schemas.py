# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Pydantic models that are filled from a row's attributes: what each field reads of the row."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from greenlint.project import flow, sqlalchemy
from greenlint.project.facts import dotted
from greenlint.project.frames import Frame
from greenlint.project.mapping import last_word
from greenlint.project.memory import remembered
from greenlint.project.paths import EACH, Access, Path
from greenlint.project.project import Class, Project
from greenlint.project.values import At, Ref

#: Names of library classes that a schema inherits.
_BASES = ("pydantic.", "sqlmodel.", "ninja.", "fastapi_users.schemas.")
#: Generic classes, or classes of a project, that hold several of what they are for.
_SEVERAL = frozenset(
    ("list", "List", "Sequence", "Iterable", "set", "Set", "tuple", "Tuple", "frozenset",
     "Collection")
)  # fmt: skip
_AROUND = frozenset(("Optional", "Union", "Annotated", "SerializeAsAny", "Awaitable"))
_FILLING = frozenset(("model_validate", "from_orm"))


@dataclass(frozen=True, slots=True)
class Shape:
    """What an annotation names: a schema, perhaps several of them."""

    schema: Class
    many: bool


@remembered(False)
def is_schema(project: Project, cls: Class) -> bool:
    """Whether a class is a Pydantic model that is no table."""
    return any(name.startswith(_BASES) for name in project.libraries(cls)) and not (
        sqlalchemy.is_mapped(project, cls)
    )


def shape(project: Project, note: ast.expr | None, frame: Frame) -> Shape | None:
    """The schema in ``OrderOut``, ``list[OrderOut]``, ``Page[OrderOut]`` or ``OrderOut | None``."""
    match note:
        case ast.Constant(value=str() as text):
            try:
                return shape(project, ast.parse(text, mode="eval").body, frame)
            except SyntaxError:
                return None
        case ast.BinOp(left=left, op=ast.BitOr(), right=right):
            return shape(project, left, frame) or shape(project, right, frame)
        case ast.Subscript(value=whole, slice=inner):
            word = last_word(whole)
            parts = inner.elts if isinstance(inner, ast.Tuple) else [inner]
            found = [one for part in parts if (one := shape(project, part, frame)) is not None]
            if not found:
                return None
            if word in _SEVERAL or "Page" in word or "Pagina" in word:
                return Shape(found[0].schema, True)
            return found[0] if word in _AROUND else None
        case ast.Name() | ast.Attribute():
            meant = project.meaning(frame.unit, dotted(note))
            if isinstance(meant, Class):
                return Shape(meant, False) if is_schema(project, meant) else None
    return None


@remembered(())
def accesses(project: Project, cls: Class) -> tuple[Access, ...]:
    """Every way that a schema goes from the row that it is filled from."""
    found: list[Access] = []
    for name, (note, owner) in fields(project, cls).items():
        at = At(owner.unit, note)
        nested = shape(project, note, Frame(owner.unit, owner.unit.tree))
        start: Path = (name,)
        found.append(Access(start, at))
        if nested is not None and nested.schema is not cls:
            start = (name, EACH) if nested.many else start
            found += [one.after(start, None) for one in accesses(project, nested.schema)]
    return tuple(found)


@remembered()
def fields(project: Project, cls: Class) -> dict[str, tuple[ast.expr, Class]]:
    """The attributes that the fields of a schema read, with their annotations."""
    found: dict[str, tuple[ast.expr, Class]] = {}
    seen: set[str] = set()
    for one in project.ancestry(cls):
        if not isinstance(one, Class):
            continue
        for statement in one.node.body:
            match statement:
                case ast.AnnAssign(target=ast.Name(id=name), annotation=note, value=value):
                    if name in seen or name.startswith(("_", "model_config")):
                        continue
                    seen.add(name)
                    if last_word(note) != "ClassVar" and not _is_excluded(value):
                        found[_read_as(name, value)] = (note, one)
    return found


def _is_excluded(value: ast.expr | None) -> bool:
    return any(
        one.arg == "exclude" and isinstance(one.value, ast.Constant) and one.value.value is True
        for one in _keywords(value)
    )


def _read_as(name: str, value: ast.expr | None) -> str:
    """The attribute that a field reads: its own name, or an alias."""
    for one in _keywords(value):
        if one.arg in ("validation_alias", "alias"):
            match one.value:
                case ast.Constant(value=str() as text):
                    return text
                case ast.Call(args=[ast.Constant(value=str() as text), *_]):
                    return text
    return name


def _keywords(value: ast.expr | None) -> Iterator[ast.keyword]:
    if isinstance(value, ast.Call) and last_word(value.func) in ("Field", "PrivateAttr"):
        yield from value.keywords


def filled(project: Project, call: ast.Call, frame: Frame) -> Class | None:
    """The schema that ``OrderOut.model_validate(order)`` fills from a row."""
    if not isinstance(call.func, ast.Attribute) or call.func.attr not in _FILLING:
        return None
    kind = flow.value(project, call.func.value, frame)
    if isinstance(kind, Ref) and isinstance(kind.meaning, Class):
        return kind.meaning if is_schema(project, kind.meaning) else None
    return None
