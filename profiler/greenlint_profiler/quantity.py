# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""``60 J`` and ``300 ms``: an amount of energy or time as people write it, and back again."""

from __future__ import annotations

import re
from decimal import Decimal

# Unit -> microjoules, and unit -> nanoseconds.
ENERGY = {"uJ": 1, "µJ": 1, "mJ": 10**3, "J": 10**6, "kJ": 10**9, "Wh": 3600 * 10**6}
TIME = {"ns": 1, "us": 10**3, "µs": 10**3, "ms": 10**6, "s": 10**9, "min": 60 * 10**9}

_AMOUNT = re.compile(r"\s*(\d+(?:\.\d+)?|\.\d+)\s*([^\W\d_]*)\s*")


def microjoules(text: str) -> int:
    """The microjoules of ``60 J``; raises ValueError with a sentence."""
    return _amount(text, ENERGY, TIME, "an energy, such as `60 J`", "a time, and not an energy")


def nanoseconds(text: str) -> int:
    """The nanoseconds of ``300 ms``; raises ValueError with a sentence."""
    return _amount(text, TIME, ENERGY, "a time, such as `300 ms`", "an energy, and not a time")


def _amount(
    text: str, units: dict[str, int], others: dict[str, int], wanted: str, other: str
) -> int:
    match = _AMOUNT.fullmatch(text.replace("μ", "µ"))  # the Greek letter for the micro sign
    known = ", ".join(unit for unit in units if unit.isascii())
    if match is None:
        raise ValueError(f"{text!r} is not {wanted}.")
    number, unit = match.groups()
    if unit in others:
        raise ValueError(f"{text!r} is {other}.")
    if unit not in units:
        said = f"has the unit {unit!r}" if unit else "has no unit"
        raise ValueError(f"{text!r} {said}; it is {wanted}, in {known}.")
    amount = round(Decimal(number) * units[unit])
    if amount == 0:
        raise ValueError(f"{text!r} is nothing; it is {wanted}, and more than zero.")
    return amount


def in_joules(joules: float) -> str:
    """Joules with three digits, in the unit that fits: ``52.4 J``, ``812 mJ``."""
    return _shown(joules, (("kJ", 1e3), ("J", 1.0), ("mJ", 1e-3), ("µJ", 1e-6)))


def in_seconds(seconds: float) -> str:
    """Seconds with three digits, in the unit that fits: ``3.91 s``, ``41.2 ms``."""
    return _shown(seconds, (("s", 1.0), ("ms", 1e-3), ("µs", 1e-6)))


def _shown(value: float, units: tuple[tuple[str, float], ...]) -> str:
    for unit, size in units:
        # 0.9995 shows as 1 of a unit, and not as 1000 of the one below it.
        if abs(value) >= 0.9995 * size or unit == units[-1][0]:
            return f"{digits(value / size)} {unit}"
    raise AssertionError("the last unit takes what is left")


def digits(value: float) -> str:
    """Three digits that count, never an exponent: ``0.0412``, ``3.91``, ``52.4``, ``1234``."""
    if value == 0:
        return "0"
    whole = len(str(int(abs(value)))) if abs(value) >= 1 else 0
    if whole >= 3:
        return f"{value:.0f}"
    if whole:
        return f"{value:.{3 - whole}f}"
    return f"{value:.3g}" if abs(value) >= 1e-4 else f"{value:.1e}"
