# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""The levels that runs are held against, as tables for people."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from greenlint_profiler.past.baselines import Baselines
from greenlint_profiler.past.history_text import amount
from greenlint_profiler.past.table import table
from greenlint_profiler.stores.accepted import Accepted

_HEAD = ("test", "energy", "CPU time", "queries", "requests", "runs", "evidence", "since", "reason")
_SHOWN = ("joules", "cpu_seconds", "queries", "requests")


def lines(found: Iterable[Baselines], branch: str) -> Iterator[str]:
    """A table for each stratum; what was not accepted is the usual level of the branch."""
    for place, one in enumerate(found):
        if place:
            yield ""
        yield f"machine class: {one.stratum}"
        yield from table([_HEAD, *(_row(level, branch) for level in one)], range(1, 6))


def _row(one: Accepted, branch: str) -> tuple[str, ...]:
    figures = (one.levels.get(name) for name in _SHOWN)
    shown = (
        "" if level is None else amount(name, level.median)
        for name, level in zip(_SHOWN, figures, strict=True)
    )
    since = f"accepted {one.accepted[:10]}" if one.accepted else f"runs of {branch}"
    return (one.test, *shown, str(one.runs), one.evidence, since, one.reason)
