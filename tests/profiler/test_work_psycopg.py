# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Queries through psycopg 3 and psycopg2, alone and below Django and SQLAlchemy."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import traceback
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from greenlint_profiler.work.work import Repeated

from tests.profiler.counted import Project, assert_put_back, counted, counting, worked
from tests.profiler.postgres import PASSWORD, USER, Server

psycopg = pytest.importorskip("psycopg")


@pytest.fixture
def postgres(postgres_server: Server) -> Server:
    """The server of PostgreSQL that the tests share, where one is installed."""
    return postgres_server


def test_each_call_of_a_cursor_is_a_query(postgres: Server) -> None:
    """Executing once or many times, streaming and copying count 1 each; BEGIN and COMMIT do not."""

    def do() -> None:
        with psycopg.connect(postgres.url("postgres")) as connection:
            connection.execute("CREATE TEMPORARY TABLE t (a int)")
            cursor = connection.cursor()
            cursor.executemany("INSERT INTO t VALUES (%s)", [(1,), (2,)])
            assert list(cursor.stream("SELECT a FROM t")) == [(1,), (2,)]
            with cursor.copy("COPY t TO STDOUT") as copy:
                assert b"".join(copy) == b"1\n2\n"
            connection.commit()
            with connection.transaction(), connection.cursor("named") as named:
                assert named.execute("SELECT a FROM t").fetchall() == [(1,), (2,)]

    assert counted(do).queries == 5


def test_async_cursors_are_counted_with_their_line(postgres: Server, tmp_path: Path) -> None:
    """What a task sends has the line of the task."""
    names = Project(tmp_path).load(
        "shop.py",
        "async def page(connection):\n"
        "    for number in range(3):\n"
        "        await connection.execute('SELECT %s::int', (number,))\n",
    )

    async def do() -> None:
        address = postgres.url("postgres")
        async with await psycopg.AsyncConnection.connect(address) as connection:
            await names["page"](connection)

    work = counted(lambda: asyncio.run(do()), tmp_path)
    assert work.repeated == (Repeated("SELECT ?", 3, "shop.py", 3),)


def test_composed_statements_have_a_text(postgres: Server) -> None:
    """What psycopg composes is grouped by what is sent."""
    from psycopg import sql

    def do() -> None:
        with psycopg.connect(postgres.url("postgres")) as connection:
            for number in range(2):
                statement = sql.SQL("SELECT {} AS {}").format(number, sql.Identifier("a"))
                connection.execute(statement)

    assert [one.statement for one in counted(do).repeated] == ['SELECT ? AS "a"']


def test_psycopg2_is_counted(postgres: Server) -> None:
    """Its cursors and a program's own, of plain connections and a program's own."""
    psycopg2 = pytest.importorskip("psycopg2")
    extras = pytest.importorskip("psycopg2.extras")

    class Own(psycopg2.extensions.connection):  # type: ignore[name-defined,misc]
        pass

    seen: list[Any] = []

    def first(connection: Any) -> Any:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 AS a")
            return cursor.fetchone()["a"]

    def do() -> None:
        address = postgres.url("postgres")
        with closing(psycopg2.connect(address)) as connection, connection.cursor() as cursor:
            cursor.execute("CREATE TEMPORARY TABLE t (a int)")
            cursor.executemany("INSERT INTO t VALUES (%s)", [(1,), (2,)])
            with connection.cursor(cursor_factory=extras.RealDictCursor) as rows:
                rows.execute("SELECT a FROM t")
                seen.append(rows.fetchall())
            with connection.cursor("named", extras.DictCursor) as named:
                named.execute("SELECT a FROM t")
                seen.append(named.fetchone()["a"])
        with closing(psycopg2.connect(address, cursor_factory=extras.DictCursor)) as connection:
            seen.append(first(connection))
        with closing(psycopg2.connect(address, connection_factory=Own)) as connection:
            seen.append(isinstance(connection, Own))
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1")
        with closing(psycopg2.connect(address, extras.DictConnection)) as connection:
            seen.append(first(connection))

    assert counted(do).queries == 7
    assert seen == [[{"a": 1}, {"a": 2}], 1, 1, True, 1]


def by_psycopg(postgres: Server) -> Any:
    return psycopg.connect(postgres.url("postgres"))


def by_psycopg2(postgres: Server) -> Any:
    return pytest.importorskip("psycopg2").connect(postgres.url("postgres"))


@pytest.mark.parametrize("connect", [by_psycopg, by_psycopg2])
def test_an_error_and_its_traceback_are_those_of_the_program(
    postgres: Server, connect: Callable[[Server], Any]
) -> None:
    """Counting adds no frame to what the program sees."""

    def seen() -> tuple[object, ...]:
        with closing(connect(postgres)) as connection:
            try:
                connection.cursor().execute("nonsense")
            except Exception as error:
                return type(error), str(error), traceback.extract_tb(error.__traceback__).format()
        return ()

    bare = seen()
    assert bare
    with counting() as one, one.window():
        assert seen() == bare


@pytest.mark.parametrize("driver", ["psycopg", "psycopg2"])
def test_sqlalchemy_on_a_driver_counts_once(postgres: Server, driver: str) -> None:
    """The driver counts what the program sends past SQLAlchemy, and nothing else."""
    sa = pytest.importorskip("sqlalchemy")
    pytest.importorskip(driver)
    engine = sa.create_engine(postgres.url("postgres").replace("://", f"+{driver}://"))

    def do() -> None:
        with engine.connect() as connection:
            connection.execute(sa.text("SELECT 1"))
            connection.execute(sa.text("CREATE TEMPORARY TABLE t (a int)"))
            connection.execute(sa.text("INSERT INTO t VALUES (:a)"), [{"a": 1}, {"a": 2}])
        raw = engine.raw_connection()
        raw.cursor().execute("SELECT 2")
        raw.close()

    with counting() as one:
        assert worked(one, do).queries == 4
        engine.dispose()


def test_async_sqlalchemy_on_psycopg_counts_once(postgres: Server) -> None:
    """The driver's coroutines run for SQLAlchemy, which counts."""
    sa = pytest.importorskip("sqlalchemy")
    asyncio_ = pytest.importorskip("sqlalchemy.ext.asyncio")
    url = postgres.url("postgres").replace("://", "+psycopg://")

    async def do() -> None:
        engine = asyncio_.create_async_engine(url)
        async with engine.connect() as connection:
            for _ in range(2):
                await connection.execute(sa.text("SELECT 1"))
        await engine.dispose()

    work = counted(lambda: asyncio.run(do()))
    assert work.queries == 2
    assert [(one.count, one.path) for one in work.repeated] == [
        (2, "tests/profiler/test_work_psycopg.py")
    ]


DJANGO = """
import sys
import django
from django.conf import settings
host, port, user, password = sys.argv[1:]
database = {"ENGINE": "django.db.backends.postgresql", "NAME": "postgres", "HOST": host,
            "PORT": port, "USER": user, "PASSWORD": password}
settings.configure(DATABASES={"default": database}, USE_TZ=True)
django.setup()
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from greenlint_profiler.work.counting import Counting

def do():
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            cursor.executemany("SELECT %s", [(1,), (2,)])
        with transaction.atomic():
            connection.cursor().execute("SELECT 2")
        with connection.chunked_cursor() as cursor:
            cursor.execute("SELECT 3")
            cursor.fetchall()
    connection.is_usable()

do()
old = Counting(".")
old.start()
for _ in range(2):
    with CaptureQueriesContext(connection) as captured, old.window() as window:
        do()
    assert window.work.queries == len(captured) > 5, (window.work, captured.captured_queries)
    connection.close()
old.stop()
print(connection.Database.__name__)
"""


@pytest.mark.parametrize("driver", ["psycopg", "psycopg2"])
def test_django_on_a_driver_counts_as_the_assertion_does(
    postgres: Server, driver: str, tmp_path: Path
) -> None:
    """On a connection that is older than the counting, and on one that is not."""
    pytest.importorskip("django")
    pytest.importorskip(driver)
    program = DJANGO
    if driver == "psycopg2":
        program = "import sys; sys.modules['psycopg'] = None\n" + program
    command = [sys.executable, "-c", program, "127.0.0.1", str(postgres.port), USER, PASSWORD]
    ran = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path)
    assert (ran.stdout, ran.stderr) == (f"{driver}\n", "")


def test_stopping_leaves_no_trace() -> None:
    """Every patched attribute is the one that it was."""
    psycopg2 = pytest.importorskip("psycopg2")
    assert_put_back(
        *((psycopg.Cursor, name) for name in ("execute", "executemany", "stream", "copy")),
        *((psycopg.AsyncCursor, name) for name in ("execute", "executemany", "stream", "copy")),
        (psycopg.ServerCursor, "execute"),
        (psycopg.AsyncServerCursor, "execute"),
        (psycopg2, "connect"),
    )
