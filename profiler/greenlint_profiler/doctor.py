# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""What can be measured here, why each other way cannot, and what would make it possible."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from greenlint_profiler.choose import (
    ALIASES,
    BUILT_IN,
    NEVER_COUNTED,
    meter_names,
    open_one,
    stands_still,
    third_parties,
)
from greenlint_profiler.environment import Environment, environment, warnings
from greenlint_profiler.meter import Meter, Unavailable, values_of, without_total
from greenlint_profiler.remedies import REMEDIES, Remedy
from greenlint_profiler.said import joined, say
from greenlint_profiler.units import Domain, Evidence, Kind, Reason
from greenlint_profiler.world import World

SCHEMA = "greenlint-doctor/1"

_STATUS = {
    Reason.PERMISSION: "not readable",
    Reason.BLOCKED: "blocked",
    Reason.ABSENT: "absent",
    Reason.MASKED: "masked",
    Reason.NO_PACKAGE: "absent",
    Reason.FROZEN: "frozen",
    Reason.NOT_INSTALLED: "not installed",
    Reason.UNSUPPORTED: "unsupported",
}


@dataclass(frozen=True, slots=True)
class Found:
    """One meter: whether it works here, what it counts, or why it does not.

    `status` is "usable" or says what is in the way; `counts_total` that it has a total, packages
    and memory, so that it can be chosen unasked.
    """

    name: str
    status: str
    evidence: Evidence
    detail: str
    reason: Reason | None = None
    remedy: str = ""
    domains: tuple[str, ...] = ()
    counts_total: bool = False
    notes: tuple[str, ...] = ()

    @property
    def usable(self) -> bool:
        """Whether it works here."""
        return self.status == "usable"


@dataclass(frozen=True, slots=True)
class Configured:
    """The meter that the settings name, where they do that, and what became of it here."""

    meter: str
    origin: str
    found: Found


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """The meters in the order in which they are chosen, and the machine around them."""

    sysfs_root: str
    meters: tuple[Found, ...]
    environment: Environment
    warnings: tuple[str, ...]
    remedies: tuple[Remedy, ...]

    @property
    def best(self) -> Found:
        """The meter that is used unasked: the first that counts the processor."""
        return next(one for one in self.meters if one.usable and _unasked(one))

    def named(self, name: str) -> Found:
        """What a name stands for here: of an alias the first that works, else the last.

        Raises KeyError for a meter that nobody knows.
        """
        every = {one.name: one for one in self.meters}
        meant = [every[one] for one in ALIASES.get(name, (name,))]
        return next((one for one in meant if one.usable), meant[-1])

    def has(self, wanted: str) -> bool:
        """Whether the machine has what was asked for: a label at least as good, or a meter."""
        if wanted in {evidence.value for evidence in Evidence}:
            return self.best.evidence.reaches(Evidence(wanted))
        names = ALIASES.get(wanted, (wanted,))
        return any(one.usable and one.name in names for one in self.meters)


def words() -> list[str]:
    """What may be asked for: labels but the one for nothing, meters, and aliases."""
    labels = [evidence.value for evidence in Evidence if evidence is not Evidence.NONE]
    return [*labels, *meter_names()]


def examine(world: World) -> Diagnosis:
    """Try every meter, and look at the machine."""
    meters = tuple(_examined(name, world) for name in _names())
    around = environment(world)
    minds = tuple(warnings(around))
    return Diagnosis(world.sys, meters, around, minds, tuple(_remedies(meters, around)))


def _names() -> Iterator[str]:
    """As they are chosen: counters, other packages' meters, sensors, estimates, records."""
    for name in BUILT_IN:
        if name == "hwmon":
            yield from third_parties()
        yield name


def _unasked(one: Found) -> bool:
    return one.name not in ("pyrapl", "replay") and (one.counts_total or one.name == "cpu")


def _examined(name: str, world: World) -> Found:
    try:
        meter = open_one(name, world)
    except Unavailable as why:
        status = _STATUS.get(why.reason, "failed")
        return Found(name, status, Evidence.NONE, why.detail, why.reason, why.remedy)
    try:
        return _usable(name, meter)
    finally:
        meter.close()


def _usable(name: str, meter: Meter) -> Found:
    domains = [counter.domain for counter in meter.counters]
    reason = without_total(meter.counters)
    if reason is None and name != "replay" and stands_still(meter):  # a record may begin at 0
        status = _STATUS[Reason.FROZEN]
        return Found(name, status, Evidence.NONE, NEVER_COUNTED, Reason.FROZEN)
    return Found(
        name,
        "usable",
        meter.evidence,
        _detail(meter, domains),
        reason,
        "",
        tuple(str(domain) for domain in domains),
        counts_total=reason is None,
        notes=tuple(meter.notes),
    )


def _detail(meter: Meter, domains: Sequence[Domain]) -> str:
    if not domains:
        return joined("; ", map(say, meter.notes))
    total = [str(counter.domain) for counter in meter.counters if counter.in_total]
    added = say("total = {domains}", domains=" + ".join(total)) if total else say("total = none")
    parts = [", ".join(map(str, domains)), added, *map(say, meter.notes)]
    kinds = {domain.kind for domain in domains}
    if Kind.PACKAGE in kinds and Kind.DRAM not in kinds:
        parts.insert(2, say("memory has no counter of its own here"))
    unread = [
        joined(": ", [str(domain), say(value.sentence)])
        for domain, value in zip(domains, values_of(meter, meter.counters), strict=True)
        if isinstance(value, Reason)
    ]
    return joined("; ", [*parts, *unread])


def _remedies(meters: Sequence[Found], around: Environment) -> Iterator[Remedy]:
    """Ways to a counter, where there is none: of what is in the way, each once."""
    if any(one.usable and one.evidence is Evidence.MEASURED and _unasked(one) for one in meters):
        return
    named = dict.fromkeys(one.remedy for one in meters if one.remedy in REMEDIES)
    if not named and around.virtualised:
        named["virtual"] = None
    elif not named and around.container:
        named["masked"] = None
    yield from (REMEDIES[name] for name in named)


def as_record(diagnosis: Diagnosis, configured: Configured | None = None) -> dict[str, Any]:
    """Plain values for JSON; docs/schemas/greenlint-doctor-1.json describes them."""
    best = diagnosis.best
    return {
        "schema": SCHEMA,
        "sysfs_root": diagnosis.sysfs_root,
        "best": {"meter": best.name, "evidence": best.evidence.value},
        "configured": None
        if configured is None
        else {
            "meter": configured.meter,
            "origin": configured.origin,
            "used": configured.found.name if configured.found.usable else None,
        },
        "meters": [
            {
                **asdict(one),
                "evidence": one.evidence.value,
                "reason": None if one.reason is None else one.reason.value,
                "remedy": one.remedy if one.remedy in REMEDIES else None,
            }
            for one in diagnosis.meters
        ],
        "environment": asdict(diagnosis.environment),
        "warnings": list(diagnosis.warnings),
        "remedies": [asdict(remedy) for remedy in diagnosis.remedies],
    }
