# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Two edges of one account -> joules with their uncertainty, or the reason why there are none.

The interval covers what the instrument cannot know of one window: when a counter was last updated
before each edge, when between its two clock stamps an edge was read, and the counter's own step.
It is no spread of repetitions.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from math import ceil, sqrt

from greenlint_profiler.account import Edge, Entry
from greenlint_profiler.counter import Counter
from greenlint_profiler.load import OTHERS_PERCENT
from greenlint_profiler.meter import Meter, without_total
from greenlint_profiler.units import Domain, Evidence, Reason, joules
from greenlint_profiler.value import value

TYPE_CHECKING = False  # see greenlint_profiler/__init__.py
if TYPE_CHECKING:
    from typing import Any

# Two-sided 95 % of a normal distribution.
_Z95 = 1.959964


@value
class Energy:
    """The energy of one domain, or of all that count: microjoules, or None with a reason.

    `sigma_uj` is the standard deviation of what the instrument cannot know; `low_uj` and `high_uj`
    are the 95 % interval, or the band of an estimate; what is below the resolution of its counter
    has in `high_uj` the most that the hardware can have drawn meanwhile.  `uncertain` says that the
    counter did what it cannot have done, or wrapped unseen.
    """

    energy_uj: int | None
    sigma_uj: float | None = None
    low_uj: int | None = None
    high_uj: int | None = None
    wraps: int = 0
    uncertain: bool = False
    reason: Reason | None = None
    in_total: bool = False

    @property
    def joules(self) -> float | None:
        """For display."""
        return None if self.energy_uj is None else joules(self.energy_uj)


@value
class Measurement:
    """One window: what it used, what that rests on, and everything needed to doubt it.

    `total` is packages and memory; `seconds` runs from the middle of the first edge to the middle
    of the last, and is known to within `edge_gap_seconds`.  `other_load` is the part of others in
    the machine's CPU time, where it could be told.  `error` names the exception that ended the
    measured code.  `parts` are the windows that were opened inside of this one.
    """

    name: str
    meter: str
    evidence: Evidence
    seconds: float
    edge_gap_seconds: float
    cpu_seconds: float
    total: Energy
    domains: Mapping[Domain, Energy]
    other_load: float | None = None
    error: str | None = None
    notes: tuple[str, ...] = ()
    parts: tuple[Measurement, ...] = ()

    @property
    def energy_uj(self) -> int | None:
        """The total in microjoules."""
        return self.total.energy_uj

    @property
    def joules(self) -> float | None:
        """The total, for display."""
        return self.total.joules

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """Why something is missing, each reason once."""
        every = (self.total, *self.domains.values())
        return tuple(dict.fromkeys(one.reason for one in every if one.reason is not None))

    def as_record(self) -> dict[str, Any]:
        """Plain values for JSON: microjoules, seconds, codes."""
        return {
            "name": self.name,
            "meter": self.meter,
            "evidence": self.evidence.value,
            "seconds": self.seconds,
            "edge_gap_seconds": self.edge_gap_seconds,
            "cpu_seconds": self.cpu_seconds,
            **_record(self.total),
            "domains": {str(domain): _record(one) for domain, one in self.domains.items()},
            "other_load": self.other_load,
            "error": self.error,
            "reasons": [reason.value for reason in self.reasons],
            "notes": list(self.notes),
            "parts": [part.as_record() for part in self.parts],
        }


def _record(one: Energy) -> dict[str, Any]:
    return {
        "energy_uj": one.energy_uj,
        "sigma_uj": one.sigma_uj,
        "interval_uj": None if one.low_uj is None else [one.low_uj, one.high_uj],
        "wraps": one.wraps,
        "uncertain": one.uncertain,
        "reason": None if one.reason is None else one.reason.value,
    }


_NO_JOULES = Energy(None, reason=without_total(()))


def between(
    meter: Meter,
    counters: Sequence[Counter],
    first: Edge,
    last: Edge,
    name: str = "",
    *,
    cpu_ns: int = 0,
) -> Measurement:
    """What was used between two edges of one account, in so much CPU time."""
    ns = max(1, last.mid_ns - first.mid_ns)
    gap_seconds = (first.gap_ns + last.gap_ns) / 1e9
    if not counters:  # CPU time alone, as on most machines
        return Measurement(
            name,
            meter.name,
            meter.evidence,
            ns / 1e9,
            gap_seconds,
            cpu_ns / 1e9,
            _NO_JOULES,
            {},
            notes=tuple(meter.notes),
        )
    domains = {
        counter.domain: _energy(counter, before, after, first, last, meter.band)
        for counter, before, after in zip(counters, first.entries, last.entries, strict=True)
    }
    known = any(one.energy_uj is not None for one in domains.values())
    nothing = Evidence.NONE if domains else meter.evidence
    return Measurement(
        name=name,
        meter=meter.name,
        evidence=meter.evidence if known else nothing,
        seconds=ns / 1e9,
        edge_gap_seconds=gap_seconds,
        cpu_seconds=cpu_ns / 1e9,
        total=_total(domains, without_total(counters), meter.band),
        domains=domains,
        notes=tuple(meter.notes),
    )


def beside(measurement: Measurement, cpu_ns: int, other_load: float | None) -> Measurement:
    """The measurement with what the processor did meanwhile, and labelled by it."""
    ours = other_load is None or other_load * 100 <= OTHERS_PERCENT
    evidence = measurement.evidence
    if evidence is Evidence.MEASURED and not ours:
        evidence = Evidence.SHARED
    # By hand: `replace` takes several times as long, and this is done for each phase of each test.
    return Measurement(
        measurement.name,
        measurement.meter,
        evidence,
        measurement.seconds,
        measurement.edge_gap_seconds,
        cpu_ns / 1e9,
        measurement.total,
        measurement.domains,
        other_load,
        measurement.error,
        measurement.notes,
        measurement.parts,
    )


def _energy(
    counter: Counter,
    before: Entry,
    after: Entry,
    first: Edge,
    last: Edge,
    band: tuple[float, float] | None,
) -> Energy:
    energy_uj = after.energy_uj - before.energy_uj
    wraps = after.wraps - before.wraps
    reason = before.missing or after.missing
    if reason is None and after.faults > before.faults:
        reason = after.fault
    if reason is None and energy_uj == 0:
        reason = Reason.BELOW_RESOLUTION
    if reason is not None:
        uncertain = reason in (Reason.IMPLAUSIBLE, Reason.WRAPS_UNKNOWN, Reason.WENT_BACK)
        most_uj = None
        if reason is Reason.BELOW_RESOLUTION and counter.ceiling_uw is not None:
            longest_ns = last.after_ns - first.before_ns
            most_uj = ceil(counter.ceiling_uw * longest_ns / 1e9)
        return Energy(None, None, None, most_uj, wraps, uncertain, reason, counter.in_total)
    ages_ns2 = before.age_ns**2 + after.age_ns**2
    sigma_uj = _sigma(counter, energy_uj, first, last, ages_ns2)
    low, high = _interval(energy_uj, sigma_uj, band)
    return Energy(energy_uj, sigma_uj, low, high, wraps, False, None, counter.in_total)


def _sigma(counter: Counter, energy_uj: int, first: Edge, last: Edge, ages_ns2: int) -> float:
    """The standard deviation of one window: staleness at both edges, reading times, the step.

    A value is as old as its last update, evenly between none and one period, at each edge; an even
    distribution has a variance of a twelfth of its width squared.  The power at the edges is taken
    to be that of the window.
    """
    uj_per_ns = energy_uj / max(1, last.mid_ns - first.mid_ns)
    times_ns2 = (ages_ns2 + first.gap_ns**2 + last.gap_ns**2) / 12
    return sqrt(uj_per_ns**2 * times_ns2 + counter.unit_uj**2 / 6)


def _interval(energy_uj: int, sigma_uj: float, band: tuple[float, float] | None) -> tuple[int, int]:
    half = _Z95 * sigma_uj
    low, high = energy_uj - half, energy_uj + half
    if band is not None:
        low, high = min(low, energy_uj * band[0]), max(high, energy_uj * band[1])
    return max(0, round(low)), round(high)


def _total(
    domains: Mapping[Domain, Energy],
    nothing_to_add: Reason | None,
    band: tuple[float, float] | None,
) -> Energy:
    """The sum of what counts; missing as soon as one part is, for a sum must not be short."""
    if nothing_to_add is not None:
        return Energy(None, reason=nothing_to_add)
    counted = {domain: one for domain, one in domains.items() if one.in_total}
    wraps = sum(one.wraps for one in counted.values())
    uncertain = any(one.uncertain for one in counted.values())
    missing = [one.reason for one in counted.values() if one.energy_uj is None]
    if missing:
        reason = next((one for one in missing if one is not Reason.BELOW_RESOLUTION), missing[0])
        return Energy(None, None, None, _most(counted.values()), wraps, uncertain, reason, True)
    energy_uj = sum(one.energy_uj or 0 for one in counted.values())
    sigma_uj = sqrt(sum(sigma**2 for sigma in _by_socket(counted)))
    low, high = _interval(energy_uj, sigma_uj, band)
    return Energy(energy_uj, sigma_uj, low, high, wraps, uncertain, None, True)


def _most(parts: Iterable[Energy]) -> int | None:
    """The upper ends together, where each part has one."""
    most_uj = 0
    for one in parts:
        if one.high_uj is None:
            return None
        most_uj += one.high_uj
    return most_uj


def _by_socket(domains: Mapping[Domain, Energy]) -> Iterator[float]:
    """One sigma for each socket: its counters are updated together, and err together."""
    sockets: dict[int | None, float] = {}
    for domain, one in domains.items():
        sockets[domain.socket] = sockets.get(domain.socket, 0.0) + (one.sigma_uj or 0.0)
    yield from sockets.values()
