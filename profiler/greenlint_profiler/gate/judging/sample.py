# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""What the workers of the gate hand over: samples, in pairs, of one restart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from greenlint_profiler.units import Evidence
from greenlint_profiler.work.work import NOTHING_COUNTED, Work


class Quantity(Enum):
    """What is compared, as records name it: energy where it is measured, CPU time otherwise."""

    JOULES = "joules"
    CPU_SECONDS = "cpu_seconds"


@dataclass(frozen=True, slots=True)
class Sample:
    """One call of a test, or one run of a command, on one side.

    `joules` is absent where no counter told it; `evidence` is the label of the window.  CPU time
    is that of the process and of its children that it waited for.
    """

    seconds: float
    cpu_seconds: float
    joules: float | None = None
    evidence: Evidence = Evidence.PROXY
    work: Work = NOTHING_COUNTED

    def of(self, quantity: Quantity) -> float | None:
        """The figure that is compared."""
        return self.joules if quantity is Quantity.JOULES else self.cpu_seconds


@dataclass(frozen=True, slots=True)
class Pair:
    """One sample of either side, taken one directly after the other."""

    base: Sample
    head: Sample


@dataclass(frozen=True, slots=True)
class Restart:
    """The pairs of one test in one pair of fresh processes.  The restart is the unit of
    replication: memory layout, hash seed and placement are fixed for a process, and differ between
    processes by more than the calls within one do.
    """

    pairs: tuple[Pair, ...]

    def samples(self, *, head: bool) -> list[Sample]:
        """Those of one side, in the order of the pairs."""
        return [pair.head if head else pair.base for pair in self.pairs]


class Unmeasured(Enum):
    """Why a test gave no pairs: a code for programs; `sentence` is for people."""

    FAILED_BASE = "fails-on-base"
    FAILED_HEAD = "fails-on-head"
    FAILED_BOTH = "fails-on-both"
    SKIPPED = "skipped"
    CRASHED = "worker-ended"
    TIMEOUT = "timeout"
    LABEL = "labels-differ"
    ZERO = "below-resolution"
    NO_TIME = "no-time-left"

    @property
    def sentence(self) -> str:
        """The reason in words."""
        return _SENTENCES[self]


_SENTENCES = {
    Unmeasured.FAILED_BASE: "it fails on the base",
    Unmeasured.FAILED_HEAD: "it fails on the head",
    Unmeasured.FAILED_BOTH: "it fails on both sides",
    Unmeasured.SKIPPED: "it is skipped",
    Unmeasured.CRASHED: "the process that ran it ended",
    Unmeasured.TIMEOUT: "it took longer than the time limit of a test",
    Unmeasured.LABEL: "the two sides have no label of evidence in common",
    Unmeasured.ZERO: "one of the figures is 0",
    Unmeasured.NO_TIME: "the time limit of the gate was reached before it was measured",
}


def quantity(restarts: Sequence[Restart]) -> Quantity:
    """Joules where a counter measured every sample of both sides, and CPU time otherwise: what is
    shared with others, or estimated, never decides.
    """
    every = (
        one for restart in restarts for pair in restart.pairs for one in (pair.base, pair.head)
    )
    measured = all(
        one.evidence is Evidence.MEASURED and one.joules is not None and one.joules > 0
        for one in every
    )
    return Quantity.JOULES if restarts and measured else Quantity.CPU_SECONDS
