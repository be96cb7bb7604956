# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""One revision on both sides: every failure is a false one, and the spread is the machine's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Any

from greenlint_profiler.budget import Verdict
from greenlint_profiler.gate.judging.design import DEFAULT_INCREASE, Design
from greenlint_profiler.gate.judging.judge import mde
from greenlint_profiler.gate.judging.sample import Quantity
from greenlint_profiler.gate.judging.wilson import interval
from greenlint_profiler.gate.result import Gate

# Fewer comparisons than this show nothing, however they end: the upper bound of 0 in 50 is 7 %.
ENOUGH = 50
# The budgets that advice is given in.
_STEPS = (0.02, 0.03, 0.05, 0.08, 0.10, 0.15, 0.20, 0.30, 0.50)


@dataclass(frozen=True, slots=True)
class Spread:
    """How one test varies: the standard deviation of the logarithms of its restarts, pooled over
    the rounds, from so many restarts in all; `level` is what it uses, in seconds or joules.
    """

    spread: float
    restarts: int
    level: float


@dataclass(frozen=True, slots=True)
class SelfCheck:
    """Some rounds of the gate with nothing to find.

    `comparisons` counts tests that were judged, over all rounds; `alarms` those that failed,
    `suites` the rounds in which any did.  `restarts` is the mean number that a test took.
    """

    quantity: Quantity
    machine_class: str
    design: Design
    rounds: int
    comparisons: int
    alarms: int
    suites: int
    inconclusive: int
    unmeasured: int
    restarts: float
    spreads: Mapping[str, Spread]
    seconds: float

    @property
    def rate(self) -> tuple[float, float]:
        """The 95 % interval of the rate of false failures."""
        return interval(self.alarms, self.comparisons)

    @property
    def passed(self) -> bool:
        """Whether it showed that failures can be believed here."""
        return self.comparisons >= ENOUGH and self.alarms == 0

    def smallest(self, test: str) -> float:
        """The smallest rise of a test that the gate finds nine times in ten at its cap."""
        return mde(self.spreads[test].spread, self.design.restarts)

    def advised(self, part: float = 0.9) -> float | None:
        """The smallest of the usual budgets that can be told for this part of the tests; None where
        none of them can.
        """
        found = sorted(self.smallest(test) for test in self.spreads)
        if not found:
            return None
        needed = found[min(len(found) - 1, int(part * len(found)))]
        return next((step for step in _STEPS if step >= needed), None)

    def below(self, budget: float | None = None) -> list[str]:
        """The tests for which this budget, or the default, is below what can be told."""
        limit = DEFAULT_INCREASE[self.quantity] if budget is None else budget
        return [test for test in self.spreads if self.smallest(test) > limit]


def summed(gates: Sequence[Gate], design: Design) -> SelfCheck:
    """What some rounds say together; at least one."""
    every = [one for gate in gates for one in gate.every]
    judged = [one for one in every if one.told is not None]
    quantities = {one.quantity for one in judged}
    quantity = Quantity.JOULES if quantities == {Quantity.JOULES} else Quantity.CPU_SECONDS
    restarts = [one.told.restarts for one in judged if one.told is not None]
    return SelfCheck(
        quantity=quantity,
        machine_class=gates[0].machine["class"],
        design=design,
        rounds=len(gates),
        comparisons=len(judged),
        alarms=sum(one.verdict is Verdict.FAIL for one in judged),
        suites=sum(any(one.verdict is Verdict.FAIL for one in gate.every) for gate in gates),
        inconclusive=sum(one.verdict is Verdict.INCONCLUSIVE for one in judged),
        unmeasured=len(every) - len(judged),
        restarts=sum(restarts) / len(restarts) if restarts else 0.0,
        spreads=dict(_spreads(gates)),
        seconds=sum(gate.seconds for gate in gates),
    )


def _spreads(gates: Sequence[Gate]) -> Iterator[tuple[str, Spread]]:
    """Variances are pooled by their degrees of freedom."""
    told: dict[str, list[tuple[float, int, float]]] = {}
    for gate in gates:
        for one in gate.every:
            if one.told is not None and one.base is not None:
                taken = (one.told.spread, one.told.restarts, one.base)
                told.setdefault(one.test, []).append(taken)
    for test, found in told.items():
        freedom = sum(restarts - 1 for _, restarts, _ in found)
        variance = sum(spread**2 * (restarts - 1) for spread, restarts, _ in found) / freedom
        restarts = sum(count for _, count, _ in found)
        yield test, Spread(sqrt(variance), restarts, found[-1][2])


def as_record(check: SelfCheck) -> dict[str, Any]:
    """Plain values; docs/schemas/greenlint-energy-selfcheck-1.json describes them."""
    low, high = check.rate if check.comparisons else (0.0, 1.0)
    return {
        "machine_class": check.machine_class,
        "quantity": check.quantity.value,
        "rounds": check.rounds,
        "pairs": check.design.pairs,
        "restarts_cap": check.design.restarts,
        "comparisons": check.comparisons,
        "false_failures": check.alarms,
        "false_failure_rate": {"lo": low, "hi": high},
        "rounds_with_failures": check.suites,
        "inconclusive": check.inconclusive,
        "cannot_measure": check.unmeasured,
        "mean_restarts": check.restarts,
        "passed": check.passed,
        "advised_max_increase_pct": None if (advised := check.advised()) is None else 100 * advised,
        "seconds": check.seconds,
        "tests": [
            {
                "test": test,
                "spread": one.spread,
                "restarts": one.restarts,
                "level": one.level,
                "mde_pct": 100 * check.smallest(test),
            }
            for test, one in check.spreads.items()
        ],
    }
