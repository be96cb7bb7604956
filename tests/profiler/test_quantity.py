# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Amounts as people write them, and as they are shown."""

from __future__ import annotations

import pytest
from greenlint_profiler.quantity import (
    JOULES,
    in_joules,
    in_seconds,
    microjoules,
    nanoseconds,
    scale,
)


@pytest.mark.parametrize(
    ("text", "amount_uj"),
    [
        ("60 J", 60_000_000),
        ("60J", 60_000_000),
        ("1.5 kJ", 1_500_000_000),
        (".25 mJ", 250),
        ("7 µJ", 7),
        ("7 μJ", 7),
        ("7uJ", 7),
        ("0.1 J", 100_000),
        ("1 Wh", 3_600_000_000),
        ("  2 J ", 2_000_000),
    ],
)
def test_energies(text: str, amount_uj: int) -> None:
    """Exact integers of microjoules, whichever micro sign is typed."""
    assert microjoules(text) == amount_uj


@pytest.mark.parametrize(
    ("text", "amount_ns"),
    [("2 s", 2_000_000_000), ("300 ms", 300_000_000), ("0.1us", 100), ("2 min", 120 * 10**9)],
)
def test_times(text: str, amount_ns: int) -> None:
    """Exact integers of nanoseconds."""
    assert nanoseconds(text) == amount_ns


@pytest.mark.parametrize(
    "text", ["", "J", "60", "-1 J", "1,5 J", "1e3 J", "60 j", "60 s", "0 J", "nan J", "60 J J"]
)
def test_what_is_no_energy(text: str) -> None:
    """A sentence that has the text in it."""
    with pytest.raises(ValueError, match="energy") as told:
        microjoules(text)
    assert repr(text) in str(told.value)


@pytest.mark.parametrize(
    ("joules", "shown"),
    [
        (52.41, "52.4 J"),
        (0.9996, "1.00 J"),
        (0.0412, "41.2 mJ"),
        (1234.0, "1.23 kJ"),
        (123.4, "123 J"),
        (0.0, "0.00 µJ"),
        (-2.5, "-2.50 J"),
        (10.0, "10.0 J"),
    ],
)
def test_joules_are_shown(joules: float, shown: str) -> None:
    """Three digits that count, in the unit that fits."""
    assert in_joules(joules) == shown


def test_seconds_are_shown() -> None:
    """The same for time."""
    assert in_seconds(0.00852) == "8.52 ms"
    assert in_seconds(75) == "75.0 s"


def test_a_fine_interval_is_told_apart() -> None:
    """Where half an interval is finer than three digits, two more are shown at most."""
    assert scale(JOULES, 30.429, 0.025).amount(30.429) == "30.429 J"
    assert scale(JOULES, 30.429, 1e-9).amount(30.429) == "30.429 J"
    assert scale(JOULES, 30.429, 4.0).amount(30.429) == "30.4 J"
