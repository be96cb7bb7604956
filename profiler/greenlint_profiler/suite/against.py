# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""What each test used before, beside what it used now: the baseline and the change of a document.

It is advice and decides nothing: two moments differ by more than code.  A level is only ever of the
same stratum and the same label of evidence.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from greenlint_profiler.past.baseline_file import NAME, read
from greenlint_profiler.past.baselines import NEWEST, Baselines, baseline_for, levels
from greenlint_profiler.said import reason, say
from greenlint_profiler.settings import EnergySettings
from greenlint_profiler.stores.accepted import Accepted
from greenlint_profiler.stores.error import StoreError
from greenlint_profiler.stores.naming import meant
from greenlint_profiler.stores.rows import stratum
from greenlint_profiler.stores.store import PASSED
from greenlint_profiler.stores.stored import StoredRun, Stratum
from greenlint_profiler.suite.about import revision
from greenlint_profiler.suite.keeping import Past

Entry = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Before:
    """What a run is held against; `name` is what people call it: a branch, a revision, a run.

    `problem` says why the committed file is not part of it.
    """

    name: str
    baselines: Baselines
    problem: str | None = None


def usual(past: Past, settings: EnergySettings, of: Stratum) -> Before:
    """The levels that were accepted, in the store or the committed file; else those of the newest
    runs of the branch.  Raises StoreError.
    """
    branch, problem = settings.baseline_branch, None
    committed: list[Accepted] = []
    try:
        committed = read(Path(settings.root) / NAME)
    except StoreError as error:
        problem = reason(error)
    needed = settings.baseline_runs
    found = baseline_for(of, past.store, committed, branch=branch, needed=needed)
    return Before(branch, found, problem)


def named_runs(past: Past, settings: EnergySettings, word: str, of: Stratum) -> list[StoredRun]:
    """The runs of a stratum that a word means (a run, a label, a branch, a revision), the newest
    first; raises StoreError where there is none.
    """
    if past.store is None:
        raise StoreError("there is no store of earlier runs that can be read.")
    root = Path(settings.root)
    every = meant(word, past.store.runs(), lambda name: revision(root, name))
    if not every:
        raise StoreError(
            "the store {shown} has no run that {word} means: it is no run, label, branch "
            "or revision of one, nor the beginning of one id. `greenlint energy list` "
            "has them.",
            shown=past.store.shown,
            word=repr(word),
        )
    alike = [run for run in every if run.stratum == of]
    if not alike:
        raise StoreError(
            "the runs that {word} means are of {stratum}, and this one is of {of}: "
            "figures of different machines and interpreters are not compared.",
            word=repr(word),
            stratum=every[0].stratum,
            of=of,
        )
    return alike[:NEWEST]


def of_runs(past: Past, word: str, runs: list[StoredRun]) -> Before:
    """The levels of some runs, however few; raises StoreError."""
    found = [] if past.store is None else levels(past.store, runs)
    keyed = {(one.test, one.evidence): one for one in found}
    return Before(word, Baselines(runs[0].stratum, keyed))


def hold(document: Entry, before: Before) -> None:
    """Give each test of a document the level that it had before, and what changed."""
    held = 0
    for test in document["tests"]:
        level = before.baselines.of(test["id"], test["evidence"])
        if level is not None:
            held += 1
            test["baseline"] = _baseline(level)
            test["change"] = _change(test, level) if test["outcome"] == PASSED else None
    document["baseline"] = {"name": before.name, "tests": held} if held else None


def hold_usual(document: Entry, past: Past, settings: EnergySettings) -> str | None:
    """Hold a document against the baseline of the project; what is to be said where that, or a part
    of it, cannot be.
    """
    try:
        before = usual(past, settings, of_document(document))
    except StoreError as error:
        return say("baseline: {why}", why=reason(error))
    hold(document, before)
    return None if before.problem is None else say("baseline: {why}", why=before.problem)


def of_document(document: Mapping[str, Any]) -> Stratum:
    """With what a run may be compared."""
    return stratum(document["machine"], document["conditions"])


def _baseline(level: Accepted) -> Entry:
    medians = {name: _rounded(one.median) for name, one in level.levels.items()}
    return {
        "runs": level.runs,
        "joules": medians.get("joules"),
        "cpu_seconds": medians.get("cpu_seconds"),
        "queries": medians.get("queries"),
        "requests": medians.get("requests"),
        "accepted": level.accepted or None,
    }


def _change(test: Entry, level: Accepted) -> Entry:
    """One run has no interval beside others (it would take 39 of them: ranks.fewest), so that
    `lo` and `hi` are absent; what lies outside of all that was there before is in `beyond`.
    """
    used = {name: test[name] for name in ("joules", "cpu_seconds")}
    used |= {name: test["work"][name] for name in ("queries", "requests")}
    return {
        "pct": _percent(level, "joules", used["joules"]),
        "lo": None,
        "hi": None,
        "cpu_pct": _percent(level, "cpu_seconds", used["cpu_seconds"]),
        "queries": _difference(level, "queries", used["queries"]),
        "requests": _difference(level, "requests", used["requests"]),
        "beyond": list(_beyond(used, level)),
    }


def _beyond(used: Mapping[str, float | None], level: Accepted) -> Iterator[str]:
    for name, value in used.items():
        before = level.levels.get(name)
        if value is not None and before is not None and not before.low <= value <= before.high:
            yield name


def _percent(level: Accepted, quantity: str, value: float | None) -> float | None:
    before = level.levels.get(quantity)
    if before is None or value is None or before.median <= 0:
        return None
    return round(100 * (value / before.median - 1), 1)


def _difference(level: Accepted, quantity: str, value: int | None) -> float | None:
    before = level.levels.get(quantity)
    return None if before is None or value is None else _rounded(value - before.median)


def _rounded(value: float) -> float:
    """Counts as whole numbers; of others no more than anything here can tell."""
    return int(value) if float(value).is_integer() else round(value, 6)
