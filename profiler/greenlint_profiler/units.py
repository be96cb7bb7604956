# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""What is measured, what a figure rests on, and why one is missing: the words of the profiler.

Energy is an integer of microjoules from end to end; joules are for the reader's eye only.
"""

from __future__ import annotations

from enum import Enum

from greenlint_profiler.value import value


class Kind(Enum):
    """What part of a machine a counter counts."""

    PACKAGE = "package"
    DRAM = "dram"
    CORE = "core"
    UNCORE = "uncore"
    PSYS = "psys"
    CPU = "cpu"
    GPU = "gpu"
    OTHER = "other"


@value
class Domain:
    """One part of a machine: ``package-0``, ``dram-1``, ``package-0-die-1``, ``psys``.

    `socket` and `die` are absent where the machine does not tell them; `label` is the machine's
    own name of a part that we have no word for.
    """

    kind: Kind
    socket: int | None = None
    die: int | None = None
    label: str = ""

    def __str__(self) -> str:
        name = self.label or self.kind.value
        name += "" if self.socket is None else f"-{self.socket}"
        return name if self.die is None else f"{name}-die-{self.die}"


class Evidence(Enum):
    """What a figure rests on, best first."""

    MEASURED = "measured"  # a counter of the machine, which was ours alone
    SHARED = "shared"  # a counter, while others used the machine too
    VENDOR = "vendor"  # a sensor whose maker alone knows how it counts
    ESTIMATED = "estimated"  # CPU seconds times watts out of a table
    PROXY = "proxy"  # CPU seconds: no joules
    NONE = "none"

    @property
    def rank(self) -> int:
        """0 is the best."""
        return _RANKS[self]

    def reaches(self, wanted: Evidence) -> bool:
        """Whether this is at least as good as what was asked for."""
        return self.rank <= wanted.rank


_RANKS = {evidence: rank for rank, evidence in enumerate(Evidence)}


class Reason(Enum):
    """Why there is no figure: a code for programs; `sentence` is for people."""

    PERMISSION = "permission-denied"
    BLOCKED = "perf-paranoid"
    ABSENT = "absent"
    MASKED = "masked"
    VANISHED = "vanished"
    IO_ERROR = "io-error"
    NO_DATA = "no-data"
    GARBLED = "garbled"
    FROZEN = "frozen"
    BELOW_RESOLUTION = "below-resolution"
    IMPLAUSIBLE = "implausible"
    WRAPS_UNKNOWN = "wraps-unknown"
    WENT_BACK = "went-back"
    SUSPENDED = "suspended"
    NOT_INSTALLED = "not-installed"
    UNSUPPORTED = "unsupported"
    OVERLAP = "overlap-unknown"
    NO_PACKAGE = "no-package"
    NO_JOULES = "no-joules"
    NOT_ACCEPTED = "estimate-not-accepted"
    RECORD_ENDED = "record-ended"
    DEBUGGER = "debugger"
    FAILED = "failed"

    @property
    def sentence(self) -> str:
        """The reason in words."""
        return _SENTENCES[self]


_SENTENCES = {
    Reason.PERMISSION: "the counter may not be read by this user",
    Reason.BLOCKED: "kernel.perf_event_paranoid keeps the counter from this user",
    Reason.ABSENT: "this machine shows no such counter",
    Reason.MASKED: "the directory of the counters is there and empty, as in a container",
    Reason.VANISHED: "the counter went away while it was watched",
    Reason.IO_ERROR: "reading the counter gave an input/output error",
    Reason.NO_DATA: "the counter had no data",
    Reason.GARBLED: "the counter's text is not a number",
    Reason.FROZEN: "the counter stood still",
    Reason.BELOW_RESOLUTION: "less than one step of the counter was used",
    Reason.IMPLAUSIBLE: "the counter moved further than the hardware can have driven it",
    Reason.WRAPS_UNKNOWN: "the counter may have wrapped more than once unseen",
    Reason.WENT_BACK: "the counter went back, and the range in which it wraps is not known",
    Reason.SUSPENDED: "the machine was suspended meanwhile",
    Reason.NOT_INSTALLED: "the library that reads it is not installed",
    Reason.UNSUPPORTED: "this platform has no way to read it",
    Reason.OVERLAP: "nobody says which of the sensors include one another, so none may be added",
    Reason.NO_PACKAGE: "none of the counters that were read counts the processor",
    Reason.NO_JOULES: "CPU seconds are not joules",
    Reason.NOT_ACCEPTED: "it only estimates, and an estimate was not asked for",
    Reason.RECORD_ENDED: "the record that is replayed has ended",
    Reason.DEBUGGER: "a debugger held the program",
    Reason.FAILED: "the meter failed",
}

# How long a counter may stand still before it is frozen: every one that works moves by then.
FROZEN_NS = 10_000_000


def joules(energy_uj: int) -> float:
    """Microjoules as joules, for display."""
    return energy_uj / 1_000_000
