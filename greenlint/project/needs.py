# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""What reading along some ways asks of the database for each row, and what would fetch it ahead."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from greenlint.project import models, sqlalchemy
from greenlint.project.memory import remembered
from greenlint.project.models import Link
from greenlint.project.paths import EACH, ONE, TEXT, Access, of_self
from greenlint.project.project import Class, Func, Project
from greenlint.project.querysets import AFRESH, ASKING, SAME
from greenlint.project.querysets import ONE as ONE_ROW
from greenlint.project.reached import call_of, is_reached
from greenlint.project.values import ELSEWHERE, NOTHING, At, Fetched, Row, Rows

# Methods entered within one another from one read.
_DEEP = 4
_WRITES = frozenset(
    ("add", "set", "remove", "clear", "create", "update", "delete", "bulk_create", "bulk_update",
     "get_or_create", "update_or_create", "save", "aadd", "aset", "acreate", "adelete")
)  # fmt: skip
_ANSWERED = frozenset(("all", "count", "exists", "first", "get_queryset", "acount", "aexists"))
_ASKING = ASKING | ONE_ROW | frozenset(("in_bulk", "update", "delete", "iterator"))
_ELSEWHERE = NOTHING.doubted(ELSEWHERE)


@dataclass(frozen=True, slots=True)
class Need:
    """Something that each row asks the database for.

    `path` is the relation to fetch ahead, ``customer__address``; `how` is "select" where it leads
    to one row all the way, "prefetch" where it leads to several, "query" where only another query
    helps: then `method` is what asks.  `many` counts the relations to several rows before it.
    `unsure`: under a condition; `rare`: for few rows only; `within`: only where rows are
    prefetched into that attribute.
    """

    path: str
    how: str
    at: At
    via: tuple[At, ...]
    link: Link | None = None
    nullable: bool = False
    many: int = 0
    method: str = ""
    unsure: bool = False
    rare: bool = False
    within: str = ""


def needs(project: Project, model: Class, accesses: Iterable[Access]) -> list[Need]:
    """What rows of a model ask for when they are read along these ways; each once."""
    found: dict[tuple[str, str, str], Need] = {}
    for one in accesses:
        for need in _along(project, _Position(model), one.path, one, 0):
            key = (need.path, need.how if need.how == "query" else "", need.method)
            known = found.get(key)
            if known is None or (need.rare, need.unsure) < (known.rare, known.unsure):
                found[key] = need
    return list(found.values())


def uncovered(found: Iterable[Need], fetched: Fetched) -> list[Need]:
    """The needs that what is fetched does not cover."""
    return [one for one in found if not covers(fetched, one)]


def covers(fetched: Fetched, need: Need) -> bool:
    """Whether what is fetched along holds what a need asks for."""
    if need.how == "query":
        return False
    if need.within and need.within not in fetched.prefetched:
        return True
    if fetched.covers(need.path) or (need.how == "select" and fetched.reached(need.path)):
        return True
    return fetched.everything and need.how == "select" and not need.nullable


@dataclass(frozen=True, slots=True)
class _Position:
    """Where one stands after some steps: a model, the path there, and what is known there."""

    model: Class
    path: tuple[str, ...] = ()
    known: frozenset[str] = frozenset()
    many: int = 0
    nullable: bool = False
    above: _Position | None = None
    within: str = ""


def _along(
    project: Project, at: _Position, path: tuple[str, ...], access: Access, depth: int
) -> Iterator[Need]:
    if not path or depth > _DEEP or len(at.path) > 5:
        return
    step, *rest = path
    if step in (EACH, ONE):
        yield from _along(project, at, tuple(rest), access, depth)
        return
    if step == TEXT:
        yield from _entered(project, at, project.attribute(at.model, TEXT), access, depth)
        return
    link = models.link(project, at.model, step.removesuffix("()"))
    if link is None and rest[:1] == [EACH] and (kept := _kept(project, at, step)) is not None:
        yield from _along(project, kept, tuple(rest[1:]), access, depth)
    elif link is None:
        yield from _of_method(project, at, step, access, depth)
    elif link.lazy:
        yield from _of_mapped(project, at, link, path, access, depth)
    elif link.many:
        yield from _of_several(project, at, link, tuple(rest), access, depth)
    else:
        yield from _of_one(project, at, link, tuple(rest), access, depth)


@remembered()
def _relations_kept(project: Project) -> dict[str, set[str]]:
    """The attributes that prefetched rows are kept in anywhere, with their relations."""
    found: dict[str, set[str]] = {}
    for unit in project.units.values():
        for name, relation in unit.facts.kept:
            found.setdefault(name, set()).add(relation)
    return found


def _kept(project: Project, at: _Position, step: str) -> _Position | None:
    """The rows that ``Prefetch(..., to_attr=step)`` has put there: nothing is asked for them."""
    for relation in sorted(_relations_kept(project).get(step, ())):
        link = models.link(project, at.model, relation)
        if link is not None and link.target is not None:
            path = (*at.path, step)
            known = frozenset((link.back,)) if link.back and not link.forward else frozenset()
            return _Position(link.target, path, known, at.many + 1, True, at, "__".join(path))
    return None


def _of_one(
    project: Project, at: _Position, link: Link, rest: tuple[str, ...], access: Access, depth: int
) -> Iterator[Need]:
    if at.path[-1:] == (link.name,) and link.target is at.model:
        return  # a tree that is climbed: no number of names fetches all of it
    if link.name in at.known and at.above is not None:
        yield from _along(project, at.above, rest, access, depth)
        return
    nullable = at.nullable or link.nullable
    path = (*at.path, link.name)
    if link.name not in at.known:
        how = "prefetch" if at.many or link.kind == "any" else "select"
        yield _need(path, how, access, link, at, nullable)
    if link.target is not None and rest:
        known = frozenset((link.back,)) if link.kind == "one-one" and link.back else frozenset()
        below = _Position(link.target, path, known, at.many, nullable, at, at.within)
        yield from _along(project, below, rest, access, depth)


def _of_mapped(
    project: Project, at: _Position, link: Link, path: tuple[str, ...], access: Access, depth: int
) -> Iterator[Need]:
    """A relationship of SQLAlchemy, which is loaded as soon as it is read."""
    step, *rest = path
    if (
        step.endswith("()")
        or len(at.path) > 3
        or (at.path[-1:] == (link.name,) and link.target is at.model)
    ):
        return
    if link.name in at.known:
        if at.above is not None and not link.many:
            yield from _along(project, at.above, tuple(rest), access, depth)
        return
    here = (*at.path, link.name)
    if link.lazy in sqlalchemy.QUERIES:
        if rest:
            yield _need(here, "query", access, link, at, True, rest[0].removesuffix("()"))
        return
    if link.lazy not in sqlalchemy.EAGER and link.lazy not in sqlalchemy.SILENT:
        how = "prefetch" if link.many or at.many else "select"
        yield _need(here, how, access, link, at, True)
    if link.target is None or (link.many and rest[:1] != [EACH]):
        return
    known = sqlalchemy.shared(project, at.model, link)
    many = at.many + link.many
    below = _Position(link.target, here, known, many, True, at)
    yield from _along(project, below, tuple(rest[1:] if link.many else rest), access, depth)


def _of_several(
    project: Project, at: _Position, link: Link, rest: tuple[str, ...], access: Access, depth: int
) -> Iterator[Need]:
    path = (*at.path, link.name)
    rest = tuple(EACH if one == ONE else one for one in rest)
    steps = [one for one in rest if one.endswith("()") or one == EACH]
    called = rest[0].removesuffix("()") if rest else ""
    if not rest or called in _WRITES or (not rest[0].endswith("()") and rest[0] != EACH):
        return
    afresh = next((one for one in _called_in_a_row(rest) if one not in _ANSWERED), None)
    if afresh is not None:
        gives_rows = afresh in AFRESH or afresh in SAME or _is_own_method(project, link, afresh)
        if gives_rows and _asks(rest):
            yield _need(path, "query", access, link, at, True, afresh)
        return
    if rest == ("all()",):
        return
    counted = steps[-1].removesuffix("()") if steps and steps[-1] != EACH else ""
    method = counted if counted in ("count", "exists", "first") else ""
    yield _need(path, "prefetch", access, link, at, True, method)
    if link.target is None or EACH not in rest:
        return
    known = frozenset((link.back,)) if link.back and not link.forward else frozenset()
    below = _Position(link.target, path, known, at.many + 1, True, at, at.within)
    yield from _along(project, below, rest[rest.index(EACH) + 1 :], access, depth)


def _asks(rest: tuple[str, ...]) -> bool:
    """Whether rows are asked for, and not only named for another query to use."""
    return EACH in rest or any(one.removesuffix("()") in _ASKING for one in rest)


def _called_in_a_row(rest: tuple[str, ...]) -> Iterator[str]:
    for one in rest:
        if not one.endswith("()"):
            return
        yield one.removesuffix("()")


def _is_own_method(project: Project, link: Link, name: str) -> bool:
    """Whether a manager of the project gives rows by a method of that name."""
    from greenlint.project import members

    if link.target is None:
        return False
    rows = members.attribute(project, members.meaning(project, link.target), "objects")
    if not isinstance(rows, Rows):
        return False
    return any(isinstance(project.attribute(one, name), Func) for one in rows.makers)


def _of_method(
    project: Project, at: _Position, step: str, access: Access, depth: int
) -> Iterator[Need]:
    found = project.attribute(at.model, step.removesuffix("()"))
    if isinstance(found, Func) and (step.endswith("()") or models.is_property(found)):
        yield from _entered(project, at, found, access, depth)


def _entered(
    project: Project, at: _Position, func: object, access: Access, depth: int
) -> Iterator[Need]:
    """What a method or property of the row reads of it."""
    if not isinstance(func, Func) or func.unit.is_test:
        return
    call = call_of(access.at, access.path, func)
    for need in _own_needs(project, func, at.model, depth):
        if not is_reached(func, call, (*need.via, need.at)[0], 1):
            continue
        start, steps = at, need.path.split("__") if need.path else []
        within = need.within
        if steps and steps[0] in at.known and at.above is not None:
            start, steps = at.above, steps[1:]
            within = within.removeprefix(f"{need.path.partition('__')[0]}__")
            if not steps:
                continue
        path = "__".join((*start.path, *steps))
        if _is_circle(path):
            continue
        how = "prefetch" if start.many and need.how == "select" else need.how
        yield replace(
            need,
            path=path,
            how=how,
            at=access.at,
            via=(*access.via, need.at, *need.via),
            many=start.many + need.many,
            nullable=start.nullable or need.nullable,
            unsure=access.unsure or need.unsure,
            rare=access.rare or need.rare,
            within="__".join((*start.path, within)) if within else at.within,
        )


def _is_circle(path: str) -> bool:
    """Whether a path comes by a relation twice: a tree that a method climbs by calling itself."""
    parts = path.split("__")
    return len(set(parts)) < len(parts)


@remembered(())
def _own_needs(project: Project, func: Func, model: Class, depth: int) -> tuple[Need, ...]:
    this = Row(model, _ELSEWHERE)
    found: dict[tuple[str, str, str], Need] = {}
    for one in of_self(project, func, this):
        for need in _along(project, _Position(model), one.path, one, depth + 1):
            key = (need.path, need.how, need.method)
            known = found.get(key)
            if known is None or (need.rare, need.unsure) < (known.rare, known.unsure):
                found[key] = need
    return tuple(found.values())


def _need(
    path: tuple[str, ...],
    how: str,
    access: Access,
    link: Link,
    at: _Position,
    nullable: bool,
    method: str = "",
) -> Need:
    return Need(
        "__".join(path),
        how,
        access.at,
        access.via,
        link,
        nullable,
        at.many,
        method,
        access.unsure,
        access.rare,
        at.within,
    )


def suggestion(found: Iterable[Need]) -> str:
    """The calls that fetch all of it: ``.select_related("a__b").prefetch_related("c")``."""
    chosen = {"select": set[str](), "prefetch": set[str]()}
    for one in found:
        if one.how in chosen:
            chosen[one.how].add(one.path)
    parts = []
    for how, paths in chosen.items():
        longest = [
            path
            for path in sorted(paths)
            if not any(other.startswith(f"{path}__") for other in paths)
        ]
        if longest:
            parts.append(f".{how}_related({', '.join(map(_quoted, longest))})")
    return "".join(parts)


def _quoted(path: str) -> str:
    return f'"{path}"'
