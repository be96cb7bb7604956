# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""The best meter here, and why each other was passed over."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from importlib import import_module

from greenlint_profiler.meter import Meter, Opener, Unavailable, values_of, without_total
from greenlint_profiler.said import say
from greenlint_profiler.units import Evidence, Reason
from greenlint_profiler.world import World

GROUP = "greenlint.meters"

# In the order in which they are tried.  Meters of third parties stand before the estimates.
COUNTERS = ("perf", "powercap")
SENSORS = ("hwmon", "nvml")
ESTIMATES = ("model", "cpu")
# pyRAPL reads the files of powercap, so that what stops one stops the other.
ONLY_BY_NAME = ("pyrapl", "replay")
BUILT_IN = (*COUNTERS, "pyrapl", *SENSORS, *ESTIMATES, "replay")

NEVER_COUNTED = say("Its counters show 0 and stay there: nothing counts behind them.")
_LOOK_EVERY_NS = 1_000_000

# One word for several meters.
ALIASES = {"rapl": ("perf", "powercap")}


@dataclass(frozen=True, slots=True)
class Passed:
    """A meter that was not taken: a code, and the sentence that says why."""

    name: str
    reason: Reason | None
    detail: str
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """The meter that is used, and those that were tried before it."""

    meter: Meter
    passed_over: tuple[Passed, ...] = ()

    @property
    def telling(self) -> Passed | None:
        """Of those that were passed over, the one whose reason tells most: a counter that is there
        and closed says more than one that is absent.
        """
        counters = [one for one in self.passed_over if one.name in COUNTERS]
        there = [one for one in counters if one.reason is not Reason.ABSENT]
        return next(iter(there or counters[-1:] or self.passed_over), None)


def opener(name: str) -> Opener:
    """How a meter is opened, by name; raises Unavailable for a name that nobody knows."""
    if name in BUILT_IN:
        built_in: Opener = import_module(f"greenlint_profiler.meters.{name}").open_meter
        return built_in
    for entry in _entry_points():
        if entry.name == name:
            return _third_party(entry)
    from difflib import get_close_matches

    close = get_close_matches(name, meter_names(), 1)
    hint = say(" Did you mean {name}?", name=repr(close[0])) if close else ""
    detail = say("There is no meter {name}.{hint}", name=repr(name), hint=hint)
    raise Unavailable(Reason.ABSENT, detail)


def third_parties() -> list[str]:
    """The names of meters that other packages add."""
    return sorted({entry.name for entry in _entry_points()} - {*BUILT_IN, *ALIASES})


def meter_names() -> list[str]:
    """What a meter may be asked for by: the built-in ones, aliases, and those of other packages."""
    return [*BUILT_IN, *ALIASES, *third_parties()]


def open_named(name: str, world: World) -> Meter:
    """The meter with this name; raises Unavailable when it does not work here.

    Of an alias, the first that works; the error is that of the last.
    """
    names = ALIASES.get(name, (name,))
    for other in names[:-1]:
        try:
            return open_one(other, world)
        except Unavailable:
            continue
    return open_one(names[-1], world)


def open_one(name: str, world: World) -> Meter:
    """One meter; whatever a third party's raises becomes an Unavailable that names it."""
    open_meter = opener(name)
    if name in BUILT_IN:
        return open_meter(world)
    try:
        return open_meter(world)
    except Unavailable:
        raise
    except Exception as error:
        why = f"{type(error).__name__}: {error}"
        detail = say("The meter {name} failed: {why}.", name=repr(name), why=why)
        raise Unavailable(Reason.FAILED, detail) from error


def choose(world: World, *, estimates: bool = True) -> Choice:
    """The first meter that counts the processor.  The last, CPU seconds, works everywhere.

    Without `estimates`, what only estimates joules is passed over too.
    """
    passed: list[Passed] = []
    for name in _in_order():
        try:
            meter = open_one(name, world)
        except Unavailable as why:
            passed.append(Passed(name, why.reason, why.detail, why.remedy))
            continue
        objection = _objection(meter)
        if meter.evidence is Evidence.ESTIMATED and not estimates:
            objection = Reason.NOT_ACCEPTED, _by_name(Reason.NOT_ACCEPTED)
        if objection is None:
            return Choice(meter, tuple(passed))
        meter.close()
        passed.append(Passed(name, *objection))
    raise AssertionError("the meter `cpu` works everywhere")


def _in_order() -> Iterator[str]:
    """Names as they are tried; other packages are looked for only when no counter was found."""
    yield from COUNTERS
    yield from third_parties()
    yield from SENSORS
    yield from ESTIMATES


def _objection(meter: Meter) -> tuple[Reason, str] | None:
    """Why a meter that works is not taken unasked: it would not see the processor."""
    if meter.evidence is Evidence.PROXY:
        return None
    reason = without_total(meter.counters)
    if reason is Reason.NO_PACKAGE and meter.name == "hwmon":
        reason = Reason.OVERLAP
    if reason is not None:
        return reason, _by_name(reason)
    return (Reason.FROZEN, NEVER_COUNTED) if stands_still(meter) else None


def _by_name(reason: Reason) -> str:
    """Why a meter is left to those who ask for it."""
    return say("{why}; ask for it by name.", why=say(reason.sentence))


def stands_still(meter: Meter, sleep: Callable[[float], object] = time.sleep) -> bool:
    """Whether everything that is added up shows 0 and stays there for as long as no counter can.

    Virtual machines may show the files, or the events, of counters that they do not have.
    """
    if meter.evidence is not Evidence.MEASURED:
        return False
    patience_ns = max(one.frozen_after_ns for one in meter.counters if one.in_total)
    for _ in range(1 + patience_ns // _LOOK_EVERY_NS):
        values = zip(meter.counters, values_of(meter, meter.counters), strict=True)
        if any(value != 0 for counter, value in values if counter.in_total):
            return False
        sleep(_LOOK_EVERY_NS / 1e9)
    return True


def _entry_points() -> Sequence[_EntryPoint]:
    from importlib.metadata import entry_points

    return [_EntryPoint(entry.name, entry.value) for entry in entry_points(group=GROUP)]


@dataclass(frozen=True, slots=True)
class _EntryPoint:
    name: str
    value: str


def _third_party(entry: _EntryPoint) -> Opener:
    from importlib.metadata import EntryPoint

    try:
        loaded: Opener = EntryPoint(entry.name, entry.value, GROUP).load()
    except Exception as error:
        why = f"{type(error).__name__}: {error}"
        detail = say("The meter {name} cannot be loaded: {why}.", name=repr(entry.name), why=why)
        raise Unavailable(Reason.FAILED, detail) from error
    return loaded
