# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""How the gate looks at its data: how many restarts, when it decides, and how sure it must be."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from greenlint_profiler.gate.judging.sample import Quantity

# Together these errors are 0.01: a test that is exactly at its limit fails once in a hundred gates.
LOOKS = ((4, 0.0005), (6, 0.001), (8, 0.002), (12, 0.003), (16, 0.0035))
# What a budget is where nobody stated one.
DEFAULT_INCREASE = {Quantity.CPU_SECONDS: 0.05, Quantity.JOULES: 0.10}
# Of the pairs of a restart, those that are left out at each end (Wilcox, Introduction to Robust
# Estimation and Hypothesis Testing, 2012: a fifth is his advice for general use).
TRIMMED = 0.2
# A difference that is smaller is none, however sure: CPU time is known to some tens of
# microseconds, and an edge of a window to 0.41 ms of the machine's power, three of them.
FLOOR_SECONDS = 50e-6
FLOOR_EDGE_SECONDS = 3 * 0.41e-3


@dataclass(frozen=True, slots=True)
class Filling:
    """More pairs for a short test: up to so many times those that were asked for, while all of them
    together take no more than this of the processor, or this by the clock.

    A restart has its price whatever it holds (two starts, a collection, setting up), and what
    varies from call to call is most of what varies between restarts on a machine that others share.
    """

    times: int
    cpu_seconds: float
    seconds: float


# Before the first look; and after it, where only what is noisy, or failed, is left.
FIRST_FILLING = Filling(times=4, cpu_seconds=1.0, seconds=4.0)
LATER_FILLING = Filling(times=8, cpu_seconds=2.0, seconds=8.0)


@dataclass(frozen=True, slots=True)
class Look:
    """After so many restarts a test may be judged, with this probability of a false failure."""

    restarts: int
    error: float


@dataclass(frozen=True, slots=True)
class Design:
    """`pairs` of samples a restart, after `warmups` of each side; at most `restarts` of them.

    `confidence` is the probability with which the upper bound of a pass holds.
    """

    pairs: int = 10
    warmups: int = 1
    restarts: int = 16
    confidence: float = 0.95

    def filling(self, cpu_seconds: float, seconds: float, restarts: int) -> int:
        """How many pairs a test is given in a restart besides, if one takes so long, and it had so
        many restarts before.
        """
        most = FIRST_FILLING if restarts < next(self.looks()).restarts else LATER_FILLING
        fitting = most.cpu_seconds / max(cpu_seconds, 1e-6), most.seconds / max(seconds, 1e-6)
        return max(0, min(most.times * self.pairs, int(min(fitting))) - self.pairs)

    def looks(self) -> Iterator[Look]:
        """Those up to the cap; the last is at the cap itself, and spends what is left by then:
        beyond the last of ours, half of what that one would have spent.
        """
        spent = 0.0
        for restarts, error in (*LOOKS[:-1], (LOOKS[-1][0], LOOKS[-1][1] / 2)):
            if restarts >= self.restarts:
                break
            spent += error
            yield Look(restarts, error)
        yield Look(self.restarts, sum(error for _, error in LOOKS) - spent)

    def look_at(self, restarts: int) -> Look | None:
        """The look that is due after so many restarts."""
        return next((look for look in self.looks() if look.restarts == restarts), None)
