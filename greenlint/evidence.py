# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""What the evidence blocks of a page show: a rule's proof follows from them and nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Any

from greenlint.rule import Proof

_PARTS = ("saving_low", "saving", "saving_high")


@dataclass(frozen=True, slots=True)
class Measurement:
    """A measurement of ours, as its block on the page states it.

    `saving` is a part of what was used before, within `low` and `high` with 95 %; `n` is the number
    of restarts, `size` that of the input, absent where the experiment has but one.  `label` is the
    evidence of the readings, such as ``measured`` or ``proxy``.  `experiment` is the fingerprint of
    the code that was measured, "" where the block does not tell.
    """

    machine: str
    meter: str
    n: int
    saving: float
    low: float
    high: float
    label: str = ""
    python: str = ""
    size: int | None = None
    experiment: str = ""

    @property
    def kind(self) -> tuple[str, str, str]:
        """Where it was taken: machine, meter, and the interpreter without its bug-fix number."""
        return (self.machine, self.meter, minor(self.python))

    @property
    def shows_saving(self) -> bool:
        """Whether the interval lies above zero."""
        return self.low > 0

    @property
    def shows_loss(self) -> bool:
        """Whether the interval lies below zero: the remedy uses more."""
        return self.high < 0


def minor(python: str) -> str:
    """``cpython 3.11`` of ``cpython 3.11.7``."""
    name, _, version = python.partition(" ")
    return " ".join(filter(None, (name, ".".join(version.split(".")[:2]))))


def measurement(block: Mapping[str, Any]) -> Measurement | None:
    """The measurement in a block, None for a block that names a source; ValueError says what is
    wrong with it.
    """
    if not any(name in block for name in _PARTS):
        return None
    low, part, high = (_number(block, name) for name in _PARTS)
    if not low <= part <= high <= 1:
        raise ValueError(
            f"the saving {part:g} with the interval {low:g} to {high:g} is none: the saving lies "
            "within its interval, and nothing saves more than everything, 1"
        )
    return Measurement(
        machine=_text(block, "machine", needed=True),
        meter=_text(block, "meter", needed=True),
        n=_count(block, "n", 2),
        saving=part,
        low=low,
        high=high,
        label=_text(block, "evidence"),
        python=_text(block, "python"),
        size=_count(block, "size", 1) if "size" in block else None,
        experiment=_text(block, "experiment"),
    )


def _number(block: Mapping[str, Any], name: str) -> float:
    held = block.get(name)
    if isinstance(held, bool) or not isinstance(held, int | float) or not isfinite(held):
        raise ValueError(f"a measurement has {name} as a number, not {held!r}")
    return float(held)


def _count(block: Mapping[str, Any], name: str, least: int) -> int:
    held = block.get(name)
    if isinstance(held, bool) or not isinstance(held, int) or held < least:
        raise ValueError(f"a measurement has {name} as a number of at least {least}, not {held!r}")
    return held


def _text(block: Mapping[str, Any], name: str, *, needed: bool = False) -> str:
    held = block.get(name, None if needed else "")
    if not isinstance(held, str):
        raise ValueError(f"a measurement has {name} as text, not {held!r}")
    return held


def current(measured: Iterable[Measurement], fingerprint: str) -> list[Measurement]:
    """Those of the experiment as it is now: figures of other code say nothing about this."""
    return [one for one in measured if one.experiment in ("", fingerprint)]


def deciding(measured: Iterable[Measurement]) -> list[Measurement]:
    """Those at the largest size that was measured on each machine.

    A small input is where a remedy may cost more than it saves; the rule claims what holds as the
    input grows, and the page shows both.
    """
    found: dict[tuple[str, str, str], Measurement] = {}
    for one in measured:
        held = found.get(one.kind)
        if held is None or (one.size or 0) >= (held.size or 0):
            found[one.kind] = one
    return list(found.values())


def proof(measured: Sequence[Measurement], *, sourced: bool) -> Proof:
    """measured: at the largest size, the interval of each measurement of ours lies above zero;
    published: nothing was measured by us, and a source is named; reasoned: anything less, so that
    one null result takes the proof away.
    """
    decide = deciding(measured)
    if decide:
        shown = all(one.shows_saving for one in decide)
        return Proof.MEASURED if shown else Proof.REASONED
    return Proof.PUBLISHED if sourced else Proof.REASONED
