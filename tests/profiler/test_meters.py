# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""The other meters: sensors, estimates, records, and libraries that are not there."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from greenlint_profiler.account import Account
from greenlint_profiler.measurement import between
from greenlint_profiler.meter import Unavailable
from greenlint_profiler.meters import hwmon, model, nvml, pyrapl, replay
from greenlint_profiler.meters.coefficients import TABLE, generation
from greenlint_profiler.units import Evidence, Reason
from greenlint_profiler.world import World

from tests.powercap.clock import FakeClock

SECOND = 1_000_000_000


# hwmon


def chip(sys: Path, number: int, name: str, **files: object) -> Path:
    folder = sys / "class" / "hwmon" / f"hwmon{number}"
    folder.mkdir(parents=True)
    (folder / "name").write_text(f"{name}\n")
    for file, value in files.items():
        (folder / file).write_text(f"{value}\n")
    return folder


def test_sockets_are_added_and_cores_are_not(tmp_path: Path) -> None:
    """amd_energy has sockets and cores: the sockets are the total, labelled by their maker."""
    chip(
        tmp_path,
        *(0, "amd_energy"),
        energy1_input=7,
        energy1_label="Ecore000",
        energy2_input=5_000_000,
        energy2_label="Esocket0",
        energy3_input=6_000_000,
        energy3_label="Esocket1",
    )
    meter = hwmon.open_meter(World(sys=str(tmp_path)))
    parts = {str(one.domain): one.in_total for one in meter.counters}
    assert parts == {"amd_energy Ecore000": False, "package-0": True, "package-1": True}
    assert meter.read() == [7, 5_000_000, 6_000_000]
    assert meter.evidence is Evidence.VENDOR
    meter.close()


def test_power_is_added_up(tmp_path: Path) -> None:
    """A trapezoid between two samples: 2 W and 4 W, a second apart, are 3 J."""
    folder = chip(tmp_path, 0, "board", power1_input=2_000_000)
    clock = FakeClock()
    summed = hwmon.Summed(str(folder / "power1_input"), lambda: clock.ns)
    assert summed.read() == 0
    clock.advance(SECOND)
    (folder / "power1_input").write_text("4000000\n")
    assert summed.read() == 3_000_000
    (folder / "power1_input").write_text("broken\n")
    assert summed.read() is Reason.GARBLED


def test_a_thread_samples_power_while_the_meter_is_open(tmp_path: Path) -> None:
    """Between two readings power is looked at too."""
    folder = chip(tmp_path, 0, "board", power1_input=1_000_000, power1_label="CPU power")
    meter = hwmon.open_meter(World(sys=str(tmp_path)))
    meter.read()
    (folder / "power1_input").write_text("1000000000\n")
    time.sleep(0.3)
    (folder / "power1_input").write_text("1000000\n")
    (energy_uj,) = meter.read()
    meter.close()
    assert isinstance(energy_uj, int)
    assert energy_uj > 50_000_000  # the two ends alone would give 0.3 J


FORKED = """
import os, sys, time
from greenlint_profiler.meters import hwmon
from greenlint_profiler.world import World

sys_root, sensor = sys.argv[1:]
meter = hwmon.open_meter(World(sys=sys_root))
meter.read()
child = os.fork()
if child == 0:
    (before,) = meter.read()
    open(sensor, "w").write("1000000000\\n")
    time.sleep(0.3)
    open(sensor, "w").write("1000000\\n")
    (after,) = meter.read()
    print(after - before, flush=True)
    os._exit(0)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="processes do not fork here")
def test_a_forked_child_samples_too(tmp_path: Path) -> None:
    """As in the process that opened the meter: without samples 0.3 s would have 0.3 J."""
    folder = chip(tmp_path, 0, "board", power1_input=1_000_000, power1_label="CPU power")
    words = [sys.executable, "-c", FORKED, str(tmp_path), str(folder / "power1_input")]
    done = subprocess.run(words, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) > 50_000_000


def test_energy_wins_over_power_of_the_same_sensor(tmp_path: Path) -> None:
    """A counter says more than samples."""
    chip(
        tmp_path,
        *(0, "scpi"),
        energy1_input=9,
        energy1_label="CPU",
        power1_input=5,
        power1_label="CPU",
    )
    (sensor,) = hwmon.sensors(World(sys=str(tmp_path)))
    assert sensor.path.endswith("energy1_input")


def test_two_chips_with_one_label_are_not_added(tmp_path: Path) -> None:
    """Nobody says whether they watch the same rail: the second is shown beside the first."""
    for number in (0, 1):
        chip(tmp_path, number, "ina", power1_input=5_000_000, power1_label="CPU")
    found = hwmon.sensors(World(sys=str(tmp_path)))
    assert [str(sensor.domain) for sensor in found] == ["package", "hwmon1 package"]


def test_no_sensor_is_no_meter(tmp_path: Path) -> None:
    """A temperature sensor measures no energy."""
    chip(tmp_path, 0, "k10temp", temp1_input=40_000)
    with pytest.raises(Unavailable, match="has no energy or power sensor"):
        hwmon.open_meter(World(sys=str(tmp_path)))


# Estimates

CPUINFO = "processor\t: 0\nvendor_id\t: {}\ncpu family\t: {}\nmodel\t\t: {}\nstepping\t: {}\n\n"


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        (("AuthenticAMD", 26, 2, 1), "EPYC 5"),
        (("AuthenticAMD", 25, 1, 1), "EPYC 3"),
        (("GenuineIntel", 6, 85, 4), "Skylake"),
        (("GenuineIntel", 6, 85, 7), "Cascade Lake"),
        (("GenuineIntel", 6, 143, 8), "Sapphire Rapids"),
        (("GenuineIntel", 6, 158, 9), None),
        (("AuthenticAMD", 23, 113, 0), None),
        (("Other", 6, 85, 7), None),
    ],
)
def test_a_generation_is_told_by_family_and_model(
    fields: tuple[object, ...], name: str | None
) -> None:
    """And by the stepping, where two generations share a model; clients are not in the table."""
    assert generation(CPUINFO.format(*fields)) == name


def test_cpuinfo_of_another_architecture_has_no_generation() -> None:
    """ARM's cpuinfo has other fields."""
    assert generation("processor\t: 0\nCPU implementer\t: 0x41\n\n") is None


def test_the_row_that_is_wrong_at_its_source_is_right_here() -> None:
    """The fifth EPYC draws less than 2 W for each virtual processor, not 9."""
    assert (TABLE["EPYC 5"].idle, TABLE["EPYC 5"].full) == (0.267, 1.481)


def model_of(tmp_path: Path, cpuinfo: str, **environ: str) -> model.Model:
    (tmp_path / "cpuinfo").write_text(cpuinfo)
    return model.open_meter(World(proc=str(tmp_path), environ=environ))


def test_an_estimate_has_its_band_and_its_source(tmp_path: Path) -> None:
    """Half to double, and where the watts are from, in every record."""
    meter = model_of(tmp_path, CPUINFO.format("AuthenticAMD", 25, 1, 1))
    account = Account(meter)
    first = account.edge()
    ends = time.process_time_ns() + 20_000_000
    while time.process_time_ns() < ends:
        pass
    taken = between(meter, account.counters, first, account.edge())
    assert taken.evidence is Evidence.ESTIMATED
    assert taken.energy_uj == pytest.approx(20_000 * 1.957, rel=0.2)
    assert taken.total.low_uj == pytest.approx((taken.energy_uj or 0) / 2, abs=1)
    assert taken.total.high_uj == pytest.approx((taken.energy_uj or 0) * 2, abs=1)
    assert taken.notes == (
        "estimated: CPU seconds x 1.957 W (EPYC 3; Cloud Carbon Footprint coefficients "
        "(Apache-2.0)), band 0.5x to 2x",
    )


def test_an_unknown_processor_has_a_wider_band(tmp_path: Path) -> None:
    """From half of the lowest row to double of the highest."""
    meter = model_of(tmp_path, "")
    low, high = (factor * meter.watts.full for factor in meter.band)
    assert (low, high) == (pytest.approx(1.481 / 2), pytest.approx(5.595 * 2))


def test_a_site_has_figures_of_its_own(tmp_path: Path) -> None:
    """GREENLINT_WATTS_PER_VCPU=IDLE-FULL; anything else is answered with what it should be."""
    meter = model_of(tmp_path, "", GREENLINT_WATTS_PER_VCPU="0.5-2.3")
    assert meter.watts.full == 2.3
    assert "GREENLINT_WATTS_PER_VCPU" in meter.notes[0]
    for wrong in ("2.3", "2-1", "0-0", "a-b"):
        with pytest.raises(Unavailable, match=r"is IDLE-FULL in watts, such as 0\.5-2\.3"):
            model_of(tmp_path, "", GREENLINT_WATTS_PER_VCPU=wrong)


# Records


def record(**more: Any) -> dict[str, Any]:
    return {
        "schema": "greenlint-replay/1",
        "evidence": "measured",
        "counters": [
            {"domain": "package", "socket": 0, "max_range_uj": 65_532_610_987},
            {"domain": "dram", "socket": 0},
        ],
        "readings": [
            {"ns": 0, "values": [65_532_610_986, 100]},
            {"ns": SECOND, "values": [999_984, 300_100]},
            {"ns": 2 * SECOND, "values": [1_999_984, "io-error"]},
        ],
        **more,
    }


def test_a_record_is_played_by_the_clock() -> None:
    """Its wraparounds are repaired, its errors stay errors, and it ends where it ends."""
    clock = FakeClock()
    meter = replay.Replay(record(), lambda: clock.ns)
    account = Account(meter, clock.clock)
    first = account.edge()
    clock.advance(SECOND)
    second = account.edge()
    assert between(meter, account.counters, first, second).energy_uj == 1_000_000 + 300_000
    clock.advance(SECOND)
    assert between(meter, account.counters, second, account.edge()).reasons == (Reason.IO_ERROR,)
    clock.advance(1)
    assert set(meter.read()) == {Reason.RECORD_ENDED}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{}", "schema is None, and not 'greenlint-replay/1'"),
        ("not json", "is no greenlint-replay/1 record"),
        (json.dumps(record(evidence="guessed")), "'guessed' is not a valid Evidence"),
        (json.dumps(record(readings=[])), "is no greenlint-replay/1 record"),
        (json.dumps(record(readings=[{"ns": 0, "values": [1]}])), "another number of values"),
        ("[]", "is no greenlint-replay/1 record"),
    ],
)
def test_a_broken_record_is_named(tmp_path: Path, text: str, says: str) -> None:
    """The sentence has the file and what is wrong with it."""
    path = tmp_path / "record.json"
    path.write_text(text)
    with pytest.raises(Unavailable) as caught:
        replay.open_meter(World(environ={"GREENLINT_REPLAY": str(path)}))
    assert says in str(caught.value)
    assert str(path) in str(caught.value)


# Libraries


def test_a_library_that_is_not_there_is_an_answer() -> None:
    """Without nvidia-ml-py, or without a driver below it, there is no meter and a reason."""
    with pytest.raises(Unavailable) as caught:
        nvml.open_meter(World())
    assert caught.value.reason in (Reason.NOT_INSTALLED, Reason.ABSENT)


def test_pyrapl_reads_no_other_tree(tmp_path: Path) -> None:
    """It has /sys written into it; asking it for another tree would measure the wrong machine."""
    with pytest.raises(Unavailable, match="pyRAPL reads /sys only"):
        pyrapl.open_meter(World(sys=str(tmp_path)))


def test_pyrapl_leaves_the_logger_and_the_warnings_alone() -> None:
    """Whether it is installed or not: handlers of the host program stay as they were."""
    import logging

    before = list(logging.getLogger().handlers)
    with pytest.raises(Unavailable):
        pyrapl.open_meter(World())
    assert logging.getLogger().handlers == before
