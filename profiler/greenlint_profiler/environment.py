# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""The machine around the counters: what makes figures of two days differ, or hides them."""

from __future__ import annotations

import os
import re
import struct
import sysconfig
from collections.abc import Iterator
from dataclasses import dataclass

from greenlint_profiler.said import Figure, say
from greenlint_profiler.world import World

# IA32_MISC_PACKAGE_CTLS: its lowest bit adds noise to the counters (Intel on CVE-2020-8694).
_MISC_PACKAGE_CTLS = 0xBC
_BUSY_PER_PROCESSOR = 0.1


@dataclass(frozen=True, slots=True)
class Environment:
    """What is known of the machine; None is "not told here"."""

    processor: str | None
    processors: int
    virtualised: str | None
    container: str | None
    governor: str | None
    turbo: bool | None
    smt: bool | None
    load: float | None
    filtering: bool | None
    sgx: bool


def environment(world: World) -> Environment:
    """Look at the machine."""
    cpuinfo = world.text(world.proc, "cpuinfo") or ""
    flags = set((_field(cpuinfo, "flags") or "").split())
    cpu = os.path.join(world.sys, "devices", "system", "cpu")
    return Environment(
        processor=_field(cpuinfo, "model name"),
        processors=len(re.findall(r"^processor\s*:", cpuinfo, re.MULTILINE)) or os.cpu_count() or 1,
        virtualised=_virtualised(world, flags),
        container=_container(world),
        governor=world.text(cpu, "cpu0", "cpufreq", "scaling_governor"),
        turbo=_turbo(world, cpu),
        smt=_yes(world.number(cpu, "smt", "active")),
        load=_load(world),
        filtering=_filtering(world),
        sgx="sgx" in flags,
    )


def _field(cpuinfo: str, name: str) -> str | None:
    match = re.search(rf"^{name}\s*: *(.*)$", cpuinfo, re.MULTILINE)
    return match[1] if match else None


def _yes(number: int | None) -> bool | None:
    return None if number is None else number != 0


def _virtualised(world: World, flags: set[str]) -> str | None:
    kind = world.text(world.sys, "hypervisor", "type")
    if kind is None and "hypervisor" not in flags:
        return None
    vendor = world.text(world.sys, "class", "dmi", "id", "sys_vendor")
    return kind or vendor or "hypervisor"


def _container(world: World) -> str | None:
    if "KUBERNETES_SERVICE_HOST" in world.environ:
        return "kubernetes"
    if os.path.exists(os.path.join(world.root, ".dockerenv")):
        return "docker"
    if os.path.exists(os.path.join(world.root, "run", ".containerenv")):
        return "podman"
    first = world.text(world.proc, "1", "cgroup") or ""
    match = re.search(r"docker|kubepods|containerd|libpod|lxc", first)
    return match[0] if match else world.environ.get("container")


def _turbo(world: World, cpu: str) -> bool | None:
    off = world.number(cpu, "intel_pstate", "no_turbo")
    return _yes(world.number(cpu, "cpufreq", "boost")) if off is None else off == 0


def _load(world: World) -> float | None:
    try:
        return float((world.text(world.proc, "loadavg") or "").split()[0])
    except (IndexError, ValueError):
        return None


def _filtering(world: World) -> bool | None:
    """Whether the hardware adds noise; only root may look, and only at Intel's."""
    if "GenuineIntel" not in (world.text(world.proc, "cpuinfo") or ""):
        return None
    try:
        with open(os.path.join(world.root, "dev", "cpu", "0", "msr"), "rb", buffering=0) as file:
            raw = os.pread(file.fileno(), 8, _MISC_PACKAGE_CTLS)
        return bool(struct.unpack("<Q", raw)[0] & 1)
    except (OSError, struct.error):
        return None


def warnings(found: Environment) -> Iterator[str]:
    """What to mind before figures of this machine are compared."""
    if found.load is not None and found.load > _BUSY_PER_PROCESSOR * found.processors:
        yield say(
            "The machine is busy (load {load} on {processors} processors): a counter counts what "
            "others use, and records are labelled `shared`.",
            load=Figure(f"{found.load:g}"),
            processors=found.processors,
        )
    if found.governor not in (None, "performance"):
        follows = "The governor is {governor}: clock and power follow the load of the moment."
        yield say(follows, governor=found.governor)
    if found.turbo:
        yield say("Turbo is on: power depends on temperature and on what neighbours do.")
    if found.filtering:
        yield say(
            "Energy filtering is on: the hardware adds noise, so use windows of a second or more."
        )
    elif found.filtering is None and found.sgx:
        yield say("The processor has SGX: while that is in use, counters may be given noise.")
    if _foreign_tests():
        yield say("pyRAPL has installed a package called `tests`, which can hide yours.")


def _foreign_tests() -> bool:
    site = sysconfig.get_path("purelib")
    return all(
        os.path.exists(os.path.join(site, name, "__init__.py")) for name in ("pyRAPL", "tests")
    )
