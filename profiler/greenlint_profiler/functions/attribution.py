# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""What a run used, divided over its code: amounts that add up, and what they rest on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum

from greenlint_profiler.counter import Counter
from greenlint_profiler.functions.curve import Stretch
from greenlint_profiler.functions.pieces import Piece, What, pieces
from greenlint_profiler.functions.processes import Other
from greenlint_profiler.functions.samples import Process, Stack
from greenlint_profiler.functions.weigh import apportion, weigh
from greenlint_profiler.measurement import Measurement
from greenlint_profiler.quantity import JOULES, SECONDS, Scale, scale
from greenlint_profiler.said import Figure, english, say, several
from greenlint_profiler.units import Evidence, Kind, Reason

TYPE_CHECKING = False
if TYPE_CHECKING:
    from greenlint_profiler.said import Speak


class Unit(Enum):
    """What an amount is an integer of."""

    MICROJOULES = "joules"
    NANOSECONDS = "CPU seconds"

    def shown(self, amount: float) -> float:
        """Joules or seconds, for display."""
        return amount / (1e6 if self is Unit.MICROJOULES else 1e9)

    def scale(self, whole: int) -> Scale:
        """One unit and precision for all parts of a whole, down to a thousandth of it."""
        units = JOULES if self is Unit.MICROJOULES else SECONDS
        return scale(units, self.shown(whole), self.shown(whole) / 1000)


@dataclass(frozen=True, slots=True)
class Share:
    """The part of the whole that one stack of one thread had; see `What` for the rest."""

    what: What
    process: int | None
    thread: str
    stack: Stack
    amount: int


@dataclass(frozen=True, slots=True)
class Sampling:
    """How it was looked at: how often a second, how many looks, what part of the CPU time it took.

    `failures` say why processes could not be sampled, or looks went wrong.
    """

    looks: int
    asked_hertz: float
    hertz: float | None
    own_part: float | None
    processes: int
    failures: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Attribution:
    """A run, and the shares of its code: their sum is `total`, in `unit`.

    `total` has only what has a figure; `unknown_seconds` is the time for which there is none, and
    `reason` says why.  `pieces` are the same in time, `stretches` the power.
    """

    unit: Unit
    total: int
    shares: tuple[Share, ...]
    measurement: Measurement
    evidence: Evidence
    sampling: Sampling
    pieces: tuple[Piece, ...] = ()
    stretches: tuple[Stretch, ...] = ()
    counters: tuple[Counter, ...] = ()
    processes: tuple[Process, ...] = ()
    unknown_seconds: float = 0.0
    reason: Reason | None = None

    def amount(self, amount: int) -> str:
        """An amount for people, in the unit of the whole: ``0.52 J``."""
        return self.unit.scale(self.total).amount(self.unit.shown(amount))

    def percent(self, amount: int) -> str:
        """An amount as a part of the whole: ``12.3 %``."""
        return Figure(f"{100 * amount / self.total if self.total else 0:.1f} %")


def attribute(
    measurement: Measurement,
    counters: Sequence[Counter],
    processes: Sequence[Process],
    others: Sequence[Other] = (),
    stretches: Sequence[Stretch] = (),
    failures: Sequence[str] = (),
    evidence: Evidence | None = None,
) -> Attribution:
    """The energy of a run over what ran in it; its CPU time where there are no joules.

    `measurement` is that of the whole run, and its `cpu_seconds` those of its processes.  Where it
    has no figure as a whole, but moments of it have, `evidence` is the label of these.
    """
    found = pieces(processes, others)
    known = [one for one in stretches if one.energy_uj is not None]
    if known and not _follows_cpu_time(counters):
        weighed = weigh(found, processes, stretches)
        unit, total = Unit.MICROJOULES, sum(one.energy_uj or 0 for one in known)
        whole_uj = measurement.energy_uj
        if whole_uj is not None and whole_uj > total:
            # The window of the run begins a little before the first stretch.
            began_ns = stretches[0].first_ns
            edges = Piece(What.UNSAMPLED, began_ns, began_ns, 0, energy_uj=whole_uj - total)
            weighed, total = [edges, *weighed], whole_uj
    else:
        weighed = _with_the_rest(found, measurement)
        cpu_ns = sum(piece.cpu_ns for piece in weighed)
        unit, total = Unit.NANOSECONDS, cpu_ns
        weighed = [piece.worth(float(piece.cpu_ns)) for piece in weighed]
        if measurement.energy_uj is not None:
            unit, total = Unit.MICROJOULES, measurement.energy_uj
            uj_per_ns = total / max(1, cpu_ns)
            weighed = [piece.worth(piece.cpu_ns * uj_per_ns) for piece in weighed]
    unknown = [one for one in stretches if one.energy_uj is None]
    return Attribution(
        unit=unit,
        total=total,
        shares=_shares(weighed, total),
        measurement=measurement,
        evidence=_label(unit, measurement, evidence),
        sampling=_sampling(processes, failures),
        pieces=tuple(sorted(weighed, key=lambda piece: piece.first_ns)),
        stretches=tuple(stretches),
        counters=tuple(counters),
        processes=tuple(processes),
        unknown_seconds=sum(one.ns for one in unknown) / 1e9 if known else 0.0,
        reason=next((one.reason for one in unknown), None),
    )


def _label(unit: Unit, measurement: Measurement, evidence: Evidence | None) -> Evidence:
    if unit is Unit.NANOSECONDS:
        return Evidence.PROXY
    if measurement.energy_uj is None and evidence is not None:
        return evidence
    return measurement.evidence


def _follows_cpu_time(counters: Sequence[Counter]) -> bool:
    """Whether what counts is CPU time in other units, which is known only when processes end."""
    return all(one.domain.kind is Kind.CPU for one in counters if one.in_total)


def _with_the_rest(found: Sequence[Piece], measurement: Measurement) -> list[Piece]:
    """The pieces, and one for CPU time of the run that is in none of them."""
    rest_ns = round(measurement.cpu_seconds * 1e9) - sum(piece.cpu_ns for piece in found)
    if rest_ns <= 0:
        return [*found]
    first_ns = min((piece.first_ns for piece in found), default=0)
    return [*found, Piece(What.UNSAMPLED, first_ns, first_ns, rest_ns)]


def _shares(weighed: Sequence[Piece], total: int) -> tuple[Share, ...]:
    """Pieces of the same thread and stack together, the largest first, exact to the last unit."""
    # Stacks are compared by identity: each is one object, and comparing them would take long.
    groups: dict[tuple[What, int | None, str, int], list[Piece]] = {}
    for piece in weighed:
        key = piece.what, piece.process, piece.thread, id(piece.stack)
        groups.setdefault(key, []).append(piece)
    amounts = apportion(total, [sum(one.energy_uj for one in group) for group in groups.values()])
    shares = [
        Share(one.what, one.process, one.thread, one.stack, amount)
        for (one, *_), amount in zip(groups.values(), amounts, strict=True)
        if amount > 0
    ]
    return tuple(sorted(shares, key=lambda share: -share.amount))


def _sampling(processes: Sequence[Process], failures: Sequence[str]) -> Sampling:
    looks = [look for process in processes for look in process.looks]
    cpu_ns = sum(look.cpu_ns for look in looks)
    seconds = sum(look.last_ns - look.first_ns for look in looks) / 1e9
    period_us = min((process.period_us for process in processes), default=0)
    return Sampling(
        looks=len(looks),
        asked_hertz=1e6 / period_us if period_us else 0.0,
        hertz=len(looks) / seconds if seconds > 0 else None,
        own_part=sum(look.own_ns for look in looks) / cpu_ns if cpu_ns > 0 else None,
        processes=len(processes),
        failures=(*failures, *(why for process in processes for why in process.failures)),
    )


def basis(attribution: Attribution, speak: Speak = english) -> list[str]:
    """What the figures rest on, in sentences that stand above every view of them."""
    measurement = attribution.measurement
    notes = (speak(say(note)) for note in measurement.notes)
    ends = [f"{note[0].upper()}{note[1:]}." for note in notes]
    if attribution.unit is Unit.NANOSECONDS:
        ends = []
    return [*map(speak, _rests_on(attribution)), *ends]


def _rests_on(attribution: Attribution) -> Iterator[str]:
    measurement = attribution.measurement
    meter, evidence = measurement.meter, say(attribution.evidence.value)
    if attribution.unit is Unit.NANOSECONDS:
        why = measurement.total.reason or Reason.NO_JOULES
        yield say(
            "CPU seconds, no joules here: {why} (meter {meter}, {evidence}).",
            why=say(why.sentence),
            meter=meter,
            evidence=evidence,
        )
        return
    if attribution.evidence is Evidence.ESTIMATED:
        yield say(
            "Estimated twice: joules from CPU seconds (meter {meter}), divided by CPU time.",
            meter=meter,
        )
        return
    yield say(
        "Attribution is an estimate; its basis is {evidence} (meter {meter}): the energy of each "
        "moment, divided by CPU time over what ran in it.",
        evidence=evidence,
        meter=meter,
    )
    yield say(
        "It is the energy of the whole machine while the program ran, other programs included."
    )
    if attribution.unknown_seconds and attribution.reason is not None:
        yield say(
            "{seconds} s have no figure: {why}.",
            seconds=Figure(f"{attribution.unknown_seconds:.3g}"),
            why=say(attribution.reason.sentence),
        )


def overhead(sampling: Sampling) -> str:
    """How it was sampled and what that took, in a sentence."""
    if sampling.hertz is None or sampling.own_part is None:
        return say("No process of Python was sampled.")
    return say(
        "{looks} looks at {processes}, {hertz} a second (asked: {asked}); the sampler took {part} "
        "of the CPU time.",
        looks=sampling.looks,
        processes=several(sampling.processes, "one process", "{n} processes"),
        hertz=f"{sampling.hertz:.0f}",
        asked=f"{sampling.asked_hertz:.0f}",
        part=Figure(f"{100 * sampling.own_part:.1f} %"),
    )
