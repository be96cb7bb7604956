# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""The power over time, from simulated counters and a record; and a whole run by a fake clock."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from greenlint_profiler.account import Account
from greenlint_profiler.functions import samples
from greenlint_profiler.functions.attribution import attribute
from greenlint_profiler.functions.curve import Curve, Stretch
from greenlint_profiler.functions.inside.clocks import main_ident
from greenlint_profiler.functions.inside.log import Log
from greenlint_profiler.functions.inside.sampler import Sampler
from greenlint_profiler.functions.pieces import What
from greenlint_profiler.functions.tree import functions, rest
from greenlint_profiler.measurement import between
from greenlint_profiler.meters.replay import Replay
from greenlint_profiler.units import Reason

from tests.powercap.clock import FakeClock
from tests.powercap.power import Power, constant
from tests.powercap.tree import zones_of
from tests.profiler.conftest import MakeMachine
from tests.profiler.test_functions_sampler import ToldClocks, above, here

MS = 1_000_000


def replayed(values: Sequence[tuple[int, int | str]], clock: FakeClock) -> Replay:
    """A package's counter: at so many milliseconds, so many microjoules or a reason."""
    record = {
        "schema": "greenlint-replay/1",
        "evidence": "measured",
        "counters": [{"domain": "package", "socket": 0}, {"domain": "core", "socket": 0}],
        "readings": [{"ns": ms * MS, "values": [uj, 5]} for ms, uj in values],
    }
    return Replay(record, clock.clock.now_ns)


def stretches(values: Sequence[tuple[int, int | str]], step_ms: int = 10) -> list[Stretch]:
    """Edges at every step of a record, from its beginning to its end."""
    clock = FakeClock()
    account = Account(replayed(values, clock), clock.clock)
    curve = Curve(account.counters)
    for _ in range(values[-1][0] // step_ms + 1):
        curve.add(account.edge())
        clock.advance(step_ms * MS)
    curve.end()
    return curve.stretches


def told(found: Sequence[Stretch]) -> list[tuple[float, int | None]]:
    return [(one.ns / MS, one.energy_uj) for one in found]


def test_each_step_is_a_stretch() -> None:
    """The energy of the total; parts of a package are beside it."""
    found = stretches([(0, 0), (10, 600_000), (20, 800_000)])
    assert told(found) == [(10, 600_000), (10, 200_000)]
    assert [one.parts_uj for one in found] == [(600_000, 0), (200_000, 0)]
    assert [one.watts for one in found] == [60, 20]
    assert found[0].last_ns == found[1].first_ns


def test_a_counter_that_has_not_moved_yet_makes_a_stretch_longer() -> None:
    """Its step is not zero joules."""
    found = stretches([(0, 0), (5, 0), (10, 10), (20, 500)], step_ms=5)
    assert told(found) == [(10, 10), (10, 490)]


def test_a_reading_that_is_missing_makes_a_stretch_longer() -> None:
    """What was used meanwhile is in it."""
    found = stretches([(0, 0), (10, 100), (20, "io-error"), (30, 900)])
    assert told(found) == [(10, 100), (20, 800)]


def test_a_total_is_never_short() -> None:
    """Memory cannot be read for a moment: the package's energy waits for it."""
    clock = FakeClock()
    values: list[list[int | str]] = [[0, 0], [100, "io-error"], [200, 50], [300, 60]]
    record = {
        "schema": "greenlint-replay/1",
        "evidence": "measured",
        "counters": [{"domain": "package", "socket": 0}, {"domain": "dram", "socket": 0}],
        "readings": [{"ns": 10 * MS * at, "values": one} for at, one in enumerate(values)],
    }
    account = Account(Replay(record, clock.clock.now_ns), clock.clock)
    curve = Curve(account.counters)
    for _ in values:
        curve.add(account.edge())
        clock.advance(10 * MS)
    assert told(curve.stretches) == [(20, 250), (10, 110)]


def test_what_no_hardware_draws_has_no_figure() -> None:
    """The stretch is there, with its reason; those around it keep theirs."""
    found = stretches([(0, 0), (10, 100_000), (20, 10**12), (30, 10**12 + 100_000)])
    assert told(found) == [(10, 100_000), (10, None), (10, 100_000)]
    assert found[1].reason is Reason.IMPLAUSIBLE
    assert found[1].watts is None


def test_the_end_that_the_counter_did_not_show() -> None:
    """It is a stretch without energy, so that its time is not lost."""
    found = stretches([(0, 0), (10, 100_000), (15, 100_000)], step_ms=5)
    assert told(found) == [(10, 100_000), (5, 0)]


def test_a_run_without_counters_has_no_stretches() -> None:
    """Nothing is read, nothing is said."""
    curve = Curve(())
    curve.end()
    assert curve.stretches == []


@pytest.mark.parametrize("tree", ["xeon-8260-2s", "ryzen-9950x3d-near-wrap"])
def test_stretches_add_up_to_the_window(machine: MakeMachine, tree: str) -> None:
    """Exactly, over sockets, memory and a wraparound."""
    steps = Power(((37, 20_000), (11, 90_000), (53, 45_000)))
    made = machine(zones_of(tree), {"package": steps, "dram": constant(7)})
    account = made.account()
    first = last = account.edge()
    curve = Curve(account.counters)
    curve.add(first)
    for _ in range(300):
        made.clock.advance(11 * MS)
        last = account.edge()
        curve.add(last)
    curve.end()
    whole = between(account.meter, account.counters, first, last)
    assert whole.energy_uj == sum(one.energy_uj or 0 for one in curve.stretches)
    assert sum(one.ns for one in curve.stretches) == last.mid_ns - first.mid_ns


def test_a_whole_run_by_a_fake_clock(tmp_path: Path) -> None:
    """A record of power and told clocks: the same figures on every run, to the microjoule.

    10 ms at 60 W in `above`, 10 ms at 20 W in `here`, 5 ms of each core in the next 10 ms at 40 W,
    and 10 ms at 10 W in which nothing runs.
    """
    clock = FakeClock()
    energies = [(0, 0), (10, 600_000), (20, 800_000), (30, 1_200_000), (40, 1_300_000)]
    account = Account(replayed(energies, clock), clock.clock)
    curve = Curve(account.counters)
    deep, shallow = above(), here()
    clocks = ToldClocks(ns=clock.ns, threads={main_ident(): 0, 77: 0})
    clocks.stacks = {main_ident(): deep, 77: shallow}
    sampler = Sampler(Log(tmp_path, 1), clocks, 10_000)
    first = account.edge()
    curve.add(first)
    for used in ({"main": 10.0}, {"other": 10.0}, {"main": 5.0, "other": 5.0}, {}):
        clock.advance(10 * MS)
        clocks.run(10, **used)
        sampler.look()
        curve.add(account.edge())
    curve.end()
    window = between(account.meter, account.counters, first, account.edge())
    found = attribute(window, account.counters, samples.read(tmp_path), stretches=curve.stretches)
    (stack,) = {share.stack for share in found.shares if share.what is What.WAITING}
    assert [place.function.name for place in stack][-2:] == ["above", "here"]
    by_thread = {share.thread: share.amount for share in found.shares if share.what is What.RAN}
    assert by_thread == {"MainThread": 800_000, "thread 2": 400_000}
    assert rest(found) == {What.WAITING: 100_000}
    own = {row.function.name: row.own for row in functions(found) if row.own}
    assert own == {"here": 1_200_000}
    totals = {row.function.name: row.total for row in functions(found)}
    assert totals["above"] == 800_000
    assert found.total == window.energy_uj == 1_300_000
