# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""What a name tells where nothing else does: ``request.event.items`` in a project where every
relation called ``event`` leads to one model, and that model has items.
"""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from dataclasses import replace

from greenlint.project import models
from greenlint.project.memory import remembered
from greenlint.project.project import Class, Project
from greenlint.project.values import FROM_ELSEWHERE, Row, Rows


def row_by_name(project: Project, expr: ast.expr, accessor: str) -> Row | None:
    """The row that an expression stands for by its last name, if one model of that name has such
    rows: that relations of the name lead to, or that is called so.
    """
    match expr:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            fitting = [
                model
                for model in _models_called(project).get(name, ())
                if (link := models.link(project, model, accessor)) is not None
                and link.many
                and link.target is not None
            ]
            return Row(fitting[0], FROM_ELSEWHERE) if len(fitting) == 1 else None
    return None


@remembered()
def _models_called(project: Project) -> dict[str, list[Class]]:
    """The models that a name may mean: ``order`` is an `Order`, or what a relation `order` leads
    to.
    """
    found: dict[str, dict[Class, None]] = defaultdict(dict)
    for declaring in models.models(project):
        if not declaring.facts.abstract and models.is_django(project, declaring):
            found[_SNAKE.sub("_", declaring.name.rpartition(".")[2]).lower()][declaring] = None
        for relation in declaring.facts.relations:
            if relation.kind in ("one", "one-one"):
                target = models.resolve(project, declaring, relation.to, declaring)
                if target is not None:
                    found[relation.name][target] = None
    return {name: list(several) for name, several in found.items()}


_SNAKE = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def rows_by_accessor(project: Project, name: str) -> Rows | None:
    """The rows that an accessor of several words gives, whatever it is read of:
    ``content.artifact_set`` in a project where one model is reached by that, and no class defines
    it.
    """
    if "_" not in name:
        return None
    links = _links_by_accessor(project).get(name, ())
    targets = {link.target for link in links}
    target = targets.pop() if len(targets) == 1 else None
    if target is None:
        return None
    known = frozenset(link.back for link in links if link.back)
    return Rows(target, replace(FROM_ELSEWHERE, known=known), kind="manager", relation=name)


@remembered()
def _links_by_accessor(project: Project) -> dict[str, list[models.Link]]:
    """The relations back by their names."""
    found: dict[str, list[models.Link]] = defaultdict(list)
    for one in models.models(project):
        for link in models.links(project, one):
            if not link.forward and link.many and not link.lazy and "_" in link.name:
                found[link.name].append(link)
    for one in project.classes if found else ():
        for name in one.facts.names:
            found.pop(name, None)
    return found


def set_on_request(project: Project, of: ast.expr, name: str) -> Row | None:
    """The row that middleware sets on each request: ``request.user``, ``request.event``."""
    if getattr(of, "attr", getattr(of, "id", "")) != "request":
        return None
    model = models.user(project) if name == "user" else _models_by_relation(project).get(name)
    return Row(model) if model is not None and model.name.lower() in (name, "user") else None


@remembered()
def _models_by_relation(project: Project) -> dict[str, Class]:
    """The model that all relations of a name lead to, where it is one only."""
    found: dict[str, set[Class | None]] = defaultdict(set)
    for declaring in models.models(project):
        for relation in declaring.facts.relations:
            if relation.kind in ("one", "one-one"):
                target = models.resolve(project, declaring, relation.to, declaring)
                found[relation.name].add(target)
    return {
        name: model
        for name, several in found.items()
        if len(several) == 1 and (model := next(iter(several))) is not None
    }
