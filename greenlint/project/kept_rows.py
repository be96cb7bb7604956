# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Rows that a ``Prefetch(..., to_attr="open_lines")`` keeps in an attribute, and what the methods
of the model read of those that they find there.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

from greenlint.project import flow, members, models
from greenlint.project.frames import Frame, scan
from greenlint.project.memory import remembered
from greenlint.project.nodes import every, own_nodes
from greenlint.project.paths import EACH, ONE, Access, of_self
from greenlint.project.project import Class, Func, Project
from greenlint.project.querysets import element
from greenlint.project.values import FROM_ELSEWHERE, Row


class Kept(NamedTuple):
    """The attribute, the queryset whose rows it keeps, such a row, and what is read of each."""

    name: str
    queryset: ast.expr
    row: Row
    accesses: tuple[Access, ...]


def kept(project: Project, frame: Frame) -> Iterator[Kept]:
    """Each queryset of a body whose rows are kept in an attribute that methods of a model read."""
    for node in own_nodes(frame.scope):
        if not isinstance(node, ast.Call) or _word(node.func) != "Prefetch":
            continue
        given = {word.arg: word.value for word in node.keywords}
        name, queryset = given.get("to_attr"), given.get("queryset")
        if queryset is None and len(node.args) > 1:
            queryset = node.args[1]
        if queryset is None or not isinstance(name, ast.Constant):
            continue
        row = element(flow.value(project, queryset, frame))
        if isinstance(row, Row) and models.is_django(project, row.model):
            yield from _read(project, str(name.value), queryset, row)


def _word(func: ast.expr) -> str:
    return func.attr if isinstance(func, ast.Attribute) else getattr(func, "id", "")


def _read(project: Project, name: str, queryset: ast.expr, row: Row) -> Iterator[Kept]:
    for model, back in _leading_to(project, row.model):
        found = tuple(_accesses(project, model, name))
        if found:
            fetched = row.fetched
            known = fetched.known | ({back} if back else set())
            yield Kept(name, queryset, replace(row, fetched=replace(fetched, known=known)), found)


def _leading_to(project: Project, target: Class) -> list[tuple[Class, str]]:
    """The models with relations to several rows of one, each with the way back."""
    above = [one for one in project.ancestry(target) if isinstance(one, Class)]
    return [pair for one in above for pair in _by_target(project).get(one, ())]


@remembered({})
def _by_target(project: Project) -> dict[Class, list[tuple[Class, str]]]:
    found: dict[Class, list[tuple[Class, str]]] = defaultdict(list)
    for one in models.models(project):
        for link in models.links(project, one):
            if link.many and not link.lazy and link.target is not None:
                pair = one, "" if link.forward else link.back
                if pair not in found[link.target]:
                    found[link.target].append(pair)
    return found


def _accesses(project: Project, model: Class, name: str) -> Iterator[Access]:
    """What the methods of a model read of each row that they find in an attribute."""
    for one in project.ancestry(model):
        if not isinstance(one, Class) or one.unit.is_test or one.unit.shipped:
            continue
        for func in members.methods(project, one):
            if name not in scan(func.node).attributes_read and not _asks_for(func, name):
                continue
            for access in of_self(project, func, Row(model, FROM_ELSEWHERE)):
                start, rest = access.path[:2], access.path[2:]
                if start in ((name, EACH), (name, ONE)) and rest:
                    unsure = access.unsure and not _asks_for(func, name)
                    yield replace(access, path=rest, unsure=unsure)


def _asks_for(func: Func, name: str) -> bool:
    """``hasattr(self, "open_lines")``: whether it is there is the very condition."""
    return any(
        isinstance(node, ast.Call)
        and getattr(node.func, "id", "") in ("hasattr", "getattr")
        and len(node.args) > 1
        and getattr(node.args[1], "value", "") == name
        for node in every(*getattr(func.node, "body", ()))
    )
