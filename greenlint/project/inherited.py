# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Methods that a class inherits and that go through what others of its methods give: ``export()``
of a base class over ``self.get_rows()`` of each class below, or of a mixin beside it.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from greenlint.project import members, models
from greenlint.project.frames import Frame, scan
from greenlint.project.memory import remembered
from greenlint.project.nodes import own_of
from greenlint.project.project import Class, Func, Project, Unit
from greenlint.project.values import At, Obj

# What a method's body says that asks for rows.
_ASKING = frozenset(
    ("objects", "_default_manager", "filter", "exclude", "all", "select_related",
     "prefetch_related", "get_queryset")
)  # fmt: skip


def inherited(project: Project, unit: Unit) -> Iterator[tuple[Class, Frame]]:
    """Each class of a file with each method above it in the project that mentions a method which
    asks for rows and which only the class knows: one of its own, or of another base.  They are read
    for an object of that class.
    """
    for cls in unit.classes.values():
        above = project.ancestry(cls)[1:]
        bases = [one for one in above if isinstance(one, Class) and not one.unit.is_test]
        if not bases or models.is_model(project, cls):
            continue
        own = _giving(project, cls)
        beside = _beside(project, cls, bases)
        for base in bases if own or beside else ():
            giving = own | (beside - _known(project, base) if beside else beside)
            for func in members.methods(project, base) if giving else ():
                word = func.name.rpartition(".")[2]
                if giving & scan(func.node).attributes_read and word not in cls.facts.names:
                    yield cls, Frame(base.unit, func.node, base, Obj(cls))


@remembered(frozenset())
def _giving(project: Project, cls: Class) -> frozenset[str]:
    """The names of a class's own methods that ask for rows."""
    return frozenset(
        func.name.rpartition(".")[2]
        for func in members.methods(project, cls)
        if scan(func.node).attributes_read & _ASKING
    )


def _beside(project: Project, cls: Class, bases: list[Class]) -> frozenset[str]:
    """The methods of the bases of a class that ask for rows, or hand on what such a method gives;
    none where it has one base only, whose methods know one another.
    """
    direct = [one for one in project.bases(cls) if isinstance(one, Class)]
    if len(direct) < 2:
        return frozenset()
    giving = frozenset[str]().union(*(_giving(project, one) for one in bases))
    handing = (
        func.name.rpartition(".")[2]
        for one in bases
        for func in (members.methods(project, one) if giving else ())
        if giving & scan(func.node).attributes_read and _gives(func)
    )
    return giving.union(handing)


def _gives(func: Func) -> bool:
    return any(one.value is not None for one in own_of(func.node, ast.Return))


@remembered(frozenset())
def _known(project: Project, cls: Class) -> frozenset[str]:
    """The names that a class and those above it define."""
    line = project.ancestry(cls)
    return frozenset[str]().union(*(one.facts.names for one in line if isinstance(one, Class)))


def stands_in(project: Project, at: At | None, cls: Class) -> bool:
    """Whether a place is part of a class's body, or of one above it in the same file."""
    return at is not None and any(True for _ in _around(project, at, cls))


def is_shared(project: Project, at: At, cls: Class) -> bool:
    """Whether a place stands in a class above that other classes inherit, too, and not in `cls`."""
    around = list(_around(project, at, cls))
    return cls not in around and any(len(project.heirs.get(one, ())) > 1 for one in around)


def _around(project: Project, at: At, cls: Class) -> Iterator[Class]:
    """The class, and those above it in the same file, whose body a place is part of."""
    line = getattr(at.node, "lineno", 0)
    for one in project.ancestry(cls) if at.unit is cls.unit else ():
        if (
            isinstance(one, Class)
            and one.unit is cls.unit
            and one.node.lineno <= line <= (one.node.end_lineno or 0)
        ):
            yield one
