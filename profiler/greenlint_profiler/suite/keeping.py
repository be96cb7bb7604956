# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""The store of runs: read for what tests used before, and this run added when it has ended.

A store that cannot be used is told in a sentence, and the run goes on without it.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from greenlint_profiler.said import reason, say, several
from greenlint_profiler.settings import EnergySettings
from greenlint_profiler.stores.error import NoStoreError, StoreError

TYPE_CHECKING = False  # a run that asks for no past opens no store before its end
if TYPE_CHECKING:
    from greenlint_profiler.stores.store import Store
    from greenlint_profiler.stores.stored import Stratum


def keep(settings: EnergySettings, root: Path, data: dict[str, Any]) -> str | None:
    """Add a run, and let go of the oldest; what is to be said of it."""
    if settings.store is None:
        return None
    from greenlint_profiler.stores.store import open_store

    try:
        with open_store(settings.store, root) as store:
            store.append(data)
            store.prune(settings.keep_runs)
            return say("store: {store}, `greenlint energy list` shows it", store=store.shown)
    except StoreError as error:
        return say("store: this run was not kept. {why}", why=reason(error))


class Past:
    """What earlier runs left in the store: opened when it is first asked for, and only once.

    A store that cannot be read has no past; what is wrong with it is said when this run is kept.
    """

    def __init__(self, settings: EnergySettings, root: Path) -> None:
        self._settings = settings
        self._root = root
        self._store: Store | None = None
        self._trouble: StoreError | None = None
        self._tried = False

    @property
    def store(self) -> Store | None:
        """The store, open; None where none is kept, there is none yet, or it cannot be read."""
        where = self._settings.store
        if not self._tried and where is not None:
            from greenlint_profiler.stores.store import open_store

            try:
                self._store = open_store(where, self._root, create=False)
            except NoStoreError:
                pass
            except StoreError as error:
                self._trouble = error
        self._tried = True
        return self._store

    def joules(self, stratum: Stratum, test_id: str, evidence: str) -> Sequence[float]:
        """Those of a test in earlier runs that may be compared, the oldest first: of machines,
        interpreters and labels that are equal.
        """
        if self.store is None:
            return ()
        try:
            points = self.store.history(stratum.machine_class, test_id, "joules")
        except StoreError:
            return ()
        alike = (stratum, evidence)
        return [one.value for one in points if (one.stratum, one.evidence) == alike]

    def told(self, machine_class: str) -> str | None:
        """``store .greenlint/energy.sqlite3 (12 runs)``; None where no run is kept."""
        where = self._settings.store
        if where is None:
            return None
        from greenlint_profiler.stores.address import address

        try:
            shown = address(where, self._root).shown
            counts = {} if self.store is None else self.store.counts()
        except StoreError:
            return say("store that cannot be used")
        if not counts and self._trouble is not None:
            return say("store {store} (cannot be read)", store=shown)
        every, alike = sum(counts.values()), counts.get(machine_class, 0)
        runs = several(every, "{n} run", "{n} runs")
        if alike < every:
            runs = say("{runs}, {n} of this machine class", runs=runs, n=alike or say("none"))
        return say("store {store} ({runs})", store=shown, runs=runs)

    def close(self) -> None:
        """Let go of the store; what is asked afterwards opens it again."""
        if self._store is not None:
            self._store.close()
        self._store, self._trouble, self._tried = None, None, False
