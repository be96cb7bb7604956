# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Rows that Django itself goes through: what a sitemap or a feed lists in ``items()``."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import NamedTuple

from greenlint.project import calls
from greenlint.project.frames import Frame
from greenlint.project.nodes import own_nodes
from greenlint.project.paths import Access, of_parameter
from greenlint.project.project import Class, Func, Project
from greenlint.project.querysets import element
from greenlint.project.values import At, Obj, Row
from greenlint.project.ways import TEXT, Path

# What is asked of each item, and what is read of it where the class does not answer: see
# django/contrib/sitemaps/__init__.py and django/contrib/syndication/views.py.
_SITEMAP: dict[str, Path] = {
    "location": ("get_absolute_url()",), "lastmod": (), "changefreq": (), "priority": (),
}  # fmt: skip
_FEED: dict[str, Path] = {
    "item_title": (TEXT,), "item_description": (), "item_link": ("get_absolute_url()",),
    "item_guid": (), "item_author_name": (), "item_author_email": (), "item_author_link": (),
    "item_pubdate": (), "item_updateddate": (), "item_categories": (), "item_copyright": (),
    "item_comments": (), "item_enclosures": (), "item_enclosure_url": (),
    "item_enclosure_length": (), "item_extra_kwargs": (), "item_enclosure_mime_type": (),
}  # fmt: skip


class Listed(NamedTuple):
    """What ``items()`` gives, such a row, and what is read of each."""

    given: ast.expr
    row: Row
    accesses: tuple[Access, ...]


def listed(project: Project, frame: Frame) -> Iterator[Listed]:
    """The rows of a body that is the ``items()`` of a sitemap or a feed."""
    scope, owner = frame.scope, frame.owner
    if owner is None or not isinstance(scope, ast.FunctionDef) or scope.name != "items":
        return
    asked = _asked(project, owner)
    given = [node.value for node in own_nodes(scope) if isinstance(node, ast.Return)]
    if not asked or not given or given[-1] is None:
        return
    row = element(calls.returned(project, Func(frame.unit, scope, owner), Obj(owner)))
    if isinstance(row, Row):
        at = At(frame.unit, given[-1])
        yield Listed(given[-1], row, tuple(_accesses(project, owner, asked, at)))


def _asked(project: Project, owner: Class) -> dict[str, Path]:
    for name in project.libraries(owner):
        if name.startswith("django.contrib.sitemaps."):
            return _SITEMAP
        if name.startswith("django.contrib.syndication."):
            return _FEED
    return {}


def _accesses(project: Project, owner: Class, asked: dict[str, Path], at: At) -> Iterator[Access]:
    for name, default in asked.items():
        found = project.attribute(owner, name)
        if isinstance(found, Func) and len(found.parameters) > 1:
            yield from of_parameter(project, found, found.parameters[1].arg, Obj(owner))
        elif found is None and default:
            yield Access(default, at)
