# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""SQLAlchemy's queries, sync and async, on top of drivers that are counted themselves."""

from __future__ import annotations

import asyncio
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from greenlint_profiler.work.counting import Counting
from greenlint_profiler.work.work import Repeated

from tests.profiler.counted import Project, counted, counting, worked

sa = pytest.importorskip("sqlalchemy")

PAGE = """
import sqlalchemy as sa

def page(connection):
    for number in range(4):
        connection.execute(
            sa.text("SELECT :number"), {"number": number}
        )

async def apage(connection):
    for number in range(4):
        await connection.execute(sa.text("SELECT :number"), {"number": number})
"""


@pytest.fixture
def engine() -> Iterator[Any]:
    """An engine that is older than the counting."""
    one = sa.create_engine("sqlite://", future=True)
    yield one
    one.dispose()


def executed(connection: Any) -> None:
    connection.execute(sa.text("CREATE TABLE IF NOT EXISTS t (a INTEGER)"))
    connection.execute(sa.text("INSERT INTO t VALUES (:a)"), [{"a": 1}, {"a": 2}])
    connection.exec_driver_sql("SELECT a FROM t").fetchall()
    with connection.begin_nested():
        connection.execute(sa.text("SELECT 1"))


def test_each_statement_to_a_cursor_is_a_query(engine: Any) -> None:
    """Many rows at once are one; a savepoint and its release are statements, COMMIT is none."""
    with counting() as one:
        with engine.connect() as connection:
            first = worked(one, lambda: executed(connection))
            connection.commit()
        again = sa.create_engine("sqlite://", future=True)
        with again.connect() as connection:
            second = worked(one, lambda: executed(connection))
        again.dispose()
    assert first.queries == second.queries == 6


def test_connecting_counts_what_the_program_asks_for(engine: Any) -> None:
    """What SQLAlchemy asks a new connection for is its own affair."""

    def do() -> None:
        with engine.connect() as connection:
            connection.execute(sa.text("SELECT 1"))

    assert counted(do).queries == 1


def test_statements_past_sqlalchemy_are_counted_by_the_driver(engine: Any) -> None:
    """A program that uses the driver's connection itself is counted there, once."""

    def do() -> None:
        raw = engine.raw_connection()
        raw.cursor().execute("SELECT 1")
        raw.close()

    assert counted(do).queries == 1


def test_the_orm_is_counted(engine: Any) -> None:
    """A lazy attribute in a loop is one query a turn: N+1."""
    from sqlalchemy import orm

    registry = orm.registry()

    @registry.mapped
    class Shop:
        __tablename__ = "shop"
        id = sa.Column(sa.Integer, primary_key=True)
        orders = orm.relationship("Order", uselist=True)

    @registry.mapped
    class Order:
        __tablename__ = "order"
        id = sa.Column(sa.Integer, primary_key=True)
        shop_id = sa.Column(sa.ForeignKey("shop.id"))

    registry.metadata.create_all(engine)
    with orm.Session(engine) as session:
        session.add_all([Shop(id=number, orders=[Order(id=number)]) for number in range(1, 4)])
        session.commit()

    def do() -> None:
        with orm.Session(engine) as session:
            for shop in session.query(Shop):
                assert len(shop.orders) == 1

    work = counted(do)
    assert work.queries == 4
    assert [one.count for one in work.repeated] == [3]
    registry.dispose()


def test_repeats_have_the_line_of_the_project(engine: Any, tmp_path: Path) -> None:
    """The statement that SQLAlchemy sends, and the line that had it sent."""
    names = Project(tmp_path).load("shop.py", PAGE)

    def do() -> None:
        with engine.connect() as connection:
            names["page"](connection)

    assert counted(do, tmp_path).repeated == (Repeated("SELECT ?", 4, "shop.py", 6),)


def test_async_engines_count_once_and_know_the_line(tmp_path: Path) -> None:
    """The line is found through the greenlet; the driver's thread counts nothing again."""
    pytest.importorskip("aiosqlite")
    pytest.importorskip("greenlet")
    from sqlalchemy.ext.asyncio import create_async_engine

    names = Project(tmp_path).load("shop.py", PAGE)

    async def do() -> None:
        engine = create_async_engine("sqlite+aiosqlite://")
        async with engine.connect() as connection:
            await names["apage"](connection)
        await engine.dispose()

    work = counted(lambda: asyncio.run(do()), tmp_path)
    assert work.queries == 4
    assert work.repeated == (Repeated("SELECT ?", 4, "shop.py", 12),)


def test_aiosqlite_alone_is_counted() -> None:
    """A driver that works in a thread of its own is counted there, and its line is not known."""
    aiosqlite = pytest.importorskip("aiosqlite")

    async def do() -> None:
        async with aiosqlite.connect(":memory:") as connection:
            await connection.execute("SELECT 1")
            await connection.execute("SELECT 2")

    work = counted(lambda: asyncio.run(do()))
    assert work.repeated == (Repeated("SELECT ?", 2, None, None),)


def test_an_error_of_sqlalchemy_is_the_same(engine: Any) -> None:
    """Type, text and traceback are what they are without counting."""

    def seen() -> tuple[object, ...]:
        with engine.connect() as connection:
            try:
                connection.execute(sa.text("nonsense"))
            except sa.exc.OperationalError as error:
                frames = traceback.extract_tb(error.__traceback__)
                inner = traceback.extract_tb(error.orig.__traceback__)
                return type(error), str(error), frames.format(), inner.format()
        return ()

    bare = seen()
    assert bare
    with counting() as one, one.window():
        assert seen() == bare


def test_stopping_leaves_sqlalchemy_as_it_was() -> None:
    """No listener stays, and engines do not look for any."""
    from sqlalchemy.engine import Engine
    from sqlalchemy.pool import Pool

    def listening() -> list[list[Any]]:
        return [
            list(Engine.dispatch.before_cursor_execute._clslevel.get(Engine, ())),
            list(Pool.dispatch.connect._clslevel.get(Pool, ())),
        ]

    before = listening()
    with counting():
        assert listening() != before
    assert listening() == before
    assert Engine._has_events is False


def test_a_program_may_clear_all_listeners() -> None:
    """Stopping finds nothing to remove then, and is no error."""
    from sqlalchemy.engine import Engine

    with counting():
        Engine.dispatch._clear()
    assert Engine._has_events is False


def test_listeners_of_others_stay(engine: Any) -> None:
    """Who listens beside us is heard also when we have left."""
    from sqlalchemy.engine import Engine

    heard = []

    def hear(*what: Any) -> None:
        heard.append(what[2])

    one = Counting(".")
    one.start()
    sa.event.listen(Engine, "before_cursor_execute", hear)
    one.stop()
    with engine.connect() as connection:
        connection.execute(sa.text("SELECT 1"))
    sa.event.remove(Engine, "before_cursor_execute", hear)
    Engine._has_events = False
    assert heard == ["SELECT 1"]
