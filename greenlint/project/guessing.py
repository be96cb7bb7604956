# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""What a name tells where nothing else does: ``request.event.items`` in a project where every
relation called ``event`` leads to one model, and that model has items.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from dataclasses import replace

from greenlint.project import models
from greenlint.project.memory import remembered
from greenlint.project.project import Class, Project
from greenlint.project.values import FROM_ELSEWHERE, Row, Rows


def row_by_name(project: Project, expr: ast.expr, accessor: str) -> Row | None:
    """The row that an expression stands for by its last name, if its model has such rows."""
    match expr:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            model = _models_by_relation(project).get(name)
            if model is None:
                return None
            link = models.link(project, model, accessor)
            if link is not None and link.many and link.target is not None:
                return Row(model, FROM_ELSEWHERE)
    return None


def rows_by_accessor(project: Project, name: str) -> Rows | None:
    """The rows that an accessor of Django's making gives, whatever it is read of:
    ``content.artifact_set`` in a project where one model has that.
    """
    link = _links_by_accessor(project).get(name) if name.endswith("_set") else None
    if link is None or link.target is None:
        return None
    known = frozenset((link.back,)) if link.back else frozenset[str]()
    return Rows(
        link.target, replace(FROM_ELSEWHERE, known=known), kind="manager", relation=link.name
    )


@remembered()
def _links_by_accessor(project: Project) -> dict[str, models.Link | None]:
    """The relation back that has a name, or None where several models have one of it."""
    found: dict[str, models.Link | None] = {}
    for one in models.models(project):
        for link in models.links(project, one):
            if link.forward or not link.many or link.lazy:
                continue
            known = found.setdefault(link.name, link)
            if known is not None and known.target is not link.target:
                found[link.name] = None
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
