# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Views that show templates: which one, and what stands behind each name that they give to it."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from greenlint.project import calls, contexts, flow, members, template_walk, views
from greenlint.project.contexts import Given
from greenlint.project.facts import dotted
from greenlint.project.frames import Frame, frame_of
from greenlint.project.nodes import own_nodes, own_of, word_of
from greenlint.project.paths import Access
from greenlint.project.project import Class, Func, Project, Unit, Value
from greenlint.project.values import At, Bound, Obj, Row, Rows

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
    for name, near in templates:
        if context or _asks_view(project, name, near):
            yield Rendering(name, near, context, cls, cls.node)


def _asks_view(project: Project, name: str, near: Unit) -> bool:
    """Whether a template asks the view itself: ``view.orders``."""
    text = template_walk.template(project, name, near)
    return text is not None and "view." in text.text


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
    found = dict(generic(project, cls))
    for one in reversed(project.ancestry(cls)):
        if not isinstance(one, Class):
            continue
        extra = project.own_attribute(one, "extra_context")
        if isinstance(extra, Value):
            frame = Frame(extra.unit, one.node, one)
            found.update(contexts.given(project, contexts.pairs(extra.node), frame))
        own = project.own_attribute(one, "get_context_data")
        if isinstance(own, Func):
            found.update(contexts.written(project, own, frame_of(own, Obj(cls))))
        for func in members.methods(project, one):
            if _is_context(func) and (kind := calls.returned(project, func, Obj(cls))) is not None:
                found[func.name.rpartition(".")[2]] = Given(kind, At(func.unit, func.node))
    return found


def of_self(
    project: Project, shown: Rendering, reads: Iterable[Access]
) -> Iterator[tuple[str, Given]]:
    """What a template reads of the view itself: ``view.orders``."""
    if shown.cls is None:
        return
    for step in dict.fromkeys(one.path[0] for one in reads if one.path):
        kind = members.attribute(project, Obj(shown.cls), step.removesuffix("()"))
        if isinstance(kind, Bound):
            kind = calls.returned(project, kind.func, kind.this)
        if kind is not None:
            yield f"view.{step}", Given(kind, At(shown.cls.unit, shown.cls.node))


def _is_context(func: Func) -> bool:
    """Whether django-context-decorator puts what a method gives into the context."""
    return any(dotted(one) == "context" for one in getattr(func.node, "decorator_list", ()))


def generic(project: Project, cls: Class) -> Iterator[tuple[str, Given]]:
    """The names that a generic view gives to its rows, or to its row."""
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


# -- calls that show a template -----------------------------------------------------------------


def in_frame(project: Project, frame: Frame) -> Iterator[Rendering]:
    """The templates that a function shows by a call."""
    if isinstance(frame.scope, (ast.Module, ast.ClassDef)):
        return
    for node in own_of(frame.scope, ast.Call):
        word = word_of(node)
        places = _RENDERING.get(word)
        if places is None or not dotted(node.func):
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
        shown = contexts.of_dict(project, context, frame) if names else {}
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
    shown = (
        contexts.of_dict(project, context, frame) if context is not None and cls is not None else {}
    )
    if not shown or cls is None:
        return
    known = _context(project, cls)
    shown = {name: given for name, given in shown.items() if name not in known}
    for name, near in dict.fromkeys(_templates(project, cls)):
        yield Rendering(name, near, shown, cls, frame.scope)


def _argument(call: ast.Call, place: int) -> ast.expr | None:
    return call.args[place] if len(call.args) > place else None
