# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""What the stored runs say of a test: its usual level, what stands out, where it changed.

It is advice and decides nothing: stored runs differ by more than their code.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import floor
from typing import TYPE_CHECKING, Any

from greenlint_profiler.past.changepoint import Change, changes, steps
from greenlint_profiler.repeats import median

if TYPE_CHECKING:
    from greenlint_profiler.stores.stored import Point, Stratum

# What is counted exactly, and so needs no statistics.  Instructions are too, and differ with the
# hash seed of a process.
COUNTED = ("queries", "requests")
INSTRUCTIONS = "instructions"
# So many runs back is history; what is older says nothing of today.
WINDOW = 100
# Outer fence of Tukey, Exploratory Data Analysis (1977): above it a figure is far out.
_IQRS = 3.0
# The runs before the one that is judged: at least and at most so many.
FEWEST, MOST = 8, 30
# What repeats exactly has no range between its quartiles: less than this part is no rise.
_NOTICEABLE = 0.02


@dataclass(frozen=True, slots=True)
class Fence:
    """The quartiles of the runs before one, and the figure above which it is far out."""

    low_quartile: float
    high_quartile: float
    limit: float


@dataclass(frozen=True, slots=True)
class History:
    """One quantity of a test in runs that may be compared, the oldest first.

    Joules or seconds or counts, as `quantity` says.  `evidence` is absent for what is counted,
    which no load and no meter changes; of instructions it is which of them were counted.  `fence`
    is of the last run, by those before it; absent where they are too few, and for what is counted.
    `beyond` are the places (from 0) of the runs that were far out when they came.
    """

    quantity: str
    stratum: Stratum
    evidence: str | None
    points: tuple[Point, ...]
    median: float
    fence: Fence | None
    beyond: tuple[int, ...]
    changes: tuple[Change, ...]

    @property
    def values(self) -> tuple[float, ...]:
        """The figures, the oldest first."""
        return tuple(point.value for point in self.points)

    @property
    def stands_out(self) -> bool:
        """Whether the last run is far above those before it."""
        return len(self.points) - 1 in self.beyond


def histories(quantity: str, points: Iterable[Point]) -> list[History]:
    """A history of each stratum and label: never one across machines, interpreters or evidence.

    The one with the newest run comes first.
    """
    parted: dict[tuple[Stratum, str | None], list[Point]] = {}
    for point in points:
        label = _label(quantity, point)
        parted.setdefault((point.stratum, label), []).append(point)
    made = [
        history(quantity, stratum, evidence, found[-WINDOW:])
        for (stratum, evidence), found in parted.items()
    ]
    return sorted(made, key=lambda one: one.points[-1].run.started, reverse=True)


def _label(quantity: str, point: Point) -> str | None:
    if quantity == INSTRUCTIONS:
        return point.run.instructions_are
    return None if quantity in COUNTED else point.evidence


def history(
    quantity: str, stratum: Stratum, evidence: str | None, points: Sequence[Point]
) -> History:
    """The history of at least one point."""
    values = [point.value for point in points]
    counted = quantity in COUNTED
    fences = [None if counted else fence(values[:place]) for place in range(len(values))]
    return History(
        quantity,
        stratum,
        evidence,
        tuple(points),
        median(values),
        fences[-1],
        tuple(
            place
            for place, (value, limit) in enumerate(zip(values, fences, strict=True))
            if limit is not None and value > limit.limit
        ),
        steps(values) if counted else changes(values),
    )


def fence(before: Sequence[float]) -> Fence | None:
    """The third quartile and three times the range between the quartiles above it, of the last
    `MOST` figures; None of fewer than `FEWEST`.
    """
    recent = sorted(before[-MOST:])
    if len(recent) < FEWEST:
        return None
    low, high = _quantile(recent, 0.25), _quantile(recent, 0.75)
    noticeable = _NOTICEABLE * abs(median(recent))
    return Fence(low, high, high + max(_IQRS * (high - low), noticeable))


def _quantile(ordered: Sequence[float], part: float) -> float:
    """Linear between two neighbours: type 7 of Hyndman and Fan, American Statistician 50 (1996)."""
    place = part * (len(ordered) - 1)
    first = floor(place)
    above = ordered[min(first + 1, len(ordered) - 1)]
    return ordered[first] + (place - first) * (above - ordered[first])


def as_record(one: History) -> dict[str, Any]:
    """Plain values; docs/schemas/greenlint-energy-test-1.json describes them."""
    return {
        "quantity": one.quantity,
        "machine_class": one.stratum.machine_class,
        "python": one.stratum.interpreter,
        "traced": one.stratum.traced,
        "evidence": None if one.quantity == INSTRUCTIONS else one.evidence,
        "instructions_are": one.evidence if one.quantity == INSTRUCTIONS else None,
        "median": one.median,
        "fence": None
        if one.fence is None
        else {
            "low_quartile": one.fence.low_quartile,
            "high_quartile": one.fence.high_quartile,
            "limit": one.fence.limit,
        },
        "stands_out": one.stands_out,
        "changes": [
            {
                "run": one.points[change.at].run.id,
                "commit": one.points[change.at].run.commit,
                "before": change.before,
                "after": change.after,
                "p": change.p,
            }
            for change in one.changes
        ],
        "runs": [
            {
                "run": point.run.id,
                "started": point.run.started,
                "commit": point.run.commit,
                "branch": point.run.branch,
                "value": point.value,
                "beyond": place in one.beyond,
            }
            for place, point in enumerate(one.points)
        ],
    }
