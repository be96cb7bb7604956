# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""The stored runs as a table for people, and as plain values for programs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

from greenlint_profiler.past.table import table
from greenlint_profiler.quantity import in_joules, in_seconds
from greenlint_profiler.said import english, say
from greenlint_profiler.stores.stored import StoredRun

TYPE_CHECKING = False
if TYPE_CHECKING:
    from greenlint_profiler.said import Speak

SCHEMA = "greenlint-energy-runs/1"
_HEAD = (
    say("run"),
    say("began (UTC)"),
    say("commit"),
    say("branch"),
    say("label"),
    say("tests"),
    say("energy"),
    say("CPU time"),
    say("queries"),
    say("requests"),
    say("evidence"),
    say("verdict"),
    say("machine class"),
)
_NUMBERS = range(5, 10)


def lines(runs: Sequence[StoredRun], speak: Speak = english) -> Iterator[str]:
    """A line a run."""
    yield from table([_HEAD, *map(_row, runs)], _NUMBERS, speak)


def _row(run: StoredRun) -> tuple[str, ...]:
    changed = "+" if run.dirty else ""
    machine_class = run.stratum.machine_class
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
        say(run.evidence),
        say(run.verdict) if run.verdict else "",
        say("{name} (traced)", name=machine_class) if run.stratum.traced else machine_class,
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
