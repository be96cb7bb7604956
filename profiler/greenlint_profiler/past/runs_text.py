# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""The stored runs as a table for people, and as plain values for programs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

from greenlint_profiler.past.table import table
from greenlint_profiler.quantity import in_joules, in_seconds
from greenlint_profiler.stores.stored import StoredRun

SCHEMA = "greenlint-energy-runs/1"
_HEAD = (
    *("run", "began (UTC)", "commit", "branch", "label", "tests", "energy", "CPU time"),
    *("queries", "requests", "evidence", "verdict", "machine class"),
)
_NUMBERS = range(5, 10)


def lines(runs: Sequence[StoredRun]) -> Iterator[str]:
    """A line a run."""
    yield from table([_HEAD, *map(_row, runs)], _NUMBERS)


def _row(run: StoredRun) -> tuple[str, ...]:
    changed = "+" if run.dirty else ""
    return (
        run.id,
        run.started[:16].replace("T", " "),
        f"{run.commit[:9]}{changed}" if run.commit else "",
        run.branch or "",
        run.label or "",
        str(run.tests),
        "" if run.joules is None else in_joules(run.joules),
        "" if run.cpu_seconds is None else in_seconds(run.cpu_seconds),
        "" if run.queries is None else str(run.queries),
        "" if run.requests is None else str(run.requests),
        run.evidence,
        run.verdict or "",
        f"{run.stratum.machine_class}{' (traced)' if run.stratum.traced else ''}",
    )


def as_record(run: StoredRun) -> dict[str, Any]:
    """Plain values; docs/schemas/greenlint-energy-runs-1.json describes them."""
    record = asdict(run)
    stratum = record.pop("stratum")
    return {
        "id": record.pop("id"),
        "started": record.pop("started"),
        "machine_class": stratum["machine_class"],
        "python": stratum["interpreter"],
        "traced": stratum["traced"],
        **record,
    }
