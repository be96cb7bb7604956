# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""The columns that a table's class declares, and what its Meta says of them."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass

from greenlint.project import flow
from greenlint.project.facts import dotted
from greenlint.project.frames import Frame
from greenlint.project.memory import remembered
from greenlint.project.paths import Path
from greenlint.project.project import Class, Outside, Project, Value


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name, the call that makes it, the class whose body it stands in, and the last
    words of the column classes that it is of.  `cls` is its own class, if that is of the project.
    """

    name: str
    call: ast.Call
    owner: Class
    kinds: frozenset[str]
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

    @property
    def path(self) -> Path:
        """The way to the value that the column shows."""
        accessor = self.given("accessor")
        match accessor:
            case ast.Call(args=[ast.Constant(value=str() as text), *_]):
                return steps(text)
            case ast.Constant(value=str() as text):
                return steps(text)
            case None:
                return steps(self.name)
        return ()

    def code(self, project: Project) -> str:
        """The template code of a TemplateColumn: given to it, or held by its class; else ""."""
        given = self.given("template_code")
        if given is None and self.call.args and "TemplateColumn" in self.kinds and not self.cls:
            given = self.call.args[0]
        if given is not None:
            found = flow.strings(project, given, _class_frame(self.owner))
            return "".join(found or ())
        held = project.attribute(self.cls, "template_code") if self.cls is not None else None
        if isinstance(held, Value) and held.owner is not None:
            return "".join(flow.strings(project, held.node, _class_frame(held.owner)) or ())
        return ""


def _class_frame(owner: Class) -> Frame:
    return Frame(owner.unit, owner.node, owner, outer=Frame(owner.unit, owner.unit.tree))


def steps(accessor: str) -> Path:
    """``customer__address.city`` step by step."""
    return tuple(part for part in re.split(r"__|\.", accessor) if part)


@remembered()
def columns(project: Project, table: Class) -> dict[str, Column]:
    """The columns that a table and those above it declare; ``name = None`` takes one out."""
    found: dict[str, Column] = {}
    removed: set[str] = set()
    for one in project.ancestry(table):
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
                column = _column(project, name, values[-1], one)
                if column is not None:
                    found[name] = column
    return found


def _column(project: Project, name: str, call: ast.Call, owner: Class) -> Column | None:
    word = dotted(call.func)
    meant = project.within(owner, word) if word else None
    if isinstance(meant, Value):
        meant = project.aliased(meant)
    if isinstance(meant, Outside) and meant.name.endswith("Column"):
        return Column(name, call, owner, frozenset((meant.name.rpartition(".")[2],)))
    if isinstance(meant, Class):
        kinds = frozenset(one.name.rpartition(".")[2] for one in project.ancestry(meant))
        outside = [one.name for one in project.ancestry(meant) if isinstance(one, Outside)]
        if any(one.endswith("Column") for one in outside):
            return Column(name, call, owner, kinds, meant)
    return None


def meta_of(project: Project, table: Class) -> Class | None:
    """The Meta of a table, or of the nearest above it."""
    found = project.attribute(table, "Meta")
    return found if isinstance(found, Class) else None


def names_in_meta(project: Project, table: Class, word: str) -> list[str] | None:
    """The strings that ``Meta.fields`` and the like hold; None where they are not written there."""
    meta = meta_of(project, table)
    held = project.attribute(meta, word) if meta is not None else None
    if not isinstance(held, Value):
        return None
    scope = held.owner.node if held.owner is not None else held.unit.tree
    return flow.strings(project, held.node, Frame(held.unit, scope, held.owner))
