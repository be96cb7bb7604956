# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Methods that a class inherits and that go through what its own methods give: ``export()`` of a
base class over ``self.get_rows()`` of each class below.
"""

from __future__ import annotations

from collections.abc import Iterator

from greenlint.project import members, models
from greenlint.project.frames import Frame, scan
from greenlint.project.project import Class, Project, Unit
from greenlint.project.values import At, Obj

# What a method's body says that asks for rows.
_ASKING = frozenset(
    ("objects", "_default_manager", "filter", "exclude", "all", "select_related",
     "prefetch_related", "get_queryset")
)  # fmt: skip


def inherited(project: Project, unit: Unit) -> Iterator[tuple[Class, Frame]]:
    """Each class of a file whose methods ask for rows, with each method above it in the project
    that mentions one of them, read for an object of that class.
    """
    for cls in unit.classes.values():
        above = project.ancestry(cls)[1:]
        bases = [one for one in above if isinstance(one, Class) and not one.unit.is_test]
        if not bases or models.is_model(project, cls):
            continue
        giving = frozenset(_giving(project, cls))
        for base in bases if giving else ():
            for func in members.methods(project, base):
                word = func.name.rpartition(".")[2]
                if giving & scan(func.node).attributes_read and word not in cls.facts.names:
                    yield cls, Frame(base.unit, func.node, base, Obj(cls))


def _giving(project: Project, cls: Class) -> Iterator[str]:
    """The names of a class's own methods that ask for rows."""
    for func in members.methods(project, cls):
        if scan(func.node).attributes_read & _ASKING:
            yield func.name.rpartition(".")[2]


def stands_in(at: At | None, cls: Class) -> bool:
    """Whether a place is part of a class's body."""
    if at is None or at.unit is not cls.unit:
        return False
    line = getattr(at.node, "lineno", 0)
    return bool(cls.node.lineno <= line <= (cls.node.end_lineno or 0))
