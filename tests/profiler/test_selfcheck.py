# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""The self-check on simulated counters: costs, noise, and two ways to one counter."""

from __future__ import annotations

import pytest
from greenlint_profiler.doctor import examine
from greenlint_profiler.doctor_text import lines
from greenlint_profiler.selfcheck import compare, selfcheck
from greenlint_profiler.world import World

from tests.powercap.power import constant
from tests.powercap.tree import zones_of
from tests.profiler.conftest import MakeMachine

QUIET = {"package": constant(30), "dram": constant(4)}


def test_an_idle_machine_has_a_noise_floor(machine: MakeMachine) -> None:
    """The spread of idle windows is that of the counter's grid: 0.4 ms of the power."""
    made = machine(zones_of("sandy-ep"), QUIET)
    checked = selfcheck(made.world, made.clock.sleep, made.clock.clock)
    (one,) = checked.meters
    assert one.meter == "powercap"
    assert one.counters == 3
    assert one.read_microseconds > 0
    assert one.idle_watts == pytest.approx(34, rel=0.02)
    assert one.noise_joules == pytest.approx(34 * 0.00041, rel=0.6)
    assert checked.compared == ()
    assert checked.sound


def test_a_counter_that_stands_still_is_not_sound(machine: MakeMachine) -> None:
    """No window has a figure, and the check says so."""
    made = machine(zones_of("sandy-ep"), {"package": constant(0), "dram": constant(0)})
    checked = selfcheck(made.world, made.clock.sleep, made.clock.clock)
    (one,) = checked.meters
    assert (one.failed, one.idle_watts, one.noise_joules) == (20, None, None)
    assert not checked.sound
    text = "\n".join(lines(examine(made.world), checked))
    assert "20 windows had no figure" in text


@pytest.mark.parametrize(("watts", "agree"), [(30, True), (30.2, True), (30.7, False)])
def test_two_ways_to_one_counter_agree_or_not(
    machine: MakeMachine, watts: float, agree: bool
) -> None:
    """Within one percent over a second; the platform and the parts are not compared."""
    one = machine(zones_of("laptop-psys"), QUIET, grid_ns=0)
    other = machine(zones_of("laptop-psys"), {**QUIET, "package": constant(watts)}, grid_ns=0)
    one.clock.listeners.append(other.simulator.show_at)
    accounts = [one.account(), one.account(other.meter())]
    pairs = {pair.domain: pair for pair in compare(accounts, one.clock.sleep)}
    assert set(pairs) == {"package-0", "dram"}
    assert pairs["package-0"].agree is agree
    assert pairs["package-0"].difference == pytest.approx(watts / 30 - 1, abs=1e-4)
    assert pairs["dram"].agree


def test_without_counters_there_is_nothing_to_check(tmp_path: object) -> None:
    """And that is what is said."""
    world = World(sys=str(tmp_path), proc=str(tmp_path), root=str(tmp_path))
    checked = selfcheck(world)
    assert checked.meters == ()
    assert "no counter can be read here" in "\n".join(lines(examine(world), checked))
