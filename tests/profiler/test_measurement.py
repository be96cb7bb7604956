# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Edges of a simulated machine -> joules, intervals, totals, and the reasons why there are none."""

from __future__ import annotations

import errno
import json
import os

import pytest
from greenlint_profiler.load import Load, others
from greenlint_profiler.measurement import beside, between
from greenlint_profiler.units import Domain, Evidence, Kind, Reason

from tests.powercap.power import constant
from tests.powercap.simulator import modulus_uj
from tests.powercap.tree import zones_of
from tests.profiler.conftest import MakeMachine

MS = 1_000_000
SECOND = 1000 * MS
PACKAGE = Domain(Kind.PACKAGE, 0)
AMD = [{"id": "intel-rapl:0", "name": "package-0", "max_energy_range_uj": 65_532_610_987}]


def amd(below_wrap_uj: int = 10**10) -> list[dict[str, object]]:
    return [{**AMD[0], "energy_uj": 65_532_610_987 - below_wrap_uj}]


def test_the_total_is_packages_and_memory(machine: MakeMachine) -> None:
    """Four sockets of 50 W and 10 W: 240 W in all, whatever the order of the zones."""
    power = {"package": constant(50), "dram": constant(10)}
    made = machine(zones_of("xeon-4s-reversed"), power, grid_ns=0)
    taken = made.window(made.account(), SECOND)
    assert taken.joules == pytest.approx(240, abs=1e-3)
    assert taken.evidence is Evidence.MEASURED
    assert taken.meter == "powercap"
    assert taken.seconds == 1


def test_platform_and_core_are_shown_and_not_added(machine: MakeMachine) -> None:
    """psys contains the package, the package contains the core."""
    power = {
        "package": constant(20),
        "psys": constant(45),
        "core": constant(11),
        "dram": constant(3),
    }
    made = machine(zones_of("laptop-psys"), power, grid_ns=0)
    taken = made.window(made.account(), SECOND)
    assert taken.joules == pytest.approx(23, abs=1e-3)
    assert taken.domains[Domain(Kind.PSYS)].joules == pytest.approx(45, abs=1e-3)
    assert taken.domains[Domain(Kind.CORE, 0)].joules == pytest.approx(11, abs=1e-3)


def test_one_wraparound_is_exact(machine: MakeMachine) -> None:
    """A counter that wraps in the window gives to the microjoule what was issued."""
    made = machine(amd(below_wrap_uj=12_345), {"package": constant(100)}, grid_ns=0)
    taken = made.window(made.account(), SECOND)
    assert taken.energy_uj == 100_000_000
    assert taken.total.wraps == 1
    assert not taken.total.uncertain


def test_a_second_wraparound_is_flagged(machine: MakeMachine) -> None:
    """Twice round the counter between two readings: no number, and the reason why."""
    made = machine(amd(), {"package": constant(400)})
    taken = made.window(made.account(), 330 * SECOND)
    assert taken.energy_uj is None
    assert taken.total.uncertain
    assert taken.reasons == (Reason.WRAPS_UNKNOWN,)


def test_readings_in_between_keep_every_wraparound(machine: MakeMachine) -> None:
    """24 hours at 400 W on a counter of 65 kJ, 528 times round: nothing is lost."""
    made = machine(amd(), {"package": constant(400)}, grid_ns=0)
    account = made.account()
    account.opened()
    ends_ns = made.clock.ns + 24 * 3600 * SECOND
    first = account.edge()

    def sleep(seconds: float) -> None:
        made.clock.advance(min(round(seconds * 1e9), ends_ns - made.clock.ns))
        if made.clock.ns >= ends_ns:
            account.closed()

    account.keep(sleep)
    taken = between(account.meter, account.counters, first, account.edge())
    assert taken.energy_uj == 24 * 3600 * 400 * 1_000_000
    assert taken.total.wraps == 528


def test_a_frozen_counter_is_no_zero(machine: MakeMachine) -> None:
    """Standing still for ten milliseconds is a defect; for one millisecond it is the resolution."""
    made = machine(amd(), {"package": constant(0)}, grid_ns=0)
    account = made.account()
    assert made.window(account, 9 * MS).reasons == (Reason.BELOW_RESOLUTION,)
    assert made.window(account, 10 * MS).reasons == (Reason.FROZEN,)
    assert made.window(account, SECOND).energy_uj is None


def test_a_counter_of_whole_joules_waits_longer(machine: MakeMachine) -> None:
    """20 ms of 30 W are less than its step; that is no defect of the counter."""
    zones = zones_of("spr-2s-psys-shift")
    made = machine(zones, {"psys": constant(30), "package": constant(30), "dram": constant(5)})
    made.clock.advance(105 * MS)  # 3.15 J, and 3.75 J at the end
    taken = made.window(made.account(), 20 * MS)
    assert taken.domains[Domain(Kind.PSYS)].reason is Reason.BELOW_RESOLUTION
    assert taken.energy_uj is not None


def test_a_total_is_never_short(machine: MakeMachine) -> None:
    """When memory cannot be read there is no total, and the package keeps its own figure."""
    made = machine(zones_of("sandy-ep"), {"package": constant(50), "dram": constant(10)})
    account = made.account()
    first = account.edge()
    made.clock.advance(SECOND)
    made.simulator.vanish(made.simulator.files[2])
    taken = between(account.meter, account.counters, first, account.edge())
    assert taken.energy_uj is None
    assert taken.total.reason is Reason.GARBLED
    assert taken.domains[PACKAGE].joules == pytest.approx(50, rel=0.01)
    assert taken.evidence is Evidence.MEASURED


def test_a_failed_reading_in_between_loses_nothing(machine: MakeMachine) -> None:
    """An error at a reading that is neither edge is made up for by the next one."""
    made = machine(amd(), {"package": constant(100)}, grid_ns=0)
    account = made.account()
    first = account.edge()
    made.clock.advance(SECOND)

    def failing(descriptor: int, size: int, offset: int) -> bytes:
        raise OSError(errno.EIO, "input/output error")

    made.pread = failing
    assert account.edge().entries[0].missing is Reason.IO_ERROR
    made.clock.advance(SECOND)
    made.pread = os.pread
    taken = between(account.meter, account.counters, first, account.edge())
    assert taken.energy_uj == 200_000_000


def test_a_suspended_machine_has_no_figure(machine: MakeMachine) -> None:
    """Nobody knows what the counter did while the machine slept; the next window is sound."""
    made = machine(amd(), {"package": constant(100)})
    account = made.account()
    first = account.edge()
    made.clock.suspend(SECOND)
    made.clock.advance(SECOND)
    taken = between(account.meter, account.counters, first, account.edge())
    assert taken.reasons == (Reason.SUSPENDED,)
    assert made.window(account, SECOND).joules == pytest.approx(100, rel=0.01)


def test_a_reset_is_uncertain_and_not_guessed(machine: MakeMachine) -> None:
    """A counter that begins anew is no energy of kilojoules."""
    made = machine(amd(5 * 10**10), {"package": constant(100)})
    account = made.account()
    first = account.edge()
    made.clock.advance(SECOND)
    made.simulator.write(made.simulator.files[0], 5)
    taken = between(account.meter, account.counters, first, account.edge())
    assert taken.energy_uj is None
    assert taken.total.uncertain
    assert taken.reasons == (Reason.IMPLAUSIBLE,)


def test_the_interval_is_wide_for_short_windows(machine: MakeMachine) -> None:
    """0.41 ms of the power at the edges: 1.6 % of 50 ms, 0.3 % of 250 ms, at 95 %."""
    made = machine(amd(), {"package": constant(100)}, grid_ns=0)
    account = made.account()
    for ms, percent in ((50, 1.6), (250, 0.32)):
        total = made.window(account, ms * MS).total
        assert total.low_uj is not None
        assert total.high_uj is not None
        assert total.energy_uj is not None
        assert total.low_uj < total.energy_uj < total.high_uj
        half = (total.high_uj - total.low_uj) / 2
        assert 100 * half / total.energy_uj == pytest.approx(percent, rel=0.02)


def test_counters_of_one_socket_err_together(machine: MakeMachine) -> None:
    """Within a socket deviations add up, between sockets their squares do."""
    power = {"package": constant(50), "dram": constant(50)}
    made = machine(zones_of("xeon-8260-2s"), power, grid_ns=0)
    taken = made.window(made.account(), 100 * MS)
    one = taken.domains[PACKAGE].sigma_uj
    assert one is not None
    assert taken.total.sigma_uj == pytest.approx(one * 2 * 2**0.5, rel=0.05)


def test_what_others_use_changes_the_label(machine: MakeMachine) -> None:
    """A counter that others drove too is `shared`, above a tenth of all CPU time."""
    made = machine(amd(), {"package": constant(100)})
    taken = made.window(made.account(), SECOND)
    assert beside(taken, 0, 0.10).evidence is Evidence.MEASURED
    assert beside(taken, 0, 0.11).evidence is Evidence.SHARED
    assert beside(taken, 0, None).evidence is Evidence.MEASURED


def test_the_part_of_others_is_told_from_ticks() -> None:
    """Ticks of the machine that are not ours; a handful of ticks tells nothing."""
    hertz = os.sysconf("SC_CLK_TCK")
    second = Load(0, 0)
    assert others(second, Load(SECOND, 2 * hertz)) == pytest.approx(0.5)
    assert others(second, Load(SECOND, hertz)) == 0
    assert others(second, Load(0, 5)) is None
    assert others(second, Load(0, None)) is None


def test_a_record_is_plain_json(machine: MakeMachine) -> None:
    """Microjoules, seconds and codes; what is missing is null."""
    made = machine(zones_of("fixture-hex-mmio"), {"package": constant(40), "core": constant(0)})
    record = json.loads(json.dumps(made.window(made.account(), SECOND).as_record()))
    assert record["evidence"] == "measured"
    assert record["domains"]["core-0"]["energy_uj"] is None
    assert record["domains"]["core-0"]["reason"] == "frozen"
    assert record["reasons"] == ["frozen"]
    low, high = record["interval_uj"]
    assert low < record["energy_uj"] < high
    assert any("intel-rapl-mmio:0" in note for note in record["notes"])


def test_without_a_single_figure_there_is_no_evidence(machine: MakeMachine) -> None:
    """A window whose every counter failed is labelled `none`."""
    made = machine(amd(), {"package": constant(0)})
    taken = made.window(made.account(), SECOND)
    assert taken.evidence is Evidence.NONE


def test_the_simulator_wraps_where_the_kernel_does(machine: MakeMachine) -> None:
    """2^32 steps: the truth is not made with the code that is judged by it."""
    (file,) = machine(amd()).simulator.files
    assert modulus_uj(file) == 65_532_611_002
