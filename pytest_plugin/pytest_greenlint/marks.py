# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""`@pytest.mark.energy(...)`: what a test may use, read and checked when tests are collected."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pytest
from greenlint_profiler.quantity import microjoules, nanoseconds
from greenlint_profiler.said import joined, reason, say
from greenlint_profiler.settings_budgets import Budget
from greenlint_profiler.settings_kinds import AUTO
from greenlint_profiler.suite.precision import MOST
from greenlint_profiler.units import Kind

from pytest_greenlint.refusing import refusal
from pytest_greenlint.settings import Asked, increase, nearest, none_of

# Parts of the machine that may be added up; a core lies in its package, the platform holds both.
_TOGETHER = frozenset((Kind.PACKAGE, Kind.DRAM))
_KINDS = tuple(kind.value for kind in Kind if kind is not Kind.OTHER)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What holds for one test: its budget, how often it runs, and whether it is measured.

    With `until_precise`, `repeat` is how often at most.
    """

    budget: Budget
    repeat: int = 1
    until_precise: bool = False
    warmup: int = 0
    domains: frozenset[Kind] = frozenset()
    skip: bool = False


WANTED = pytest.StashKey[Wanted]()


def settle(items: Sequence[pytest.Item], asked: Asked, machine_class: str) -> None:
    """What holds for each test; raises UsageError for the first marker that cannot be read."""
    for item in items:
        item.stash[WANTED] = wanted(item, asked, machine_class)


def wanted(item: pytest.Item, asked: Asked, machine_class: str) -> Wanted:
    """The settings of the project for a test, and its markers above them, argument by argument."""
    told = dict(_told(item))
    budget = asked.settings.budget_for(item.nodeid, machine_class)
    if asked.budget_uj is not None:
        budget = replace(budget, energy_uj=asked.budget_uj)
    if asked.max_increase is not None:
        budget = replace(budget, max_increase=asked.max_increase)
    limits = {field: told[name] for name, field in _FIELDS.items() if name in told}
    said = told.get("repeat", asked.settings.repeat)
    repeat = MOST if said == AUTO else said
    return Wanted(
        budget=replace(budget, **limits),
        repeat=repeat,
        until_precise=said == AUTO,
        warmup=told.get("warmup", asked.warmup(repeat)),
        domains=told.get("domains", frozenset()),
        skip=told.get("skip", False),
    )


def _told(item: pytest.Item) -> Iterator[tuple[str, Any]]:
    """The arguments of all markers of a test, those of the closest last."""
    closest_first = [
        mark for mark in item.iter_markers() if mark.name in ("energy", "energy_budget")
    ]
    for mark in reversed(closest_first):
        for name, value in _arguments(item, mark).items():
            try:
                yield name, _READ[name](value)
            except ValueError as error:
                raise _refused(item, mark, f"{name}={value!r}", reason(error)) from None


def _arguments(item: pytest.Item, mark: pytest.Mark) -> Mapping[str, Any]:
    if len(mark.args) > 1:
        raise _refused(
            item,
            mark,
            ", ".join(map(repr, mark.args)),
            say(
                "only the budget in joules goes without a name. Name the others: "
                'energy("5 J", cpu="300 ms", queries=12).'
            ),
        )
    told = dict(mark.kwargs)
    if mark.args and "budget" in told:
        raise _refused(item, mark, repr(mark.args[0]), say("the budget is stated twice."))
    if mark.args:
        told = {"budget": mark.args[0], **told}
    known = ("budget",) if mark.name == "energy_budget" else tuple(_READ)
    for name in told:
        if name not in known:
            none = "there is no such argument; it takes {known}.{hint}"
            why = say(none, known=", ".join(known), hint=nearest(name, known))
            raise _refused(item, mark, name, why)
    return told


def _refused(item: pytest.Item, mark: pytest.Mark, what: str, why: str) -> pytest.UsageError:
    return refusal(joined(": ", [item.nodeid, f"@pytest.mark.{mark.name}", what, why]))


def _amount(read: Callable[[str], int], example: str) -> Callable[[Any], int | None]:
    def amount(value: Any) -> int | None:
        if value is None:
            return None
        if not isinstance(value, str):
            raise ValueError(say("give the unit too, as in {example}.", example=repr(example)))
        return read(value)

    return amount


def _count(least: int) -> Callable[[Any], int | None]:
    def count(value: Any) -> int | None:
        if value is None and least == 0:
            return None
        if not isinstance(value, int) or isinstance(value, bool) or value < least:
            raise ValueError(say("it is a whole number from {least} on.", least=least))
        return value

    return count


def _repeats(value: Any) -> int | str | None:
    try:
        return AUTO if value == AUTO else _count(1)(value)
    except ValueError:
        either = say("it is a whole number from 1 on, or {auto}.", auto=repr(AUTO))
        raise ValueError(either) from None


def _warmups(value: Any) -> int:
    if value is None:
        raise ValueError(say("it is a whole number from {least} on.", least=0))
    return _count(0)(value) or 0


def _increase(value: Any) -> float | None:
    if value is None:
        return None
    return increase(value)


def _domains(value: Any) -> frozenset[Kind]:
    if value is None:
        return frozenset()
    words = value.replace(",", " ").split() if isinstance(value, str) else value
    if not isinstance(words, Sequence | set | frozenset) or not words:
        known = ", ".join(_KINDS)
        raise ValueError(say("name some of {known}, such as ['package'].", known=known))
    for word in words:
        if word not in _KINDS:
            raise ValueError(none_of(word, tuple(_KINDS)))
    kinds = frozenset(map(Kind, words))
    if len(kinds) > 1 and not kinds <= _TOGETHER:
        together = say(
            "these hold one another, and cannot be added: name package and dram, or one alone."
        )
        raise ValueError(together)
    return kinds


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError(say("it is True or False."))
    return value


# Argument -> how it is read; and of those that limit something, the field of Budget.
_READ: Mapping[str, Callable[[Any], Any]] = {
    "budget": _amount(microjoules, "5 J"),
    "cpu": _amount(nanoseconds, "300 ms"),
    "queries": _count(0),
    "requests": _count(0),
    "instructions": _count(0),
    "dram": _amount(microjoules, "1 J"),
    "max_increase": _increase,
    "repeat": _repeats,
    "warmup": _warmups,
    "domains": _domains,
    "skip": _flag,
}
_FIELDS = {
    "budget": "energy_uj",
    "cpu": "cpu_ns",
    "queries": "queries",
    "requests": "requests",
    "instructions": "instructions",
    "dram": "dram_uj",
    "max_increase": "max_increase",
}
