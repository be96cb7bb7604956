# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Pairs -> the effect of one restart: how much more the head uses, as a logarithm of a ratio."""

from __future__ import annotations

from collections.abc import Sequence
from math import log

from greenlint_profiler.gate.judging.design import TRIMMED
from greenlint_profiler.gate.judging.sample import Quantity, Restart
from greenlint_profiler.repeats import mean, median


def effect(restart: Restart, quantity: Quantity) -> float | None:
    """The trimmed mean of ln(head / base) over the pairs; None where a figure is absent or 0."""
    logs = []
    for pair in restart.pairs:
        base, head = pair.base.of(quantity), pair.head.of(quantity)
        if base is None or head is None or base <= 0 or head <= 0:
            return None
        logs.append(log(head / base))
    return trimmed_mean(logs) if logs else None


def trimmed_mean(values: Sequence[float], part: float = TRIMMED) -> float:
    """The mean without that part of the values at each end."""
    ordered = sorted(values)
    out = int(part * len(ordered))
    return mean(ordered[out : len(ordered) - out])


def level(restarts: Sequence[Restart], quantity: Quantity, *, head: bool) -> float:
    """What one side uses: the median over restarts of the medians of their samples."""
    return median(
        [
            median([sample.of(quantity) or 0.0 for sample in restart.samples(head=head)])
            for restart in restarts
        ]
    )


def watts(restarts: Sequence[Restart]) -> float:
    """The power at which the base was measured: its joules over its seconds; 0 without any."""
    samples = [sample for restart in restarts for sample in restart.samples(head=False)]
    seconds = sum(sample.seconds for sample in samples)
    return sum(sample.joules or 0.0 for sample in samples) / seconds if seconds else 0.0
