# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""What the files of a project say anywhere, gathered once."""

from __future__ import annotations

from greenlint.project.memory import remembered
from greenlint.project.project import Project


@remembered(frozenset())
def properties_anywhere(project: Project) -> frozenset[str]:
    """The names of the properties of all classes that have fields."""
    classes = (one.facts for one in project.classes if one.facts.fields or one.facts.relations)
    return frozenset(name for facts in classes for name in facts.properties)


@remembered(frozenset())
def fetched_anywhere(project: Project) -> frozenset[str]:
    """Every path that any file fetches along with rows, whole and by its endings."""
    found: set[str] = set()
    for unit in project.units.values():
        if not unit.is_test:
            for path in unit.facts.fetched:
                parts = path.split("__")
                found.update("__".join(parts[at:]) for at in range(len(parts)))
    return frozenset(found)
