# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Relations that are fetched ahead in vain: that nothing reads, or that are only asked for anew."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import NamedTuple

from greenlint.project import models
from greenlint.project.facts import dotted
from greenlint.project.memory import remembered
from greenlint.project.needs import needs
from greenlint.project.paths import TEXT, Access
from greenlint.project.project import Class, Func, Outside, Project, Value
from greenlint.project.querysets import AFRESH
from greenlint.project.values import Rows

# Methods of Django's rows that read no relation of theirs, but for what listens to them.
_OWN = frozenset(("save()", "refresh_from_db()", "delete()", "asave()", "adelete()"))


# Methods of relations that change nothing.
_READING = AFRESH - {"update"} | {"all", "count", "exists", "first", "get_queryset"}


class Anew(NamedTuple):
    """A relation that is asked for anew, by which method, and where."""

    name: str
    method: str
    at: tuple[Access, ...]


def unread(project: Project, rows: Rows, call: ast.Call, accesses: list[Access]) -> list[str]:
    """The relations in a call that no way leads along; none where a method may read them."""
    if any(_is_dark(project, rows.model, one) for one in accesses):
        return []
    read = {one.path[0].removesuffix("()") for one in accesses}
    found = []
    for path in _paths(call):
        first = path.partition("__")[0]
        if first not in read and models.link(project, rows.model, first) is not None:
            found.append(path)
    return found


def _is_dark(project: Project, model: Class, access: Access) -> bool:
    """Whether a way leads through something whose reads are not all seen."""
    first = access.path[0]
    if first == TEXT or first.endswith("()"):
        return True
    called = {step.removesuffix("()") for step in access.path if step.endswith("()")}
    if called - _READING:
        return True  # what listens to a change may read the row
    if models.link(project, model, first) is not None:
        return False
    if first in ("pk", "id") or models.has_column(project, model, first):
        return False
    found = project.attribute(model, first)
    return not (isinstance(found, Value) and _is_field(found.node))


def _is_field(node: ast.expr) -> bool:
    """Whether a class body's value is a column, as far as its name tells; no ``property(...)``."""
    return isinstance(node, ast.Call) and dotted(node.func).endswith("Field")


def asked_afresh(
    project: Project, rows: Rows, call: ast.Call, accesses: list[Access]
) -> list[Anew]:
    """The relations to several rows that every way along them asks the database for again."""
    found: list[Anew] = []
    for name in _paths(call):
        link = models.link(project, rows.model, name)
        if link is None or not link.many or any(p.startswith(f"{name}__") for p in _paths(call)):
            continue
        own = [one for one in accesses if one.path[0].removesuffix("()") == name]
        methods = [_anew(project, link.target, one) for one in own]
        if not own or not all(methods) or _served_elsewhere(project, rows, name, accesses):
            continue
        found.append(Anew(name, methods[0], tuple(own)))
    return found


def _anew(project: Project, target: Class | None, access: Access) -> str:
    """The method by which a way along a relation asks anew; "" where it does not."""
    for step in access.path[1:]:
        method = step.removesuffix("()")
        if method in ("all", "get_queryset"):
            continue
        if step.endswith("()") and method in AFRESH:
            return method
        if method == "first" and target is not None and _has_no_order(project, target):
            return method
        return ""
    return ""


@remembered(False)
def _has_no_order(project: Project, model: Class) -> bool:
    """Whether a model's rows have no order of their own: then ``first()`` orders them anew."""
    for one in project.ancestry(model):
        if isinstance(one, Outside):
            if one.name not in ("django.db.models.Model", "django.db.models.base.Model"):
                return False
        elif (meta := one.unit.classes.get(f"{one.name}.Meta")) is not None and (
            meta.facts.bases or "ordering" in meta.facts.names
        ):
            return False
    return True


def _served_elsewhere(project: Project, rows: Rows, name: str, accesses: list[Access]) -> bool:
    """Whether a method or property of the row finds there what was fetched."""
    others = [one for one in accesses if one.path[0].removesuffix("()") != name]
    if any(_is_unknown(project, rows.model, one) for one in others):
        return True
    return any(
        one.how != "query" and (one.path == name or one.path.startswith(f"{name}__"))
        for one in needs(project, rows.model, others)
    )


def _is_unknown(project: Project, model: Class, access: Access) -> bool:
    first = access.path[0]
    if not first.endswith("()") or first in _OWN or first.startswith("get_"):
        return False
    return not isinstance(project.attribute(model, first.removesuffix("()")), Func)


def _paths(call: ast.Call) -> list[str]:
    """The relations that a call names as they are, ``Prefetch(...)`` without a name of its own
    included.
    """
    return list(_named(call))


def _named(call: ast.Call) -> Iterator[str]:
    for arg in call.args:
        match arg:
            case ast.Constant(value=str() as path):
                yield path
            case ast.Call(args=[ast.Constant(value=str() as path), *_], keywords=keywords):
                if not any(one.arg == "to_attr" for one in keywords):
                    yield path


__all__ = ["Anew", "asked_afresh", "unread"]
