# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""What the machine draws while nothing of ours runs: the power that a command comes on top of."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import hypot, sqrt

from greenlint_profiler.account import Account
from greenlint_profiler.load import OTHERS_PERCENT, busy, load
from greenlint_profiler.measurement import Energy, Measurement, between
from greenlint_profiler.repeats import deviation, mean
from greenlint_profiler.units import Domain, Reason
from greenlint_profiler.world import World

# A baseline is watched in pieces, so that its own noise is known.
_PIECE_SECONDS = 0.25
_FEWEST_PIECES = 4
# What is looked at of a window: its total, or one of its domains.
Part = Callable[[Measurement], Energy]

# A baseline that moves by more than this is no baseline (METER: 5 % drift).
UNSTABLE = 0.05


@dataclass(frozen=True, slots=True)
class Rest:
    """What the machine, or one part of it, draws at rest, and the standard deviation of that.

    `drift` is what changed from the first half to the second, as a part of the watts.
    """

    watts: float
    sigma_watts: float | None = None
    drift: float | None = None


@dataclass(frozen=True, slots=True)
class Idle:
    """A baseline: watts of the total and of each domain, and how sure they are.

    `sigma_watts` is the standard deviation of `watts`; `drift` is what changed from its first half
    to its second, as a part of it.  `watts` is absent, with a reason, where there is no total.
    `busy` says that others used the machine meanwhile.
    """

    seconds: float
    watts: float | None
    sigma_watts: float | None
    drift: float | None
    domains: Mapping[Domain, Rest]
    busy: bool = False
    reason: Reason | None = None

    @property
    def total(self) -> Rest | None:
        """That of the total."""
        return None if self.watts is None else Rest(self.watts, self.sigma_watts, self.drift)

    @property
    def unstable(self) -> bool:
        """Whether it moved too much to be taken off anything."""
        return self.drift is not None and abs(self.drift) > UNSTABLE


def baseline(
    account: Account, world: World, seconds: float, sleep: Callable[[float], object]
) -> Idle:
    """Watch the machine for so long, with our own process asleep."""
    count = max(_FEWEST_PIECES, round(seconds / _PIECE_SECONDS))
    account.opened()
    try:
        before, edges = load(world), [account.edge()]
        for _ in range(count):
            sleep(seconds / count)
            edges.append(account.edge())
        after = load(world)
    finally:
        account.closed()
    meter, counters = account.meter, account.counters
    pieces = [between(meter, counters, first, last) for first, last in pairwise(edges)]
    whole = between(meter, counters, edges[0], edges[-1])
    return _judged(whole, pieces, busy(before, after, whole.seconds))


def _judged(whole: Measurement, pieces: Sequence[Measurement], used: float | None) -> Idle:
    total = _at_rest(whole, pieces, total_of)
    domains = {domain: _at_rest(whole, pieces, part_of(domain)) for domain in whole.domains}
    return Idle(
        seconds=whole.seconds,
        watts=None if total is None else total.watts,
        sigma_watts=None if total is None else total.sigma_watts,
        drift=None if total is None else total.drift,
        domains={domain: rest for domain, rest in domains.items() if rest is not None},
        busy=used is not None and used * 100 > OTHERS_PERCENT,
        reason=whole.total.reason,
    )


def total_of(measurement: Measurement) -> Energy:
    """Packages and memory of a window."""
    return measurement.total


def part_of(domain: Domain) -> Part:
    """What takes one part of the machine out of a window; nothing where that has none."""
    return lambda measurement: measurement.domains.get(domain, Energy(None))


def _at_rest(whole: Measurement, pieces: Sequence[Measurement], part: Part) -> Rest | None:
    joules = part(whole).joules
    if joules is None:
        return None
    watts = joules / whole.seconds
    told = ((part(one).joules, one.seconds) for one in pieces)
    powers = [used / seconds for used, seconds in told if used is not None]
    if not watts or len(powers) < _FEWEST_PIECES:
        return Rest(watts)
    half = len(powers) // 2
    moved = mean(powers[-half:]) - mean(powers[:half])
    # Pieces that follow one another are not independent: a slow change shows in the halves.
    sigma_watts = max(deviation(powers) / sqrt(len(powers)), abs(moved) / 2)
    return Rest(watts, sigma_watts, moved / watts)


def joined(before: Idle, after: Idle | None) -> Idle:
    """The baseline of before and after a command: its middle, and the drift between them."""
    if after is None or before.total is None or after.total is None:
        return before
    total = _middle(before.total, after.total)
    return Idle(
        seconds=before.seconds + after.seconds,
        watts=total.watts,
        sigma_watts=total.sigma_watts,
        drift=total.drift,
        domains={
            domain: _middle(rest, after.domains[domain])
            for domain, rest in before.domains.items()
            if domain in after.domains
        },
        busy=before.busy or after.busy,
    )


def _middle(before: Rest, after: Rest) -> Rest:
    middle, moved = (before.watts + after.watts) / 2, after.watts - before.watts
    own = hypot(before.sigma_watts or 0.0, after.sigma_watts or 0.0) / 2
    return Rest(middle, max(own, abs(moved) / 2), moved / middle if middle else None)
