# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""The classes behind a name that a call gives: ``Base = Manager.from_queryset(Rows)``."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from greenlint.project import settings
from greenlint.project.facts import dotted
from greenlint.project.project import Base, Class, Outside, Project, Value


def classes_of(project: Project, value: Value) -> Iterator[Base]:
    """The classes that an expression makes a class of, or is another name for."""
    node = value.node
    if not isinstance(node, ast.Call):
        meant = project.aliased(value)
        if isinstance(meant, (Class, Outside)):
            yield meant
        return
    named = settings.imported(project, dotted(node.func), node, value.unit)
    if isinstance(named, Class):
        yield named
        return
    for part in (node.func, *node.args):
        name = dotted(part).removesuffix(".from_queryset")
        meant = project.meaning(value.unit, name) if name else None
        if isinstance(meant, (Class, Outside)):
            yield meant
