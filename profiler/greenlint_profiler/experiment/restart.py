# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""A pair of fresh processes, one of either side, that run in turns."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from random import Random

from greenlint_profiler.experiment.process import Process, Terms
from greenlint_profiler.experiment.trial import AFTER, BEFORE, Trial
from greenlint_profiler.gate.judging.sample import Pair, Restart


@dataclass(frozen=True, slots=True)
class Plan:
    """What a restart is made of: at most `pairs` of samples, none shorter than `sample_seconds`.

    A restart of long samples has fewer pairs, so that it stays within `restart_seconds`, though
    never fewer than `fewest`.
    """

    pairs: int = 10
    sample_seconds: float = 0.005
    restart_seconds: float = 4.0
    fewest: int = 4

    def pairs_of(self, pair_seconds: float) -> int:
        """How many pairs, if one takes so long."""
        fitting = int(self.restart_seconds / max(pair_seconds, 1e-9))
        return min(self.pairs, max(self.fewest, fitting))


Begin = Callable[[Trial, "str | None", Terms], Process]


def restart(
    trial: Trial, terms: Terms, plan: Plan, chance: Random, begin: Begin = Process
) -> Restart:
    """Start both sides, find how many turns make a sample, and run them in pairs.

    The pairs are ABBA with a random first side, one side always idle.  `base` is the code before,
    `head` the code after.  Raises TrialFailed.
    """
    with ExitStack() as stack:
        sides = []
        for name in (BEFORE, AFTER):
            side = begin(trial, name, terms)
            stack.callback(side.end)
            sides.append(side)
        before, after = sides
        for side in sides:
            side.ready()
        turns = [side.turns(plan.sample_seconds) for side in sides]
        warm = Pair(before.sample(turns[0]), after.sample(turns[1]))
        took = warm.base.seconds * turns[0] + warm.head.seconds * turns[1]
        first = chance.random() < 0.5
        pairs = []
        for number in range(plan.pairs_of(took)):
            if first == (number % 2 == 0):
                of_before, of_after = before.sample(turns[0]), after.sample(turns[1])
            else:
                of_after = after.sample(turns[1])
                of_before = before.sample(turns[0])
            pairs.append(Pair(of_before, of_after))
        return Restart(tuple(pairs))
