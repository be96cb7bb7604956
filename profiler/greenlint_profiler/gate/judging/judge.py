# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""The effects of some restarts -> how much more a test uses, how sure that is, and the verdict."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from math import exp, log, sqrt

from greenlint_profiler.budget import Verdict
from greenlint_profiler.gate.judging.design import FLOOR_EDGE_SECONDS, FLOOR_SECONDS, Look
from greenlint_profiler.gate.judging.sample import Quantity
from greenlint_profiler.gate.judging.student import below, quantile
from greenlint_profiler.repeats import deviation, mean

# Shown intervals are two-sided, of 95 %.
_INTERVAL = 0.975
# The change that is found nine times in ten, at an error of one in a hundred.
_MDE_ERROR, _MDE_POWER_Z = 0.99, 1.281552
# The numbers of restarts that are told as enough; no gate runs more than the last.
_WANTED = (6, 8, 12, 16, 20, 24, 32, 48, 64, 96, 128, 192, 256)


class Doubt(Enum):
    """Why a test is neither passed nor failed, or not failed where its figures say so."""

    SPREAD = "spread"
    NOT_RECURRED = "did-not-recur"
    MULTIPLE = "one-of-many"
    TIME = "time-limit"
    VARIES = "count-varies"
    BELOW_MDE = "budget-below-resolution"

    @property
    def sentence(self) -> str:
        """The doubt in words."""
        return _SENTENCES[self]


_SENTENCES = {
    Doubt.SPREAD: "the restarts differ too much among themselves",
    Doubt.NOT_RECURRED: "it rose, and did not in fresh restarts",
    Doubt.MULTIPLE: "it rose no more than one of so many tests does by chance",
    Doubt.TIME: "the time limit was reached",
    Doubt.VARIES: "the count is not the same in all runs of a side",
    Doubt.BELOW_MDE: "the budget is smaller than what can be told on this machine",
}


@dataclass(frozen=True, slots=True)
class Told:
    """What the restarts of one test say.

    `ratio` is the head as a part of the base, `low` and `high` enclose it with 95 %.  `certificate`
    is the largest rise that is ruled out (with 95 %), and `mde` the rise that so many restarts find
    nine times in ten, both as parts of the base; `spread` is the standard deviation
    of the restarts' logarithms.  `p` is the probability of such figures if the test were exactly at
    its limit.  `wanted` is how many restarts would decide, if the next are as these; absent where
    it is decided, or no number would do.
    """

    verdict: Verdict
    restarts: int
    limit: float
    ratio: float
    low: float
    high: float
    certificate: float
    mde: float
    spread: float
    p: float
    wanted: int | None = None
    doubt: Doubt | None = None


def judge(
    effects: Sequence[float],
    limit: float,
    look: Look,
    base: float,
    floor: float,
    confidence: float = 0.95,
) -> Told:
    """Judge at least two restarts at one look.

    `limit` is the rise that is allowed, as a part of the base.  A test fails whose lower bound is
    above it, if the difference is above the `floor` too; it passes whose upper bound is below
    either.  `base` and `floor` have the same unit.  The bound of a pass holds with `confidence`
    whatever the look.
    """
    count, middle, spread = len(effects), mean(effects), deviation(effects)
    half, freedom = spread / sqrt(count), count - 1
    upper = middle + quantile(confidence, freedom) * half
    sure = quantile(1 - look.error, freedom) * half
    wide = quantile(_INTERVAL, freedom) * half
    allowed, least = log(1 + limit), log(1 + floor / base)
    doubt = None
    if middle - sure > allowed and middle > least:
        verdict = Verdict.FAIL
    elif upper < max(allowed, least):
        verdict = Verdict.IMPROVED if middle + sure < -max(allowed, least) else Verdict.PASS
    else:
        verdict, doubt = Verdict.INCONCLUSIVE, Doubt.SPREAD
    return Told(
        verdict=verdict,
        restarts=count,
        limit=limit,
        ratio=exp(middle),
        low=exp(middle - wide),
        high=exp(middle + wide),
        certificate=exp(upper) - 1,
        mde=mde(spread, count),
        spread=spread,
        p=_p(middle - allowed, half, freedom),
        wanted=_wanted(middle, spread, allowed, look, count, confidence) if doubt else None,
        doubt=doubt,
    )


def mde(spread: float, restarts: int) -> float:
    """The smallest rise that so many restarts find nine times in ten (minimal detectable effect),
    as a part of the base: exp((t + z) s / sqrt(k)) - 1.
    """
    half = spread / sqrt(restarts)
    return exp((quantile(_MDE_ERROR, restarts - 1) + _MDE_POWER_Z) * half) - 1


def floor(quantity: Quantity, watts: float) -> float:
    """The absolute difference below which there is none: seconds of CPU time, or joules at this
    power of the machine.
    """
    return FLOOR_EDGE_SECONDS * watts if quantity is Quantity.JOULES else FLOOR_SECONDS


def _p(above: float, half: float, freedom: int) -> float:
    if half == 0:
        return float(above <= 0)
    return 1 - below(above / half, freedom)


def _wanted(
    middle: float, spread: float, allowed: float, look: Look, count: int, confidence: float
) -> int | None:
    """How many restarts decide figures like these either way."""
    for more in _WANTED:
        if more <= count:
            continue
        half = spread / sqrt(more)
        passes = middle + quantile(confidence, more - 1) * half < allowed
        if passes or middle - quantile(1 - look.error, more - 1) * half > allowed:
            return more
    return None
