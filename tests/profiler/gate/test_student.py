# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Student's t against printed tables."""

from __future__ import annotations

from math import atan, inf, pi

import pytest
from greenlint_profiler.gate.judging.student import below, quantile


@pytest.mark.parametrize(
    ("probability", "freedom", "value"),
    [
        (0.975, 1, 12.7062),
        (0.9995, 1, 636.619),
        (0.95, 3, 2.3534),
        (0.9995, 3, 12.924),
        (0.99, 7, 2.9980),
        (0.95, 10, 1.8125),
        (0.995, 15, 2.9467),
        (0.975, 30, 2.0423),
        (0.95, 120, 1.6577),
        (0.5, 4, 0.0),
    ],
)
def test_quantiles_are_those_of_the_tables(probability: float, freedom: int, value: float) -> None:
    """Abramowitz and Stegun, table 26.10, and any other."""
    assert quantile(probability, freedom) == pytest.approx(value, rel=5e-5, abs=1e-9)
    assert quantile(1 - probability, freedom) == pytest.approx(-value, rel=5e-5, abs=1e-9)


@pytest.mark.parametrize("value", [-40.0, -1.0, -0.01, 0.0, 0.5, 3.0, 1000.0])
def test_one_degree_of_freedom_is_the_distribution_of_cauchy(value: float) -> None:
    """Which has a closed form."""
    assert below(value, 1) == pytest.approx(0.5 + atan(value) / pi, rel=1e-10)


@pytest.mark.parametrize("freedom", [1, 2, 3, 5, 11, 15, 60, 300])
@pytest.mark.parametrize("probability", [0.0005, 0.01, 0.3, 0.9, 0.9965, 0.9999])
def test_the_two_are_inverses(probability: float, freedom: int) -> None:
    """In both tails, and for few and many degrees."""
    assert below(quantile(probability, freedom), freedom) == pytest.approx(probability, rel=1e-8)


def test_the_ends() -> None:
    """Nothing is below minus infinity, everything below infinity."""
    assert below(-inf, 4) == 0
    assert below(inf, 4) == 1


@pytest.mark.parametrize("probability", [0.0, 1.0, -0.1, 1.5])
def test_a_quantile_needs_a_probability(probability: float) -> None:
    """Outside of 0 to 1 there is none."""
    with pytest.raises(ValueError, match="between 0 and 1"):
        quantile(probability, 3)


def test_one_restart_has_no_spread() -> None:
    """Without a degree of freedom there is no t."""
    with pytest.raises(ValueError, match="degree of freedom"):
        below(1.0, 0)
    with pytest.raises(ValueError, match="degree of freedom"):
        quantile(0.9, 0)
