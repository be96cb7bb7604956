# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Coroutines of libraries that tasks of their own run: the line that made the task is the place."""

from __future__ import annotations

import asyncio
import asyncio.base_events
import contextvars
import sqlite3
import traceback
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from greenlint_profiler.work.work import Repeated

from tests.profiler.counted import Project, counted, counting

# As a library has it, outside of the project.
LIBRARY = """
import asyncio

async def ask(connection, times=2):
    for _ in range(times):
        await asyncio.sleep(0)
        connection.execute("SELECT 1")

async def ask_beside(connection):
    await asyncio.create_task(ask(connection))
"""
SHOP = """
import asyncio

async def gathered(one, two):
    await asyncio.gather(
        one, two)

async def later(one):
    task = asyncio.create_task(one)
    await asyncio.sleep(0)
    await task

async def grouped(one):
    async with asyncio.TaskGroup() as group:
        group.create_task(one)

async def waited(one):
    await asyncio.wait_for(one, 60)

async def own(connection):
    for _ in range(2):
        await asyncio.sleep(0)
        connection.execute("SELECT 1")

async def of_its_own(connection):
    await asyncio.gather(own(connection))

def run(one):
    asyncio.run(one)
"""

Names = dict[str, Any]


@pytest.fixture
def library(tmp_path_factory: pytest.TempPathFactory) -> Names:
    """What a program uses, beside the project."""
    return Project(tmp_path_factory.mktemp("library")).load("library.py", LIBRARY)


@pytest.fixture
def shop(tmp_path: Path) -> Names:
    """The project."""
    return Project(tmp_path).load("shop.py", SHOP)


@pytest.fixture
def loop() -> Iterator[asyncio.AbstractEventLoop]:
    """A loop that nothing of the project runs, as under pytest-asyncio."""
    one = asyncio.new_event_loop()
    yield one
    one.close()


def asked(
    root: Path,
    loop: asyncio.AbstractEventLoop,
    do: Callable[[sqlite3.Connection], Awaitable[object]],
) -> tuple[Repeated, ...]:
    """The queries of what is done with a connection that is counted."""
    with counting(root) as one:
        connection = sqlite3.connect(":memory:")
        with one.window() as window:
            loop.run_until_complete(do(connection))
        connection.close()
    return window.work.repeated


@pytest.mark.parametrize(
    ("name", "tasks", "line"), [("gathered", 2, 5), ("later", 1, 9), ("grouped", 1, 15)]
)
def test_the_line_that_made_the_task(
    tmp_path: Path,
    library: Names,
    shop: Names,
    loop: asyncio.AbstractEventLoop,
    name: str,
    tasks: int,
    line: int,
) -> None:
    """`gather`, `create_task` and a group, also where somebody waits for the task much later."""
    found = asked(
        tmp_path,
        loop,
        lambda connection: shop[name](*(library["ask"](connection) for _ in range(tasks))),
    )
    assert found == (Repeated("SELECT ?", 2 * tasks, "shop.py", line),)


def test_a_task_of_a_task(
    tmp_path: Path, library: Names, shop: Names, loop: asyncio.AbstractEventLoop
) -> None:
    """What a library's task begins is of the line that began the first of them."""
    found = asked(
        tmp_path, loop, lambda connection: shop["later"](library["ask_beside"](connection))
    )
    assert found == (Repeated("SELECT ?", 2, "shop.py", 9),)


def test_a_line_within_the_task_is_nearer(
    tmp_path: Path, shop: Names, loop: asyncio.AbstractEventLoop
) -> None:
    """A coroutine of the project has lines of its own."""
    found = asked(tmp_path, loop, shop["of_its_own"])
    assert found == (Repeated("SELECT ?", 2, "shop.py", 23),)


def test_a_task_that_nothing_of_the_project_made(
    tmp_path: Path, library: Names, shop: Names, loop: asyncio.AbstractEventLoop
) -> None:
    """It has no place; where the project runs the loop, that is it, as before."""
    assert asked(tmp_path, loop, library["ask"]) == (Repeated("SELECT ?", 2, None, None),)
    with counting(tmp_path) as one:
        connection = sqlite3.connect(":memory:")
        with one.window() as window:
            shop["run"](library["ask"](connection))
        connection.close()
    assert window.work.repeated == (Repeated("SELECT ?", 2, "shop.py", 29),)


def test_nothing_is_left_behind(
    tmp_path: Path, library: Names, shop: Names, loop: asyncio.AbstractEventLoop
) -> None:
    """The method of the loop is that of asyncio again; whoever makes a task keeps its context, and
    a context that is given to a task is not touched.
    """
    original = asyncio.base_events.BaseEventLoop.create_task
    seen: list[int] = []
    given = contextvars.Context()

    async def do(connection: sqlite3.Connection) -> None:
        assert asyncio.base_events.BaseEventLoop.create_task is not original
        before = len(contextvars.copy_context())
        await shop["later"](library["ask"](connection))
        await asyncio.create_task(library["ask"](connection), context=given)
        seen.append(len(contextvars.copy_context()) - before)

    asked(tmp_path, loop, do)
    assert asyncio.base_events.BaseEventLoop.create_task is original
    assert (seen, len(given)) == ([0], 0)


def test_an_error_is_the_same(loop: asyncio.AbstractEventLoop, tmp_path: Path) -> None:
    """Type, text and traceback of a task that cannot be made are what they are without counting."""

    async def wrong(_: object) -> list[str]:
        try:
            asyncio.get_running_loop().create_task(None)  # type: ignore[arg-type]
        except TypeError as error:
            return [str(error), *traceback.format_tb(error.__traceback__)]
        return []

    bare = loop.run_until_complete(wrong(None))
    told: list[list[str]] = []

    async def do(connection: sqlite3.Connection) -> None:
        told.append(await wrong(connection))

    asked(tmp_path, loop, do)
    assert bare
    assert told == [bare]


def test_async_engines_in_tasks(tmp_path: Path, shop: Names) -> None:
    """SQLAlchemy's, through aiosqlite: what it sends in a task of its own has the line too."""
    pytest.importorskip("aiosqlite")
    pytest.importorskip("greenlet")
    sa = pytest.importorskip("sqlalchemy")
    from sqlalchemy.ext.asyncio import create_async_engine

    async def do() -> None:
        engine = create_async_engine("sqlite+aiosqlite://")
        async with engine.connect() as connection:
            for _ in range(3):
                await shop["later"](connection.execute(sa.text("SELECT 1")))
        await engine.dispose()

    work = counted(lambda: asyncio.run(do()), tmp_path)
    assert work.repeated == (Repeated("SELECT ?", 3, "shop.py", 9),)
