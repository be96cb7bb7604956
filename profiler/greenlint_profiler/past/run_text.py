# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""A stored run for people, and one test of it: where it ran, what it used, what it repeated."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from greenlint_profiler.past.history_text import NAMES, amount
from greenlint_profiler.past.table import table
from greenlint_profiler.suite import changes
from greenlint_profiler.suite.summary import where

Entry = Mapping[str, Any]

_PHASES = ("setup", "call", "teardown")
_HEAD = ("", "energy", "CPU time", "queries", "requests", "evidence")


def heading(held: Entry) -> Iterator[str]:
    """Which run it is, and on what machine with what meter."""
    run, machine, meter = held["run"], held["machine"], held["meter"]
    label = f", {run['label']!r}" if run["label"] else ""
    of = [run["branch"], (run["commit"] or "")[:9], "uncommitted changes" if run["dirty"] else ""]
    words = ", ".join(word for word in of if word)
    revision = f" ({words})" if words else ""
    yield f"run {run['id']}{label}: {run['runner']}, {run['started']}{revision}"
    domains = f", {' + '.join(meter['domains'])}" if meter["domains"] else ""
    yield f"meter {meter['name']} ({meter['evidence']}){domains}; machine class {machine['class']}"
    conditions = held["conditions"]
    workers = conditions["xdist"]
    said = [
        "under coverage" if conditions["coverage"] else "",
        "under a debugger" if conditions["debugger"] else "",
        f"{workers} workers" if workers else "",
    ]
    if any(said):
        yield f"ran {', '.join(word for word in said if word)}"


def _figures(record: Entry) -> Iterator[str]:
    for quantity in ("joules", "cpu_seconds", "queries", "requests"):
        value = record[quantity]
        yield "" if value is None else amount(quantity, value)


def one_test(test: Entry, held_against: str) -> Iterator[str]:
    """What a test used, phase by phase, and before, in the runs of that name; what it asked for
    again and again; its budget.
    """
    again = f", attempt {test['attempt']}" if test["attempt"] > 1 else ""
    yield f"{test['id']}: {test['outcome']}{again}"
    rows = [
        (name, *_figures(phase), phase["evidence"])
        for name in _PHASES
        if (phase := test["phases"][name]) is not None
    ]
    if rows:
        yield from (f"  {line}" for line in table([_HEAD, *rows], range(1, 5)))
    if test["ci"] is not None:
        low, high = (amount("joules", end) for end in test["ci"])
        yield f"  energy of the call: {low} to {high} (95 %)"
    yield from (f"  {line}" for line in changes.before(test, held_against))
    yield from _repeated(test["work"])
    for judged in (test["budget"] or {}).get("judged", ()):
        yield f"  {_judged(judged)}"


def _repeated(work: Entry) -> Iterator[str]:
    for one in work["repeated"]:
        yield f"  {one['count']} times the same query from {_place(one)}: {one['statement']}"
    for one in work.get("requested", ()):
        times = "once" if one["count"] == 1 else f"{one['count']} times"
        yield f"  {times} {one['method']} {one['host']} from {_place(one)}"


def _place(one: Entry) -> str:
    return where(one) or "outside the project"


def _judged(judged: Entry) -> str:
    quantity = judged["quantity"]
    shown = "joules" if quantity == "dram_joules" else quantity
    name = "energy of memory" if quantity == "dram_joules" else NAMES[quantity]
    used = "unknown" if judged["used"] is None else amount(shown, judged["used"])
    reason = f" ({judged['reason']})" if judged["reason"] else ""
    said = f"budget of {name}, {amount(shown, judged['limit'])}: {judged['verdict']}"
    return f"{said}, used {used}{reason}"


def found(held: Entry, word: str) -> Sequence[Entry]:
    """The attempts at the test with this id, or at the only one whose id has these letters in it;
    none where there is none, those of several tests where it could be more than one.
    """
    exact = [test for test in held["tests"] if test["id"] == word]
    return exact or [test for test in held["tests"] if word in test["id"]]
