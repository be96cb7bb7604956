# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""A stored run for people, and one test of it: where it ran, what it used, what it repeated."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from greenlint_profiler.past.history_text import NAMES, amount
from greenlint_profiler.past.table import table
from greenlint_profiler.said import english, joined, say
from greenlint_profiler.suite import changes
from greenlint_profiler.suite.summary import where

TYPE_CHECKING = False
if TYPE_CHECKING:
    from greenlint_profiler.said import Speak

Entry = Mapping[str, Any]

_PHASES = ("setup", "call", "teardown")
_HEAD = (
    "",
    say("energy"),
    say("CPU time"),
    say("queries"),
    say("requests"),
    say("evidence"),
)


def heading(held: Entry) -> Iterator[str]:
    """Which run it is, and on what machine with what meter."""
    run, machine, meter = held["run"], held["machine"], held["meter"]
    label = f", {run['label']!r}" if run["label"] else ""
    changed = say("uncommitted changes") if run["dirty"] else ""
    of = [word for word in (run["branch"], (run["commit"] or "")[:9], changed) if word]
    yield say(
        "run {run}: {runner}, {moment}{revision}",
        run=f"{run['id']}{label}",
        runner=run["runner"],
        moment=run["started"],
        revision=joined("", [" (", joined(", ", of), ")"]) if of else "",
    )
    yield say(
        "meter {name} ({evidence}){domains}; machine class {machine}",
        name=meter["name"],
        evidence=say(meter["evidence"]),
        domains=f", {' + '.join(meter['domains'])}" if meter["domains"] else "",
        machine=machine["class"],
    )
    conditions = held["conditions"]
    workers = conditions["xdist"]
    said = [
        say("under coverage") if conditions["coverage"] else "",
        say("under a debugger") if conditions["debugger"] else "",
        say("{n} workers", n=workers) if workers else "",
    ]
    if any(said):
        yield say("ran {how}", how=joined(", ", [word for word in said if word]))


def _figures(record: Entry) -> Iterator[str]:
    for quantity in ("joules", "cpu_seconds", "queries", "requests"):
        value = record[quantity]
        yield "" if value is None else amount(quantity, value)


def one_test(test: Entry, held_against: str, speak: Speak = english) -> Iterator[str]:
    """What a test used, phase by phase, and before, in the runs of that name; what it asked for
    again and again; its budget.
    """
    again = say(", attempt {n}", n=test["attempt"]) if test["attempt"] > 1 else ""
    yield joined("", [f"{test['id']}: ", say(test["outcome"]), again])
    rows = [
        (name, *_figures(phase), say(phase["evidence"]))
        for name in _PHASES
        if (phase := test["phases"][name]) is not None
    ]
    if rows:
        yield from (f"  {line}" for line in table([_HEAD, *rows], range(1, 5), speak))
    if test["ci"] is not None:
        low, high = (amount("joules", end) for end in test["ci"])
        yield say("  energy of the call: {low} to {high} (95 %)", low=low, high=high)
    yield from (joined("", ["  ", line]) for line in changes.before(test, held_against))
    yield from _repeated(test["work"])
    for judged in (test["budget"] or {}).get("judged", ()):
        yield joined("", ["  ", _judged(judged)])


def _repeated(work: Entry) -> Iterator[str]:
    for one in work["repeated"]:
        same = say("{n} times the same query from {place}: ", n=one["count"], place=_place(one))
        yield joined("", ["  ", same, one["statement"]])
    for one in work.get("requested", ()):
        yield say(
            "  {times} {request} from {place}",
            times=say("once") if one["count"] == 1 else say("{n} times", n=one["count"]),
            request=f"{one['method']} {one['host']}",
            place=_place(one),
        )


def _place(one: Entry) -> str:
    return where(one) or say("outside the project")


def _judged(judged: Entry) -> str:
    quantity = judged["quantity"]
    shown = "joules" if quantity == "dram_joules" else quantity
    return say(
        "budget of {quantity}, {limit}: {verdict}, used {used}{reason}",
        quantity=say("energy of memory") if quantity == "dram_joules" else NAMES[quantity],
        limit=amount(shown, judged["limit"]),
        verdict=say(judged["verdict"]),
        used=say("unknown") if judged["used"] is None else amount(shown, judged["used"]),
        reason=f" ({judged['reason']})" if judged["reason"] else "",
    )


def found(held: Entry, word: str) -> Sequence[Entry]:
    """The attempts at the test with this id, or at the only one whose id has these letters in it;
    none where there is none, those of several tests where it could be more than one.
    """
    exact = [test for test in held["tests"] if test["id"] == word]
    return exact or [test for test in held["tests"] if word in test["id"]]
