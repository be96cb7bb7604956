# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Where an experiment is measured: the class of machine, the interpreter, and the meter."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from greenlint_profiler.choose import choose, meter_names, open_named
from greenlint_profiler.machine import fingerprint
from greenlint_profiler.meter import Meter
from greenlint_profiler.units import Evidence
from greenlint_profiler.world import World

from greenlint.cli.measure_settings import no_meter
from greenlint.errors import UsageError
from greenlint.messages import Message, say

_MARKS = re.compile(r"\((?:R|TM|C)\)|@.*|\bCPU\b|\bProcessor\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Place:
    """What figures are from.  `doubt` says why they are none of a machine, where they may not be;
    `passed` is why no counter is read.
    """

    machine: str
    python: str
    meter: str
    evidence: Evidence
    doubt: Message | str = ""
    passed: str = ""


@contextmanager
def place(name: str, world: World) -> Iterator[Place]:
    """This machine, with the meter that is asked for or the best one.

    Raises UsageError for a meter that nobody knows, and Unavailable for one that does not work.
    """
    if name not in ("auto", *meter_names()):
        raise UsageError(*no_meter(name, None))
    passed = ""
    if name == "auto":
        choice = choose(world)
        meter, telling = choice.meter, choice.telling
        passed = "" if telling is None else telling.detail
    else:
        meter = open_named(name, world)
    try:
        yield _place(meter, world, passed)
    finally:
        meter.close()


def _place(meter: Meter, world: World, passed: str) -> Place:
    found = fingerprint(world)
    counts = meter.evidence is Evidence.MEASURED
    return Place(
        machine=machine(found["processor"], found["processors"], bool(found["virtualised"])),
        python=found["python"],
        # What is estimated, or another's sensor, is not compared: only its CPU time would be.
        meter=meter.name if counts else "cpu",
        evidence=Evidence.MEASURED if counts else Evidence.PROXY,
        doubt=_doubt(meter, world) if counts else "",
        passed=passed,
    )


def _doubt(meter: Meter, world: World) -> Message | str:
    if meter.name == "replay":
        return say("the counter is a record that is replayed")
    if world.sys != "/sys":
        return say(
            "the counters below {folder} (GREENLINT_SYSFS_ROOT) may be simulated", folder=world.sys
        )
    return ""


def machine(processor: str | None, processors: int, virtual: bool) -> str:
    """A class of machines in words, which names none of them."""
    name = " ".join(_MARKS.sub(" ", processor or "").split()) or "unknown processor"
    noun = "processor" if processors == 1 else "processors"
    return f"{name}, {processors} {noun}{', virtual' if virtual else ''}"
