# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Which meter is taken, why each other was not, and meters of other packages."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from greenlint_profiler.choose import choose, open_named, stands_still, third_parties
from greenlint_profiler.doctor import examine
from greenlint_profiler.meter import Unavailable
from greenlint_profiler.units import Evidence, Reason
from greenlint_profiler.world import World

from tests.powercap.tree import build, zones_of
from tests.profiler.test_meters import chip

PLUG = """
from greenlint_profiler.counter import Counter
from greenlint_profiler.meters.cpu import Cpu
from greenlint_profiler.units import Domain, Evidence, Kind


class Plug(Cpu):
    name = "plug"
    evidence = Evidence.MEASURED
    counters = (Counter(Domain(Kind.PSYS), None, 1.0, in_total=True),)

    def read(self):
        raise LookupError("the plug is out")


def open_meter(world):
    if world.environ.get("PLUG") == "broken":
        raise LookupError("no plug")
    return Plug()
"""


@pytest.fixture
def plug(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An installed package that adds a meter, and one whose module is gone."""
    site = tmp_path / "site"
    folder = site / "greenplug-1.0.dist-info"
    folder.mkdir(parents=True)
    (site / "greenplug.py").write_text(PLUG)
    (folder / "METADATA").write_text("Metadata-Version: 2.1\nName: greenplug\nVersion: 1.0\n")
    (folder / "entry_points.txt").write_text(
        "[greenlint.meters]\nplug = greenplug:open_meter\ngone = greenplug.gone:open_meter\n"
    )
    monkeypatch.syspath_prepend(str(site))
    monkeypatch.delitem(sys.modules, "greenplug", raising=False)


def bare(tmp_path: Path, **environ: str) -> World:
    return World(sys=str(tmp_path / "sys"), proc=str(tmp_path / "proc"), environ=environ)


def test_a_counter_is_taken_before_an_estimate(tmp_path: Path) -> None:
    """powercap is chosen, and perf was passed over with its reason."""
    build(tmp_path / "sys", zones_of("client-i5-13500"))
    choice = choose(bare(tmp_path))
    choice.meter.close()
    assert choice.meter.name == "powercap"
    assert [(one.name, one.reason) for one in choice.passed_over] == [("perf", Reason.ABSENT)]


def test_a_machine_without_counters_is_estimated(tmp_path: Path) -> None:
    """Every meter that stands before the estimate says why it was not taken."""
    choice = choose(bare(tmp_path))
    assert choice.meter.name == "model"
    names = [one.name for one in choice.passed_over]
    assert names == ["perf", "powercap", *third_parties(), "hwmon", "nvml"]
    assert all(one.detail for one in choice.passed_over)


@pytest.mark.parametrize("values", [(0,), (0, 0)])
def test_a_counter_that_shows_zero_and_stays_there_is_no_counter(
    tmp_path: Path, values: tuple[int, ...]
) -> None:
    """Some virtual machines show the files, and nothing counts behind them."""
    zones = [
        {"id": f"intel-rapl:{n}", "name": f"package-{n}", "energy_uj": value}
        for n, value in enumerate(values)
    ]
    build(tmp_path / "sys", zones)
    choice = choose(bare(tmp_path))
    assert choice.meter.name == "model"
    (passed,) = [one for one in choice.passed_over if one.name == "powercap"]
    assert passed.reason is Reason.FROZEN
    assert passed.detail == "Its counters show 0 and stay there: nothing counts behind them."
    meter = open_named("powercap", bare(tmp_path))  # by name it is not refused
    meter.close()


def test_a_counter_that_begins_at_zero_is_one(tmp_path: Path) -> None:
    """As after the machine was started: it is taken as soon as it moves."""
    zone = {"id": "intel-rapl:0", "name": "package-0", "energy_uj": 0}
    (file,) = build(tmp_path / "sys", [zone], mode=0o644)
    meter = open_named("powercap", bare(tmp_path))
    moved = [0, 0, 61]
    assert not stands_still(meter, lambda seconds: file.path.write_text(f"{moved.pop(0)}\n"))
    meter.close()
    assert moved == []


def test_sensors_that_may_overlap_are_not_taken_unasked(tmp_path: Path) -> None:
    """A board whose rails may contain one another has no total; by name they are shown."""
    chip(tmp_path / "sys", 0, "ina3221", power1_input=5, power1_label="VDD_IN")
    choice = choose(bare(tmp_path))
    (passed,) = [one for one in choice.passed_over if one.name == "hwmon"]
    assert passed.reason is Reason.OVERLAP
    assert passed.detail.endswith("ask for it by name.")
    meter = open_named("hwmon", bare(tmp_path))
    meter.close()
    assert meter.evidence is Evidence.VENDOR


@pytest.mark.usefixtures("plug")
def test_a_meter_of_another_package_stands_before_the_estimates(tmp_path: Path) -> None:
    """It is found by its entry point, unasked and by name."""
    assert third_parties() == ["gone", "plug"]
    assert choose(bare(tmp_path)).meter.name == "plug"
    assert open_named("plug", bare(tmp_path)).name == "plug"


@pytest.mark.usefixtures("plug")
def test_a_broken_meter_of_another_package_is_named(tmp_path: Path) -> None:
    """It spoils nothing: its error is a reason among the others."""
    choice = choose(bare(tmp_path, PLUG="broken"))
    assert choice.meter.name == "model"
    details = {one.name: one.detail for one in choice.passed_over}
    assert details["plug"] == "The meter 'plug' failed: LookupError: no plug."
    assert details["gone"].startswith("The meter 'gone' cannot be loaded: ModuleNotFoundError")


@pytest.mark.usefixtures("plug")
def test_a_meter_of_another_package_that_fails_later_is_shown(tmp_path: Path) -> None:
    """The doctor does not fall over it."""
    (found,) = [one for one in examine(bare(tmp_path)).meters if one.name == "plug"]
    assert found.detail == "psys; total = psys; CPU seconds only: no joules were measured or " + (
        "estimated; psys: the meter failed"
    )


def test_rapl_is_perf_or_powercap(tmp_path: Path) -> None:
    """One word for the two ways to the same counters."""
    with pytest.raises(Unavailable, match="no counter to read"):
        open_named("rapl", bare(tmp_path))
    build(tmp_path / "sys", zones_of("client-i5-13500"))
    meter = open_named("rapl", bare(tmp_path))
    meter.close()
    assert meter.name == "powercap"


def test_a_word_that_is_no_meter_is_answered_with_the_nearest(tmp_path: Path) -> None:
    """A slip of the finger is not an absent meter."""
    with pytest.raises(Unavailable, match=r"no meter 'powercup'\. Did you mean 'powercap'"):
        open_named("powercup", bare(tmp_path))
