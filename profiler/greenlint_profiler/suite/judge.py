# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""The budgets of one test against what its calls used: each kept, exceeded, or not to be judged.

Joules are held against the upper end of their interval, and only with a label that is accepted.
CPU seconds are too, where several calls make an interval; of one call they are known exactly, as
queries, requests and instructions always are.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from greenlint_profiler.budget import Doubt, Judged, Verdict, doubted, judge, judge_joules
from greenlint_profiler.figures import energy
from greenlint_profiler.measurement import Energy
from greenlint_profiler.repeats import summarise
from greenlint_profiler.settings_budgets import Budget
from greenlint_profiler.suite.record import Phase
from greenlint_profiler.suite.sums import added
from greenlint_profiler.units import Evidence, Kind, Reason

JOULES, DRAM, CPU = "joules", "dram_joules", "cpu_seconds"
COUNTS = ("queries", "requests", "instructions")
ENERGIES = (JOULES, DRAM)


@dataclass(frozen=True, slots=True)
class Terms:
    """How joules are judged: the weakest label that counts, and the parts of the machine.

    `domains` is empty for packages and memory.  `band` is the meter's, where it estimates.
    `workers` says that other workers of the same run measure meanwhile.
    """

    accepted: Evidence = Evidence.MEASURED
    domains: frozenset[Kind] = frozenset()
    band: tuple[float, float] | None = None
    workers: bool = False


def judged(calls: Sequence[Phase], budget: Budget, terms: Terms) -> tuple[Judged, ...]:
    """Each limit of a budget, against the calls of one test that passed."""
    return tuple(_judged(calls, budget, terms))


def _judged(calls: Sequence[Phase], budget: Budget, terms: Terms) -> Iterator[Judged]:
    limits = {JOULES: budget.energy_uj, DRAM: budget.dram_uj}
    spoiled = any(call.measurement.total.reason is Reason.DEBUGGER for call in calls)
    for quantity, limit in limits_of(budget):
        if spoiled:
            yield doubted(quantity, limit, Doubt.DEBUGGER)
        elif quantity in ENERGIES:
            memory = replace(terms, domains=frozenset((Kind.DRAM,)))
            on = memory if quantity == DRAM else terms
            yield _energy(quantity, limits[quantity] or 0, calls, on)
        elif quantity == CPU:
            yield judge(CPU, limit, summarise([call.measurement.cpu_seconds for call in calls]))
        else:
            yield _count(quantity, limit, [getattr(call.work, quantity) for call in calls])


def limits_of(budget: Budget) -> Iterator[tuple[str, float]]:
    """The limits that a budget states: quantity, and joules, seconds or a count."""
    if budget.energy_uj is not None:
        yield JOULES, budget.energy_uj / 1e6
    if budget.dram_uj is not None:
        yield DRAM, budget.dram_uj / 1e6
    if budget.cpu_ns is not None:
        yield CPU, budget.cpu_ns / 1e9
    for quantity in COUNTS:
        limit = getattr(budget, quantity)
        if limit is not None:
            yield quantity, limit


def _energy(quantity: str, limit_uj: int, calls: Sequence[Phase], terms: Terms) -> Judged:
    energies = [energy_of(call, terms.domains) for call in calls]
    figure = energy(energies, terms.band)
    if figure is None and _below_resolution(energies):
        return _bounded(quantity, limit_uj, energies)
    verdict = judge_joules(limit_uj / 1e6, figure, len(calls), evidence_of(calls), terms.accepted)
    if verdict.doubt is Doubt.LABEL and terms.workers:
        verdict = replace(verdict, doubt=Doubt.WORKERS)
    return replace(verdict, quantity=quantity)


def _below_resolution(energies: Iterable[Energy]) -> bool:
    return all(one.reason is Reason.BELOW_RESOLUTION for one in energies)


def _bounded(quantity: str, limit_uj: int, energies: Sequence[Energy]) -> Judged:
    """What no counter could see is within a budget that the hardware could not have used up in the
    time; of a smaller budget nothing can be said.
    """
    limit = limit_uj / 1e6
    highs = [one.high_uj for one in energies]
    if None in highs or max(high or 0 for high in highs) > limit_uj:
        return doubted(quantity, limit, Doubt.BELOW_RESOLUTION)
    return Judged(quantity, limit, max(high or 0 for high in highs) / 1e6, Verdict.PASS)


def energy_of(call: Phase, domains: frozenset[Kind] = frozenset()) -> Energy:
    """Packages and memory, or the sum of the domains of some kinds."""
    if not domains:
        return call.measurement.total
    parts = [one for domain, one in call.measurement.domains.items() if domain.kind in domains]
    return added(parts) if parts else Energy(None, reason=Reason.ABSENT)


def evidence_of(calls: Sequence[Phase]) -> Evidence:
    """The weakest label of the calls that have joules, or of all where none has."""
    if len(calls) == 1:
        return calls[0].measurement.evidence
    told = [call for call in calls if call.measurement.joules is not None]
    labels = (call.measurement.evidence for call in told or calls)
    return max(labels, key=lambda label: label.rank)


def _count(quantity: str, limit: float, counts: Sequence[int | None]) -> Judged:
    """The most that any of the calls did."""
    known = [count for count in counts if count is not None]
    if len(known) < len(counts):
        return doubted(quantity, limit, Doubt.NOT_COUNTED)
    used = max(known)
    return Judged(quantity, limit, used, Verdict.PASS if used <= limit else Verdict.FAIL)
