# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Windows of counted work: nested, overlapping, in threads, in forked children, and full."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing

import pytest
from greenlint_profiler.work import books
from greenlint_profiler.work.counting import Counting
from greenlint_profiler.work.work import NOTHING_COUNTED, Repeated

from tests.profiler.counted import ROOT, counting, worked


@pytest.fixture
def on() -> Iterator[Counting]:
    """Counters that are on."""
    with counting() as one:
        yield one


@pytest.fixture
def connection(on: Counting) -> Iterator[sqlite3.Connection]:
    """A database that is counted, for all threads."""
    with closing(sqlite3.connect(":memory:", check_same_thread=False)) as one:
        yield one


def test_nothing_is_counted_before_the_start() -> None:
    """Absent counts are absent, and no 0."""
    one = Counting(".")
    assert one.counters == ()
    with one.window() as window:
        pass
    assert window.work == NOTHING_COUNTED
    assert window.work.queries is None


def test_nothing_asked_for_is_zero(on: Counting) -> None:
    """A window in which nothing was sent counted 0."""
    assert worked(on, lambda: None).queries == 0
    assert "queries" in on.counters


def test_the_work_of_an_open_window_is_not_known(on: Counting) -> None:
    """An error says so, instead of a count that is not whole."""
    with on.window() as window, pytest.raises(RuntimeError, match="still open"):
        _ = window.work


def test_windows_nest_and_overlap(on: Counting, connection: sqlite3.Connection) -> None:
    """Each window counts what was sent between its own two edges."""
    first, second, third = on.window(), on.window(), on.window()
    first.__enter__()
    connection.execute("SELECT 1")
    second.__enter__()
    connection.execute("SELECT 2")
    with third:
        connection.execute("SELECT 3")
    first.__exit__(None, None, None)
    connection.execute("SELECT 4")
    second.__exit__(None, None, None)
    connection.execute("SELECT 5")
    assert [one.work.queries for one in (first, second, third)] == [3, 3, 1]


def test_a_window_counts_also_when_the_code_inside_raises(
    on: Counting, connection: sqlite3.Connection
) -> None:
    """The exception passes, and the count is there."""
    window = on.window()
    with pytest.raises(sqlite3.OperationalError), window:
        connection.execute("nonsense")
    assert window.work.queries == 1


def test_threads_lose_no_query(on: Counting) -> None:
    """What many threads send at once is counted in full, in every window that is open."""

    def ask() -> None:
        with closing(sqlite3.connect(":memory:")) as own:
            for _ in range(1500):
                own.execute("SELECT 1")

    threads = [threading.Thread(target=ask) for _ in range(6)]
    with on.window() as window:
        for thread in threads:
            thread.start()
        inner = [worked(on, lambda: None) for _ in range(200)]
        for thread in threads:
            thread.join()
    assert window.work.queries == 9000
    assert [one.count for one in window.work.repeated] == [9000]
    assert sum(one.queries or 0 for one in inner) <= 9000


def test_tasks_are_counted(on: Counting, connection: sqlite3.Connection) -> None:
    """Queries of tasks that take turns are in the windows that were open."""

    async def ask() -> None:
        for _ in range(3):
            connection.execute("SELECT 1")
            await asyncio.sleep(0)

    async def do() -> None:
        await asyncio.gather(ask(), ask())

    assert worked(on, lambda: asyncio.run(do())).queries == 6


def test_the_queue_is_emptied_in_between(on: Counting, connection: sqlite3.Connection) -> None:
    """A window that stays open for long keeps its counts, and not every query."""
    with on.window() as window:
        for _ in range(books.WAITING + 10):
            connection.execute("SELECT 1")
        assert len(on._books._queries) <= 11
    assert window.work.queries == books.WAITING + 10


def test_groups_are_bounded_and_the_rest_is_said(
    on: Counting, connection: sqlite3.Connection
) -> None:
    """Statements beyond the bound count, and the window says how many it did not group."""
    with on.window() as window:
        for number in [*range(books.GROUPS + 5), 0, 0]:
            connection.execute(f"SELECT 1 AS a{number}")
        _ = on.window().__enter__()  # the queue is emptied
        for number in range(books.GROUPS + 5):
            connection.execute(f"SELECT 1 AS b{number // 2}")
    assert window.work.queries == 2 * books.GROUPS + 12
    repeated = {one.statement: one.count for one in window.work.repeated}
    assert repeated["SELECT ? AS a0"] == 3
    assert repeated["SELECT ? AS b0"] == 2
    assert window.work.ungrouped == books.GROUPS + 4


def test_the_most_repeated_comes_first(on: Counting, connection: sqlite3.Connection) -> None:
    """Repeats are ordered by count, and what was sent once is none."""
    with on.window() as window:
        connection.execute("SELECT 1 AS once")
        for _ in range(2):
            connection.execute("SELECT 1 AS twice")
        for _ in range(3):
            connection.execute("SELECT 1 AS thrice")
    shown = [(one.statement, one.count) for one in window.work.repeated]
    assert shown == [("SELECT ? AS thrice", 3), ("SELECT ? AS twice", 2)]


def test_starting_and_stopping_twice_is_doing_it_once(connection: sqlite3.Connection) -> None:
    """Both may be called again; after a new start it counts anew, and once."""
    connect = sqlite3.connect
    one = Counting(str(ROOT))
    for _ in range(2):
        one.start()
        one.start()
        with closing(sqlite3.connect(":memory:")) as own:
            assert worked(one, lambda own=own: own.execute("SELECT 1")).queries == 1  # type: ignore[misc]
        one.stop()
        one.stop()
        assert sqlite3.connect is connect


def test_a_window_that_outlives_the_counting_keeps_its_counts() -> None:
    """Stopping within a window ends the counting, not the window."""
    one = Counting(str(ROOT))
    one.start()
    with closing(sqlite3.connect(":memory:")) as own, one.window() as window:
        own.execute("SELECT 1")
        one.stop()
        own.execute("SELECT 2")
    assert window.work.queries == 1


def test_who_stops_first_takes_nothing_from_the_other() -> None:
    """Two may count at once and stop in any order; the last one leaves no trace."""
    connect = sqlite3.connect
    first, second = Counting(str(ROOT)), Counting(str(ROOT))
    first.start()
    second.start()
    first.stop()
    with closing(sqlite3.connect(":memory:")) as own:
        assert worked(second, lambda: own.execute("SELECT 1")).queries == 1
    second.stop()
    assert sqlite3.connect is connect


def test_two_countings_do_not_disturb_each_other(on: Counting) -> None:
    """A run within a run counts for itself; the outer one counts its queries too, once."""
    connect = sqlite3.connect
    with on.window() as outer:
        with counting() as other, closing(sqlite3.connect(":memory:")) as own:
            inner = worked(other, lambda: own.execute("SELECT 1"))
        assert sqlite3.connect is connect
    assert (inner.queries, outer.work.queries) == (1, 1)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_forked_child_counts_for_itself(on: Counting) -> None:
    """A child born while another thread holds the books is not stuck, and ours stay ours."""
    held, done = threading.Event(), threading.Event()

    def hold() -> None:
        with on._books._lock:
            held.set()
            done.wait(30)

    with on.window() as window:
        thread = threading.Thread(target=hold)
        thread.start()
        held.wait(30)
        child = os.fork()
        if child == 0:
            with closing(sqlite3.connect(":memory:")) as own:
                work = worked(on, lambda: own.execute("SELECT 1"))
            os._exit(0 if work.queries == 1 else 1)
        done.set()
        thread.join()
        _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == 0
    assert window.work.queries == 0


def test_counting_imports_no_library() -> None:
    """Watching a library does not load it; one that the program loads later is watched."""
    program = """
import sys
from greenlint_profiler.work.counting import Counting
one = Counting(".")
one.start()
finder = sys.meta_path[0]
strange = {"django", "sqlalchemy", "psycopg", "sqlite3", "http.client", "httpx", "aiohttp"}
assert not strange & set(sys.modules), strange & set(sys.modules)
with one.window() as window:
    import sqlite3
    connection = sqlite3.connect(":memory:")
    connection.execute("SELECT 1")
    import sqlalchemy
    loader = sqlalchemy.__spec__.loader
    assert "exec_module" not in vars(loader), vars(loader)
    with sqlalchemy.create_engine("sqlite://").connect() as other:
        other.execute(sqlalchemy.text("SELECT 2"))
connection.close()
assert window.work.queries == 2, window.work
one.stop()
assert finder not in sys.meta_path
assert sqlite3.connect.__module__ == "_sqlite3"
print("done")
"""
    pytest.importorskip("sqlalchemy")
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert (ran.stdout, ran.stderr) == ("done\n", "")


def test_a_query_of_no_line_has_none(on: Counting) -> None:
    """A statement that no line of the project asked for has no path."""
    with (
        closing(sqlite3.connect(":memory:", check_same_thread=False)) as own,
        on.window() as window,
    ):
        threads = [threading.Thread(target=own.execute, args=("SELECT 1",)) for _ in range(2)]
        for thread in threads:
            thread.start()
            thread.join()
    assert window.work.repeated == (Repeated("SELECT ?", 2, None, None),)
