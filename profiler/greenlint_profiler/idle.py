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
from greenlint_profiler.measurement import Measurement, between
from greenlint_profiler.repeats import deviation, mean
from greenlint_profiler.units import Domain, Reason
from greenlint_profiler.world import World

# A baseline is watched in pieces, so that its own noise is known.
_PIECE_SECONDS = 0.25
_FEWEST_PIECES = 4
# A baseline that moves by more than this is no baseline (METER: 5 % drift).
UNSTABLE = 0.05


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
    domains: Mapping[Domain, float]
    busy: bool = False
    reason: Reason | None = None

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
    powers = [one.joules / one.seconds for one in pieces if one.joules is not None]
    watts = None if whole.joules is None else whole.joules / whole.seconds
    sigma_watts = drift = None
    if watts and len(powers) >= _FEWEST_PIECES:
        half = len(powers) // 2
        moved = mean(powers[-half:]) - mean(powers[:half])
        drift = moved / watts
        # Pieces that follow one another are not independent: a slow change shows in the halves.
        sigma_watts = max(deviation(powers) / sqrt(len(powers)), abs(moved) / 2)
    return Idle(
        seconds=whole.seconds,
        watts=watts,
        sigma_watts=sigma_watts,
        drift=drift,
        domains={
            domain: one.joules / whole.seconds
            for domain, one in whole.domains.items()
            if one.joules is not None
        },
        busy=used is not None and used * 100 > OTHERS_PERCENT,
        reason=whole.total.reason,
    )


def joined(before: Idle, after: Idle | None) -> Idle:
    """The baseline of before and after a command: its middle, and the drift between them."""
    if after is None or before.watts is None or after.watts is None:
        return before
    middle, moved = (before.watts + after.watts) / 2, after.watts - before.watts
    own = hypot(before.sigma_watts or 0.0, after.sigma_watts or 0.0) / 2
    return Idle(
        seconds=before.seconds + after.seconds,
        watts=middle,
        sigma_watts=max(own, abs(moved) / 2),
        drift=moved / middle if middle else None,
        domains={
            domain: (watts + after.domains[domain]) / 2
            for domain, watts in before.domains.items()
            if domain in after.domains
        },
        busy=before.busy or after.busy,
    )
