# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""A level that was accepted for a test: what later runs of the same kind are held against."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from greenlint_profiler.stores.stored import Stratum


@dataclass(frozen=True, slots=True)
class Level:
    """The median of some runs, and their least and greatest; in the quantity's own unit."""

    median: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Accepted:
    """What was accepted for a test, by quantity, as seen in so many `runs`.

    Joules count with their label: `evidence`.  `accepted` is when, UTC, ISO 8601, and empty for a
    level that nobody accepted: that of usual runs.  `reason` is why.  `instructions_are` those of
    the "machine" or of "bytecode", where it has a level of them.
    """

    test: str
    stratum: Stratum
    evidence: str
    runs: int
    levels: Mapping[str, Level]
    commit: str | None = None
    accepted: str = ""
    reason: str = ""
    instructions_are: str | None = None

    @property
    def sort_key(self) -> tuple[str, str, str, bool, str]:
        """The order in a file."""
        stratum = self.stratum
        kind = (stratum.machine_class, stratum.interpreter, self.evidence, stratum.traced)
        return (*kind, self.test)


def as_record(one: Accepted) -> dict[str, Any]:
    """Plain values, as in greenlint-energy.json."""
    kind = {} if one.instructions_are is None else {"instructions_are": one.instructions_are}
    return kind | {
        "test": one.test,
        "evidence": one.evidence,
        "runs": one.runs,
        "levels": {
            name: {
                "median": _short(level.median),
                "low": _short(level.low),
                "high": _short(level.high),
            }
            for name, level in sorted(one.levels.items())
        },
        "commit": one.commit,
        "accepted": one.accepted,
        "reason": one.reason,
    }


def _short(value: float) -> float:
    """Counts exactly, others to six digits: what comes after them is noise, and makes branches
    differ.
    """
    return int(value) if float(value).is_integer() else float(f"{value:.6g}")


def from_record(record: Mapping[str, Any], stratum: Stratum) -> Accepted:
    """The entry again; raises KeyError, TypeError or ValueError where it is none."""
    return Accepted(
        test=str(record["test"]),
        stratum=stratum,
        evidence=str(record["evidence"]),
        runs=int(record["runs"]),
        levels={
            str(name): Level(float(one["median"]), float(one["low"]), float(one["high"]))
            for name, one in record["levels"].items()
        },
        commit=record["commit"],
        accepted=str(record["accepted"]),
        reason=str(record["reason"]),
        instructions_are=record.get("instructions_are"),
    )
