# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""`with measure() as m:` -- windows in each other, in threads and tasks, and when code raises."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import greenlint_profiler
import pytest
from greenlint_profiler.account import Account
from greenlint_profiler.meter import Unavailable
from greenlint_profiler.units import Evidence
from greenlint_profiler.window import Window, measure
from greenlint_profiler.world import World

from tests.powercap.power import constant
from tests.powercap.tree import zones_of
from tests.profiler.conftest import Machine, MakeMachine

pytestmark = pytest.mark.alone

SECOND = 1_000_000_000


@pytest.fixture
def made(machine: MakeMachine) -> Machine:
    power = {"package": constant(30), "core": constant(20), "uncore": constant(1)}
    return machine(zones_of("client-i5-13500"), power, grid_ns=0)


def test_a_window_has_the_energy_of_its_code(made: Machine) -> None:
    """Joules, microjoules, seconds and domains, once it has ended."""
    with measure("load", meter=made.account(), world=made.world) as m:
        made.clock.advance(2 * SECOND)
    assert m.joules == pytest.approx(60, abs=1e-3)
    assert m.energy_uj == 60_000_000
    assert m.seconds == 2
    assert m.reason is None
    assert {name: one.joules for name, one in m.domains.items()} == {
        "package-0": 60,
        "core-0": 40,
        "uncore-0": 2,
    }
    assert m.measurement.name == "load"


def test_a_window_can_be_aligned(made: Machine) -> None:
    """Both edges wait for an update, and the interval is narrower."""
    made.simulator.grid_ns = 1_000_000
    made.clock.step_ns = 10_000
    widths = []
    for align in (False, True):
        with measure(meter=made.account(), world=made.world, align=align) as m:
            made.clock.advance(SECOND // 20)
        total = m.measurement.total
        widths.append((total.high_uj or 0) - (total.low_uj or 0))
    assert widths[1] < widths[0] / 10


def test_a_record_knows_its_machine(made: Machine) -> None:
    """Processor, settings and interpreter go with the figures, as plain JSON."""
    with measure(meter=made.account(), world=made.world) as m:
        made.clock.advance(SECOND)
    record = json.loads(json.dumps(m.as_record()))
    assert record["energy_uj"] == 30_000_000
    assert record["machine"]["python"].startswith(sys.implementation.name)
    assert record["machine"]["governor"] is None


def test_an_open_window_has_no_energy_yet(made: Machine) -> None:
    """Asking too early, and using a window twice, are answered with a sentence."""
    with measure(meter=made.account(), world=made.world) as m:
        with pytest.raises(RuntimeError, match="still open"):
            _ = m.joules
        made.clock.advance(SECOND)
    with pytest.raises(RuntimeError, match="used once"), m:
        pass


def test_windows_in_a_window_are_its_parts(made: Machine) -> None:
    """Named windows add up to the one around them; a window elsewhere is none of its parts."""
    account = made.account()
    with measure("all", meter=account, world=made.world) as m:
        with m.window("read"):
            made.clock.advance(SECOND)
        with measure("write", meter=account, world=made.world) as writing, writing.window("sync"):
            made.clock.advance(2 * SECOND)
    with measure("after", meter=account, world=made.world) as after:
        made.clock.advance(SECOND)
    assert [(part.name, part.joules) for part in m.parts] == [("read", 30), ("write", 60)]
    assert [part.name for part in m.parts[1].parts] == ["sync"]
    assert m.joules == 90
    assert after.parts == ()


def test_code_that_raises_leaves_its_record(made: Machine) -> None:
    """The exception goes on, and the record knows its name."""
    m = measure(meter=made.account(), world=made.world)

    def fail() -> None:
        with m:
            made.clock.advance(SECOND)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert m.joules == 30
    assert m.measurement.error == "ZeroDivisionError"


@pytest.mark.parametrize("answer", [LookupError("unplugged"), [5]])
def test_a_meter_that_fails_spoils_no_code(made: Machine, answer: object) -> None:
    """A meter of somebody else that raises, or forgets a counter: no figure, and no exception."""
    meter = made.meter()

    class Broken:
        name, evidence, band, notes = meter.name, meter.evidence, None, ()
        counters = meter.counters

        def read(self) -> list[int]:
            if isinstance(answer, Exception):
                raise answer
            return [5]

        def close(self) -> None:
            meter.close()

    with measure(meter=made.account(Broken()), world=made.world) as m:
        made.clock.advance(SECOND)
    assert m.joules is None
    assert m.reason == "the meter failed"


def test_windows_of_threads_are_their_own(made: Machine) -> None:
    """Sixteen threads open and close windows at once: each sees what was issued meanwhile."""
    account = made.account()
    barrier = threading.Barrier(16)
    windows: list[Window] = []

    def work() -> None:
        barrier.wait()
        with measure(meter=account, world=made.world) as m:
            barrier.wait()
            barrier.wait()
        windows.append(m)

    threads = [threading.Thread(target=work) for _ in range(15)]
    with measure(meter=account, world=made.world) as around:
        for thread in threads:
            thread.start()
        barrier.wait()
        barrier.wait()
        made.clock.advance(SECOND)
        barrier.wait()
        for thread in threads:
            thread.join()
    assert [m.joules for m in windows] == [30] * 15
    assert around.joules == 30
    assert around.parts == ()


def test_windows_of_tasks_are_their_own(made: Machine) -> None:
    """Two tasks that take turns have each their own parts, and both have the machine's energy."""
    account = made.account()

    async def task(name: str) -> Window:
        with measure(name, meter=account, world=made.world) as m:
            await asyncio.sleep(0)
            with m.window(f"{name}'s part"):
                made.clock.advance(SECOND)
                await asyncio.sleep(0)
        return m

    async def both() -> list[Window]:
        return list(await asyncio.gather(task("a"), task("b")))

    windows = asyncio.run(both())
    assert [[part.name for part in m.parts] for m in windows] == [["a's part"], ["b's part"]]
    assert [m.joules for m in windows] == [60, 60]


def test_a_child_process_measures_on(made: Machine) -> None:
    """After a fork the account works in the child, though the parent's lock was held."""
    account = made.account()
    account.opened()
    with account._lock:
        pid = os.fork()
        if pid == 0:
            made.clock.advance(SECOND)
            with measure(meter=account, world=made.world) as m:
                made.clock.advance(SECOND)
            os._exit(0 if m.joules == 30 else 1)
    _, status = os.waitpid(pid, 0)
    account.closed()
    assert os.waitstatus_to_exitcode(status) == 0


def test_the_keeper_reads_while_a_window_is_open(
    made: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One thread for all windows, and none when the last has been closed for a period."""
    account = made.account()
    monkeypatch.setattr(Account, "keep_alive_ns", 1_000_000)
    before = threading.active_count()
    with (
        measure(meter=account, world=made.world),
        measure(meter=account, world=made.world),
    ):
        assert threading.active_count() == before + 1
    deadline = time.monotonic() + 10
    while threading.active_count() > before and time.monotonic() < deadline:
        time.sleep(0.001)
    assert threading.active_count() == before


def test_a_named_meter_that_does_not_work_says_why(tmp_path: Path) -> None:
    """Asking for powercap where there is none raises; asking for nothing in particular does not."""
    world = World(sys=str(tmp_path), proc=str(tmp_path))
    with pytest.raises(Unavailable, match="is not there: no counter to read"):
        measure(meter="powercap", world=world)
    with measure(world=world) as m:
        sum(range(10_000))
    assert m.measurement.evidence is Evidence.ESTIMATED
    assert m.measurement.notes[0].startswith("estimated: CPU seconds x ")
    assert m.measurement.cpu_seconds > 0


def test_cpu_seconds_are_no_joules(tmp_path: Path) -> None:
    """The last meter of all has no joules, and a reason instead of a zero."""
    with measure(meter="cpu", world=World(sys=str(tmp_path), proc=str(tmp_path))) as m:
        sum(range(10_000))
    assert m.joules is None
    assert m.reason == "CPU seconds are not joules"
    assert m.measurement.evidence is Evidence.PROXY
    assert m.measurement.cpu_seconds > 0


def test_the_tree_can_stand_elsewhere(made: Machine, tmp_path: Path) -> None:
    """GREENLINT_SYSFS_ROOT names the tree; the whole program is a window on it."""
    program = (
        "import json\nfrom greenlint_profiler import measure\n"
        "with measure() as m:\n    pass\nprint(json.dumps(m.measurement.as_record()))\n"
    )
    env = {**os.environ, "GREENLINT_SYSFS_ROOT": made.world.sys}
    done = subprocess.run(
        [sys.executable, "-c", program], env=env, capture_output=True, check=True, text=True
    )
    record = json.loads(done.stdout)
    assert record["meter"] == "powercap"
    assert record["energy_uj"] is None  # nobody drives the counters
    assert record["reasons"] == ["below-resolution"]


def test_the_front_door_is_light() -> None:
    """What `measure` needs brings no other package of ours, and no heavy part of Python."""
    program = "import sys; from greenlint_profiler import measure; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, check=True, text=True
    )
    loaded = set(done.stdout.split())
    heavy = {"importlib.metadata", "pathlib", "statistics", "typing", "logging", "ctypes"}
    fresh = subprocess.run(
        [sys.executable, "-c", "import sys; print(*sys.modules)"], capture_output=True, text=True
    )
    assert (loaded - set(fresh.stdout.split())).isdisjoint(heavy)
    assert not any(name.startswith(("greenlint.", "libcst", "click")) for name in loaded)


# What `from greenlint_profiler import measure` may bring besides what `dataclasses` brings: with
# each module, and each dataclass that is compiled, the import takes longer.
NEEDED = {
    *("__future__", "contextvars", "_contextvars", "math", "threading"),
    "resource",  # CPU time of ended children, of which os.times knows only ticks
    "warnings",  # which threading imports from Python 3.13 on
    "greenlint_profiler",
    *(
        f"greenlint_profiler.{name}"
        for name in (
            *("account", "counter", "default", "load", "measurement", "meter", "units", "value"),
            *("moment", "window", "world"),
        )
    ),
}
COUNT = """
import dataclasses, sys
before, compiled = {*sys.modules}, []
original = dataclasses.dataclass
def counted(cls=None, /, **options):
    compiled.append(any(options.get(one, True) for one in ("init", "repr", "eq")))
    return original(cls, **options)
dataclasses.dataclass = counted
from greenlint_profiler import measure
print(sum(compiled), len(compiled), *{*sys.modules} - before)
"""


def test_what_measure_needs_is_counted() -> None:
    """These modules and no others, and no dataclass among them has its methods compiled; the
    figure that this holds is in docs/decisions/0007-meters.md.
    """
    done = subprocess.run(
        [sys.executable, "-S", "-c", COUNT],
        env={**os.environ, "PYTHONPATH": str(Path(greenlint_profiler.__file__).parents[1])},
        capture_output=True,
        check=True,
        text=True,
    )
    compiled, classes, *loaded = done.stdout.split()
    assert set(loaded) <= NEEDED
    assert (int(compiled), int(classes) > 5) == (0, True)


def test_every_public_name_is_there() -> None:
    """The names of the front door lead somewhere, and another name is an AttributeError."""
    assert all(getattr(greenlint_profiler, name) for name in greenlint_profiler.__all__)
    with pytest.raises(AttributeError, match="has no attribute 'watts'"):
        _ = greenlint_profiler.watts
