# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""What a test used before, on machines like this one: what was accepted, else the usual level."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from greenlint_profiler.stores.accepted import Accepted, Level
from greenlint_profiler.stores.rows import QUANTITIES, Row
from greenlint_profiler.stores.store import Store
from greenlint_profiler.stores.stored import StoredRun, Stratum

# Runs further back say little of the level of today.
NEWEST = 20
# So many records are read at most, which takes some tenths of a second: 20 runs of 3 000 tests,
# and fewer runs of more.
_MOST_RECORDS = 60_000


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
    """What runs of this stratum (greenlint_profiler.stores.rows.stratum) are held against.

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
    found = levels(store, list(_newest(of_branch, needed)))
    return {_key(one): one for one in found if one.runs >= needed}


def _newest(runs: Sequence[StoredRun], needed: int) -> Iterator[StoredRun]:
    """As many of the newest as are read; never fewer than are needed."""
    records = 0
    for count, run in enumerate(runs[:NEWEST]):
        records += run.tests
        if count >= needed and records > _MOST_RECORDS:
            return
        yield run


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
    names = {key: name for key, name in store.test_ids().items() if wanted(name)}
    kind = next((run.instructions_are for run in runs if run.instructions_are), None)
    parted: dict[tuple[int, str], list[Row]] = {}
    for run in runs:
        rows = store.passed(run.id)
        if run.instructions_are != kind:  # what is not of the kind of the newest is left out
            rows = [(*row[:-1], None) for row in rows]
        for row in rows:
            parted.setdefault((row[0], row[2]), []).append(row)
    stratum, commit = runs[0].stratum, runs[0].commit
    found = []
    for (key, label), rows in parted.items():
        if key in names:
            held = _levels(rows)
            kinds = kind if "instructions" in held else None
            about = (names[key], stratum, label, len(rows), held, commit, accepted, reason, kinds)
            found.append(Accepted(*about))
    return sorted(found, key=lambda one: (one.test, one.evidence))


def _levels(rows: Sequence[Row]) -> dict[str, Level]:
    """The quantities that were counted in at least one of the runs."""
    found = {}
    for quantity, values in zip(QUANTITIES, list(zip(*rows, strict=True))[3:], strict=True):
        known = sorted(value for value in values if value is not None)
        if known:
            half = len(known) // 2
            middle = known[half] if len(known) % 2 else (known[half - 1] + known[half]) / 2
            found[quantity] = Level(middle, known[0], known[-1])
    return found
