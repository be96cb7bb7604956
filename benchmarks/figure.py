# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""One figure of the bench with its target, and the table made of all of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from benchmarks.measure import Spread


@dataclass(frozen=True)
class Target:
    """A limit that a median keeps or misses."""

    limit: float
    at_most: bool

    def met_by(self, value: float) -> bool:
        return value <= self.limit if self.at_most else value >= self.limit

    def __str__(self) -> str:
        return f"{'≤' if self.at_most else '≥'} {self.limit:g}"


def at_most(limit: float) -> Target:
    return Target(limit, at_most=True)


def at_least(limit: float) -> Target:
    return Target(limit, at_most=False)


@dataclass(frozen=True)
class Figure:
    """A line of the table. A unit of "x" is a ratio."""

    what: str
    on: str
    value: Spread
    unit: str = "x"
    target: Target | None = None
    beside: str = ""

    @property
    def met(self) -> bool | None:
        """None where there is no target."""
        return self.target.met_by(self.value.median) if self.target else None

    def cells(self) -> tuple[str, ...]:
        """The cells of its line in the table."""
        unit = "" if self.unit == "x" else f" {self.unit}"
        once = self.value.count == 1
        return (
            self.what,
            self.on,
            f"**{rounded(self.value.median)}**{unit}",
            "once" if once else f"{rounded(self.value.low)} – {rounded(self.value.high)}",
            str(self.value.count),
            str(self.target or ""),
            {True: "yes", False: "**no**", None: ""}[self.met],
            self.beside,
        )

    def plain(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self) | {"met": self.met}


HEADINGS = ("figure", "on", "median", "range", "runs", "target", "met", "beside")


def table(figures: Iterable[Figure]) -> str:
    """All figures as a Markdown table."""
    rows: list[Sequence[str]] = [HEADINGS, ["---"] * len(HEADINGS)]
    rows += [figure.cells() for figure in figures]
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)


def rounded(value: float) -> str:
    """Three digits where there is a fraction, whole numbers as they are."""
    if value == int(value) or abs(value) >= 100:
        return f"{value:.0f}"
    return f"{value:.3g}" if abs(value) >= 0.01 else f"{value:.4f}"
