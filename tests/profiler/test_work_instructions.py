# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Instructions: bytecode by sys.monitoring, the processor's through perf, or a reason."""

from __future__ import annotations

import errno
import os
import struct
import sys
import threading
from collections.abc import Callable
from typing import Any

import pytest
from greenlint_profiler.meters.perf import perf_event_open
from greenlint_profiler.work.counting import Counting
from greenlint_profiler.work.instructions import (
    BYTECODE,
    MACHINE,
    Bytecode,
    Machine,
    Unavailable,
    instructions,
)

from tests.profiler.counted import counting

MONITORED = sys.version_info >= (3, 12)
monitored = pytest.mark.skipif(not MONITORED, reason="sys.monitoring came with Python 3.12")


def no_pmu(*_: object, **__: object) -> int:
    raise OSError(errno.ENOENT, os.strerror(errno.ENOENT))


def work(turns: int) -> int:
    total = 0
    for number in range(turns):
        total += number
    return total


def counted(do: Callable[[], object]) -> int:
    counter = Bytecode()
    try:
        first = counter.begin()
        do()
        return counter.end() - first
    finally:
        counter.close()


@monitored
def test_bytecode_is_counted_exactly() -> None:
    """The same work has the same count, and each further turn the same number of instructions."""
    counts = [counted(lambda turns=turns: work(turns)) for turns in (10, 10, 20, 30, 1010)]  # type: ignore[misc]
    assert counts[0] == counts[1]
    assert counts[2] - counts[1] == counts[3] - counts[2] > 0
    assert counts[4] - counts[0] == 100 * (counts[2] - counts[1])


@monitored
def test_threads_lose_no_instruction() -> None:
    """Threads that run at once are counted as if one after the other."""

    def run() -> None:
        threads = [threading.Thread(target=work, args=(20_000,)) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    alone = counted(lambda: work(20_000))
    assert counted(run) == pytest.approx(4 * alone, rel=0.02)
    assert counted(run) > 4 * alone - 100


@monitored
def test_windows_nest_and_events_go_with_the_last() -> None:
    """A window within one is counted in both; outside of windows nothing is slowed down."""
    with counting(instructions=True) as one:
        if one.instructions_are != BYTECODE:
            pytest.skip("this machine counts in hardware")
        (tool,) = [n for n in (3, 4) if sys.monitoring.get_tool(n) == "greenlint"]
        assert sys.monitoring.get_events(tool) == 0
        with one.window() as outer:
            work(100)
            with one.window() as inner:
                work(100)
            assert sys.monitoring.get_events(tool) != 0
        assert sys.monitoring.get_events(tool) == 0
        assert one.counters == ("queries", "requests", "instructions")
    assert inner.work.instructions is not None
    assert outer.work.instructions is not None
    assert outer.work.instructions > 1.9 * inner.work.instructions > 0
    assert sys.monitoring.get_tool(tool) is None


@monitored
def test_ids_of_others_are_left_alone() -> None:
    """A free id is taken, and where there is none the reason names who has them."""
    sys.monitoring.use_tool_id(3, "first")
    try:
        counter = Bytecode()
        assert sys.monitoring.get_tool(4) == "greenlint"
        with pytest.raises(Unavailable, match="taken, by first, greenlint"):
            Bytecode()
        counter.close()
        assert sys.monitoring.get_tool(3) == "first"
        assert sys.monitoring.get_tool(4) is None
    finally:
        sys.monitoring.free_tool_id(3)


@monitored
def test_our_own_instructions_are_not_the_programs() -> None:
    """Counting queries adds nothing to the instructions of the code that sends them."""
    import sqlite3

    def one_count(on: Counting) -> int | None:
        connection = sqlite3.connect(":memory:")
        for _ in range(2):  # the first time, files are judged and statements remembered
            with on.window() as window:
                for number in range(10):
                    connection.execute("SELECT ?", (number,))
        connection.close()
        return window.work.instructions

    with counting(instructions=True) as on:
        with_patches = one_count(on)
    bare = counted_bare(sqlite3)
    assert with_patches is not None
    assert abs(with_patches - bare) < 30  # the ends of the window; a query of ours is 100 and more


def counted_bare(sqlite3: Any) -> int:
    connection = sqlite3.connect(":memory:")

    def run() -> None:
        for number in range(10):
            connection.execute("SELECT ?", (number,))

    run()
    count = counted(run)
    connection.close()
    return count


class Events:
    """Stands for the kernel: files with a count, and the times an event was on and did run."""

    def __init__(self, *readings: tuple[int, int, int]) -> None:
        self.opened: list[tuple[Any, ...]] = []
        self._readings = readings

    def __call__(self, kind: int, config: int, cpu: int, pid: int, **more: int) -> int:
        self.opened.append((kind, config, cpu, pid, more))
        reading, writing = os.pipe()
        for one in self._readings:
            os.write(writing, struct.pack("=QQQ", *one))
        os.close(writing)
        return reading


def test_the_processors_instructions_are_read_for_each_thread() -> None:
    """User space only, with children, and every thread that runs already."""
    held = threading.Event()
    thread = threading.Thread(target=held.wait)
    thread.start()
    events = Events((1000, 5, 5), (4000, 9, 9))
    counter = Machine(events)
    threads = {thread.native_id, threading.get_native_id()}
    assert threads <= {pid for _, _, _, pid, _ in events.opened}
    assert {(kind, config, cpu) for kind, config, cpu, _, _ in events.opened} == {(0, 1, -1)}
    assert events.opened[0][4] == {"read_format": 3, "flags": 0b1100010}
    count = len(events.opened)
    assert (counter.begin(), counter.end()) == (count * 1000, count * 4000)
    assert counter.kind == MACHINE
    counter.close()
    held.set()
    thread.join()


def test_an_event_that_did_not_always_run_is_no_count() -> None:
    """A PMU that several share estimates, and an estimate is not exact."""
    counter = Machine(Events((1000, 9, 5)))
    assert counter.begin() is None
    counter.close()


def test_the_kernels_own_call_reads_an_event_of_this_process() -> None:
    """The attributes are laid out as the kernel wants them: its clock event runs with us."""
    software, task_clock = 1, 1
    try:
        descriptor = perf_event_open(software, task_clock, -1, 0, read_format=3, flags=0b1100010)
    except (OSError, NotImplementedError) as error:
        pytest.skip(f"this kernel opens no event: {error}")
    try:
        first = struct.unpack("=QQQ", os.read(descriptor, 24))
        work(100_000)
        second = struct.unpack("=QQQ", os.read(descriptor, 24))
    finally:
        os.close(descriptor)
    assert second[0] > first[0]
    assert second[1] == second[2] > first[1]


def test_hardware_is_preferred() -> None:
    """Where a PMU counts, bytecode is left alone."""
    counter = instructions((lambda: Machine(Events()), Bytecode))
    assert counter.kind == MACHINE
    counter.close()


def test_where_nothing_counts_the_reason_is_said() -> None:
    """Each way says why it is none."""

    def no_monitoring() -> Bytecode:
        raise Unavailable("sys.monitoring, which counts bytecode, came with Python 3.12")

    with pytest.raises(Unavailable) as raised:
        instructions((lambda: Machine(no_pmu), no_monitoring))
    assert str(raised.value) == (
        "No instructions are counted: no PMU counts for this process ([Errno 2] No such file or "
        "directory); sys.monitoring, which counts bytecode, came with Python 3.12."
    )


@pytest.mark.skipif(MONITORED, reason="from Python 3.12 on bytecode is counted")
def test_an_old_python_without_a_pmu_has_no_count() -> None:
    """None is not 0, and the note says why."""
    with counting(instructions=True) as one:
        if one.instructions_are == MACHINE:
            pytest.skip("this machine counts in hardware")
        with one.window() as window:
            work(10)
        assert one.counters == ("queries", "requests")
        (note,) = one.notes
    assert window.work.instructions is None
    assert note.startswith("No instructions are counted:")


def test_nobody_counts_them_unasked() -> None:
    """Instructions are counted only where they were asked for."""
    with counting() as one:
        with one.window() as window:
            work(10)
        assert one.instructions_are is None
    assert window.work.instructions is None
