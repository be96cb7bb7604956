# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""What was measured: documents of the profiler, the gate and the store, as one kind of value.

Plain documents come in; who reads files and stores is `greenlint.cli`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from greenlint.errors import UsageError
from greenlint.report.measures.interval import Interval

Document = Mapping[str, Any]

# Labels of joules that a counter of the machine counted; the others are no measured energy.
COUNTED = ("measured", "shared")
RAPL = ("perf", "powercap", "pyrapl")
HARDWARE = ("class", "cpu", "cores", "ram", "virtualised", "governor", "turbo", "smt", "kernel",
            "microcode")  # fmt: skip
PROFILE, GATE, SUITE = "greenlint-profile/1", "greenlint-energy-gate/1", "greenlint-energy/1"


@dataclass(frozen=True, slots=True)
class Reading:
    """What is known of one scenario.

    `joules` are of one run, after the measure where two revisions were compared; then `before` is
    the median of the other, and `change` the part by which it changed, -0.1 for 10 % less.  Where
    no counter counted, they are None, `why` is a code of a reason, and `cpu_seconds` and
    `cpu_change` are what there is instead.
    """

    source: str = ""
    name: str = ""
    evidence: str = "none"
    meter: str = ""
    domains: tuple[str, ...] = ()
    resolution: float | None = None
    hardware: Mapping[str, Any] = field(default_factory=dict)
    python: str | None = None
    commit: str | None = None
    date: str | None = None
    n: int | None = None
    warmup: int | None = None
    order: str | None = None
    idle_watts: float | None = None
    cv: float | None = None
    outlier_rule: str | None = None
    joules: Interval | None = None
    before: float | None = None
    change: Interval | None = None
    cpu_seconds: float | None = None
    cpu_before: float | None = None
    cpu_change: Interval | None = None
    queries: int | None = None
    requests: int | None = None
    why: str = "not-measured"

    @property
    def kind(self) -> str:
        """The instrument, in the report's words."""
        if self.meter in RAPL:
            return "rapl"
        return "vendor_sensor" if self.meter in ("hwmon", "nvml") else "none"

    @property
    def saving(self) -> Interval | None:
        """Joules less per run; None where nothing was compared."""
        if self.before is None or self.change is None:
            return None
        return -self.change * self.before


def reading(document: Document, test: str = "") -> Reading:
    """What a document of `greenlint profile --json` or `greenlint energy gate` says.

    `test` chooses among the tests of a gate.  Raises UsageError for another document.
    """
    schema = document.get("schema")
    if schema == PROFILE:
        return trusted(_profile(document))
    if schema == GATE:
        return trusted(_gate(document, test))
    raise UsageError(
        "A measurement is what `greenlint profile --json` or `greenlint energy "
        "gate -o json` writes, not {schema}. Name another file with "
        "--measurement.",
        schema=repr(schema),
    )


def trusted(found: Reading) -> Reading:
    """The reading without joules that no counter of this machine counted: estimates, and what a
    virtual machine shows, are not measured energy.
    """
    why = ""
    if found.evidence not in COUNTED:
        why = {"estimated": "estimated", "vendor": "vendor"}.get(found.evidence, "no-counter")
    elif found.hardware.get("virtualised"):
        why = "virtual-machine"
    elif found.meter == "replay":
        why = "replayed"
    if not why:
        return found
    return replace(found, joules=None, before=None, change=None, why=why)


def _profile(held: Document) -> Reading:
    summary = held["summary"]["joules"] or {}
    cpu = held["summary"]["cpu_seconds"] or {}
    counted = [run for run in held["runs"] if run["counted"]]
    return Reading(
        source=PROFILE,
        name=" ".join(held["command"]),
        evidence=held["evidence"],
        meter=held["meter"],
        domains=tuple(name for name, one in held["domains"].items() if one.get("in_total")),
        hardware=_hardware(held["machine"]),
        python=held["machine"]["python"],
        date=counted[0]["started"] if counted else None,
        n=len(counted),
        warmup=held["warmup"],
        order="one-after-another",
        idle_watts=held["idle_watts"],
        cv=summary.get("spread"),
        outlier_rule="shown-and-kept",
        joules=_around(held["joules"], held["joules_ci"]),
        cpu_seconds=cpu.get("median"),
    )


def _gate(held: Document, test: str) -> Reading:
    one = _outcome(held, test)
    compared, machine = one["compared"] or {}, held["machine"]
    found = Reading(
        source=GATE,
        name=one["test"],
        evidence=one["evidence"],
        meter=held["meter"],
        hardware=_hardware(machine),
        python=machine.get("python"),
        commit=held["head"]["commit"],
        n=compared.get("restarts"),
        warmup=held["design"]["warmups"],
        order="interleaved",
        outlier_rule="none-removed-medians",
        queries=next((c["head"] for c in one["counts"] if c["quantity"] == "queries"), None),
    )
    change = _change(compared.get("change") or {})
    base, head = (one[side] and one[side]["median"] for side in ("base", "head"))
    if one["quantity"] == "joules":
        after = None if head is None else Interval(head, head, head)
        if base is not None and change is not None:
            after = (change + 1) * base
        return replace(found, joules=after, before=base, change=change)
    return replace(found, cpu_seconds=head, cpu_before=base, cpu_change=change)


def _outcome(held: Document, test: str) -> Document:
    if held["whole"] is not None:
        whole: Document = held["whole"]
        return whole
    tests: list[Document] = held["tests"]
    named = [one for one in tests if one["test"] == test] if test else tests
    if len(named) == 1:
        return named[0]
    some = ", ".join(one["test"] for one in tests[:3]) or "none"
    raise UsageError(
        f"The measurement has {len(tests)} tests ({some}), and "
        + (f"none is {test!r}. " if test else "only one can be the scenario. ")
        + 'Name it in the configuration: scenario = { test = "..." }.'
    )


def of_suite(document: Document) -> Reading:
    """What a stored run says of the machine, the instrument and the work of its tests.

    It is one run of many tests: no scenario that was repeated, so that its joules have no interval
    but the instrument's, and are not those of a functional unit.
    """
    meter, total = document["meter"], document["total"]
    return trusted(
        Reading(
            source=SUITE,
            name=document["run"]["id"],
            evidence=meter["evidence"],
            meter=meter["name"],
            domains=tuple(meter["domains"]),
            resolution=meter["resolution_j"],
            hardware=_hardware(document["machine"]),
            python=document["machine"]["python"],
            commit=document["run"]["commit"],
            date=document["run"]["started"],
            n=1,
            idle_watts=meter["idle_w"],
            cpu_seconds=total["cpu_seconds"],
            queries=total["queries"],
            requests=total["requests"],
            why="suite-only",
        )
    )


def _hardware(machine: Document) -> dict[str, Any]:
    """The names of the store, for a document of either."""
    theirs = {"cpu": "processor", "cores": "processors", "kernel": "system"}
    return {key: machine.get(key, machine.get(theirs.get(key, key))) for key in HARDWARE}


def _around(median: float | None, ends: Any) -> Interval | None:
    """The median within its interval.  That of few runs is of their mean, and may leave it out."""
    if median is None:
        return None
    low, high = ends or (median, median)
    return Interval(min(low, median), median, max(high, median))


def _change(change: Document) -> Interval | None:
    """Of percent, a part."""
    found = [change.get(key) for key in ("lo", "pct", "hi")]
    if None in found:
        return None
    low, middle, high = (one / 100 for one in found if one is not None)
    return Interval(min(low, middle), middle, max(high, middle))
