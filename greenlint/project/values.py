# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""What an expression may stand for: rows of a model, one row, an object, a class, a sequence."""

from __future__ import annotations

import ast
from dataclasses import dataclass, replace
from typing import NamedTuple

from greenlint.project.project import Class, Func, Meaning, Outside, Unit


class At(NamedTuple):
    """A place: a node in a file, or a mark in a template that code in the file shows."""

    unit: Unit
    node: ast.AST
    template: str = ""

    @property
    def path(self) -> str:
        """The name of the file or of the template."""
        return self.template or self.unit.name


@dataclass(frozen=True, slots=True)
class Fetched:
    """What is fetched along with rows: paths of relations as Django spells them, ``a__b``.

    `selected` and `prefetched` hold every beginning of a path, too.  `known` are relations that
    rows have because they were reached through them.  `everything` is ``select_related()`` without
    names.  `unsure` says why there may be more than can be read here.  `made`: the program made the
    row itself, and gave it what it has.
    """

    selected: frozenset[str] = frozenset()
    prefetched: frozenset[str] = frozenset()
    known: frozenset[str] = frozenset()
    everything: bool = False
    unsure: str = ""
    made: bool = False

    @property
    def relations(self) -> frozenset[str]:
        """Every path that is fetched."""
        return self.selected | self.prefetched

    def select(self, *paths: str) -> Fetched:
        """With these paths selected."""
        return replace(self, selected=self.selected.union(*map(beginnings, paths)))

    def prefetch(self, *paths: str) -> Fetched:
        """With these paths prefetched."""
        return replace(self, prefetched=self.prefetched.union(*map(beginnings, paths)))

    def doubted(self, why: str) -> Fetched:
        """With a reason for doubt; the first one stays."""
        return self if self.unsure else replace(self, unsure=why)

    def below(self, name: str) -> Fetched:
        """What is fetched along with what the relation `name` leads to."""
        start = f"{name}__"
        return Fetched(
            _below(self.selected, start),
            _below(self.prefetched, start),
            _below(self.known, start),
            self.everything,
            self.unsure,
            self.made,
        )

    def under(self, name: str, inner: Fetched) -> Fetched:
        """With what `inner` fetches, for the rows that the relation `name` leads to."""
        add = [f"{name}__{path}" for path in (*inner.selected, *inner.prefetched, *inner.known)]
        merged = replace(self, prefetched=self.prefetched | {name} | set(add))
        return merged.doubted(inner.unsure) if inner.unsure else merged

    def either(self, other: Fetched) -> Fetched:
        """What one or the other fetches: what is perhaps there is not asked for."""
        return Fetched(
            self.selected | other.selected,
            self.prefetched | other.prefetched,
            self.known | other.known,
            self.everything or other.everything,
            self.unsure or other.unsure,
            self.made and other.made,
        )

    def both(self, other: Fetched) -> Fetched:
        """What is fetched by the one and by the other."""
        return Fetched(
            self.selected & other.selected | self.selected & other.prefetched,
            self.prefetched & other.prefetched | self.prefetched & other.selected,
            self.known & other.known,
            self.everything and other.everything,
            self.unsure or other.unsure,
            self.made and other.made,
        )

    def covers(self, path: str) -> bool:
        """Whether reading along a path finds everything there."""
        return self.made or path in self.selected or path in self.prefetched or path in self.known

    def reached(self, path: str) -> bool:
        """Whether a path goes on from what the rows were reached through: one object for all."""
        return bool(self.known) and not self.known.isdisjoint(beginnings(path))


def beginnings(path: str) -> set[str]:
    """``a``, ``a__b`` and ``a__b__c`` of ``a__b__c``."""
    parts = path.split("__")
    return {"__".join(parts[: at + 1]) for at in range(len(parts))}


def _below(paths: frozenset[str], start: str) -> frozenset[str]:
    return frozenset(path[len(start) :] for path in paths if path.startswith(start))


NOTHING = Fetched()
#: Why nothing is asked when rows are read: in an asynchronous session such a read raises an error.
AWAITED = "rows of an asynchronous session are loaded ahead"
#: Why more may be fetched than can be read: a parameter, ``self``.
ELSEWHERE = "the row comes from elsewhere"
FROM_ELSEWHERE = NOTHING.doubted(ELSEWHERE)


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of a model: a manager, a queryset, or a list of what one gave.

    `at` is where they were first asked for; `makers` are the manager and queryset classes that
    give them their methods.  `relation` is the accessor of the row that they belong to.
    """

    model: Class
    fetched: Fetched = NOTHING
    at: At | None = None
    makers: tuple[Class, ...] = ()
    kind: str = "queryset"  # "manager" | "queryset" | "list"
    relation: str = ""
    few: bool = False
    methods: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a model, with what was fetched along with it."""

    model: Class
    fetched: Fetched = NOTHING
    at: At | None = None
    of: Rows | None = None


@dataclass(frozen=True, slots=True)
class Obj:
    """An object of a class: ``self`` in a view, a serializer that was just made."""

    kind: Class | Outside
    call: ast.Call | None = None
    unit: Unit | None = None


@dataclass(frozen=True, slots=True)
class Ref:
    """A class, module, function or library name itself."""

    meaning: Meaning


@dataclass(frozen=True, slots=True)
class Bound:
    """A method and the object that it was looked up on."""

    func: Func
    this: Kind


@dataclass(frozen=True, slots=True)
class Super:
    """``super()`` in a method of `owner`."""

    owner: Class
    this: Kind


@dataclass(frozen=True, slots=True)
class Seq:
    """A list, dict or generator: `of` are its elements (of a dict, its values)."""

    of: Kind
    keys: Kind | None = None


@dataclass(frozen=True, slots=True)
class Parts:
    """A tuple whose parts are known one by one."""

    items: tuple[Kind | None, ...]


@dataclass(frozen=True, slots=True)
class Loads:
    """Loader options of SQLAlchemy: what they fetch along, and for rows of which class.

    `path` is where a chain of them stands: ``joinedload(Order.customer)`` goes on from there.
    """

    of: Class | None
    fetched: Fetched
    path: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Ahead:
    """A ``Prefetch`` of Django: the path that it is for, "" where that is a parameter; and the rows
    that its queryset gives, `chosen` where it has one.
    """

    path: str
    rows: Rows | None = None
    chosen: bool = False
    attribute: str = ""


Kind = Rows | Row | Obj | Ref | Bound | Super | Seq | Parts | Loads | Ahead


def branches(kinds: list[Kind]) -> Kind | None:
    """One kind for what either branch gives: fetched is what both fetch."""
    kind = either(kinds)
    if not isinstance(kind, Rows) or not all(isinstance(one, Rows) for one in kinds):
        return kind
    fetched = kind.fetched
    for one in kinds:
        if isinstance(one, Rows):
            fetched = fetched.both(one.fetched)
    return replace(kind, fetched=fetched)


def either(kinds: list[Kind]) -> Kind | None:
    """One kind for what may be any of several; None where they are not alike."""
    first, *rest = kinds
    for other in rest:
        joined = _joined(first, other)
        if joined is None:
            return None
        first = joined
    return first


def _joined(one: Kind, other: Kind) -> Kind | None:
    if one == other:
        return one
    match one, other:
        case Rows(), Rows() if one.model is other.model:
            if "none" in one.methods and "none" not in other.methods:
                one, other = other, one
            return replace(
                one,
                fetched=one.fetched.either(other.fetched),
                makers=one.makers or other.makers,
                kind=one.kind if one.kind == other.kind else "queryset",
                few=one.few and other.few,
                methods=one.methods | other.methods,
            )
        case Row(), Row() if one.model is other.model:
            return replace(one, fetched=one.fetched.either(other.fetched))
        case Loads(), Loads():
            return Loads(one.of if one.of is other.of else None, one.fetched.either(other.fetched))
        case Obj(), Obj() if one.kind == other.kind:
            return Obj(one.kind)
        case Seq(), Seq():
            joined = _joined(one.of, other.of)
            return Seq(joined) if joined is not None else None
        case Seq(), Parts(items=items):
            rows = [item for item in items if isinstance(item, Row)]
            of = either([*rows]) if rows and len(rows) == len(items) else None
            return _joined(one, Seq(of)) if of is not None else None
        case Parts(), Seq():
            return _joined(other, one)
        case Seq(of=Row() as row), Rows() if row.model is other.model:
            return other
        case Rows(), Seq(of=Row() as row) if row.model is one.model:
            return one
    return None
