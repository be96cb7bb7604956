# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Tables of django_tables2 and of what is built on it: what their columns read of each row."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace

from greenlint.project import flow, models, template_paths
from greenlint.project.frames import Frame
from greenlint.project.memory import remembered
from greenlint.project.nodes import every, own_nodes
from greenlint.project.paths import EACH, TEXT, Access, Path, of_parameter
from greenlint.project.project import Class, Func, Outside, Project, Value
from greenlint.project.serializers import model_of
from greenlint.project.table_columns import Column, columns, meta_of, names_in_meta, steps
from greenlint.project.template_words import CALLED
from greenlint.project.values import At, Obj, Ref

# Columns that show no text of their value's own.
_NO_TEXT = frozenset(
    (
        "CheckBoxColumn", "ToggleColumn", "ActionsColumn", "TagColumn", "LinkedCountColumn",
        "BooleanColumn", "DateColumn", "DateTimeColumn", "TimeColumn", "URLColumn", "EmailColumn",
        "FileColumn", "JSONColumn", "ChoiceFieldColumn", "ColorColumn", "MarkdownColumn",
        "TemplateColumn", "CustomFieldColumn", "ArrayColumn", "ManyToManyColumn",
        "ContentTypesColumn", "ContentTypeColumn", "ColoredLabelColumn",
    )
)  # fmt: skip


@remembered(())
def accesses(project: Project, table: Class) -> tuple[Access, ...]:
    """Every way that a table goes from one row when it shows it.

    What columns read that are hidden by default is rare.
    """
    declared = columns(project, table)
    found: list[Access] = []
    hidden = _hidden(project, table, declared)
    left_out = _left_out(project, table, declared)
    for column in declared.values():
        if column.name not in left_out:
            own = _of_column(project, table, column)
            found += [replace(one, rare=True) for one in own] if column.name in hidden else own
    return (*found, *_undeclared(project, table, set(declared) | left_out))


def _hidden(project: Project, table: Class, declared: dict[str, Column]) -> set[str]:
    """The columns that Meta.default_columns does not name, where it is there."""
    named = names_in_meta(project, table, "default_columns")
    return set(declared) - set(named) if named else set()


def _left_out(project: Project, table: Class, declared: dict[str, Column]) -> set[str]:
    out = set(names_in_meta(project, table, "exclude") or ())
    sequence = names_in_meta(project, table, "sequence")
    if sequence and "..." not in sequence:
        out |= set(declared) - set(sequence)
    return out


def _of_column(project: Project, table: Class, column: Column) -> Iterator[Access]:
    at = At(column.owner.unit, column.call)
    model = model_of(project, table)
    start = called(project, model, column.path)
    if len(start) > 1 or (model is not None and _is_one(project, model, start)):
        yield Access(start, at)
    yield from _linked(project, column, start, at, model)
    own = project.attribute(table, f"render_{column.name}")
    if isinstance(own, Func):
        yield from _rendered(project, own, Obj(table), start)
        return
    if (text := column.given("text")) is not None:
        yield from _by_function(project, column, text, {"record": ()})
        return
    if column.cls is not None:
        own = project.attribute(column.cls, "render")
        if isinstance(own, Func):
            yield from _rendered(project, own, Obj(column.cls), start)
            if not _shows_more(own):
                return
    if "TemplateColumn" in column.kinds:
        yield from _of_code(project, column, start, at, model)
    elif "ManyToManyColumn" in column.kinds:
        yield from _of_several(project, column, start, at)
    elif not column.kinds & _NO_TEXT:
        yield Access((*start, TEXT), at)


def _shows_more(func: Func) -> bool:
    """Whether a method calls the one that it stands in for, or shows the column's template."""
    return any(
        getattr(node, "id", "") == "super"
        or getattr(node, "attr", "") in ("template_name", "template_code")
        for node in own_nodes(func.node)
    )


def _is_one(project: Project, model: Class, start: Path) -> bool:
    """Whether a column's value is another row: resolving it fetches that row."""
    link = models.link(project, model, start[0]) if start else None
    return link is not None and not link.many


def _rendered(project: Project, func: Func, this: Obj, start: Path) -> Iterator[Access]:
    """What ``render(self, record, value)`` reads, by the names of its parameters."""
    given = func.node.args
    names = {one.arg for one in (*given.args, *given.kwonlyargs)}
    if "record" in names:
        yield from of_parameter(project, func, "record", this)
    if "value" in names:
        for one in of_parameter(project, func, "value", this):
            yield one.after(start)


def _of_code(
    project: Project, column: Column, start: Path, at: At, model: Class | None
) -> Iterator[Access]:
    """What a TemplateColumn's lines, or its template, go along from ``record`` and ``value``."""
    unit = column.owner.unit
    row = column.text("context_object_name") or "record"
    starts: dict[str, Path] = {row: (), "value": start}
    for name, one in template_paths.of_code(project, column.code(project), unit):
        if name in starts:
            path = called(project, model, (*starts[name], *one.path))
            held = one.at.path == unit.name
            yield replace(one, path=path, at=at if held else one.at)
    if wanted := column.text("template_name"):
        reads = template_paths.reads(project, wanted, unit)
        for name, before in starts.items():
            for one in reads.get(name, ()):
                yield replace(one, path=called(project, model, (*before, *one.path)))


def _of_several(project: Project, column: Column, start: Path, at: At) -> Iterator[Access]:
    """``ManyToManyColumn``: the text of each, or what its transform makes of it."""
    if column.given("filter") is not None:
        return
    each = (*start, "all()", EACH)
    yield Access(each, at)
    transform = column.given("transform")
    if transform is None:
        yield Access((*each, TEXT), at)
    yield from _by_function(project, column, transform, {"": each})
    if column.true("linkify_item"):
        yield Access((*each, "get_absolute_url()"), at)


def _linked(
    project: Project, column: Column, start: Path, at: At, model: Class | None
) -> Iterator[Access]:
    """Where a column's link leads: what ``linkify`` and ``LinkColumn`` read for it."""
    link = column.given("linkify")
    if column.true("linkify") or "RelatedLinkColumn" in column.kinds:
        own = start if _may_be_row(project, model, start) else ()
        yield Access((*own, "get_absolute_url()"), at)
    elif isinstance(link, (ast.Tuple, ast.Dict, ast.List)):
        for path in _accessors(link):
            yield Access(called(project, model, path), at)
    elif link is not None:
        yield from _by_function(project, column, link, {"record": (), "value": start})
    for word in ("args", "kwargs"):
        if (given := column.given(word)) is not None:
            for path in _accessors(given):
                yield Access(called(project, model, path), at)


def _may_be_row(project: Project, model: Class | None, start: Path) -> bool:
    """Whether a column's value may be a row with a link of its own: a relation's, a property's."""
    if model is None or not start:
        return False
    if models.link(project, model, start[0]) is not None:
        return True
    return isinstance(project.attribute(model, start[0].removesuffix("()")), Func)


def _accessors(node: ast.expr) -> Iterator[Path]:
    """The ways of every ``A("customer.pk")`` within an expression."""
    for one in every(node):
        match one:
            case ast.Call(
                func=ast.Name(id="A" | "Accessor") | ast.Attribute(attr="A" | "Accessor"),
                args=[ast.Constant(value=str() as text), *_],
            ):
                yield steps(text)


def _by_function(
    project: Project, column: Column, node: ast.expr | None, starts: dict[str, Path]
) -> Iterator[Access]:
    """What a function reads of parameters by their names; "" stands for its first."""
    if node is None:
        return
    unit = column.owner.unit
    if isinstance(node, ast.Lambda):
        func: Func | None = Func(unit, node)
    else:
        kind = flow.value(project, node, Frame(unit, column.owner.node, column.owner))
        func = kind.meaning if isinstance(kind, Ref) and isinstance(kind.meaning, Func) else None
    if func is None or not func.parameters:
        return
    for name, start in starts.items():
        name = name or func.parameters[0].arg
        if any(one.arg == name for one in func.parameters):
            for one in of_parameter(project, func, name, None):
                yield one.after(start)


def _undeclared(project: Project, table: Class, known: set[str]) -> Iterator[Access]:
    """The columns that a table makes itself of its model's fields."""
    model = model_of(project, table)
    meta = meta_of(project, table)
    if model is None or meta is None:
        return
    named = names_in_meta(project, table, "fields")
    shown = names_in_meta(project, table, "default_columns")
    held = project.attribute(meta, "fields" if named is not None else "model")
    if not isinstance(held, Value) or (named is None and project.attribute(meta, "fields")):
        return
    at = At(held.unit, held.node)
    forward = [one.name for one in models.links(project, model) if one.forward and not one.many]
    for name in named if named is not None else forward:
        if name in known:
            continue
        path = called(project, model, steps(name))
        link = models.link(project, model, path[0])
        if link is None:
            continue
        rare = bool(shown) and name not in (shown or ())
        own = project.attribute(table, f"render_{name}")
        if isinstance(own, Func):
            for one in _rendered(project, own, Obj(table), path):
                yield replace(one, rare=one.rare or rare)
        elif link.many and len(path) == 1 and link.kind != "generic":
            yield Access((*path, "all()", EACH, TEXT), at, (), False, rare)
        elif not link.many:
            yield Access((*path, TEXT), at, (), False, rare)


def called(project: Project, model: Class | None, path: Path) -> Path:
    """A way with methods marked as called: tables and templates call what can be called."""
    found: list[str] = []
    at: Class | None = model
    several = False
    for step in path:
        if several and step in CALLED:
            found.append(f"{step}()")
            continue
        if at is None or step in (EACH, TEXT) or step.endswith("()"):
            found.append(step)
            continue
        link = models.link(project, at, step)
        held = project.attribute(at, step) if link is None else None
        method = isinstance(held, Func) and not models.is_property(held)
        found.append(f"{step}()" if method else step)
        at = link.target if link is not None else None
        several = link is not None and link.many
    return tuple(found)


def of_rows(project: Project, table: Class, model: Class) -> tuple[Access, ...]:
    """Every way that a table goes from one row, where its own Meta does not say of which model."""
    found = accesses(project, table)
    if model_of(project, table) is not None:
        return found
    return tuple(replace(one, path=called(project, model, one.path)) for one in found)


@remembered(False)
def is_table(project: Project, cls: Class) -> bool:
    """Whether a class is a table of django_tables2, or of what is built on it."""
    return any(
        name.endswith("Table") and ("tables" in name.rpartition(".")[0])
        for name in project.libraries(cls)
    )


def outside_tables(project: Project, cls: Class) -> list[str]:
    """The qualified names of the library tables above a class."""
    found = [one.name for one in project.ancestry(cls) if isinstance(one, Outside)]
    return [name for name in found if name.endswith("Table")]
