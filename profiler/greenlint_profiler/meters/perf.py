# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""The same counters through the kernel's perf subsystem: 64 bits wide, and free of wraparounds.

The `power` PMU (arch/x86/events/rapl.c) counts a whole socket, so each event is opened on one
processor of every socket, as `cpumask` lists them, and for no process in particular.
"""

from __future__ import annotations

import ctypes
import os
import platform
import re
import struct
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from greenlint_profiler.counter import UNKNOWN_CEILING_UW, Counter
from greenlint_profiler.meter import Unavailable
from greenlint_profiler.meters.powercap import reason_of
from greenlint_profiler.said import say
from greenlint_profiler.units import Domain, Evidence, Kind, Reason
from greenlint_profiler.world import World

_EVENTS = {
    "energy-pkg": Kind.PACKAGE,
    "energy-ram": Kind.DRAM,
    "energy-cores": Kind.CORE,
    "energy-gpu": Kind.UNCORE,
    "energy-psys": Kind.PSYS,
}
# perf_event_open, by machine: include/uapi and the syscall tables of the kernel.
_SYSCALLS = {
    "x86_64": 298,
    "i686": 336,
    "aarch64": 241,
    "riscv64": 241,
    "ppc64le": 319,
    "s390x": 331,
}
# struct perf_event_attr, version 0: type, size, config, sample_period, sample_type, read_format,
# flags, then 16 bytes that we leave zero.
_ATTR = "=IIQQQQQ"
_ATTR_SIZE = 64
_CLOSE_ON_EXEC = 8

# (type, config, cpu) -> a descriptor that gives eight bytes at each read.
EventOpen = Callable[[int, int, int], int]


@dataclass(frozen=True, slots=True)
class _Event:
    """One event on one processor: what it counts, and how many joules one count is."""

    domain: Domain
    type: int
    config: int
    cpu: int
    joules_per_count: float


class Perf:
    """Events that are open for the whole machine; see `open_meter`."""

    name = "perf"
    evidence = Evidence.MEASURED
    band = None
    notes: tuple[str, ...] = ()

    def __init__(self, opened: Sequence[tuple[_Event, int]]) -> None:
        self.counters: tuple[Counter, ...] = tuple(_counter(event) for event, _ in opened)
        self._descriptors = [descriptor for _, descriptor in opened]
        self._microjoules = [event.joules_per_count * 1e6 for event, _ in opened]

    def read(self) -> list[int | Reason]:
        """Every counter in microjoules, or why not."""
        values: list[int | Reason] = []
        for descriptor, factor in zip(self._descriptors, self._microjoules, strict=True):
            try:
                raw = os.read(descriptor, 8)
            except OSError as error:
                values.append(reason_of(error))
                continue
            if len(raw) == 8:
                values.append(int(int.from_bytes(raw, sys.byteorder) * factor))
            else:
                values.append(Reason.NO_DATA)
        return values

    def close(self) -> None:
        """Close the events."""
        for descriptor in self._descriptors:
            os.close(descriptor)
        self._descriptors, self._microjoules = [], []


def _counter(event: _Event) -> Counter:
    platform_wide = event.domain.kind is Kind.PSYS
    return Counter(
        event.domain,
        modulus_uj=None,
        unit_uj=61.035,  # the hardware's own step lies below the 2^-32 J that perf shows
        ceiling_uw=UNKNOWN_CEILING_UW * (4 if platform_wide else 1),
        in_total=event.domain.kind in (Kind.PACKAGE, Kind.DRAM),
    )


def perf_event_open(
    kind: int, config: int, cpu: int, pid: int = -1, *, read_format: int = 0, flags: int = 0
) -> int:
    """Open an event on one processor, or with `cpu` -1 that of one thread `pid` on all of them.

    Raises OSError as the kernel says, and NotImplementedError where the call is not known.
    """
    number = _SYSCALLS.get(platform.machine())
    if number is None or not sys.platform.startswith("linux"):
        raise NotImplementedError
    fields = struct.pack(_ATTR, kind, _ATTR_SIZE, config, 0, 0, read_format, flags)
    attr = ctypes.create_string_buffer(fields, _ATTR_SIZE)
    call = ctypes.CDLL(None, use_errno=True).syscall
    call.restype = ctypes.c_long
    arguments = (ctypes.byref(attr), ctypes.c_int(pid), ctypes.c_int(cpu), ctypes.c_int(-1))
    descriptor = call(ctypes.c_long(number), *arguments, ctypes.c_ulong(_CLOSE_ON_EXEC))
    if descriptor < 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))
    return int(descriptor)


def open_meter(world: World, event_open: EventOpen = perf_event_open) -> Perf:
    """Open every energy event on every socket; raises Unavailable where no package can be."""
    pmu = os.path.join(world.sys, "bus", "event_source", "devices", "power")
    events = list(_events(world, pmu))
    if not any(event.domain.kind is Kind.PACKAGE for event in events):
        detail = say("{folder} is not there.", folder=pmu)
        if os.path.isdir(pmu):
            detail = say("{folder} has no energy-pkg event.", folder=pmu)
        raise Unavailable(Reason.ABSENT, detail, "absent")
    opened: list[tuple[_Event, int]] = []
    try:
        for event in events:
            descriptor = event_open(event.type, event.config, event.cpu)
            opened.append((event, descriptor))
    except OSError as error:
        _close(opened)
        raise _refused(world, error) from None
    except NotImplementedError:
        raise Unavailable(
            Reason.UNSUPPORTED,
            say("perf_event_open is not known for {machine}.", machine=platform.machine()),
        ) from None
    return Perf(opened)


def _close(opened: Sequence[tuple[_Event, int]]) -> None:
    for _, descriptor in opened:
        os.close(descriptor)


def _refused(world: World, error: OSError) -> Unavailable:
    if reason_of(error) is Reason.PERMISSION:
        level = world.text(world.proc, "sys", "kernel", "perf_event_paranoid")
        needs = "kernel.perf_event_paranoid = {level}; these events need 0 or less."
        detail = say(needs, level=level)
        return Unavailable(Reason.BLOCKED, detail, "perf")
    detail = say("The kernel refused the energy events: {why}.", why=error.strerror)
    return Unavailable(reason_of(error), detail, "absent")


def _events(world: World, pmu: str) -> Iterator[_Event]:
    kind = world.number(pmu, "type")
    if kind is None:
        return
    places = _places(world, processors(world.text(pmu, "cpumask") or ""))
    for name, part in _EVENTS.items():
        code = re.fullmatch(r"event=(0x[0-9a-fA-F]+|\d+)", world.text(pmu, "events", name) or "")
        scale = float(world.text(pmu, "events", f"{name}.scale") or 2**-32)
        if code is None:
            continue
        for cpu, socket, die in places:
            platform_wide = part is Kind.PSYS
            domain = Domain(part) if platform_wide else Domain(part, socket, die)
            yield _Event(domain, kind, int(code[1], 0), cpu, scale)
            if platform_wide:
                break  # one counter for the machine, shown by each socket


def _places(world: World, cpus: Sequence[int]) -> list[tuple[int, int | None, int | None]]:
    """Each processor of the mask with its socket, and its die where a socket has several.

    AMD's dies show the counter of their socket again, so one of them is enough.
    """
    sockets = [_topology(world, cpu, "physical_package_id") for cpu in cpus]
    amd = "AuthenticAMD" in (world.text(world.proc, "cpuinfo") or "")
    places = []
    for index, (cpu, socket) in enumerate(zip(cpus, sockets, strict=True)):
        several = sockets.count(socket) > 1
        if several and amd and socket in sockets[:index]:
            continue
        die = _topology(world, cpu, "die_id") if several and not amd else None
        places.append((cpu, socket, die))
    return places


def _topology(world: World, cpu: int, what: str) -> int | None:
    return world.number(world.sys, "devices", "system", "cpu", f"cpu{cpu}", "topology", what)


def processors(mask: str) -> list[int]:
    """The processors that a list such as ``0,24-26`` names."""
    found: list[int] = []
    for part in filter(None, mask.split(",")):
        first, _, last = part.partition("-")
        found += range(int(first), int(last or first) + 1)
    return found
