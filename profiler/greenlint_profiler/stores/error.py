# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""What is wrong with a store, as one sentence."""

from __future__ import annotations

from greenlint_profiler.said import SaidError


class StoreError(SaidError):
    """A store that cannot be used as asked: the sentence has the value and the way out.

    Nothing was changed in it.  A runner says the sentence and goes on without the store.
    """


class NoStoreError(StoreError):
    """There is none yet where one was asked for: `place` is a file, or "in" a database."""

    def __init__(self, place: str) -> None:
        super().__init__(
            "There is no store {place} yet. `pytest --energy` makes it, and `greenlint energy "
            "collect FILE` fills it from files of --energy-json.",
            place=place,
        )
