# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Rows that a method or a property of a row gives: nothing that is fetched with the row is theirs.

A template goes through ``ticket.followup_set.public_followups`` or ``order.open_lines``: the rows
are asked for there, and what is read of each has to be fetched where that method asks.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from greenlint.project import calls, members, models
from greenlint.project.paths import EACH, ONE, TEXT, Access, Path
from greenlint.project.project import Func, Project
from greenlint.project.querysets import AFRESH, SAME, element
from greenlint.project.values import Bound, Fetched, Kind, Row, Rows, Seq

# Such rows within one another.
_DEEP = 3
# Methods whose arguments say what is fetched: a way does not hold them.
_FETCHING = frozenset(("select_related", "prefetch_related"))


@dataclass(frozen=True, slots=True)
class Inner:
    """Rows that are asked for on the way from a row, the way there, and what is read of each."""

    rows: Rows
    name: str
    accesses: tuple[Access, ...]


def inner(
    project: Project, rows: Rows, accesses: Iterable[Access], depth: int = 0
) -> Iterator[Inner]:
    """The rows that these ways ask for anew, from each of `rows`."""
    groups: dict[Path, list[Access]] = {}
    given: dict[Path, Rows | None] = {}
    for one in accesses:
        for at in (at for at, step in enumerate(one.path) if step == EACH):
            start = one.path[:at]
            if start not in given:
                given[start] = _given(project, Row(rows.model, rows.fetched), start)
            if given[start] is not None:
                groups.setdefault(start, []).append(replace(one, path=one.path[at + 1 :]))
                break
    for start, ways in groups.items():
        held = given[start]
        if held is None or held.few or depth > _DEEP:
            continue
        name = ".".join(one.removesuffix("()") for one in start if one != EACH)
        yield Inner(held, name, tuple(one for one in ways if one.path))
        yield from inner(project, held, ways, depth + 1)


def _given(project: Project, kind: Kind | None, path: Path) -> Rows | None:
    """What a way leads to, where its last part asks for rows anew."""
    anew = False
    for step in path:
        if step == EACH:
            kind, anew = element(kind), False
        elif step in (ONE, TEXT) or kind is None:
            return None
        else:
            kind, asked = _step(project, kind, step.removesuffix("()"))
            anew = anew or asked
    if isinstance(kind, Seq) and isinstance(kind.of, Row):
        kind = Rows(kind.of.model, kind.of.fetched, kind.of.at, kind="list")
    return kind if anew and isinstance(kind, Rows) else None


def _step(project: Project, kind: Kind, name: str) -> tuple[Kind | None, bool]:
    """What ``kind.name`` gives, and whether that asks for rows of its own."""
    match kind:
        case Row(model=model):
            if models.link(project, model, name) is not None:
                return members.of_row(project, kind, name), False
            if isinstance(project.attribute(model, name), Func):
                given = _called(project, members.of_row(project, kind, name))
                return _prefetched(given, kind.fetched, name), True
        case Rows():
            custom = members.method_of_rows(project, kind, name)
            if isinstance(custom, Bound) and name not in _FETCHING:
                return _called(project, custom), True
            if name in SAME and name not in _FETCHING:
                if name in AFRESH and kind.relation and kind.kind == "manager":
                    kind = replace(kind, fetched=Fetched(known=kind.fetched.known))
                return replace(kind, kind="queryset"), name in AFRESH
    return None, False


def _prefetched(given: Kind | None, fetched: Fetched, name: str) -> Kind | None:
    """With what ``prefetch_related`` has fetched by the name of a property that gives a manager."""
    if isinstance(given, Rows) and name in fetched.prefetched:
        return replace(given, fetched=given.fetched.either(fetched.below(name)))
    return given


def _called(project: Project, kind: Kind | None) -> Kind | None:
    """What a method gives without arguments; what a property gives."""
    if isinstance(kind, Bound):
        return calls.returned(project, kind.func, kind.this)
    return kind
