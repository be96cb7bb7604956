# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Recorded powercap layouts, written as the kernel lays them out: directories and links."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

DATA = Path(__file__).parent / "trees.json"

# Where a source did not record a value; the commonest range (a unit of 2^-14 J).
RANGE_UJ = 262_143_328_850
VALUE_UJ = 70_000_000_000
# Written always this long, so that a reader never sees half of a number.
WIDTH = 20

Zones = Sequence[Mapping[str, Any]]


def trees() -> dict[str, dict[str, Any]]:
    """Every recorded tree by its key."""
    loaded = json.loads(DATA.read_text(encoding="utf-8"))
    return {tree["key"]: tree for tree in loaded["trees"]}


def zones_of(key: str) -> list[dict[str, Any]]:
    """The zones of one recorded tree."""
    return [dict(zone) for zone in trees()[key]["zones"]]


@dataclass(frozen=True)
class File:
    """One counter of a tree that was written."""

    zone: str
    name: str
    path: Path
    value_uj: int
    max_range_uj: int


def build(sys: Path, zones: Zones, *, links: bool = True, mode: int = 0o444) -> list[File]:
    """Write a tree below `sys`, which stands for /sys; `links` are those of class/powercap."""
    base = sys / "devices" / "virtual" / "powercap"
    base.mkdir(parents=True)
    (sys / "class").mkdir(exist_ok=True)
    files = [_write(base, zone, mode) for zone in zones]
    if links:
        flat = sys / "class" / "powercap"
        flat.mkdir()
        for folder in (*base.iterdir(), *(file.path.parent for file in files)):
            (flat / folder.name).symlink_to(folder)
    return files


def _write(base: Path, zone: Mapping[str, Any], mode: int) -> File:
    control, _, numbers = str(zone["id"]).partition(":")
    folder = base / control
    for depth in range(1, numbers.count(":") + 2):
        folder = folder / f"{control}:{':'.join(numbers.split(':')[:depth])}"
    folder.mkdir(parents=True)
    value_uj = VALUE_UJ if zone["energy_uj"] is None else int(zone["energy_uj"])
    range_uj = int(zone.get("max_energy_range_uj") or RANGE_UJ)
    for file, value in _files(zone, range_uj).items():
        (folder / file).write_text(f"{value}\n", encoding="ascii")
    file = File(str(zone["id"]), str(zone["name"]), folder / "energy_uj", value_uj, range_uj)
    file.path.write_bytes(shown(value_uj))
    file.path.chmod(mode)
    return file


def _files(zone: Mapping[str, Any], range_uj: int) -> dict[str, object]:
    known = {
        "constraint_0_power_limit_uw": zone.get("PL1_uw"),
        "constraint_1_power_limit_uw": zone.get("PL2_uw"),
        "constraint_1_max_power_uw": zone.get("constraint_1_max_power_uw", zone.get("PL2_max_uw")),
        "max_power_uw": zone.get("max_power_uw"),
        "enabled": zone.get("enabled"),
    }
    there = {name: value for name, value in known.items() if value is not None}
    return {"name": zone["name"], "max_energy_range_uj": range_uj, **there}


def shown(value_uj: int) -> bytes:
    """A counter's text: as long as any other, so that it is replaced in place."""
    return f"{value_uj:0{WIDTH}d}\n".encode("ascii")


def show(descriptor: int, value_uj: int) -> None:
    """Replace the value of an open counter; the file stays the same file."""
    os.pwrite(descriptor, shown(value_uj), 0)
