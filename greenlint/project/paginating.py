# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Whether lists of Django REST framework come in pages: what a view says, and what settings say."""

from __future__ import annotations

import ast

from greenlint.project.memory import remembered
from greenlint.project.project import Class, Outside, Project, Unit

# The library's own classes that answer with a list.
_LISTS = (
    "ListModelMixin",
    "ListAPIView",
    "ListCreateAPIView",
    "ModelViewSet",
    "ReadOnlyModelViewSet",
)
# What a view may define that has to do with pages, or with the answer as a whole.
_OWN = ("pagination_class", "paginator", "paginate_queryset", "list", "get_paginated_response")
# Libraries whose classes bring no pages to a view.
_HOMES = ("rest_framework.", "django.", "abc.")


@remembered(False)
def sends_whole_list(project: Project, view: Class) -> bool:
    """Whether neither a view of the REST framework nor the settings cut its list into pages.

    Only where all is known: every class above the view, and the settings.
    """
    lines = project.ancestry(view)
    outside = [one.name for one in lines if isinstance(one, Outside)]
    lists = any(
        name.startswith("rest_framework.") and name.rpartition(".")[2] in _LISTS for name in outside
    )
    if not lists or not all(name.startswith(_HOMES) for name in outside):
        return False
    if any(isinstance(one, Class) and not _is_known(project, one) for one in lines):
        return False
    if any(project.attribute(view, name) is not None for name in _OWN):
        return False
    return settings_give_none(project)


def _is_known(project: Project, one: Class) -> bool:
    """Whether every base of a class is known, and with it what they bring."""
    named = [base for base in one.facts.bases if base != "object"]
    return len(project.bases(one)) == len(named)


@remembered(False)
def settings_give_none(project: Project) -> bool:
    """Whether the project's settings are known, and name no pagination for all views.

    Settings are known where a module lists ``INSTALLED_APPS``, takes no names from a library's
    settings, and writes ``REST_FRAMEWORK``, if it has it, as a dict.
    """
    units = [unit for unit in project.units.values() if not unit.is_test and not unit.shipped]
    sites = [unit for unit in units if "INSTALLED_APPS" in unit.facts.names]
    holding = [unit for unit in units if "REST_FRAMEWORK" in unit.facts.names]
    if not sites or not all(_stands_alone(project, unit) for unit in sites):
        return False
    return all(_is_without_pages(project, unit) for unit in {*sites, *holding})


def _stands_alone(project: Project, unit: Unit) -> bool:
    """Whether the modules that settings take all names of, or this one, are in the project."""
    named = unit.facts.imports.get("REST_FRAMEWORK", "").rpartition(".")[0]
    homes = [*unit.facts.stars, *([named] if named else [])]
    return all(project.module(project.absolute(unit, home), unit) is not None for home in homes)


def _is_without_pages(project: Project, unit: Unit) -> bool:
    """Whether settings name no pagination, wherever in the file."""
    values = project.body(unit).values.get("REST_FRAMEWORK", [])
    written = all(isinstance(one, ast.Dict) and None not in one.keys for one in values)
    return written and b"DEFAULT_PAGINATION_CLASS" not in unit.source.raw
