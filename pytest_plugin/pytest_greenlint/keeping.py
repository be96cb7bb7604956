# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""The store of runs: this one is added when it has ended, by the process that reports.

A store that cannot be used is told in a sentence, and the run goes on without it.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from greenlint_profiler.settings import EnergySettings
from greenlint_profiler.stores.error import StoreError


def keep(settings: EnergySettings, root: Path, data: dict[str, Any]) -> str | None:
    """Add a run, and let go of the oldest; what is to be said of it."""
    if settings.store is None:
        return None
    from greenlint_profiler.stores.store import open_store

    try:
        with open_store(settings.store, root) as store:
            store.append(data)
            store.prune(settings.keep_runs)
            return f"store: {store.shown}, `greenlint energy list` shows it"
    except StoreError as error:
        return f"store: this run was not kept. {error}"


def earlier(
    settings: EnergySettings, root: Path, machine_class: str, test_id: str
) -> Sequence[float]:
    """The joules of a test in earlier runs, oldest first; none where there is no store yet."""
    if settings.store is None:
        return ()
    from greenlint_profiler.stores.store import open_store

    try:
        with open_store(settings.store, root, create=False) as store:
            return [point.value for point in store.history(machine_class, test_id, "joules")]
    except StoreError:
        return ()
