# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Do the counters of this machine agree, what does reading them cost, how still do they stand?"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from statistics import median, stdev

from greenlint_profiler.account import Account, Clock
from greenlint_profiler.choose import open_one
from greenlint_profiler.measurement import Measurement, between
from greenlint_profiler.meter import Unavailable
from greenlint_profiler.units import Domain, Evidence
from greenlint_profiler.world import World

# Two ways to one counter agree within this, or within one update of it.
AGREE_PERCENT = 1.0
_UPDATE_SECONDS = 0.001
_COUNTERS = ("perf", "powercap", "pyrapl")
_READS = 200
_IDLE_WINDOWS = 20
_IDLE_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class Compared:
    """One domain, read in two ways over the same window; `difference` is relative to the first."""

    domain: str
    meters: tuple[str, str]
    joules: tuple[float, float]
    difference: float
    agree: bool


@dataclass(frozen=True, slots=True)
class Checked:
    """One meter: the cost of an edge, and how much the energy of an idle window varies.

    `noise_joules` is the standard deviation over windows of `window_seconds` in which this process
    slept; `failed` counts those that gave no figure.
    """

    meter: str
    read_microseconds: float
    counters: int
    window_seconds: float
    idle_watts: float | None
    noise_joules: float | None
    failed: int


@dataclass(frozen=True, slots=True)
class SelfCheck:
    """What the counters say of one another; empty where no counter can be read."""

    meters: tuple[Checked, ...]
    compared: tuple[Compared, ...]

    @property
    def sound(self) -> bool:
        """Whether every comparison agreed, and every idle window had a figure."""
        return all(one.agree for one in self.compared) and not any(
            one.failed for one in self.meters
        )


def selfcheck(
    world: World, sleep: Callable[[float], object] = time.sleep, clock: Clock | None = None
) -> SelfCheck:
    """Read every counter that can be read: about two seconds for each meter."""
    accounts = list(_accounts(world, clock))
    try:
        checked = tuple(_checked(account, sleep) for account in accounts)
        return SelfCheck(checked, tuple(compare(accounts, sleep)))
    finally:
        for account in accounts:
            account.meter.close()


def _accounts(world: World, clock: Clock | None) -> Iterator[Account]:
    for name in _COUNTERS:
        try:
            meter = open_one(name, world)
        except Unavailable:
            continue
        if meter.evidence is Evidence.MEASURED:
            yield Account(meter, clock)


def _checked(account: Account, sleep: Callable[[float], object]) -> Checked:
    costs = []
    for _ in range(_READS):
        began_ns = time.perf_counter_ns()
        account.edge()
        costs.append(time.perf_counter_ns() - began_ns)
    windows = [_window([account], sleep, _IDLE_SECONDS)[0] for _ in range(_IDLE_WINDOWS)]
    known = [one for one in windows if one.joules is not None]
    joules = [one.joules or 0.0 for one in known]
    return Checked(
        meter=account.meter.name,
        read_microseconds=median(costs) / 1000,
        counters=len(account.counters),
        window_seconds=_IDLE_SECONDS,
        idle_watts=sum(joules) / sum(one.seconds for one in known) if known else None,
        noise_joules=stdev(joules) if len(joules) > 1 else None,
        failed=len(windows) - len(known),
    )


def _window(
    accounts: Sequence[Account], sleep: Callable[[float], object], seconds: float
) -> list[Measurement]:
    """The same window for several meters, edges as near to one another as can be."""
    firsts = [account.edge() for account in accounts]
    sleep(seconds)
    lasts = [account.edge() for account in accounts]
    return [
        between(account.meter, account.counters, first, last)
        for account, first, last in zip(accounts, firsts, lasts, strict=True)
    ]


def compare(accounts: Sequence[Account], sleep: Callable[[float], object]) -> Iterator[Compared]:
    """Each domain that two accounts have, over the same second."""
    if len(accounts) < 2:
        return
    for one, other in combinations(_window(accounts, sleep, 1.0), 2):
        for domain in one.domains:
            if domain in other.domains and one.domains[domain].in_total:
                pair = _pair(domain, one, other)
                if pair is not None:
                    yield pair


def _pair(domain: Domain, one: Measurement, other: Measurement) -> Compared | None:
    first, second = one.domains[domain].joules, other.domains[domain].joules
    if first is None or second is None:
        return None
    # The windows differ by some microseconds, so powers are compared.
    watts, others = first / one.seconds, second / other.seconds
    allowed = max(AGREE_PERCENT / 100, _UPDATE_SECONDS / one.seconds)
    difference = others / watts - 1
    return Compared(
        str(domain),
        (one.meter, other.meter),
        (first, second),
        difference,
        agree=abs(difference) <= allowed,
    )
