# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Stretches of time that belong to one phase -> one measurement, and one count of work."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import replace
from math import fsum
from typing import TypeVar

from greenlint_profiler.measurement import Energy, Measurement
from greenlint_profiler.suite.record import Phase
from greenlint_profiler.units import Evidence, Reason
from greenlint_profiler.work.work import NONE_ASKED, Repeated, Requested, Work

_Counted = TypeVar("_Counted", Repeated, Requested)


def joined(first: Phase | None, second: Phase) -> Phase:
    """Two parts of one phase, the first of which may not be there."""
    if first is None:
        return second
    parts = (first.measurement, second.measurement)
    return Phase(together(parts), worked((first.work, second.work)))


def together(parts: Sequence[Measurement]) -> Measurement:
    """At least one stretch; several as if they had been one, with the weakest of their labels."""
    if len(parts) == 1:
        return parts[0]
    first = parts[0]
    seconds = gap_seconds = cpu_seconds = 0.0
    loads, error = [], None
    # One loop, and no `replace`: this is done for each phase of each test.
    for one in parts:
        seconds += one.seconds
        gap_seconds += one.edge_gap_seconds
        cpu_seconds += one.cpu_seconds
        if one.other_load is not None:
            loads.append(one.other_load)
        if error is None:
            error = one.error
    known = [one for one in parts if one.total.energy_uj is not None]
    domains = {
        domain: added([one.domains[domain] for one in parts if domain in one.domains])
        for domain in first.domains
    }
    return Measurement(
        first.name,
        first.meter,
        _weakest([one.evidence for one in known or parts]),
        seconds,
        gap_seconds,
        cpu_seconds,
        added([one.total for one in parts]),
        domains,
        max(loads, default=None),
        error,
        first.notes,
        first.parts,
    )


def _weakest(labels: Sequence[Evidence]) -> Evidence:
    first = labels[0]
    if labels.count(first) == len(labels):
        return first
    return max(labels, key=lambda label: label.rank)


def added(parts: Sequence[Energy]) -> Energy:
    """The sum of some energies; missing as soon as one part is, unless that was next to nothing.

    What is below the resolution of its counter adds nothing to a sum that has something in it.
    Intervals are added end to end: stretches that follow one another err together at most.
    """
    first = parts[0]
    none = first.energy_uj is None and first.wraps == 0 and first.high_uj is None
    if none and parts.count(first) == len(parts):  # no counter anywhere, as on most machines
        return first
    known = [one for one in parts if one.energy_uj is not None]
    missing = [one for one in parts if one.energy_uj is None]
    gone = next((one for one in missing if one.reason is not Reason.BELOW_RESOLUTION), None)
    wraps = sum(one.wraps for one in parts)
    uncertain = any(one.uncertain for one in parts)
    if gone is not None or not known:
        first = gone or parts[0]
        highs = [one.high_uj for one in parts]
        most_uj = None if None in highs else sum(high or 0 for high in highs)
        return replace(first, high_uj=most_uj, wraps=wraps, uncertain=uncertain)
    return Energy(
        sum(one.energy_uj or 0 for one in known),
        fsum(one.sigma_uj or 0.0 for one in known),
        sum(one.low_uj or 0 for one in known),
        sum(one.high_uj or 0 for one in parts),
        wraps,
        uncertain,
        None,
        known[0].in_total,
    )


def worked(parts: Sequence[Work]) -> Work:
    """The counts of some stretches together; what nobody counted stays None."""
    if len(parts) == 1:
        return parts[0]
    others = [one for one in parts if one is not NONE_ASKED]
    if not others:  # as in most setups and teardowns
        return NONE_ASKED
    alone = others[0]
    if len(others) == 1 and alone.queries is not None and alone.requests is not None:
        return alone
    return Work(
        queries=_sum(one.queries for one in parts),
        repeated=_merged(
            (each for one in parts for each in one.repeated),
            lambda each: (each.statement, each.path, each.line, each.symbol),
        ),
        requests=_sum(one.requests for one in parts),
        requested=_merged(
            (each for one in parts for each in one.requested),
            lambda each: (each.method, each.host, each.path, each.line),
        ),
        instructions=_sum(one.instructions for one in parts),
        instructions_are=next(filter(None, (one.instructions_are for one in parts)), None),
        ungrouped=sum(one.ungrouped for one in parts),
    )


def _sum(counts: Iterable[int | None]) -> int | None:
    known = [count for count in counts if count is not None]
    return sum(known) if known else None


def _merged(found: Iterable[_Counted], key: Callable[[_Counted], Hashable]) -> tuple[_Counted, ...]:
    """Those of one line as one, most often first."""
    merged: dict[Hashable, _Counted] = {}
    for one in found:
        before = merged.get(key(one))
        merged[key(one)] = one if before is None else replace(one, count=one.count + before.count)
    return tuple(sorted(merged.values(), key=lambda one: -one.count))
