# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""What was counted in a stretch of time: plain values, the same on every machine."""

from __future__ import annotations

from greenlint_profiler.value import value


@value
class Repeated:
    """One statement, sent `count` times from one place in the project: the run-time face of N+1.

    `statement` has its values taken out; `path` is relative to the root of the run, and absent
    with `line` where nothing of the project was on the stack.  `symbol` is there where the place
    is a class: its name, and that of the field where it is known (``OrderSerializer.customer``).
    """

    statement: str
    count: int
    path: str | None
    line: int | None
    symbol: str | None = None


@value
class Requested:
    """Outgoing HTTP requests to one host from one line of the project."""

    method: str
    host: str
    count: int
    path: str | None
    line: int | None


@value
class Work:
    """Counts of one window; None is what nobody counted, which is not 0.

    `repeated` has the statements that were sent more than once from one line, most often first;
    `ungrouped` of the queries were left out of the grouping, because the window had more of
    statements and lines than it tells apart.  `instructions_are` those of the "machine" or of
    "bytecode", which are different things.
    """

    queries: int | None = None
    repeated: tuple[Repeated, ...] = ()
    requests: int | None = None
    requested: tuple[Requested, ...] = ()
    instructions: int | None = None
    instructions_are: str | None = None
    ungrouped: int = 0


NOTHING_COUNTED = Work()
# Queries and requests were counted, and there were none.
NONE_ASKED = Work(queries=0, requests=0)
