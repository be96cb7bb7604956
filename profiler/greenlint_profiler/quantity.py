# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""``60 J`` and ``300 ms``: an amount of energy or time as people write it, and back again."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor, log10

from greenlint_profiler.said import Figure, say, several

# Unit -> microjoules, and unit -> nanoseconds.
ENERGY = {"uJ": 1, "µJ": 1, "mJ": 10**3, "J": 10**6, "kJ": 10**9, "Wh": 3600 * 10**6}
TIME = {"ns": 1, "us": 10**3, "µs": 10**3, "ms": 10**6, "s": 10**9, "min": 60 * 10**9}

_AMOUNT = re.compile(r"\s*(\d+(?:\.\d+)?|\.\d+)\s*([^\W\d_]*)\s*")


def microjoules(text: str) -> int:
    """The microjoules of ``60 J``; raises ValueError with a sentence."""
    wanted, other = say("an energy, such as `60 J`"), say("a time, and not an energy")
    return _amount(text, ENERGY, TIME, wanted, other)


def nanoseconds(text: str) -> int:
    """The nanoseconds of ``300 ms``; raises ValueError with a sentence."""
    wanted, other = say("a time, such as `300 ms`"), say("an energy, and not a time")
    return _amount(text, TIME, ENERGY, wanted, other)


def _amount(
    text: str, units: dict[str, int], others: dict[str, int], wanted: str, other: str
) -> int:
    match = _AMOUNT.fullmatch(text.replace("μ", "µ"))  # the Greek letter for the micro sign
    known = ", ".join(unit for unit in units if unit.isascii())
    if match is None:
        raise ValueError(say("{text} is not {wanted}.", text=repr(text), wanted=wanted))
    number, unit = match.groups()
    if unit in others:
        raise ValueError(say("{text} is {other}.", text=repr(text), other=other))
    if unit not in units:
        has = say("has the unit {unit}", unit=repr(unit)) if unit else say("has no unit")
        wrong = "{text} {has}; it is {wanted}, in {known}."
        raise ValueError(say(wrong, text=repr(text), has=has, wanted=wanted, known=known))
    whole, _, part = number.partition(".")
    amount: int = int(whole + part) * units[unit] // 10 ** len(part)  # exact, unlike a float
    if amount == 0:
        nothing = "{text} is nothing; it is {wanted}, and more than zero."
        raise ValueError(say(nothing, text=repr(text), wanted=wanted))
    return amount


@dataclass(frozen=True, slots=True)
class Scale:
    """A unit, its size, and how many digits after the point are shown in it."""

    unit: str
    size: float
    decimals: int

    def number(self, value: float) -> str:
        """A value without its unit: ``52.4``."""
        return Figure(f"{value / self.size:.{self.decimals}f}")

    def amount(self, value: float) -> str:
        """A value with its unit: ``52.4 J``."""
        return Figure(f"{self.number(value)} {self.unit}")


JOULES = (("kJ", 1e3), ("J", 1.0), ("mJ", 1e-3), ("µJ", 1e-6))
SECONDS = (("s", 1.0), ("ms", 1e-3), ("µs", 1e-6))
WATTS = (("W", 1.0), ("mW", 1e-3))


def scale(units: Sequence[tuple[str, float]], value: float, precision: float = 0.0) -> Scale:
    """The unit that fits a value, and three digits of it that count.

    With a precision (half an interval) that is finer than these, up to two digits more.
    """
    unit, size = units[-1]
    for name, step in units:
        # 999.6 mJ shows as 1.00 J, and not as 1000 mJ.
        if abs(value) >= 0.9995 * step:
            unit, size = name, step
            break
    usual = _decimals(abs(value) / size)
    if precision <= 0:
        return Scale(unit, size, usual)
    finer = ceil(-log10(precision / size)) + 1
    return Scale(unit, size, max(usual, min(finer, usual + 2)))


def _decimals(value: float) -> int:
    """How many digits after the point make three that count."""
    rounded = float(f"{value:.2e}")  # 0.9996 has three digits as 1.00
    return 2 if rounded == 0 else max(0, 2 - floor(log10(rounded) + 1e-9))


def in_joules(joules: float) -> str:
    """Joules with three digits, in the unit that fits: ``52.4 J``, ``812 mJ``."""
    return scale(JOULES, joules).amount(joules)


def in_seconds(seconds: float) -> str:
    """Seconds with three digits, in the unit that fits: ``3.91 s``, ``41.2 ms``."""
    return scale(SECONDS, seconds).amount(seconds)


def percent(ratio: float) -> str:
    """A ratio as a change: ``+30 %``, ``−4.2 %``."""
    change = 100 * (ratio - 1)
    digits = 0 if abs(change) >= 9.95 else 1
    shown = f"{abs(change):.{digits}f}"
    sign = "" if not float(shown) else "−" if change < 0 else "+"
    return Figure(f"{sign}{shown} %")


_COUNTED = {
    "queries": ("{n} query", "{n} queries"),
    "requests": ("{n} request", "{n} requests"),
    "instructions": ("{n} instruction", "{n} instructions"),
}


def counted(name: str, count: float) -> str:
    """``34 queries``, ``1 request``; ``2.5 queries`` where the level of several runs is meant."""
    one, many = _COUNTED[name]
    whole = int(count)
    return several(whole, one, many) if count == whole else say(many, n=Figure(f"{count:g}"))
