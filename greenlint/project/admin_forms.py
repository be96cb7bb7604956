# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""The forms of Django's admin: which relations they show as a list of every row to choose from."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from greenlint.project import admin, members, models
from greenlint.project.admin_columns import columns_of
from greenlint.project.facts import dotted
from greenlint.project.memory import remembered
from greenlint.project.models import Link
from greenlint.project.nodes import every
from greenlint.project.project import Class, Func, Project, Value
from greenlint.project.values import Ref

# Attributes that show a relation without a list of all rows, or do not show it.
_ELSEWISE = ("raw_id_fields", "autocomplete_fields", "readonly_fields", "exclude", "radio_fields")
# Methods that choose what is shown, and how, while the page is made.
_CHOOSING = ("formfield_for_foreignkey", "formfield_for_dbfield", "get_form", "get_formset",
             "formfield_for_manytomany", "get_fields", "get_fieldsets", "get_exclude",
             "get_readonly_fields")  # fmt: skip
_USERS = ("AUTH_USER_MODEL", "'auth.User", "User")


@dataclass(frozen=True, slots=True)
class Choice:
    """A relation whose form field lists every row.  `users`: of users; `looked_up`: of a model that
    another admin class of the project looks up instead.
    """

    link: Link
    users: bool
    looked_up: bool


def choices(project: Project, cls: Class, model: Class) -> Iterator[Choice]:
    """The relations of a model that an admin class shows as lists to choose from."""
    if _is_fixed(project, cls) or any(
        isinstance(project.attribute(cls, word), Func) for word in _CHOOSING
    ):
        return
    shown, other = _fields(project, cls), _named(project, cls, _ELSEWISE)
    above = parents(project).get(cls, ())
    inline = admin.is_inline(project, cls)
    if inline and not above:
        return
    text = _form_text(project, cls)
    if text is None:
        return
    for link in models.links(project, model):
        if not link.forward or link.kind not in ("one", "one-one", "many"):
            continue
        if link.name in other or (shown is not None and link.name not in shown):
            continue
        if inline and _leads_to(project, link, above):
            continue
        if link.name in text or not _is_listed(project, link):
            continue
        users = _is_of_users(project, link)
        yield Choice(link, users, link.target in looked_up(project))


def _named(project: Project, cls: Class, words: tuple[str, ...]) -> set[str]:
    found: set[str] = set()
    for word in words:
        found.update(column.name for column in columns_of(project, cls, word) or ())
        own = project.attribute(cls, f"get_{word}")
        if isinstance(own, Func):
            found.update(_strings_in(own.node))
        held = project.attribute(cls, word)
        if isinstance(held, Value) and isinstance(held.node, ast.Dict):
            found.update(_strings_in(held.node))
    return found


def _fields(project: Project, cls: Class) -> set[str] | None:
    """The fields that a form is said to show; None for all."""
    for word in ("fields", "fieldsets"):
        held = project.attribute(cls, word)
        if isinstance(held, Value) and not _is_none(held.node):
            return _strings_in(held.node)
    return None


def _strings_in(node: ast.AST) -> set[str]:
    return {
        one.value
        for one in every(node)
        if isinstance(one, ast.Constant) and isinstance(one.value, str)
    }


def _is_none(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _is_fixed(project: Project, cls: Class) -> bool:
    """Whether nothing can be changed in a form: everything is shown as text."""
    change = project.attribute(cls, "has_change_permission")
    add = project.attribute(cls, "has_add_permission")
    return _says_no(change) and _says_no(add)


def _says_no(held: object) -> bool:
    if not isinstance(held, Func) or isinstance(held.node, ast.Lambda):
        return False
    last = held.node.body[-1]
    return isinstance(last, ast.Return) and getattr(last.value, "value", None) is False


def _form_text(project: Project, cls: Class) -> set[str] | None:
    """The words in the project's own form of an admin class: it may show a field otherwise.  None
    for a form that says itself which fields it has.
    """
    held = project.attribute(cls, "form")
    kind = members.meaning(project, held) if isinstance(held, Value) else None
    found: set[str] = set()
    if isinstance(kind, Ref) and isinstance(kind.meaning, Class):
        for one in project.ancestry(kind.meaning):
            if isinstance(one, Class):
                found |= _strings_in(one.node) | set(one.facts.names)
        meta = project.attribute(kind.meaning, "Meta")
        held = project.attribute(meta, "fields") if isinstance(meta, Class) else None
        if isinstance(held, Value) and getattr(held.node, "value", "") != "__all__":
            return None
    return found


def _is_listed(project: Project, link: Link) -> bool:
    """Whether the field is in forms at all, and not limited to a few rows."""
    values = project.body(link.owner.unit).values.get(f"{link.owner.name}.{link.attribute}", [])
    call = values[-1] if values else None
    if not isinstance(call, ast.Call):
        return False
    given = {one.arg: one.value for one in call.keywords}
    editable = given.get("editable")
    hidden = isinstance(editable, ast.Constant) and editable.value is False
    return not hidden and not given.keys() & {"limit_choices_to", "through", "parent_link"}


def _is_of_users(project: Project, link: Link) -> bool:
    if link.target is not None:
        return link.target is models.user(project)
    told = (one.to for one in link.owner.facts.relations if one.name == link.attribute)
    return any(to.rpartition(".")[2] in _USERS or to in _USERS for to in told)


# -- what other classes say ---------------------------------------------------------------------


@remembered()
def parents(project: Project) -> dict[Class, tuple[Class, ...]]:
    """The models below whose rows each inline is shown."""
    found: dict[Class, dict[Class, None]] = defaultdict(dict)
    for cls, shown in admin.registered(project).items():
        held = project.attribute(cls, "inlines")
        if not isinstance(held, Value):
            continue
        for node in every(held.node):
            name = dotted(node) if isinstance(node, (ast.Name, ast.Attribute)) else ""
            inline = project.within(held.owner or cls, name) if name else None
            if isinstance(inline, Class):
                found[inline].update(dict.fromkeys(shown))
    return {inline: tuple(of) for inline, of in found.items()}


def _leads_to(project: Project, link: Link, above: tuple[Class, ...]) -> bool:
    return any(link.target in project.ancestry(one) for one in above)


@remembered(frozenset())
def looked_up(project: Project) -> frozenset[Class]:
    """Models that an admin class of the project looks up instead of listing all rows."""
    found: set[Class] = set()
    for unit in project.units.values():
        if unit.is_test or "dmin" not in unit.name:
            continue
        for cls in unit.classes.values():
            names = {*cls.facts.names} & {"raw_id_fields", "autocomplete_fields"}
            for model in admin.models_of(project, cls) if names else ():
                for name in _named(project, cls, tuple(sorted(names))):
                    link = models.link(project, model, name)
                    if link is not None and link.target is not None:
                        found.add(link.target)
    return frozenset(found)
