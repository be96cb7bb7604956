# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""The sampler with clocks that are told what to say, and what is read back from its log."""

from __future__ import annotations

import asyncio
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

import pytest
from greenlint_profiler.functions import samples
from greenlint_profiler.functions.inside import log as inside_log
from greenlint_profiler.functions.inside import watch
from greenlint_profiler.functions.inside.clocks import Clocks, main_ident
from greenlint_profiler.functions.inside.log import Log
from greenlint_profiler.functions.inside.sampler import Sampler
from greenlint_profiler.functions.samples import Look, Process

MS = 1_000_000
OTHER = 77


def here() -> FrameType:
    return sys._getframe()


def above() -> FrameType:
    return here()


@dataclass
class ToldClocks(Clocks):
    """Clocks that stand where they are put; a thread's clock is its identifier."""

    ns: int = 1000 * MS
    cpu_ns: int = 0
    threads: dict[int, int] = field(default_factory=dict)
    stacks: dict[int, FrameType] = field(default_factory=dict)
    ended: set[int] = field(default_factory=set)
    goes_on: bool = False

    def __post_init__(self) -> None:
        self.now_ns = lambda: self.ns  # type: ignore[method-assign]
        self.process_ns = lambda: self.cpu_ns  # type: ignore[method-assign]
        self.own_ns = lambda: 0  # type: ignore[method-assign]
        self.frames = lambda: dict(self.stacks)
        self.by_thread = True

    def thread_ns(self, clock: int) -> int:
        if clock in self.ended:
            self.ended.discard(clock)
            raise OSError
        self.threads[clock] += self.goes_on
        return self.threads[clock]

    def clock_of(self, ident: int, native_id: int | None) -> int | None:
        return ident

    def run(self, ms: float, **used_ms: float) -> None:
        """Let time pass in which threads use the processor: `main`, `other`."""
        self.ns += round(ms * MS)
        for name, used in used_ms.items():
            self.threads[main_ident() if name == "main" else OTHER] += round(used * MS)
            self.cpu_ns += round(used * MS)


@pytest.fixture
def clocks() -> ToldClocks:
    """A main thread and another one, both within `above`."""
    frame = above()
    return ToldClocks(
        threads={main_ident(): 0, OTHER: 0}, stacks={main_ident(): frame, OTHER: frame}
    )


def only(folder: Path) -> Process:
    (process,) = samples.read(folder)
    return process


def looks(folder: Path) -> tuple[Look, ...]:
    return only(folder).looks


def test_a_look_says_who_ran_and_where(tmp_path: Path, clocks: ToldClocks) -> None:
    """CPU time by thread since the last look; the stack's functions, files and lines."""
    sampler = Sampler(Log(tmp_path, 1), clocks, 10_000)
    clocks.run(10, main=7)
    sampler.look()
    clocks.run(10, main=1, other=4)
    sampler.look()
    first, second = looks(tmp_path)
    assert (first.first_ns, first.last_ns, first.cpu_ns) == (1000 * MS, 1010 * MS, 7 * MS)
    assert [(one.thread, one.cpu_ns) for one in first.ran] == [("MainThread", 7 * MS)]
    assert [one.cpu_ns for one in second.ran] == [1 * MS, 4 * MS]
    *_, outer, inner = first.ran[0].stack
    assert (outer.function.name, inner.function.name) == ("above", "here")
    assert inner.function.file == __file__
    assert inner.line == inner.function.line + 1


def test_who_did_nothing_is_not_named(tmp_path: Path, clocks: ToldClocks) -> None:
    """The process waited, and where its main thread did is known."""
    sampler = Sampler(Log(tmp_path, 1), clocks, 10_000)
    clocks.run(10)
    sampler.look()
    (one,) = looks(tmp_path)
    assert one.ran == ()
    assert one.waiting is not None
    assert one.waiting[-1].function.name == "here"


def test_a_process_that_was_busy_did_not_wait(tmp_path: Path, clocks: ToldClocks) -> None:
    """Half of the time is the boundary."""
    sampler = Sampler(Log(tmp_path, 1), clocks, 10_000)
    for used in (4.99, 5):
        clocks.run(10, main=used)
        sampler.look()
    assert [one.waiting is None for one in looks(tmp_path)] == [False, True]


@pytest.mark.parametrize(
    ("forced", "goes_on", "asleep"),
    [(True, False, False), (False, False, True), (False, True, False)],
)
def test_who_neither_gave_way_nor_goes_on_is_asleep(
    tmp_path: Path, clocks: ToldClocks, forced: bool, goes_on: bool, asleep: bool
) -> None:
    """A thread that gave the lock away works, and one whose clock runs while we look works too."""
    sampler = Sampler(Log(tmp_path, 1), clocks, 10_000)
    clocks.run(10, main=3)
    clocks.goes_on = goes_on
    sampler.look(forced=forced)
    assert looks(tmp_path)[0].ran[0].asleep is asleep


def test_a_thread_with_the_identifier_of_one_that_ended(tmp_path: Path, clocks: ToldClocks) -> None:
    """It is another thread, and its time begins anew."""
    sampler = Sampler(Log(tmp_path, 1), clocks, 10_000)
    clocks.run(10, other=5)
    sampler.look()
    clocks.ended.add(OTHER)
    clocks.threads[OTHER] = 0
    clocks.run(10, other=2)
    sampler.look()
    first, second = looks(tmp_path)
    assert [one.cpu_ns for one in (*first.ran, *second.ran)] == [5 * MS, 2 * MS]
    assert first.ran[0].thread != second.ran[0].thread


def test_what_a_thread_did_before_it_was_seen_is_not_counted(
    tmp_path: Path, clocks: ToldClocks
) -> None:
    """A thread of another language that calls Python for the first time after an hour."""
    sampler = Sampler(Log(tmp_path, 1), clocks, 10_000)
    clocks.threads[OTHER] = 3600 * 1000 * MS
    clocks.run(10, other=4)
    sampler.look()
    # No more than the look was long.
    assert looks(tmp_path)[0].ran[0].cpu_ns == 10 * MS


def test_what_the_main_thread_did_before_the_sampler_is_not_counted(
    tmp_path: Path, clocks: ToldClocks
) -> None:
    """The interpreter's own start."""
    clocks.threads[main_ident()] = clocks.cpu_ns = 15 * MS
    sampler = Sampler(Log(tmp_path, 1), clocks, 10_000)
    clocks.run(10, main=2)
    sampler.look()
    assert looks(tmp_path)[0].ran[0].cpu_ns == 2 * MS


def test_threads_without_clocks_share(tmp_path: Path, clocks: ToldClocks) -> None:
    """Where the platform does not tell threads apart."""
    clocks.by_thread = False
    sampler = Sampler(Log(tmp_path, 1), clocks, 10_000)
    clocks.run(10, main=8)
    sampler.look()
    assert [one.cpu_ns for one in looks(tmp_path)[0].ran] == [4 * MS, 4 * MS]


def test_the_sampler_is_not_looked_at(tmp_path: Path, clocks: ToldClocks) -> None:
    """Nor is its time anybody else's."""
    sampler = Sampler(Log(tmp_path, 1), clocks, 10_000)
    sampler.lives_in(OTHER)
    clocks.own_ns = lambda: 2 * MS  # type: ignore[method-assign]
    clocks.run(10, main=1, other=2)
    sampler.look()
    (one,) = looks(tmp_path)
    assert (one.own_ns, [each.thread for each in one.ran]) == (2 * MS, ["MainThread"])


def test_a_log_goes_on_in_the_next_segment(
    tmp_path: Path, clocks: ToldClocks, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No line is lost or cut where one ends."""
    monkeypatch.setattr(inside_log, "_SEGMENT", 300)
    sampler = Sampler(Log(tmp_path, 1), clocks, 10_000)
    for _ in range(50):
        clocks.run(10, main=1)
        sampler.look()
    assert len(list(tmp_path.iterdir())) > 5
    assert sum(one.cpu_ns for one in looks(tmp_path)) == 50 * MS


def test_a_line_that_was_not_finished_is_left_out(tmp_path: Path, clocks: ToldClocks) -> None:
    """The process was killed while it wrote."""
    log = Log(tmp_path, 1)
    sampler = Sampler(log, clocks, 10_000)
    clocks.run(10, main=1)
    sampler.look()
    log.write("T 123456")
    (path,) = tmp_path.iterdir()
    path.write_bytes(path.read_bytes().replace(b"T 123456\n", b"T 123456\0"))
    assert len(looks(tmp_path)) == 1


def test_stacks_are_forgotten_before_they_fill_the_memory(
    tmp_path: Path, clocks: ToldClocks, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They are logged anew, and the report is the same."""
    monkeypatch.setattr("greenlint_profiler.functions.inside.sampler._MOST_STACKS", 0)
    sampler = Sampler(Log(tmp_path, 1), clocks, 10_000)
    for _ in range(3):
        clocks.run(10, main=1)
        sampler.look()
    assert len({one.ran[0].stack for one in looks(tmp_path)}) == 1


def test_names_that_no_ascii_has(tmp_path: Path, clocks: ToldClocks) -> None:
    """Functions, files and threads are read back as they were."""
    space: dict[str, FrameType] = {}
    code = "import sys\ndef größe():\n return sys._getframe()\nfound = größe()"
    exec(compile(code, "naïve \udc80'\n.py", "exec"), space)
    clocks.stacks = {main_ident(): space["found"]}
    sampler = Sampler(Log(tmp_path, 1), clocks, 10_000)
    clocks.run(10, main=1)
    sampler.look()
    function = looks(tmp_path)[0].ran[0].stack[-1].function
    assert (function.name, function.file) == ("größe", "naïve \udc80'\n.py")


def test_a_look_that_goes_wrong_is_told(tmp_path: Path, clocks: ToldClocks) -> None:
    """And is not the last one; after many there is no other."""
    sampler = Sampler(Log(tmp_path, 1), clocks, 10_000)
    clocks.frames = lambda: 1 / 0  # type: ignore[assignment, return-value]
    went_on = [watch._look(sampler) for _ in range(20)]
    assert went_on == [*[0] * 19, None]
    assert only(tmp_path).failures[0] == "ZeroDivisionError: division by zero"


def test_threading_that_is_being_imported(
    tmp_path: Path, clocks: ToldClocks, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is there, and has nothing in it yet."""
    ident = main_ident()
    monkeypatch.setitem(sys.modules, "threading", type(sys)("threading"))
    assert main_ident() == ident
    sampler = Sampler(Log(tmp_path, 1), clocks, 10_000)
    clocks.run(10, main=1)
    assert watch._look(sampler) == 1
    assert only(tmp_path).failures == ()


def test_the_task_of_asyncio_is_in_the_stack(tmp_path: Path) -> None:
    """Between the event loop and the coroutine; one without a name is called by its coroutine."""
    clocks = ToldClocks(threads={main_ident(): 0, OTHER: 0})
    sampler = Sampler(Log(tmp_path, 1), clocks, 10_000)

    async def fetch() -> None:
        clocks.stacks = {main_ident(): sys._getframe()}
        clocks.run(10, main=1)
        sampler.look()

    async def both() -> None:
        await asyncio.create_task(fetch(), name="the fetcher")
        await asyncio.create_task(fetch())

    asyncio.run(both())
    named, unnamed = (
        [place.function.name for place in one.ran[0].stack] for one in looks(tmp_path)
    )
    assert named[-3:-1] == ["Handle._run", "task the fetcher"]
    assert unnamed[-2].startswith("task ")
    assert unnamed[-2].endswith("fetch")


def test_a_real_thread_that_threading_does_not_know() -> None:
    """Its clock is found all the same, and it is its own."""
    from _thread import get_ident, start_new_thread

    found: list[int] = []
    go_on = threading.Event()

    def work() -> None:
        found.append(get_ident())
        go_on.wait()

    start_new_thread(work, ())
    while not found:
        time.sleep(0.001)
    clocks = Clocks()
    clock = clocks.clock_of(found[0], None)
    mine = clocks.clock_of(0, threading.get_native_id())
    go_on.set()
    if sys.platform == "linux":
        assert clock is not None
        assert clock != mine
