# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""SQLAlchemy models, those of SQLModel and Flask-SQLAlchemy among them, and their relationships."""

from __future__ import annotations

import re
from collections import defaultdict

from greenlint.project import models
from greenlint.project.mapping import Mapped, Table
from greenlint.project.memory import remembered
from greenlint.project.project import Class, Project

#: Values of ``lazy=`` that fetch along with the rows, or at once after them.
EAGER = frozenset(("joined", "selectin", "subquery", "immediate"))
#: Values of ``lazy=`` that never ask when a row is read.
SILENT = frozenset(("noload", "raise", "raise_on_sql", "unknown"))
#: Values of ``lazy=`` that make the attribute a query of its own.
QUERIES = frozenset(("dynamic", "write_only"))


@remembered(False)
def is_mapped(project: Project, cls: Class) -> bool:
    """Whether a class is mapped to a table, by its own body or one above it."""
    return any(
        isinstance(one, Class) and one.facts.table is not None and one.facts.table.whole
        for one in project.ancestry(cls)
    )


@remembered(False)
def in_use(project: Project) -> bool:
    """Whether any file maps classes with SQLAlchemy."""
    return any(one.facts.table is not None and one.facts.table.whole for one in project.classes)


@remembered(False)
def is_awaited(project: Project) -> bool:
    """Whether any file has asynchronous sessions, whose rows ask nothing when they are read."""
    return any(
        name.startswith(("sqlalchemy.ext.asyncio", "sqlmodel.ext.asyncio"))
        for unit in project.units.values()
        if not unit.is_test
        for name in unit.facts.imports.values()
    )


@remembered(())
def links(project: Project, cls: Class) -> tuple[models.Link, ...]:
    """The relationships of a mapped class: its own, those above it, and those that a ``backref``
    elsewhere gives it.
    """
    found: dict[str, models.Link] = {}
    line = [one for one in project.ancestry(cls) if isinstance(one, Class)]
    for one in line:
        for mapped in one.facts.table.mapped if one.facts.table is not None else ():
            found.setdefault(mapped.name, _declared(project, one, mapped, cls))
    for one in line:
        for link in _backrefs(project).get(one, ()):
            found.setdefault(link.name, link)
    return tuple(found.values())


def _declared(project: Project, owner: Class, mapped: Mapped, of: Class) -> models.Link:
    target = models.resolve(project, owner, mapped.to, of)
    many = mapped.many if mapped.many is not None else _is_many(project, owner, mapped, of, target)
    leads_back = many and target is not None and _points(project, target, of)
    return models.Link(
        mapped.name,
        target,
        many,
        True,
        owner,
        mapped.name,
        back=(mapped.back or mapped.backref) if leads_back else "",
        kind="many" if many else "one",
        lazy=mapped.lazy,
    )


@remembered(frozenset())
def shared(project: Project, owner: Class, link: models.Link) -> frozenset[str]:
    """What the rows that a relationship gives have in common with the row it is read of: that row
    itself, and what both of them call by the same name.  The session has these by their keys.
    """
    if link.target is None or not link.many:
        return frozenset()
    back = next((one for one in links(project, link.target) if one.name == link.back), None)
    own = frozenset((back.name,)) if back is not None and not back.many else frozenset[str]()
    return own | alike(project, owner, link.target)


def alike(project: Project, owner: Class, other: Class) -> frozenset[str]:
    """The relationships to one row that two classes have by the same name."""
    own = {one.name: one.target for one in links(project, owner) if not one.many}
    return frozenset(
        one.name
        for one in links(project, other)
        if not one.many and one.target is not None and own.get(one.name) is one.target
    )


def _is_many(
    project: Project, owner: Class, mapped: Mapped, of: Class, target: Class | None
) -> bool:
    """Whether a relationship gives several rows, by the side that has the foreign key."""
    if target is not None:
        here, there = _points(project, of, target), _points(project, target, of)
        if here != there:
            return there
        if here and owner is target:
            return True  # a tree without `remote_side`: the rows below
    return mapped.name.endswith("s") and not mapped.name.endswith(("ss", "us", "is"))


def _points(project: Project, cls: Class, target: Class) -> bool:
    """Whether a class has a foreign key to the table of another."""
    wanted = {name for one in _line(project, target) for name in (f"'{one.name}", table_name(one))}
    return any(key in wanted for one in _line(project, cls) for key in _table(one).keys)


def _line(project: Project, cls: Class) -> list[Class]:
    return [
        one
        for one in project.ancestry(cls)
        if isinstance(one, Class) and one.facts.table is not None
    ]


def _table(cls: Class) -> Table:
    return cls.facts.table or Table("", (), (), False)


def table_name(cls: Class) -> str:
    """The table of a class: what it says, or what Flask-SQLAlchemy makes of its name."""
    own = _table(cls).name
    return own or re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", cls.name.rpartition(".")[2]).lower()


@remembered()
def _backrefs(project: Project) -> dict[Class, list[models.Link]]:
    """The attributes that relationships of other classes give to each class."""
    found: dict[Class, list[models.Link]] = defaultdict(list)
    for owner in models.models(project):
        for mapped in owner.facts.table.mapped if owner.facts.table is not None else ():
            if not mapped.backref:
                continue
            target = models.resolve(project, owner, mapped.to, owner)
            if target is None:
                continue
            there = _declared(project, owner, mapped, owner)
            many = not mapped.backref_one and _back_is_many(project, there, owner)
            found[target].append(
                models.Link(
                    mapped.backref,
                    owner,
                    many,
                    True,
                    owner,
                    mapped.name,
                    forward=False,
                    back="" if there.many else mapped.name,
                    kind="many" if many else "one",
                    lazy=mapped.backref_lazy,
                )
            )
    return found


def _back_is_many(project: Project, there: models.Link, owner: Class) -> bool:
    """The other side of one-to-many is one row; of the rest, several."""
    if not there.many or there.target is None:
        return True
    return not _points(project, there.target, owner)
