# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Many tests at once: which failures hold when so many had the chance to (Holm 1979)."""

from __future__ import annotations

from collections.abc import Mapping
from math import log


def holds(probabilities: Mapping[str, float], tests: int, error: float) -> frozenset[str]:
    """Those whose failure is kept, by their p-values, when so many tests had the chance to fail.

    The smallest is held against error / tests, the next against error / (tests - 1), and none is
    kept after the first that is not below (Holm, A simple sequentially rejective multiple test
    procedure, Scandinavian Journal of Statistics 6, 1979).
    """
    kept = set()
    for left, (name, p) in zip(
        range(tests, 0, -1), sorted(probabilities.items(), key=lambda one: one[1]), strict=False
    ):
        if p > error / left:
            break
        kept.add(name)
    return frozenset(kept)


def together(first: float, second: float) -> float:
    """The p-value of two independent ones for the same thing: the probability that their product is
    as small (Fisher, Statistical Methods for Research Workers, 1932).
    """
    product = first * second
    return 0.0 if product <= 0 else product * (1 - log(product))
