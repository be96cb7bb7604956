# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""The restarts of an experiment -> what the code after saves, with its interval."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, sqrt

from greenlint_profiler.experiment.trial import TrialFailed, Trouble
from greenlint_profiler.gate.judging.effect import effect, level
from greenlint_profiler.gate.judging.sample import Quantity, Restart, quantity
from greenlint_profiler.gate.judging.student import quantile
from greenlint_profiler.repeats import deviation, mean
from greenlint_profiler.said import say
from greenlint_profiler.units import Evidence

# Two-sided, of 95 %.
_INTERVAL = 0.975


@dataclass(frozen=True, slots=True)
class Saving:
    """What the code after saves, as a part of what the code before uses; negative where it loses.

    `low` and `high` enclose it with 95 %.  `before` and `after` are the medians of one turn, in
    joules or in seconds of CPU time.  `effects` are ln(after / before), one of each restart.
    """

    quantity: Quantity
    evidence: Evidence
    before: float
    after: float
    saving: float
    low: float
    high: float
    effects: tuple[float, ...]


def saving(restarts: Sequence[Restart]) -> Saving:
    """Judge at least two restarts.  Energy where a counter measured all of it, else CPU time.

    Raises TrialFailed where a figure is 0, and ValueError for fewer restarts.
    """
    what = quantity(restarts)
    effects = [effect(one, what) for one in restarts]
    known = tuple(one for one in effects if one is not None)
    if len(known) < len(effects):
        raise TrialFailed(Trouble.ZERO, say("a sample used less than the clock can tell"))
    part, low, high = interval(known)
    return Saving(
        quantity=what,
        evidence=Evidence.MEASURED if what is Quantity.JOULES else Evidence.PROXY,
        before=level(restarts, what, head=False),
        after=level(restarts, what, head=True),
        saving=part,
        low=low,
        high=high,
        effects=known,
    )


def interval(effects: Sequence[float]) -> tuple[float, float, float]:
    """The saving with its lower and upper bound, by Student's t over the restarts' logarithms of
    (after / before).  Raises ValueError for fewer than two.
    """
    if len(effects) < 2:
        raise ValueError(f"an interval needs two restarts, and there are {len(effects)}")
    middle = mean(effects)
    half = quantile(_INTERVAL, len(effects) - 1) * deviation(effects) / sqrt(len(effects))
    return 1 - exp(middle), 1 - exp(middle + half), 1 - exp(middle - half)
