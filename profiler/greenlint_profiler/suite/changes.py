# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""What changed since earlier runs, for people: a column of the table, and the counts below it.

Joules and CPU time are shown where they lie outside of all that was there before, as ``~`` else:
one run is no proof.  A count is exact, and so comes first.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from greenlint_profiler.quantity import counted, in_joules, in_seconds, percent
from greenlint_profiler.said import joined, listed, say, several

Entry = Mapping[str, Any]

_AS_MANY = {"queries": "as many queries", "requests": "as many requests"}
_AMOUNTS = {"joules": (say("energy"), in_joules), "cpu_seconds": (say("CPU time"), in_seconds)}
_MOST_NAMED = 3


def heading(held: Entry) -> str:
    """``vs main``; empty where nothing was there before.  Records of older versions say nothing."""
    before = held.get("baseline")
    return "" if before is None else say("vs {name}", name=before["name"])


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
        say("{quantity} {amount}", quantity=word, amount=amount(level[quantity]))
        for quantity, (word, amount) in _AMOUNTS.items()
        if level.get(quantity) is not None
    ]
    told += [counted(name, level[name]) for name in _AS_MANY if level.get(name) is not None]
    runs = several(level["runs"], "{n} run", "{n} runs")
    accepted = level.get("accepted") or ""
    since = say(", accepted {day}", day=accepted[:10]) if accepted else ""
    figures = joined(", ", told)
    yield say(
        "before ({name}, {runs}{since}): {figures}",
        name=name,
        runs=runs,
        since=since,
        figures=figures,
    )
    if change is not None:
        found = list(_all_changes(change))
        changes = joined(", ", found) if found else say("nothing can be compared")
        yield say("change: {changes}", changes=changes)


def _all_changes(change: Entry) -> Iterator[str]:
    for quantity, (word, _) in _AMOUNTS.items():
        pct = change["pct" if quantity == "joules" else "cpu_pct"]
        if pct is not None:
            told = say("{quantity} {change}", quantity=word, change=percent(1 + pct / 100))
            yield told if quantity in change["beyond"] else say("{change} (as usual)", change=told)
    for name in _AS_MANY:
        more = change[name]
        if more is not None:
            told = _signed(name, more) if more else say(_AS_MANY[name])
            usual = more and name not in change["beyond"]
            yield say("{change} (as usual)", change=told) if usual else told


def _signed(name: str, more: float) -> str:
    return joined("", ["−" if more < 0 else "+", counted(name, abs(more))])


def _counts(change: Entry) -> Iterator[str]:
    for name in _AS_MANY:
        if name in change["beyond"] and change[name]:
            yield _signed(name, change[name])


def lines(held: Entry) -> Iterator[str]:
    """The tests whose counts are no longer those of before, however little else they use."""
    told = [(test, list(_counts(test["change"]))) for test in held["tests"] if test.get("change")]
    changed = [(test["id"], joined(", ", counts)) for test, counts in told if counts]
    if changed:
        named = [
            say("{test} ({counts})", test=name, counts=counts)
            for name, counts in changed[:_MOST_NAMED]
        ]
        left = len(changed) - _MOST_NAMED
        named += [say("{n} more", n=left)] * (left > 0)
        other = "{before}: another number of queries or requests in {tests}"
        yield say(other, before=heading(held), tests=listed(named))
