# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""The diagnosis of simulated machines: what works, why the rest does not, and the way out."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from greenlint_profiler.doctor import Diagnosis, Found, examine, words
from greenlint_profiler.doctor_text import lines
from greenlint_profiler.remedies import REMEDIES
from greenlint_profiler.units import Evidence, Reason

from tests.powercap.tree import build, zones_of
from tests.profiler.conftest import as_nobody
from tests.profiler.test_environment import INTEL, world
from tests.profiler.test_meters import chip, record


def meter(diagnosis: Diagnosis, name: str) -> Found:
    return next(one for one in diagnosis.meters if one.name == name)


def test_a_counter_that_works_needs_no_remedy(tmp_path: Path) -> None:
    """What it counts, what the total is, and that nothing else is to be done."""
    build(tmp_path / "sys", zones_of("client-i5-13500"))
    diagnosis = examine(world(tmp_path, {}))
    found = meter(diagnosis, "powercap")
    assert diagnosis.best == found
    assert found.evidence is Evidence.MEASURED
    assert found.domains == ("package-0", "core-0", "uncore-0")
    assert found.detail == (
        "package-0, core-0, uncore-0; total = package-0; memory has no counter of its own here"
    )
    assert diagnosis.remedies == ()


def test_mirrored_zones_are_named(tmp_path: Path) -> None:
    """Two views of one counter are told, to programs too, since others may count them twice."""
    build(tmp_path / "sys", zones_of("threadripper-die-mirror"))
    found = meter(examine(world(tmp_path, {})), "powercap")
    note = "intel-rapl:1 (package-0-die-1) shows the counter of intel-rapl:0 again: once."
    assert found.notes == (note,)
    assert note in found.detail


def test_a_counter_that_only_root_reads_has_its_remedy(open_folder: Path) -> None:
    """The rule for udev, the line for tmpfiles.d, a group, and what it costs: no word of root."""
    build(open_folder / "sys", zones_of("client-i5-13500"), mode=0o000)
    with as_nobody():
        diagnosis = examine(world(open_folder, {}))
    assert meter(diagnosis, "powercap").status == "not readable"
    (remedy,) = diagnosis.remedies
    steps = "\n".join(remedy.steps)
    assert 'RUN+="/usr/bin/chgrp energy /sys/%p/energy_uj"' in steps
    assert "z /sys/class/powercap/intel-rapl:*/energy_uj 0440 root energy -" in steps
    assert "PLATYPUS" in remedy.trade_off
    assert diagnosis.best.name == "model"


def test_a_counter_that_never_counted_is_not_usable(tmp_path: Path) -> None:
    """A virtual machine that shows zeros for counters does not pass for one that measures."""
    build(tmp_path / "sys", [{"id": "intel-rapl:0", "name": "package-0", "energy_uj": 0}])
    files = {"proc/cpuinfo": INTEL.format("hypervisor")}
    diagnosis = examine(world(tmp_path, files))
    found = meter(diagnosis, "powercap")
    assert (found.status, found.reason, found.evidence) == ("frozen", Reason.FROZEN, Evidence.NONE)
    assert "show 0 and stay there" in found.detail
    assert not diagnosis.has("measured")
    assert not diagnosis.has("rapl")
    assert [remedy.id for remedy in diagnosis.remedies] == ["virtual"]


def test_a_record_that_begins_at_zero_can_be_played(tmp_path: Path) -> None:
    """It has no hardware behind it that could be missing."""
    played = record(readings=[{"ns": 0, "values": [0, 0]}, {"ns": 10**9, "values": [5, 5]}])
    (tmp_path / "record.json").write_text(json.dumps(played))
    around = replace(world(tmp_path, {}), environ={"GREENLINT_REPLAY": f"{tmp_path}/record.json"})
    assert meter(examine(around), "replay").usable


def test_a_masked_tree_asks_for_a_mount(tmp_path: Path) -> None:
    """An empty directory is a container's doing."""
    build(tmp_path / "sys", [])
    diagnosis = examine(world(tmp_path, {".dockerenv": ""}))
    assert meter(diagnosis, "powercap").status == "masked"
    (remedy,) = diagnosis.remedies
    assert "/sys/devices/virtual/powercap:/host/sys/devices/virtual/powercap:ro" in remedy.steps[1]


@pytest.mark.parametrize(
    ("files", "remedies"),
    [
        ({"proc/cpuinfo": INTEL.format("hypervisor"), ".dockerenv": ""}, ["virtual"]),
        ({"proc/cpuinfo": INTEL.format("hypervisor")}, ["virtual"]),
        ({".dockerenv": ""}, ["masked"]),
        ({}, []),
    ],
)
def test_the_way_out_is_that_of_the_machine(
    tmp_path: Path, files: dict[str, str], remedies: list[str]
) -> None:
    """Inside a virtual machine nothing helps; in a container on hardware, a mount does."""
    diagnosis = examine(world(tmp_path, files))
    assert [remedy.id for remedy in diagnosis.remedies] == remedies


@pytest.mark.parametrize(
    ("wanted", "with_counter", "without"),
    [
        ("measured", True, False),
        ("shared", True, False),
        ("estimated", True, True),
        ("proxy", True, True),
        ("powercap", True, False),
        ("rapl", True, False),
        ("perf", False, False),
        ("model", True, True),
        ("replay", False, False),
    ],
)
def test_what_can_be_asked_for(
    tmp_path: Path, wanted: str, with_counter: bool, without: bool
) -> None:
    """A label is met by a better one; a meter by itself; `rapl` by either way to the counters."""
    assert wanted in words()
    assert examine(world(tmp_path / "bare", {})).has(wanted) is without
    build(tmp_path / "sys", zones_of("client-i5-13500"))
    assert examine(world(tmp_path, {})).has(wanted) is with_counter


def test_sensors_without_a_total_are_shown_and_not_chosen(tmp_path: Path) -> None:
    """They work, by name."""
    chip(tmp_path / "sys", 0, "ina3221", energy1_input=5, energy1_label="VDD_IN")
    diagnosis = examine(world(tmp_path, {}))
    found = meter(diagnosis, "hwmon")
    assert (found.status, found.counts_total) == ("usable", False)
    assert found.reason is Reason.NO_PACKAGE
    assert diagnosis.best.name == "model"


def test_a_unit_that_fails_is_seen_at_once(tmp_path: Path) -> None:
    """A counter beside the package that cannot be read is named in its meter's row."""
    zones = zones_of("sandy-ep")
    files = build(tmp_path / "sys", zones)
    files[2].path.write_text("broken\n")
    found = meter(examine(world(tmp_path, {})), "powercap")
    assert "dram-0: the counter's text is not a number" in found.detail


def test_every_meters_remedy_exists() -> None:
    """A name that an error carries leads to a page, or says that there is none."""
    import re

    import greenlint_profiler

    folder = Path(greenlint_profiler.__file__).parent
    named = set()
    for path in folder.rglob("*.py"):
        for call in re.findall(r"Unavailable\((.*?)\)\s", path.read_text(), re.DOTALL):
            named |= set(re.findall(r', "(\w+)"$', call.strip().rstrip(",")))
    assert named
    assert named <= {*REMEDIES, "absent"}


@pytest.mark.parametrize("remedy", REMEDIES.values(), ids=REMEDIES)
def test_no_remedy_gives_the_counters_to_everybody(remedy: object) -> None:
    """No file is made readable for all, and nobody is told to run as root."""
    text = str(remedy)
    for wrong in ("0444", "a+r", "o+r", "chmod +r", "777", "sudo pytest", "sudo python"):
        assert wrong not in text


def test_the_text_is_a_table_that_fits(tmp_path: Path) -> None:
    """A row for each meter, then the choice, the machine, the warnings."""
    build(tmp_path / "sys", zones_of("client-i5-13500"))
    text = list(lines(examine(world(tmp_path, {"proc/loadavg": "9 9 9 1/1 1\n"}))))
    assert text[0].split() == ["meter", "status", "evidence", "detail"]
    (row,) = [line for line in text if line.startswith("powercap")]
    assert row.split()[:3] == ["powercap", "usable", "measured"]
    assert "Used unless you say otherwise: powercap (measured)." in text
    assert f"GREENLINT_SYSFS_ROOT: counters are read below {tmp_path}/sys, not in /sys." in text
    assert any(line.startswith("Mind: The machine is busy") for line in text)
