# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""The levels that runs are held against, as tables for people."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from greenlint_profiler.past.baselines import Baselines
from greenlint_profiler.past.history_text import amount
from greenlint_profiler.past.table import table
from greenlint_profiler.said import english, say
from greenlint_profiler.stores.accepted import Accepted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from greenlint_profiler.said import Speak

_HEAD = (
    say("test"),
    say("energy"),
    say("CPU time"),
    say("queries"),
    say("requests"),
    say("runs"),
    say("evidence"),
    say("since"),
    say("reason"),
)
_SHOWN = ("joules", "cpu_seconds", "queries", "requests")


def lines(found: Iterable[Baselines], branch: str, speak: Speak = english) -> Iterator[str]:
    """A table for each stratum; what was not accepted is the usual level of the branch."""
    for place, one in enumerate(found):
        if place:
            yield ""
        yield say("machine class: {name}", name=one.stratum.words)
        yield from table([_HEAD, *(_row(level, branch) for level in one)], range(1, 6), speak)


def _row(one: Accepted, branch: str) -> tuple[str, ...]:
    figures = (one.levels.get(name) for name in _SHOWN)
    shown = (
        "" if level is None else amount(name, level.median)
        for name, level in zip(_SHOWN, figures, strict=True)
    )
    since = say("runs of {branch}", branch=branch)
    if one.accepted:
        since = say("accepted {day}", day=one.accepted[:10])
    return (one.test, *shown, str(one.runs), say(one.evidence), since, one.reason)
