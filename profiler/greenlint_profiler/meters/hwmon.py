# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Sensors of the kernel's hardware monitoring: energy counters, and power that we add up.

How a board's maker counts is not written down anywhere, so these figures are labelled `vendor`.
"""

from __future__ import annotations

import os
import re
import threading
import time
import weakref
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from greenlint_profiler.counter import Counter
from greenlint_profiler.meter import Unavailable
from greenlint_profiler.said import say
from greenlint_profiler.units import Domain, Evidence, Kind, Reason
from greenlint_profiler.world import World

_SENSOR = re.compile(r"(energy|power)(\d+)_input")
# Labels of the whole processor: amd_energy's sockets, and what boards call theirs.
_WHOLE = re.compile(r"(?:E?socket|cpu|package|soc)[ _-]?(\d*)(?: power| energy)?", re.IGNORECASE)
_UPDATE_NS = 100_000_000
_SAMPLE_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class Sensor:
    """One file: energy in microjoules, or power in microwatts."""

    path: str
    domain: Domain
    is_power: bool


class Summed:
    """Power added up to energy, a trapezoid between two samples; a thread samples while in use."""

    def __init__(self, path: str, now_ns: Callable[[], int] = time.monotonic_ns) -> None:
        self._path = path
        self._now_ns = now_ns
        self._lock = threading.Lock()
        self._last: tuple[int, int] | None = None
        self._picojoules = 0

    def read(self) -> int | Reason:
        """The energy so far."""
        with self._lock:
            power_uw = _number(self._path)
            if isinstance(power_uw, Reason):
                self._last = None
                return power_uw
            now_ns = self._now_ns()
            if self._last is not None:
                then_ns, then_uw = self._last
                self._picojoules += (power_uw + then_uw) * (now_ns - then_ns) // 2000
            self._last = (now_ns, power_uw)
            return self._picojoules // 1_000_000

    def after_fork(self) -> None:
        """In a child nobody is left who could give back the lock."""
        self._lock = threading.Lock()


class Hwmon:
    """The energy and power sensors of a machine; see `open_meter`."""

    name = "hwmon"
    evidence = Evidence.VENDOR
    band = None
    notes = (say("sensors of the board's maker: how they count, and how often, is not published"),)

    def __init__(self, sensors: Sequence[Sensor]) -> None:
        self._stop = threading.Event()
        self.counters = tuple(_counters(sensors))
        self._summed = {one.path: Summed(one.path) for one in sensors if one.is_power}
        self._reads = [self._reader(sensor) for sensor in sensors]
        self._sampled = False
        self._see_to_sampling()
        _METERS.add(self)

    def _reader(self, sensor: Sensor) -> Callable[[], int | Reason]:
        if sensor.is_power:
            return self._summed[sensor.path].read
        return lambda: _number(sensor.path)

    def _see_to_sampling(self) -> None:
        """A thread of this process looks at power, also between two readings."""
        if self._sampled or not self._summed or self._stop.is_set():
            return
        self._sampled = True
        threading.Thread(
            target=self._sample, args=(self._stop,), name="greenlint-hwmon", daemon=True
        ).start()

    def _sample(self, stop: threading.Event) -> None:
        while not stop.wait(_SAMPLE_SECONDS):
            for summed in self._summed.values():
                summed.read()

    def read(self) -> list[int | Reason]:
        """Every sensor's energy in microjoules, or why not."""
        self._see_to_sampling()
        return [read() for read in self._reads]

    def close(self) -> None:
        """End the sampling."""
        self._stop.set()

    def after_fork(self) -> None:
        """A child has no thread that samples: it gets one when it first reads, if it ever does."""
        closed, self._stop = self._stop.is_set(), threading.Event()
        if closed:
            self._stop.set()
        for summed in self._summed.values():
            summed.after_fork()
        self._sampled = False


_METERS: weakref.WeakSet[Hwmon] = weakref.WeakSet()


def _after_fork() -> None:
    for meter in list(_METERS):
        meter.after_fork()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)


def _number(path: str) -> int | Reason:
    from greenlint_profiler.meters.powercap import reason_of

    try:
        with open(path, "rb") as file:
            return int(file.read())
    except OSError as error:
        return reason_of(error)
    except ValueError:
        return Reason.GARBLED


def _counters(sensors: Sequence[Sensor]) -> Iterator[Counter]:
    """What is added up: the sensors of whole processors; others may include one another."""
    for sensor in sensors:
        counter = Counter(sensor.domain, None, 1.0, update_ns=_UPDATE_NS)
        yield replace(counter, in_total=sensor.domain.kind is Kind.PACKAGE)


def sensors(world: World) -> list[Sensor]:
    """Every energy sensor; a power sensor where its chip has no energy of the same label.

    Where two chips have the same label, the second is shown under its chip's name and not added.
    """
    found: dict[Domain, Sensor] = {}
    top = os.path.join(world.sys, "class", "hwmon")
    for chip in world.names(top):
        folder = os.path.join(top, chip)
        own: set[Domain] = set()
        for file in world.names(folder):  # "energy" comes before "power"
            match = _SENSOR.fullmatch(file)
            domain = _domain(world, folder, match[1], match[2]) if match else None
            if match is None or domain is None or domain in own:
                continue
            own.add(domain)
            if domain in found:
                domain = Domain(Kind.OTHER, label=f"{chip} {domain}")
            found[domain] = Sensor(os.path.join(folder, file), domain, match[1] == "power")
    return list(found.values())


def _domain(world: World, folder: str, what: str, number: str) -> Domain:
    label = world.text(folder, f"{what}{number}_label") or ""
    whole = _WHOLE.fullmatch(label)
    if whole:
        return Domain(Kind.PACKAGE, int(whole[1]) if whole[1] else None)
    chip = world.text(folder, "name") or os.path.basename(folder)
    return Domain(Kind.OTHER, label=f"{chip} {label or what + number}")


def open_meter(world: World) -> Hwmon:
    """The sensors that can be read; raises Unavailable where there are none."""
    found = sensors(world)
    readable = [sensor for sensor in found if not isinstance(_number(sensor.path), Reason)]
    if not found:
        top = os.path.join(world.sys, "class", "hwmon")
        detail = say("{folder} has no energy or power sensor.", folder=top)
        raise Unavailable(Reason.ABSENT, detail, "absent")
    if not readable:
        value = _number(found[0].path)
        assert isinstance(value, Reason)
        detail = say("Cannot read {path}: {why}.", path=found[0].path, why=say(value.sentence))
        raise Unavailable(value, detail, "hwmon")
    return Hwmon(readable)
