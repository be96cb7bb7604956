# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""What changed since earlier runs, for people: a column of the table, and the counts below it.

Joules and CPU time are shown where they lie outside of all that was there before, as ``~`` else:
one run is no proof.  A count is exact, and so comes first.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from greenlint_profiler.quantity import in_joules, in_seconds, percent

Entry = Mapping[str, Any]

COUNTS = {"queries": "query", "requests": "request"}
_AMOUNTS = {"joules": ("energy", in_joules), "cpu_seconds": ("CPU time", in_seconds)}
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


def before(test: Entry, name: str) -> Iterator[str]:
    """What a test used before, and what is other now: all of it, of one test alone."""
    level, change = test.get("baseline"), test.get("change")
    if level is None:
        return
    told = [
        f"{word} {amount(level[quantity])}"
        for quantity, (word, amount) in _AMOUNTS.items()
        if level.get(quantity) is not None
    ]
    told += [_count(name, level[name]) for name in COUNTS if level.get(name) is not None]
    runs = f"{level['runs']} run{'s' * (level['runs'] != 1)}"
    accepted = f", accepted {level['accepted'][:10]}" if level.get("accepted") else ""
    yield f"before ({name}, {runs}{accepted}): {', '.join(told)}"
    if change is not None:
        yield f"change: {', '.join(_all_changes(change)) or 'nothing can be compared'}"


def _all_changes(change: Entry) -> Iterator[str]:
    for quantity, (word, _) in _AMOUNTS.items():
        pct = change["pct" if quantity == "joules" else "cpu_pct"]
        if pct is not None:
            within = "" if quantity in change["beyond"] else " (as usual)"
            yield f"{word} {percent(1 + pct / 100)}{within}"
    for name in COUNTS:
        more = change[name]
        if more is not None:
            within = "" if name in change["beyond"] or not more else " (as usual)"
            yield (_signed(name, more) if more else f"as many {name}") + within


def _count(name: str, count: float) -> str:
    return f"{count:g} {COUNTS[name] if count == 1 else name}"


def _signed(name: str, more: float) -> str:
    return f"{'−' if more < 0 else '+'}{_count(name, abs(more))}"


def _counts(change: Entry) -> Iterator[str]:
    for name in COUNTS:
        if name in change["beyond"] and change[name]:
            yield _signed(name, change[name])


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
