# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""What changed since earlier runs, for people: a column of the table, and the counts below it.

Joules and CPU time are shown where they lie outside of all that was there before, as ``~`` else:
one run is no proof.  A count is exact, and so comes first.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from greenlint_profiler.quantity import percent

Entry = Mapping[str, Any]

COUNTS = {"queries": "query", "requests": "request"}
_MOST_NAMED = 3


def heading(held: Entry) -> str:
    """``vs main``; empty where nothing was there before.  Records of older versions say nothing."""
    before = held.get("baseline")
    return "" if before is None else f"vs {before['name']}"


def cell(test: Entry, *, joules: bool) -> str:
    """``+22 queries``, ``+30 %``, ``~``; of joules where the table has them, else of CPU time."""
    change = test.get("change")
    if change is None:
        return ""
    counts = list(_counts(change))
    if counts:
        return counts[0]
    name, pct = ("joules", change["pct"]) if joules else ("cpu_seconds", change["cpu_pct"])
    if pct is None:
        return ""
    return percent(1 + pct / 100) if name in change["beyond"] else "~"


def _counts(change: Entry) -> Iterator[str]:
    for name, one in COUNTS.items():
        if name in change["beyond"] and change[name]:
            amount = abs(change[name])
            sign = "−" if change[name] < 0 else "+"
            yield f"{sign}{amount:g} {one if amount == 1 else name}"


def lines(held: Entry) -> Iterator[str]:
    """The tests whose counts are no longer those of before, however little else they use."""
    told = [(test, list(_counts(test["change"]))) for test in held["tests"] if test.get("change")]
    changed = [(test["id"], ", ".join(counts)) for test, counts in told if counts]
    if changed:
        named = [f"{name} ({counts})" for name, counts in changed[:_MOST_NAMED]]
        named += [f"{len(changed) - _MOST_NAMED} more"] * (len(changed) > _MOST_NAMED)
        yield f"{heading(held)}: another number of queries or requests in {_joined(named)}"


def _joined(words: Sequence[str]) -> str:
    *first, last = words
    return f"{', '.join(first)} and {last}" if first else last
