# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""What loops, sorts and functions read of the rows of each query, gathered by the query."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from greenlint.project.alternatives import apart
from greenlint.project.frames import Frame, frames_in
from greenlint.project.handing import handed
from greenlint.project.inherited import inherited, is_shared, stands_in
from greenlint.project.kept_rows import kept
from greenlint.project.lookups import lookups
from greenlint.project.needs import Need
from greenlint.project.nodes import every, nodes
from greenlint.project.paths import Access, Root, stores
from greenlint.project.prefetching import fetched_by_hand, relation_of, set_by_methods
from greenlint.project.project import Class, Project, Unit
from greenlint.project.publishing import listed
from greenlint.project.turns import Turns, elements, read_of, turns_in
from greenlint.project.values import ELSEWHERE, At, Row, Rows
from greenlint.rule import Confidence, Related
from greenlint_rules.fetching import missing
from greenlint_rules.few_rows import is_for_few, speaks_elsewhere, waits_elsewhere
from greenlint_rules.often import SELDOM

#: What a row is called that no loop of the project goes through, but Django does.
SHOWN = "items()"
#: What a row is called that a model's methods find in an attribute: this, and the attribute.
KEPT = "."


@dataclass(slots=True)
class Reading:
    """What is read of the rows of one queryset, and the loops and calls that do it.

    `shared`: the queryset is made for several classes, of which one reads this.
    """

    row: Row
    item: str
    found: list[Need] = field(default_factory=list)
    loops: list[ast.AST] = field(default_factory=list)
    leaves: bool = True
    waits: bool = True
    shared: bool = False
    called: set[str] = field(default_factory=set)

    @property
    def often(self) -> list[Need]:
        """What is asked for many rows, if anything is."""
        return [need for need in self.found if not need.rare] or self.found


def readings(
    project: Project, unit: Unit, wanted: Callable[[Project, Class], bool]
) -> Iterator[tuple[ast.AST, Reading]]:
    """The queries of a file whose rows are read along relations that they do not fetch, for the
    models that are wanted.
    """
    told: set[ast.AST] = set()
    for frame in frames_in(project, unit):
        found = _in_frame(project, frame, wanted)
        told.update(place for place, _ in found)
        yield from ((place, one) for (place, _), one in found.items())
    for cls, frame in inherited(project, unit):
        for one in _in_frame(project, frame, wanted).values():
            at = one.row.at
            if at is not None and stands_in(project, at, cls) and at.node not in told:
                told.add(at.node)
                yield at.node, replace(one, loops=[], shared=is_shared(project, at, cls))


def _in_frame(
    project: Project, frame: Frame, wanted: Callable[[Project, Class], bool]
) -> dict[tuple[ast.AST, Class], Reading]:
    """The readings by the place that they are told at, and by model: what is an element of one
    query may lead to rows of another.
    """
    found_at: dict[tuple[ast.AST, Class], Reading] = {}
    told: set[ast.AST] = set()
    for item, row, iterable, accesses, by_hand, many in _all(project, frame):
        if not wanted(project, row.model) or (row.of is not None and row.of.few):
            continue
        asked = missing(project, Rows(row.model, row.fetched), accesses, many)
        fetched = fetched_by_hand(project, row.fetched, iterable, frame) if asked else row.fetched
        if fetched != row.fetched:
            asked = missing(project, Rows(row.model, fetched), accesses, many)
        found = [
            replace(need, rare=True) if _is_saved(need, accesses) else need
            for need in asked
            if (here := _here(frame, need)) not in told
            and not _given(need, here, by_hand)
            and not _is_climbed(need, row, frame)
        ]
        if found:
            told.update(_here(frame, need) for need in found)
            place = _place(frame, row, iterable)
            if any(at is place and model is not row.model for at, model in found_at):
                place = iterable
            key = place, row.model
            one = found_at.setdefault(key, Reading(replace(row, fetched=fetched), item))
            one.found = _surest(one.found, found)
            one.loops.append(iterable)
            one.leaves = one.leaves and _leaves(iterable, frame)
            one.waits = one.waits and waits_elsewhere(_bodies(frame, iterable))
            one.called.update(_called(iterable, frame))
    return found_at


Found: TypeAlias = tuple[str, Row, ast.expr, list[Access], dict[str, int], bool]


def _of_turns(project: Project, turns: Turns, frame: Frame) -> Iterator[Found]:
    for name, row in elements(project, turns, frame):
        accesses = list(read_of(project, turns, name))
        by_hand = _by_hand(turns, name) | set_by_methods(project, row, accesses)
        yield turns.item, row, turns.iter, accesses, by_hand, True


def _all(project: Project, frame: Frame) -> Iterator[Found]:
    """Every element that is a row: what it is called, the rows, and what is read of it."""
    for turns in turns_in(frame):
        yield from _of_turns(project, turns, frame)
    for one in lookups(project, frame):
        item = f"{one.name}[...]"
        yield item, one.row, one.turns.iter, list(one.accesses), {}, True
    for shown in listed(project, frame):
        yield SHOWN, shown.row, shown.given, list(shown.accesses), {}, True
    for call in handed(project, frame):
        yield "", call.row, call.arg, list(call.accesses), {}, not call.single
    for held in kept(project, frame):
        yield f"{KEPT}{held.name}", held.row, held.queryset, list(held.accesses), {}, True
    for inner, loop in apart(project, frame):
        yield from _in_loop(project, inner, loop)


def _in_loop(project: Project, frame: Frame, loop: ast.For | ast.AsyncFor) -> Iterator[Found]:
    """What a loop over several kinds of rows reads of those of one kind."""
    for turns in turns_in(frame):
        if _is_within(turns.iter, loop) or turns.node is loop:
            yield from _of_turns(project, turns, frame)
    for call in handed(project, frame, loop):
        yield "", call.row, call.arg, list(call.accesses), {}, not call.single


def _is_within(node: ast.expr, loop: ast.For | ast.AsyncFor) -> bool:
    return loop.body[0].lineno <= node.lineno <= (loop.end_lineno or 0)


def _surest(known: list[Need], more: list[Need]) -> list[Need]:
    """One need for each path: a sure one where there is one."""
    best = {need.path: need for need in known}
    for need in more:
        other = best.get(need.path)
        if other is None or (need.rare, need.unsure) < (other.rare, other.unsure):
            best[need.path] = need
    return list(best.values())


def _by_hand(turns: Turns, name: str) -> dict[str, int]:
    """The relations that a turn sets itself, each with the line."""
    if turns.target is None or not isinstance(turns.node, (ast.For, ast.AsyncFor)):
        return {}
    given = stores(list(turns.body), turns.frame, Root(name, turns.node))
    return {relation_of(path): line for path, line in given.items()}


def _is_saved(need: Need, accesses: list[Access]) -> bool:
    """Whether each turn writes the row that the relation leads to: ``line.product.save()``."""
    return any(
        len(one.path) == need.path.count("__") + 2
        and one.path[-1] in ("save()", "asave()")
        and "__".join(one.path[:-1]) == need.path
        for one in accesses
    )


def _is_climbed(need: Need, row: Row, frame: Frame) -> bool:
    """Whether a function reads a relation to its own kind by calling itself with each row, or a
    while-loop gives each row's parent its name: a tree of which a fetch ahead brings one level.
    """
    name = getattr(frame.scope, "name", "")
    if need.link is None or need.link.target is not row.model or not name:
        return False
    return _is_next(need.at.node, frame) or any(
        isinstance(one.node, ast.Call)
        and name in (getattr(one.node.func, "id", ""), getattr(one.node.func, "attr", ""))
        for one in (need.at, *need.via)
    )


def _is_next(read: ast.AST, frame: Frame) -> bool:
    """``category = category.parent`` in a while-loop."""
    return any(
        isinstance(step, ast.Assign)
        and step.value is read
        and isinstance(read, ast.Attribute)
        and ast.unparse(step.targets[0]) == ast.unparse(read.value)
        for loop in every(frame.scope)
        if isinstance(loop, ast.While)
        for step in loop.body
    )


def _given(need: Need, here: ast.AST, by_hand: dict[str, int]) -> bool:
    """Whether a relation was set before it is read."""
    line = getattr(here, "lineno", 0)
    return any(
        line > at and (need.path == path or need.path.startswith(f"{path}__"))
        for path, at in by_hand.items()
    )


def _here(frame: Frame, need: Need) -> ast.AST:
    """Where the body itself reads: the first place on the way that stands in it."""
    return (
        next(at.node for at in (*need.via, need.at) if _holds(frame, at))
        if any(_holds(frame, at) for at in (*need.via, need.at))
        else need.at.node
    )


def _place(frame: Frame, row: Row, iterable: ast.expr) -> ast.AST:
    """Where the rows are asked for, if this body does; else what is gone through."""
    rows = row.of
    if row.at is not None and not (rows is not None and rows.relation) and _holds(frame, row.at):
        return row.at.node
    return iterable


def _holds(frame: Frame, at: At) -> bool:
    if at.unit is not frame.unit:
        return False
    if isinstance(frame.scope, ast.Module):
        return True
    first, last = frame.scope.lineno, frame.scope.end_lineno or 0
    return bool(first <= getattr(at.node, "lineno", 0) <= last)


def _leaves(iterable: ast.expr, frame: Frame) -> bool:
    """Whether the loop over something ends at the first hit."""
    for node in nodes(*_bodies(frame, iterable)):
        if isinstance(node, (ast.Break, ast.Return)):
            return True
    return False


def _called(iterable: ast.expr, frame: Frame) -> Iterator[str]:
    """The methods that the loop over something calls by itself."""
    for node in nodes(*_bodies(frame, iterable)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            yield node.func.attr


def _bodies(frame: Frame, iterable: ast.expr) -> list[ast.AST]:
    for turns in turns_in(frame):
        if turns.iter is iterable and isinstance(turns.node, (ast.For, ast.AsyncFor)):
            return list(turns.body)
    return []


def origin(place: ast.AST, row: Row) -> Iterator[Related]:
    """Where the rows are asked for, if that is elsewhere."""
    if row.at is not None and row.at.node is not place:
        yield Related(row.at.node, "these rows", row.at.unit.name)


def confidence(project: Project, one: Reading, found: list[Need], unit: Unit) -> Confidence:
    """Low where more may be fetched than can be read, where every read has a condition, where few
    rows are asked or somebody waits for a command that is run by hand, where every turn waits for
    another machine, and where a queryset that several classes share would get what one needs.
    """
    unsure = one.row.fetched.unsure
    if speaks_elsewhere(found) or (one.loops and is_for_few(project, one.row, one.loops[0], unit)):
        return Confidence.LOW
    if (
        one.shared
        or all(need.rare or need.unsure for need in found)
        or SELDOM.search(unit.name)
        or one.waits
    ):
        return Confidence.LOW
    if unsure and not _is_fresh(project, one, found):
        return Confidence.LOW
    return Confidence.MEDIUM if unsure or one.leaves else Confidence.HIGH


def _is_fresh(project: Project, one: Reading, found: list[Need]) -> bool:
    """Whether the rows belong to a row from elsewhere, and nothing in the project fetches what is
    read of them along with such a row.
    """
    rows = one.row.of
    if one.row.fetched.unsure != ELSEWHERE or rows is None or not rows.relation:
        return False
    anywhere = project.fetched_anywhere
    if "*" in anywhere:
        return False
    return rows.relation not in anywhere or not any(
        need.path.partition("__")[0] in anywhere for need in found
    )
