# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Any command as a whole, on both sides: fresh processes, one after the other."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from greenlint_profiler.gate.judging.sample import Restart, Unmeasured
from greenlint_profiler.gate.workers.pairs import allowed_cpu
from greenlint_profiler.gate.workers.whole import Compared, run_commands
from greenlint_profiler.meter import Meter
from greenlint_profiler.meters.cpu import Cpu
from greenlint_profiler.meters.powercap import open_meter
from greenlint_profiler.units import Evidence
from greenlint_profiler.world import World, here

from tests.powercap.live import live
from tests.profiler.gate.gated import Sides, sides

BURN = """
import os, subprocess, sys, time
def burn(seconds):
    ends = time.process_time() + seconds
    while time.process_time() < ends:
        pass
"""


@pytest.fixture
def both(tmp_path: Path) -> Sides:
    return sides(tmp_path)


def run(
    both: Sides,
    *words: str,
    head_first: bool = False,
    seed: int = 3,
    cpu: int | None = None,
    meter: Meter | None = None,
    limit_seconds: float = 60.0,
    world: World | None = None,
) -> Compared:
    return run_commands(
        both.base,
        both.head,
        words or (sys.executable, "job.py"),
        head_first=head_first,
        seed=seed,
        cpu=cpu,
        meter=meter or Cpu(),
        limit_seconds=limit_seconds,
        world=world,
    )


def test_cpu_time_is_that_of_the_command_and_what_it_waited_for(both: Sides) -> None:
    """Children count, sleeping does not, and there are no joules without a counter."""
    child = "subprocess.run([sys.executable, '-S', 'child.py'], check=True)"
    both.write(job=f"{BURN}\n{child}\ntime.sleep(0.3)\n", child=f"{BURN}\nburn(0.3)\n")
    both.write_head(job=f"{BURN}\n{child}\nburn(0.5)\n")
    got = run(both)
    assert isinstance(got.restart, Restart), got.said
    (pair,) = got.restart.pairs
    assert pair.base.cpu_seconds == pytest.approx(0.4, abs=0.25)
    assert pair.head.cpu_seconds - pair.base.cpu_seconds == pytest.approx(0.5, abs=0.25)
    assert pair.base.seconds > 0.6
    assert pair.base.joules is None
    assert pair.base.evidence is Evidence.PROXY
    assert pair.base.work.queries is None


@pytest.mark.parametrize("head_first", [False, True])
def test_the_sides_run_in_the_order_that_was_asked_for(
    both: Sides, tmp_path: Path, *, head_first: bool
) -> None:
    """One after the other, told their side and one hash seed, on one processor."""
    log = str(tmp_path / "said")
    both.write(
        job=f"""
import os
with open({log!r}, "a") as file:
    pinned = os.sched_getaffinity(0) == {{{allowed_cpu()}}}
    print(os.environ["GREENLINT_GATE_SIDE"], hash("x"), pinned, os.getcwd(), file=file)
"""
    )
    assert isinstance(run(both, head_first=head_first, cpu=allowed_cpu()).restart, Restart)
    lines = [line.split() for line in Path(log).read_text().splitlines()]
    places = [both.head, both.base] if head_first else [both.base, both.head]
    assert [line[0] for line in lines] == [place.side for place in places]
    assert [line[3] for line in lines] == [str(place.root) for place in places]
    assert lines[0][1] == lines[1][1]
    assert {line[2] for line in lines} == {"True"}


@pytest.mark.parametrize(
    ("base", "head", "reason"),
    [
        (1, 0, Unmeasured.FAILED_BASE),
        (0, 1, Unmeasured.FAILED_HEAD),
        (2, 1, Unmeasured.FAILED_BOTH),
    ],
)
def test_a_command_that_fails_is_no_measurement(
    both: Sides, base: int, head: int, reason: Unmeasured
) -> None:
    """Whichever side it is, with what it said last."""
    both.write(job=f"print('about to exit'); exit({base})")
    both.write_head(job=f"print('about to exit'); exit({head})")
    got = run(both)
    assert got == Compared(reason, "    about to exit")


def test_a_command_that_is_not_there_fails_on_both(both: Sides) -> None:
    """With the reason."""
    got = run(both, "no-such-command-anywhere")
    assert got.restart is Unmeasured.FAILED_BOTH
    assert "no-such-command-anywhere" in got.said


def test_a_command_that_takes_too_long(both: Sides) -> None:
    """It is ended with its children."""
    both.write(job="import time; time.sleep(600)").write_head(job="")
    assert run(both, limit_seconds=1.0).restart is Unmeasured.TIMEOUT


@pytest.mark.alone
def test_joules_are_those_of_the_counter(both: Sides, tmp_path: Path) -> None:
    """On a simulated tree that is driven with 46 W the command has the joules of its time."""
    both.write(job="import time; time.sleep(0.5)")
    with live(tmp_path, "sandy-ep", "package=40;dram=6") as tree:
        world = here({"GREENLINT_SYSFS_ROOT": str(tree.sys)})
        meter = open_meter(world)
        got = run(both, meter=meter, world=world)
        meter.close()
    assert isinstance(got.restart, Restart), got.said
    for sample in (got.restart.pairs[0].base, got.restart.pairs[0].head):
        assert sample.joules is not None
        assert sample.joules / sample.seconds == pytest.approx(46, rel=0.15)
