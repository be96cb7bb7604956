# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""A figure between its bounds, and how bounds go through a sum, a product and a quotient."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

# Digits of a figure in the data: enough to compute it again, more than anybody should quote.
KEPT_DIGITS = 6


@dataclass(frozen=True, slots=True)
class Interval:
    """A figure `mid` that lies between `lo` and `hi`.

    Every operation gives the bounds that the bounds of its parts allow, whatever goes together
    with what (interval arithmetic: R. E. Moore, Interval Analysis, 1966).  ValueError for bounds
    that do not enclose the figure, and for anything that is not finite.
    """

    lo: float
    mid: float
    hi: float

    def __post_init__(self) -> None:
        if not all(map(math.isfinite, (self.lo, self.mid, self.hi))):
            raise ValueError(f"{self.lo} … {self.mid} … {self.hi} is not finite")
        if not self.lo <= self.mid <= self.hi:
            raise ValueError(f"{self.mid} does not lie within {self.lo} to {self.hi}")

    @property
    def exact(self) -> bool:
        """Whether nothing is known of its bounds."""
        return self.lo == self.hi

    @property
    def has_zero(self) -> bool:
        """Whether it may be nothing at all."""
        return self.lo <= 0 <= self.hi

    def __add__(self, other: Interval | float) -> Interval:
        that = interval(other)
        return Interval(self.lo + that.lo, self.mid + that.mid, self.hi + that.hi)

    def __neg__(self) -> Interval:
        return Interval(-self.hi, -self.mid, -self.lo)

    def __sub__(self, other: Interval | float) -> Interval:
        return self + -interval(other)

    def __mul__(self, other: Interval | float) -> Interval:
        that = interval(other)
        ends = [a * b for a in (self.lo, self.hi) for b in (that.lo, that.hi)]
        return Interval(min(ends), self.mid * that.mid, max(ends))

    def __truediv__(self, other: Interval | float) -> Interval:
        """ZeroDivisionError where the divisor may be zero."""
        that = interval(other)
        if that.has_zero:
            raise ZeroDivisionError(f"a divisor between {that.lo} and {that.hi} may be zero")
        return self * Interval(1 / that.hi, 1 / that.mid, 1 / that.lo)

    def record(self, unit: str) -> dict[str, Any]:
        """As the report's data has it."""
        lo, mid, hi = map(kept, (self.lo, self.mid, self.hi))
        return {"lo": lo, "mid": mid, "hi": hi, "unit": unit}


def interval(value: Interval | float) -> Interval:
    """The value itself, or a number of which no bounds are known."""
    return value if isinstance(value, Interval) else Interval(value, value, value)


def of_record(record: Any) -> Interval | None:
    """What `Interval.record` wrote; None for none."""
    return None if record is None else Interval(record["lo"], record["mid"], record["hi"])


def kept(value: float) -> float:
    """A number as the data has it."""
    return float(f"{value:.{KEPT_DIGITS}g}")
