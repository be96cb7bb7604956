# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""The powercap tree: zones by their names, each counter once, whatever order and numbers."""

from __future__ import annotations

from pathlib import Path

import pytest
from greenlint_profiler.world import World
from greenlint_profiler.zones import counted_once, zones

from tests.powercap.simulator import counted
from tests.powercap.tree import build, trees, zones_of

TOTALS = {
    "client-i5-13500": ["package-0"],
    "xeon-4s-reversed": [
        *(f"{part}-{n}" for n in (3, 2, 1, 0) for part in ("package", "dram")),
    ],
    "xeon-2s-reversed-nodram": ["package-1", "package-0"],
    "sandy-ep": ["package-0", "dram-0"],
    "fixture-hex-mmio": ["package-0", "package-10"],
    "laptop-psys": ["package-0", "dram"],
    "laptop-psys-mmio": ["package-0"],
    "threadripper-die-mirror": ["package-0-die-0"],
    "spr-2s-psys-shift": ["package-0", "dram-0", "package-1"],
    "haswell-old-kernel": ["package-0", "dram-0"],
    "i7-8550U-layout": ["package-0", "dram-0"],
    "xeon-8260-2s": ["package-0", "dram-0", "package-1", "dram-1"],
    "epyc-9654-2s-energy-only": ["package-0", "package-1"],
    "ryzen-9950x3d-near-wrap": ["package-0"],
    "vm-none": [],
    "two-real-dies": ["package-0-die-0", "package-0-die-1"],
    "gap-in-ids": ["package-0", "dram-0", "package-1"],
    "eleven-packages": [f"package-{n}" for n in range(11)],
}


def totals(world: World) -> list[str]:
    kept, _ = counted_once(zones(world), world)
    return [str(zone.domain) for zone in kept if zone.counter.in_total]


def test_every_recorded_tree_is_known() -> None:
    """A tree that is added to the data is judged here."""
    assert set(TOTALS) == set(trees())


@pytest.mark.parametrize("key", TOTALS)
@pytest.mark.parametrize("links", [True, False], ids=["class", "devices"])
def test_what_counts_of_each_recorded_tree(tmp_path: Path, key: str, links: bool) -> None:
    """Packages and memory are added up, once each, never their parts or the platform; the real
    directory that a container mounts does as well as the links of class/powercap.
    """
    build(tmp_path, zones_of(key), links=links)
    assert totals(World(sys=str(tmp_path))) == TOTALS[key]


@pytest.mark.parametrize("key", sorted(set(TOTALS) - {"threadripper-die-mirror"}))
def test_the_simulator_counts_the_same(tmp_path: Path, key: str) -> None:
    """The truth that other tests compare with has the zones of the total, and no others."""
    files = build(tmp_path, zones_of(key))
    world = World(sys=str(tmp_path))
    kept, _ = counted_once(zones(world), world)
    assert counted(files) == [zone.id for zone in kept if zone.counter.in_total]


def test_parts_belong_to_their_package(tmp_path: Path) -> None:
    """A part has the number of the package that it lies in, whatever its own number is."""
    build(tmp_path, zones_of("xeon-4s-reversed"))
    found = {zone.id: str(zone.domain) for zone in zones(World(sys=str(tmp_path)))}
    assert found["intel-rapl:0:0"] == "dram-3"
    assert found["intel-rapl:3:0"] == "dram-0"


@pytest.mark.parametrize("apart_percent", [0.9, 1.2])
def test_dies_within_one_percent_are_one_counter(tmp_path: Path, apart_percent: float) -> None:
    """Two dies that show the same count are counted once, and the note says so."""
    dies = zones_of("threadripper-die-mirror")
    dies[0]["energy_uj"] = 10_000_000_000
    dies[1]["energy_uj"] = round(10_000_000_000 * (1 - apart_percent / 100))
    build(tmp_path, dies)
    world = World(sys=str(tmp_path))
    _, notes = counted_once(zones(world), world)
    once = ["intel-rapl:1 (package-0-die-1) shows the counter of intel-rapl:0 again: once."]
    assert notes == (once if apart_percent < 1 else [])


def test_the_limit_bounds_what_is_believed(tmp_path: Path) -> None:
    """The short-term limit is the most that a package draws; 500 W where there is none; a limit
    that is not enforced, or that nobody filled in, is none.
    """
    limited = {"id": "intel-rapl:0", "name": "package-0", "energy_uj": 5, "PL2_uw": 117_000_000}
    world = World(sys=str(tmp_path))
    build(
        tmp_path,
        [
            limited,
            {**limited, "id": "intel-rapl:1", "name": "package-1", "enabled": 0},
            {**limited, "id": "intel-rapl:2", "name": "package-2", "PL2_uw": 0},
            {**limited, "id": "intel-rapl:3", "name": "psys", "PL2_uw": None},
        ],
    )
    watts = {str(zone.domain): zone.ceiling_uw // 1_000_000 for zone in zones(world)}
    assert watts == {"package-0": 117, "package-1": 500, "package-2": 500, "psys": 2000}


def test_no_tree_has_no_zones(tmp_path: Path) -> None:
    """A machine without powercap, and one where the directory is empty, have none."""
    assert zones(World(sys=str(tmp_path / "nothing"))) == []
    build(tmp_path, [])
    assert zones(World(sys=str(tmp_path))) == []
