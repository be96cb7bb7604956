# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""What a test used before, on machines like this one: what was accepted, else the usual level."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from greenlint_profiler.repeats import median
from greenlint_profiler.stores.accepted import Accepted, Level
from greenlint_profiler.stores.rows import QUANTITIES
from greenlint_profiler.stores.store import PASSED, Store
from greenlint_profiler.stores.stored import Sample, StoredRun, Stratum

# Runs further back say little of the level of today.
NEWEST = 20


@dataclass(frozen=True, slots=True)
class Baselines:
    """The levels of one stratum, by test and label of evidence."""

    stratum: Stratum
    levels: Mapping[tuple[str, str], Accepted] = field(default_factory=dict)

    def of(self, test_id: str, evidence: str) -> Accepted | None:
        """What a test used before, as joules of this label count; None where nobody knows."""
        return self.levels.get((test_id, evidence))

    def __iter__(self) -> Iterator[Accepted]:
        return iter(sorted(self.levels.values(), key=lambda one: one.sort_key))


def baseline_for(
    stratum: Stratum,
    store: Store | None,
    committed: Iterable[Accepted] = (),
    *,
    branch: str = "main",
    needed: int = 5,
) -> Baselines:
    """What runs of this stratum are held against.

    A level that was accepted, in the store or in the committed file, whichever is newer, stays
    until another one is accepted or it is pruned.  All other tests have the level of the newest
    runs of the branch, where at least `needed` of these passed the test; and where the store has
    none, the level that such runs had when the file was written.  Raises StoreError.
    """
    stated = [one for one in committed if one.stratum == stratum]
    snapshot = {_key(one): one for one in stated if not one.accepted}
    usual = {} if store is None else _usual(store, stratum, branch, needed)
    if store is not None:
        held = store.accepted(stratum.machine_class)
        stated += [one for one in held if one.stratum == stratum]
    accepted = sorted((one for one in stated if one.accepted), key=lambda one: one.accepted)
    return Baselines(stratum, {**snapshot, **usual, **{_key(one): one for one in accepted}})


def _key(one: Accepted) -> tuple[str, str]:
    return one.test, one.evidence


def _usual(
    store: Store, stratum: Stratum, branch: str, needed: int
) -> dict[tuple[str, str], Accepted]:
    of_branch = [
        run
        for run in store.runs(stratum.machine_class)
        if run.branch == branch and run.stratum == stratum
    ]
    found = levels(store, of_branch[:NEWEST])
    return {_key(one): one for one in found if one.runs >= needed}


def levels(
    store: Store,
    runs: Sequence[StoredRun],
    wanted: Callable[[str], bool] = lambda _: True,
    *,
    accepted: str = "",
    reason: str = "",
) -> list[Accepted]:
    """The levels of tests in some runs of one stratum, the newest first; of those that passed."""
    if not runs:
        return []
    # Attempts come in order, and the last one counts.
    last = {(one.run, one.test): one for one in store.samples([run.id for run in runs])}
    parted: dict[tuple[str, str], list[Sample]] = {}
    for one in last.values():
        if one.outcome == PASSED and wanted(one.test):
            parted.setdefault((one.test, one.evidence), []).append(one)
    stratum, commit = runs[0].stratum, runs[0].commit
    return [
        Accepted(test, stratum, label, len(found), _levels(found), commit, accepted, reason)
        for (test, label), found in sorted(parted.items())
    ]


def _levels(samples: Sequence[Sample]) -> dict[str, Level]:
    """The quantities that were counted in at least one of the runs."""
    found = {}
    for quantity in QUANTITIES:
        values = [value for one in samples if (value := one.value(quantity)) is not None]
        if values:
            found[quantity] = Level(median(values), min(values), max(values))
    return found
