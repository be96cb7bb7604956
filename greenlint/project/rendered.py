# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Views that show templates: which one, and what stands behind each name that they give to it."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from greenlint.project import calls, flow, members, views
from greenlint.project.facts import dotted
from greenlint.project.frames import Frame, frame_of
from greenlint.project.nodes import own_nodes
from greenlint.project.project import Class, Func, Project, Unit, Value
from greenlint.project.values import At, Kind, Obj, Parts, Row, Rows, Seq, either

# Calls that show a template with a context: the places of both among the arguments.
_RENDERING = {
    "render": (1, 2), "render_to_string": (0, 1), "TemplateResponse": (1, 2),
    "render_to_response": (0, 1), "SimpleTemplateResponse": (0, 1),
}  # fmt: skip
# Names that generic views give to their own rows, and to one row.
_OWN_ROWS = ("object_list", "page_obj")
_FORMS = {
    "CreateView": "_form",
    "UpdateView": "_form",
    "DeleteView": "_confirm_delete",
    "DetailView": "_detail",
}


@dataclass(frozen=True, slots=True)
class Given:
    """What a name of a context stands for, and where that is said.

    `each`: it is a part of each element of a list, as in ``{% for day, talks in days %}``.
    """

    kind: Kind
    at: At
    each: bool = False


@dataclass(slots=True)
class Rendering:
    """A template and the context that it is shown with; `cls` is the view, where it is a class."""

    template: str
    near: Unit
    context: dict[str, Given] = field(default_factory=dict)
    cls: Class | None = None
    scope: ast.AST | None = None


# -- views that are classes ---------------------------------------------------------------------


def of_view(project: Project, cls: Class) -> Iterator[Rendering]:
    """What a class-based view shows: one rendering for each template that it may choose."""
    templates = list(dict.fromkeys(_templates(project, cls)))
    if not templates:
        return
    context = _context(project, cls)
    if not context:
        return
    for name, near in templates:
        yield Rendering(name, near, context, cls, cls.node)


def _templates(project: Project, cls: Class) -> Iterator[tuple[str, Unit]]:
    held = project.attribute(cls, "template_name")
    choosing = [project.attribute(cls, word) for word in ("get_template_names", "get_template")]
    for chosen in choosing:
        if not isinstance(chosen, Func):
            continue
        for node in own_nodes(chosen.node):
            if isinstance(node, ast.Constant) and _is_template(node.value):
                yield str(node.value), chosen.unit
    if isinstance(held, Value):
        scope = held.owner.node if held.owner is not None else held.unit.tree
        names = flow.strings(project, held.node, Frame(held.unit, scope, held.owner))
        yield from ((name, held.unit) for name in names or ())
    elif not isinstance(choosing[0], Func):
        yield from _by_default(project, cls)


def _is_template(text: object) -> bool:
    return isinstance(text, str) and text.endswith((".html", ".txt", ".xml", ".jinja", ".j2"))


def _by_default(project: Project, cls: Class) -> Iterator[tuple[str, Unit]]:
    """``app/order_list.html`` of a generic view that names no template."""
    words = views.outside_words(project, cls)
    suffix = next((end for word, end in _FORMS.items() if word in words), "")
    if not suffix and "ListView" in words:
        suffix = "_list"
    rows = views.rows_of(project, cls) if suffix else None
    if rows is None:
        return
    held = project.attribute(cls, "template_name_suffix")
    if isinstance(held, Value) and isinstance(held.node, ast.Constant):
        suffix = str(held.node.value)
    yield f"{_app(rows.model)}/{_lower(rows.model)}{suffix}.html", rows.model.unit


def _app(model: Class) -> str:
    """The label of a model's app: the folder that holds its models."""
    parts = [part for part in model.unit.parts if part != "models"]
    before = model.unit.parts.index("models") if "models" in model.unit.parts else len(parts)
    return model.unit.parts[before - 1] if before else ""


def _lower(model: Class) -> str:
    return model.name.rpartition(".")[2].lower()


def _context(project: Project, cls: Class) -> dict[str, Given]:
    """The names that a class gives to its template: those of generic views, and its own."""
    found = dict(_generic(project, cls))
    for one in reversed(project.ancestry(cls)):
        if not isinstance(one, Class):
            continue
        own = project.own_attribute(one, "get_context_data")
        if isinstance(own, Func):
            found.update(_written(project, own, frame_of(own, Obj(cls))))
        for func in members.methods(project, one):
            if _is_context(func) and (kind := calls.returned(project, func, Obj(cls))) is not None:
                found[func.name.rpartition(".")[2]] = Given(kind, At(func.unit, func.node))
    return found


def _is_context(func: Func) -> bool:
    """Whether django-context-decorator puts what a method gives into the context."""
    return any(dotted(one) == "context" for one in getattr(func.node, "decorator_list", ()))


def _generic(project: Project, cls: Class) -> Iterator[tuple[str, Given]]:
    words = views.outside_words(project, cls)
    listing = views.lists(project, cls)
    single = bool(words & {*_FORMS, "SingleObjectMixin", "BaseDetailView"})
    if not listing and not single:
        return
    named = project.attribute(cls, "context_object_name")
    name = ""
    if isinstance(named, Value) and isinstance(named.node, ast.Constant):
        name = str(named.node.value or "")
    rows = views.rows_of(project, cls)
    if listing and rows is not None:
        given = Given(rows, rows.at or At(cls.unit, cls.node))
        for word in (*_OWN_ROWS, name or f"{_lower(rows.model)}_list"):
            yield word, given
    if single:
        row = _row(project, cls, rows)
        if row is not None:
            given = Given(row, At(cls.unit, cls.node))
            for word in ("object", name or _lower(row.model)):
                yield word, given


def _row(project: Project, cls: Class, rows: Rows | None) -> Row | None:
    """The row of a view on one row."""
    own = project.attribute(cls, "get_object")
    if isinstance(own, Func):
        kind = calls.returned(project, own, Obj(cls))
        return kind if isinstance(kind, Row) else None
    return Row(rows.model, rows.fetched, rows.at) if rows is not None else None


# -- what functions write into a context --------------------------------------------------------


def _written(project: Project, func: Func, frame: Frame) -> dict[str, Given]:
    """Every name that a function writes into a dict, whichever way."""
    pairs = (pair for node in own_nodes(func.node) for pair in _pairs(node))
    return _given(project, pairs, frame)


def _given(
    project: Project, pairs: Iterable[tuple[str, ast.expr]], frame: Frame, within: bool = True
) -> dict[str, Given]:
    """The names and what they stand for; of several values what any of them may be.

    What a dict among them holds has the names of both, ``cart.positions``, if asked for `within`.
    """
    found: dict[str, Given] = {}
    for name, value in pairs:
        kind = flow.value(project, value, frame)
        if kind is None and within:
            found.update(_entries(project, name, value, frame))
        if kind is None or (isinstance(kind, Rows) and "none" in kind.methods):
            continue
        known = found.get(name)
        joined = either([known.kind, kind]) if known is not None else None
        at = At(frame.unit, value)
        found[name] = Given(joined or kind, at)
        found.update((f"{name}.{way}", Given(one, at, True)) for way, one in _parts(kind))
    return found


def _parts(kind: Kind) -> Iterator[tuple[str, Kind]]:
    """The parts of each element of a list of tuples, of each entry of a dict, with their ways."""
    match kind:
        case Seq(of=Parts(items=items), keys=None):
            parts = [(f"[].{at}", one) for at, one in enumerate(items)]
        case Seq(of=of, keys=keys):  # a dict, if a template asks it for its entries
            parts = [("items.[].1", of), ("values.[]", of)]
            if keys is not None:
                parts.append(("items.[].0", keys))
        case _:
            return
    yield from ((way, one) for way, one in parts if one is not None)


def _entries(
    project: Project, name: str, expr: ast.expr, frame: Frame
) -> Iterator[tuple[str, Given]]:
    """What a dict holds that is written there, or by the function that is called there."""
    match expr:
        case ast.Dict():
            dicts = [expr]
        case ast.Call(func=func):
            target = flow.value(project, func, frame)
            called = getattr(target, "func", None) or getattr(target, "meaning", None)
            if not isinstance(called, Func) or isinstance(called.node, ast.Lambda):
                return
            frame = frame_of(called, getattr(target, "this", None))
            dicts = [
                node.value
                for node in own_nodes(called.node)
                if isinstance(node, ast.Return) and isinstance(node.value, ast.Dict)
            ]
        case _:
            return
    for one in dicts:
        for key, given in _given(project, _pairs(one), frame, False).items():
            yield f"{name}.{key}", given


def _pairs(node: ast.AST) -> Iterator[tuple[str, ast.expr]]:
    match node:
        case ast.Assign(
            targets=[ast.Subscript(slice=ast.Constant(value=str() as name))], value=value
        ):
            yield name, value
        case ast.Dict(keys=keys, values=values):
            for key, value in zip(keys, values, strict=True):
                if isinstance(key, ast.Constant) and isinstance(key.value, str):
                    yield key.value, value
        case ast.Call(func=ast.Attribute(attr="setdefault"), args=[key, value]):
            if isinstance(key, ast.Constant) and isinstance(key.value, str):
                yield key.value, value
        case ast.Call(func=func, keywords=keywords):
            word = func.attr if isinstance(func, ast.Attribute) else getattr(func, "id", "")
            if word in ("update", "dict", "get_context_data"):
                yield from ((one.arg, one.value) for one in keywords if one.arg)


# -- calls that show a template -----------------------------------------------------------------


def in_frame(project: Project, frame: Frame) -> Iterator[Rendering]:
    """The templates that a function shows by a call."""
    if isinstance(frame.scope, (ast.Module, ast.ClassDef)):
        return
    for node in own_nodes(frame.scope):
        if not isinstance(node, ast.Call):
            continue
        word = dotted(node.func).rpartition(".")[2]
        places = _RENDERING.get(word)
        if places is None:
            continue
        given = {one.arg: one.value for one in node.keywords}
        if word == "render_to_response" and _is_own(node, frame):
            yield from _of_own(project, given.get("context") or _argument(node, 0), frame)
            continue
        template = given.get("template_name") or given.get("template") or _argument(node, places[0])
        context = given.get("context") or _argument(node, places[1])
        if template is None or context is None:
            continue
        names = flow.strings(project, template, frame) or ()
        shown = _of_dict(project, context, frame) if names else {}
        for name in names if shown else ():
            yield Rendering(name, frame.unit, shown, frame.owner, frame.scope)


def _is_own(call: ast.Call, frame: Frame) -> bool:
    """``self.render_to_response(context)`` of a view, which knows its template."""
    called = call.func
    return (
        frame.owner is not None
        and isinstance(called, ast.Attribute)
        and isinstance(called.value, ast.Name)
        and called.value.id == "self"
    )


def _of_own(project: Project, context: ast.expr | None, frame: Frame) -> Iterator[Rendering]:
    """What a view's method shows its own template with, beside what the class itself gives."""
    cls = frame.owner
    shown = _of_dict(project, context, frame) if context is not None and cls is not None else {}
    if not shown or cls is None:
        return
    known = _context(project, cls)
    shown = {name: given for name, given in shown.items() if name not in known}
    for name, near in dict.fromkeys(_templates(project, cls)):
        yield Rendering(name, near, shown, cls, frame.scope)


def _argument(call: ast.Call, place: int) -> ast.expr | None:
    return call.args[place] if len(call.args) > place else None


def _of_dict(project: Project, expr: ast.expr, frame: Frame, depth: int = 0) -> dict[str, Given]:
    """What an expression that stands for a context holds."""
    found: dict[str, Given] = {}
    match expr:
        case ast.Dict() | ast.Call(func=ast.Name(id="dict")):
            for value in getattr(expr, "values", ()):
                if isinstance(value, ast.Dict):
                    found.update(_of_dict(project, value, frame, depth + 1))
            found.update(_given(project, _pairs(expr), frame))
        case ast.Name(id=name):
            for one in frame.bindings.get(name, ()):
                if one.value is not None and one.how == "assign" and depth < 3:
                    found.update(_of_dict(project, one.value, frame, depth + 1))
            found.update(_given(project, _named_dict(name, frame), frame))
        case ast.Call(func=func) if depth < 3:
            target = flow.value(project, func, frame)
            called = getattr(target, "func", None) or getattr(target, "meaning", None)
            if isinstance(called, Func) and isinstance(called.node, ast.FunctionDef):
                this = getattr(target, "this", None)
                found.update(_written(project, called, frame_of(called, this)))
    return found


def _named_dict(name: str, frame: Frame) -> Iterator[tuple[str, ast.expr]]:
    """``context["orders"] = ...`` and ``context.update(...)`` of one name in a function."""
    for node in own_nodes(frame.scope):
        match node:
            case ast.Assign(targets=[ast.Subscript(value=ast.Name(id=word))]) if word == name:
                yield from _pairs(node)
            case ast.Call(func=ast.Attribute(value=ast.Name(id=word), attr="update"), args=args):
                if word == name:
                    yield from _pairs(node)
                    yield from (pair for arg in args for pair in _pairs(arg))


def rows_in(kind: Kind) -> tuple[Rows, bool] | None:
    """The rows that a value of a context stands for, and whether they are several."""
    match kind:
        case Rows(few=False):
            return kind, True
        case Seq(of=Row() as row):
            return Rows(row.model, row.fetched, row.at, kind="list"), True
        case Row(model=model, fetched=fetched, at=at):
            return Rows(model, fetched, at), False
    return None
