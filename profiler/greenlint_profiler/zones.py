# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""The powercap tree of the kernel: which zones there are, and what each one counts.

A zone is known by the content of its `name`, never by its number: sockets are listed in any order,
numbers are hexadecimal and may have gaps (drivers/powercap/intel_rapl_common.c).
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from greenlint_profiler.counter import UNKNOWN_CEILING_UW, Counter, modulus_of, unit_of
from greenlint_profiler.said import say
from greenlint_profiler.units import Domain, Kind
from greenlint_profiler.world import World

_ZONE = re.compile(r"intel-rapl(?P<mmio>-mmio)?:[0-9a-f]+(?::[0-9a-f]+)?")
_PACKAGE = re.compile(r"package-(\d+)(?:-die-(\d+))?")
_PARTS = {"core": Kind.CORE, "uncore": Kind.UNCORE, "dram": Kind.DRAM}
# Where no limit says what a whole machine draws at most.
_PLATFORM_CEILING_UW = 4 * UNKNOWN_CEILING_UW
# A limit below this is a field that nobody filled in.
_A_LIMIT_UW = 1_000_000
# Two dies of one socket whose counts differ by no more than this show one counter twice.
_MIRRORED_PERCENT = 1


@dataclass(frozen=True, slots=True)
class Zone:
    """One directory of the tree; `mmio` where it is the second view of the same hardware."""

    id: str
    path: str
    domain: Domain
    max_range_uj: int | None
    ceiling_uw: int
    mmio: bool

    @property
    def energy_path(self) -> str:
        """The file that holds the counter."""
        return os.path.join(self.path, "energy_uj")

    @property
    def counter(self) -> Counter:
        """How the counter behaves; without its range, a wraparound cannot be repaired."""
        counts = self.domain.kind in (Kind.PACKAGE, Kind.DRAM)
        if self.max_range_uj is None:
            return Counter(self.domain, None, 61.035, self.ceiling_uw, in_total=counts)
        return Counter(
            self.domain,
            modulus_of(self.max_range_uj),
            unit_of(self.max_range_uj),
            self.ceiling_uw,
            in_total=counts,
        )


def powercap_root(world: World) -> str | None:
    """The directory of the tree; the second form is what containers mount elsewhere."""
    for parts in (("class", "powercap"), ("devices", "virtual", "powercap")):
        path = os.path.join(world.sys, *parts)
        if os.path.isdir(path):
            return path
    return None


def zones(world: World) -> list[Zone]:
    """Every zone of the tree, each hardware counter's first view first."""
    found: dict[str, str] = {}
    for path in _directories(world):
        found.setdefault(os.path.realpath(path), path)
    read = [_zone(world, path) for path in found.values()]
    return sorted(read, key=lambda zone: (zone.mmio, _order(zone.id)))


def _directories(world: World) -> Iterator[str]:
    """Zones lie flat, as links, or nested under their control type and their parents."""
    root = powercap_root(world)
    if root is None:
        return
    below = [root]
    for depth in range(4):
        deeper = []
        for directory in below:
            for name in world.names(directory):
                path = os.path.join(directory, name)
                if _ZONE.fullmatch(name):
                    yield path
                    deeper.append(path)
                elif depth < 2 and name in ("intel-rapl", "intel-rapl-mmio"):
                    deeper.append(path)
        below = deeper


def _order(zone_id: str) -> tuple[int, ...]:
    return tuple(int(part, 16) for part in zone_id.split(":")[1:])


def _zone(world: World, path: str) -> Zone:
    zone_id = os.path.basename(path)
    domain = _domain(world, path, zone_id)
    return Zone(
        id=zone_id,
        path=path,
        domain=domain,
        max_range_uj=world.number(path, "max_energy_range_uj") or None,
        ceiling_uw=_ceiling(world, path, domain.kind),
        mmio=zone_id.startswith("intel-rapl-mmio"),
    )


def _domain(world: World, path: str, zone_id: str) -> Domain:
    name = world.text(path, "name") or ""
    package = _PACKAGE.fullmatch(name)
    if package:
        die = package[2]
        return Domain(Kind.PACKAGE, int(package[1]), None if die is None else int(die))
    if name == "psys":
        return Domain(Kind.PSYS)
    parent = _parent(world, path, zone_id)
    socket, die_number = (parent.socket, parent.die) if parent else (None, None)
    if name in _PARTS:
        return Domain(_PARTS[name], socket, die_number)
    return Domain(Kind.OTHER, label=f"{name or 'unnamed'} ({zone_id})")


def _parent(world: World, path: str, zone_id: str) -> Domain | None:
    """The package that a zone is a part of: its directory, or its neighbour where all lie flat."""
    if zone_id.count(":") < 2:
        return None
    above = zone_id.rpartition(":")[0]
    folder = os.path.dirname(os.path.realpath(path))
    if os.path.basename(folder) != above:
        folder = os.path.join(os.path.dirname(path), above)
    package = _PACKAGE.fullmatch(world.text(folder, "name") or "")
    if package is None:
        return None
    return Domain(Kind.PACKAGE, int(package[1]), None if package[2] is None else int(package[2]))


def _ceiling(world: World, path: str, kind: Kind) -> int:
    """The most that a zone draws, in microwatts: its short-term limit where that is enforced, else
    a guess that is high enough for any.
    """
    files = ("constraint_1_power_limit_uw", "constraint_1_max_power_uw", "max_power_uw")
    named = max(world.number(path, file) or 0 for file in files)
    if named >= _A_LIMIT_UW and world.number(path, "enabled") != 0:
        return named
    return _PLATFORM_CEILING_UW if kind is Kind.PSYS else UNKNOWN_CEILING_UW


def counted_once(found: Iterable[Zone], world: World) -> tuple[list[Zone], list[str]]:
    """The zones without second views of one counter, and a sentence for each that was left out."""
    kept: dict[Domain, Zone] = {}
    notes: list[str] = []
    for zone in found:
        first = kept.get(zone.domain) or _mirrored(zone, kept.values(), world)
        if first is None:
            kept[zone.domain] = zone
        else:
            again = "{zone} ({domain}) shows the counter of {first} again: once."
            notes.append(say(again, zone=zone.id, domain=str(zone.domain), first=first.id))
    return list(kept.values()), notes


def _mirrored(zone: Zone, kept: Iterable[Zone], world: World) -> Zone | None:
    """The die of the same socket whose counter this zone shows again, as some AMD processors do."""
    if zone.domain.die is None or zone.domain.kind is not Kind.PACKAGE:
        return None
    value = world.number(zone.energy_path)
    for other in kept:
        same = other.domain.kind is Kind.PACKAGE and other.domain.socket == zone.domain.socket
        theirs = world.number(other.energy_path) if same else None
        if value is None or theirs is None:
            continue
        if abs(value - theirs) * 100 <= _MIRRORED_PERCENT * max(value, theirs):
            return other
    return None
