# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Django's admin: which models its classes show, and what a list of them reads of each row."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace

from greenlint.project import calls, flow, members, models
from greenlint.project.admin_columns import Column, accesses, columns_of, text_of_row
from greenlint.project.frames import Frame
from greenlint.project.memory import remembered
from greenlint.project.paths import Access
from greenlint.project.project import Class, Func, Outside, Project, Unit, Value
from greenlint.project.values import NOTHING, Fetched, Obj, Ref, Rows

# Library classes that an admin class may inherit without the library adding columns to it.
_OWN_COLUMNS = frozenset(("UserAdmin", "GroupAdmin", "BaseUserAdmin"))
_INLINES = ("TabularInline", "StackedInline", "InlineModelAdmin")


@dataclass(frozen=True, slots=True)
class Listed:
    """A list of rows in the admin: what is read of each, and what is fetched along.

    `own` is what the queryset itself fetches, before the change list adds to `rows`.
    """

    model: Class
    rows: Rows
    own: Fetched
    accesses: tuple[Access, ...]
    columns: tuple[Column, ...]
    inline: bool = False


@remembered()
def registered(project: Project) -> dict[Class, tuple[Class, ...]]:
    """The models that each admin class is registered for."""
    found: dict[Class, dict[Class, None]] = defaultdict(dict)
    for unit in project.units.values():
        for model, shown_by in () if unit.is_test else unit.facts.registered:
            meant = project.meaning(unit, shown_by) if shown_by else None
            cls = project.aliased(meant) if isinstance(meant, Value) else meant
            of = model_named(project, unit, model)
            if isinstance(cls, Class) and of is not None:
                found[cls][of] = None
    return {cls: tuple(of) for cls, of in found.items()}


def model_named(project: Project, unit: Unit, name: str) -> Class | None:
    """The model that a name at the top of a file stands for, however it got there."""
    if name.rpartition(".")[2] == "get_user_model":
        return models.user(project)
    kind = members.meaning(project, project.meaning(unit, name))
    if isinstance(kind, Ref) and isinstance(kind.meaning, Class):
        return kind.meaning if models.is_model(project, kind.meaning) else None
    return None


@remembered(())
def models_of(project: Project, cls: Class) -> tuple[Class, ...]:
    """The models whose rows an admin class shows: registered ones, or an inline's own."""
    known = registered(project).get(cls, ())
    if known or not is_inline(project, cls):
        return known
    held = project.attribute(cls, "model")
    if isinstance(held, Value):
        kind = members.meaning(project, held)
        if isinstance(kind, Ref) and isinstance(kind.meaning, Class):
            return (kind.meaning,) if models.is_model(project, kind.meaning) else ()
    return ()


@remembered(False)
def is_inline(project: Project, cls: Class) -> bool:
    """Whether a class shows rows below another row in the admin."""
    names = [one.name.rpartition(".")[2] for one in project.ancestry(cls)]
    return any(
        name.endswith(("TabularInline", "StackedInline", "InlineModelAdmin")) for name in names
    )


def default_rows(project: Project, cls: Class) -> Rows | None:
    """What ``super().get_queryset(request)`` gives in an admin class."""
    shown = models_of(project, cls)
    if not shown:
        return None
    rows = members.attribute(project, Ref(shown[0]), "objects")
    if isinstance(rows, Rows):
        return replace(rows, kind="queryset", at=None)
    return Rows(shown[0])


def rows_of(project: Project, cls: Class, model: Class) -> Rows:
    """The rows that an admin class lists, before the change list fetches anything along."""
    own = project.attribute(cls, "get_queryset")
    if not isinstance(own, Func):
        rows = default_rows(project, cls) or Rows(model)
        return rows if rows.model is model else Rows(model)
    kind = calls.returned(project, own, Obj(cls))
    if isinstance(kind, Rows):
        return replace(kind, model=model)
    return Rows(model, NOTHING.doubted("what get_queryset() fetches is not understood"))


def listed(project: Project, cls: Class) -> Iterator[Listed]:
    """The lists that an admin class makes, one for each model that it is registered for."""
    for model in models_of(project, cls):
        rows = rows_of(project, cls, model)
        if is_inline(project, cls):
            if _shows_one(project, cls, model):
                continue
            shown = _inline_columns(project, cls, model)
            found = accesses(project, cls, model, shown)
            yield Listed(model, rows, rows.fetched, found, shown, True)
            continue
        columns = _columns(project, cls)
        if columns is not None:
            fetched = _of_change_list(project, cls, model, rows.fetched, columns)
            found = accesses(project, cls, model, columns)
            yield Listed(model, replace(rows, fetched=fetched), rows.fetched, found, columns)


def _columns(project: Project, cls: Class) -> tuple[Column, ...] | None:
    """The columns of a change list; None where a library chooses them."""
    found = columns_of(project, cls, "list_display")
    if found is not None:
        return found
    if any(one.name.rpartition(".")[2] in _OWN_COLUMNS for one in _libraries(project, cls)):
        return None
    return (text_of_row(cls),)


def _libraries(project: Project, cls: Class) -> list[Outside]:
    return [one for one in project.ancestry(cls) if isinstance(one, Outside)]


def _shows_one(project: Project, cls: Class, model: Class) -> bool:
    """Whether an inline has a single row: by ``max_num = 1``, or because its model belongs to the
    row above one to one.
    """
    most = project.attribute(cls, "max_num")
    if isinstance(most, Value) and isinstance(most.node, ast.Constant) and most.node.value == 1:
        return True
    return any(one.forward and one.kind == "one-one" for one in models.links(project, model))


def _inline_columns(project: Project, cls: Class, model: Class) -> tuple[Column, ...]:
    """The row's own text, which Django's inlines show above its fields, and what is read only."""
    named = columns_of(project, cls, "fields")
    names = {column.name for column in named} if named is not None else None
    fixed = columns_of(project, cls, "readonly_fields") or ()
    shown = (column for column in fixed if names is None or column.name in names)
    return (text_of_row(cls), *shown)


# -- what is fetched along ----------------------------------------------------------------------


def _of_change_list(
    project: Project, cls: Class, model: Class, fetched: Fetched, columns: tuple[Column, ...]
) -> Fetched:
    """With what Django's change list selects by itself: see `ChangeList.apply_select_related`.

    It leaves a queryset alone that selects anything.  Where list_select_related is False and a
    foreign key is a column, it calls select_related(), which follows no nullable one.
    """
    if fetched.selected or fetched.everything:
        return fetched
    names, everything, why = select_related_of(project, cls)
    if why:
        return fetched.select(*names).doubted(why)
    if names:
        return fetched.select(*names)
    if everything or any(_is_foreign_key(project, model, one.name) for one in columns):
        return replace(fetched, everything=True)
    return fetched


def select_related_of(project: Project, cls: Class) -> tuple[list[str], bool, str]:
    """The names in list_select_related, whether it is True, and why it is not certain."""
    if isinstance(project.attribute(cls, "get_list_select_related"), Func):
        return [], False, "get_list_select_related() chooses while the list is made"
    held = project.attribute(cls, "list_select_related")
    if not isinstance(held, Value):
        return [], False, ""
    if isinstance(held.node, ast.Constant):
        return [], held.node.value is True, ""
    scope = held.owner.node if held.owner is not None else held.unit.tree
    names = flow.strings(project, held.node, Frame(held.unit, scope, held.owner))
    if names is None:
        return [], False, "what list_select_related holds is not written there"
    return names, False, ""


def _is_foreign_key(project: Project, model: Class, name: str) -> bool:
    link = models.link(project, model, name)
    return link is not None and link.forward and not link.many and link.kind != "any"
