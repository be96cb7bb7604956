# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""The protocol of a meter: counters that it has, and their values now.

A meter of a third party is an entry point of the group ``greenlint.meters``: its name is the
meter's, and what it leads to is called with a `World` and returns a `Meter`, or raises
`Unavailable`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from greenlint_profiler.counter import Counter
from greenlint_profiler.units import Evidence, Reason
from greenlint_profiler.world import World

TYPE_CHECKING = False  # see greenlint_profiler/__init__.py
if TYPE_CHECKING:
    from typing import Protocol
else:
    Protocol = object


class Meter(Protocol):
    """Something that counts energy.

    `band` is by how much the truth can lie below and above a figure, where the meter estimates.
    `notes` are sentences that belong under every table of its figures.
    """

    @property
    def name(self) -> str: ...  # noqa: D102
    @property
    def evidence(self) -> Evidence: ...  # noqa: D102
    @property
    def counters(self) -> Sequence[Counter]: ...  # noqa: D102
    @property
    def band(self) -> tuple[float, float] | None: ...  # noqa: D102
    @property
    def notes(self) -> Sequence[str]: ...  # noqa: D102

    def read(self) -> Sequence[int | Reason]:
        """The value of each counter in microjoules, in their order, or why it has none.

        Called by several threads, one at a time; raises nothing that a counter can cause.
        """

    def close(self) -> None:
        """Give back what it holds open."""


class Unavailable(Exception):
    """A meter that does not work here: a code, a sentence with the value, and where to go on.

    `remedy` names a page of `greenlint_profiler.remedies`, or is empty where there is none.
    """

    def __init__(self, reason: Reason, detail: str, remedy: str = "") -> None:
        super().__init__(detail)
        self.reason = reason
        self.detail = detail
        self.remedy = remedy


Opener = Callable[[World], Meter]


def without_total(counters: Sequence[Counter]) -> Reason | None:
    """Why counters have no total, or None when they have one."""
    if not counters:
        return Reason.NO_JOULES
    return None if any(counter.in_total for counter in counters) else Reason.NO_PACKAGE


def values_of(meter: Meter, counters: Sequence[Counter]) -> Sequence[int | Reason]:
    """What a meter reads of its counters; one that fails spoils its figures, and nothing else."""
    try:
        values = meter.read()
    except Exception:
        return [Reason.FAILED] * len(counters)
    return values if len(values) == len(counters) else [Reason.FAILED] * len(counters)
