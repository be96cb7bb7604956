# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Queries through sqlite3 itself."""

from __future__ import annotations

import inspect
import sqlite3
import sqlite3.dbapi2
import traceback
import warnings
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from greenlint_profiler.work.counting import Counting
from greenlint_profiler.work.work import Repeated

from tests.profiler.counted import Project, counted, counting, here, worked

CREATE = "CREATE TABLE t (a)"


@pytest.fixture
def on() -> Iterator[Counting]:
    """Counters that are on."""
    with counting() as one:
        yield one


def use_connection(connection: sqlite3.Connection) -> None:
    connection.execute(CREATE)
    connection.executemany("INSERT INTO t VALUES (?)", [(1,), (2,)])
    connection.executescript("SELECT 1; SELECT 2;")


def use_cursor(connection: sqlite3.Connection) -> None:
    cursor = connection.cursor()
    cursor.execute(CREATE)
    cursor.executemany("INSERT INTO t VALUES (?)", [(1,), (2,)])
    cursor.executescript("SELECT 1; SELECT 2;")


@pytest.mark.parametrize("use", [use_connection, use_cursor])
@pytest.mark.parametrize("module", [sqlite3, sqlite3.dbapi2])
def test_each_call_that_executes_is_a_query(
    on: Counting, use: Callable[[sqlite3.Connection], None], module: Any
) -> None:
    """Executing once, many times or a script counts 1 each, by cursor or connection."""

    def do() -> None:
        with closing(module.connect(":memory:")) as connection:
            use(connection)

    assert worked(on, do).queries == 3


def test_commit_and_rollback_are_no_queries(on: Counting) -> None:
    """What the driver sends on its own account is not what the program asked for."""

    def do() -> None:
        with closing(sqlite3.connect(":memory:")) as connection:
            connection.execute(CREATE)
            connection.commit()
            with connection:
                connection.execute("INSERT INTO t VALUES (1)")
            connection.rollback()

    assert worked(on, do).queries == 2


def test_a_repeated_query_has_its_line(on: Counting) -> None:
    """Queries of one line that differ in their values alone are one group with a count."""
    lines = []

    def do() -> None:
        with closing(sqlite3.connect(":memory:")) as connection:
            connection.execute(CREATE)
            for number in range(34):
                lines.append(here() + 1)
                connection.execute(f"SELECT a FROM t WHERE a = {number}").fetchall()

    assert worked(on, do).repeated == (
        Repeated(
            "SELECT a FROM t WHERE a = ?", 34, "tests/profiler/test_work_sqlite3.py", lines[0]
        ),
    )


class OwnCursor(sqlite3.Cursor):
    """A cursor of a program, which looks at statements itself."""

    def execute(self, *args: Any) -> sqlite3.Cursor:
        return super().execute(args[0].replace("nothing", "1"), *args[1:])


class OwnConnection(sqlite3.Connection):
    """A connection of a program, with its own cursors."""

    def cursor(self, factory: Any = OwnCursor) -> Any:
        return super().cursor(factory)


@pytest.mark.parametrize(
    "open_it",
    [
        lambda: sqlite3.connect(":memory:", factory=OwnConnection),
        lambda: sqlite3.connect(":memory:", 5.0, 0, None, True, OwnConnection),
    ],
)
def test_a_programs_own_classes_do_their_work(
    on: Counting, open_it: Callable[[], sqlite3.Connection]
) -> None:
    """A factory gives what it is a factory of; its methods run, and queries are counted once."""
    seen: list[Any] = []

    def do() -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # positions are deprecated from 3.12 on
            connection = open_it()
        with closing(connection):
            seen.append(connection)
            seen.append(connection.cursor().execute("SELECT nothing"))
            assert seen[1].fetchone() == (1,)
            connection.execute("SELECT 2").execute("SELECT 3")

    assert worked(on, do).queries == 3
    assert isinstance(seen[0], OwnConnection)
    assert isinstance(seen[1], OwnCursor)
    assert [type(one).__name__ for one in seen] == ["OwnConnection", "OwnCursor"]


def test_a_cursor_class_is_taken_by_the_connection(on: Counting) -> None:
    """A cursor class that is passed to `cursor` is the one that works, in either way."""

    def do() -> None:
        with closing(sqlite3.connect(":memory:")) as connection:
            assert isinstance(connection.cursor(OwnCursor), OwnCursor)
            cursor = connection.cursor(factory=OwnCursor)
            assert cursor.execute("SELECT nothing").fetchone() == (1,)

    assert worked(on, do).queries == 1


class Slotted(sqlite3.Connection):
    """A connection that has room for one attribute."""

    __slots__ = ("note",)


def test_a_class_with_slots_is_counted(on: Counting) -> None:
    """The layout of a program's class does not matter."""

    def do() -> None:
        with closing(sqlite3.connect(":memory:", factory=Slotted)) as connection:
            connection.note = 1
            connection.execute("SELECT 1")

    assert worked(on, do).queries == 1


class Store:
    """A program that keeps the function in a class."""

    connect = sqlite3.connect


def test_connect_is_no_method(on: Counting) -> None:
    """In a class it is the function that it was: it takes no `self`."""

    class Later:
        connect = sqlite3.connect

    with closing(Later().connect(":memory:")) as connection:
        assert worked(on, lambda: connection.execute("SELECT 1")).queries == 1
    with closing(Store().connect(":memory:")) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
    assert sqlite3.connect.__name__ == "connect"


def test_a_class_that_minds_its_subclasses_gets_none(on: Counting) -> None:
    """Where a subclass would have effects, the program's class is used as it is, uncounted."""
    made = []

    class Minding(sqlite3.Connection):
        def __init_subclass__(cls) -> None:
            made.append(cls)

    def make(*args: Any, **kwargs: Any) -> sqlite3.Connection:
        return sqlite3.Connection(*args, **kwargs)

    def do() -> None:
        with closing(sqlite3.connect(":memory:", factory=Minding)) as connection:
            assert type(connection) is Minding
            connection.execute("SELECT 1")
        with closing(sqlite3.connect(":memory:", factory=make)) as connection:
            assert type(connection) is sqlite3.Connection

    assert worked(on, do).queries == 0
    assert made == []


def test_connections_look_as_they_did(on: Counting) -> None:
    """Checks by class hold, and names are those of sqlite3."""
    with closing(sqlite3.connect(":memory:")) as connection:
        cursor = connection.cursor()
        assert isinstance(connection, sqlite3.Connection)
        assert isinstance(cursor, sqlite3.Cursor)
        assert repr(connection).startswith("<sqlite3.Connection object at")
        assert repr(cursor).startswith("<sqlite3.Cursor object at")
        with closing(sqlite3.connect(":memory:")) as other:
            connection.backup(other)


def misuse() -> list[Callable[[sqlite3.Connection], object]]:
    return [
        lambda connection: connection.execute("nonsense"),
        lambda connection: connection.cursor().execute("nonsense"),
        lambda connection: connection.executemany("SELECT ?", 7),  # type: ignore[arg-type]
        lambda connection: connection.execute(),  # type: ignore[call-arg]
        lambda connection: connection.cursor(None),  # type: ignore[arg-type]
        lambda connection: (connection.close(), connection.execute("SELECT 1")),
        lambda connection: sqlite3.connect("/nowhere/at/all"),
        lambda connection: sqlite3.connect(),  # type: ignore[call-overload]
    ]


@pytest.mark.parametrize("number", range(len(misuse())))
def test_an_error_and_its_traceback_are_those_of_the_program(number: int) -> None:
    """Counting adds no frame, no context and no cause to what the program sees."""

    def seen() -> tuple[object, ...]:
        with closing(sqlite3.connect(":memory:")) as connection:
            try:
                misuse()[number](connection)
            except Exception as error:
                frames = traceback.extract_tb(error.__traceback__)
                text = str(error).replace("Connection.", "")
                return type(error), text, frames.format(), error.__context__, error.__cause__
        return ()

    bare = seen()
    assert bare
    with counting() as one, one.window():
        assert seen() == bare


@pytest.mark.filterwarnings("always")
def test_a_warning_names_the_line_of_the_program(on: Counting) -> None:
    """What sqlite3 warns of is blamed on who asked (adapters are deprecated from 3.12 on)."""
    with closing(sqlite3.connect(":memory:")) as connection, on.window():
        sqlite3.register_adapter(Point, _warned)
        with warnings.catch_warnings(record=True) as caught:
            connection.execute("SELECT ?", (Point(),))
    assert [Path(one.filename).name for one in caught] == [Path(__file__).name]


class Point:
    """What sqlite3 has no adapter for."""


def _warned(point: Point) -> str:
    warnings.warn("deprecated", DeprecationWarning, stacklevel=2)
    return "1,1"


def test_rows_are_made_as_ever(on: Counting) -> None:
    """Converters and row factories work."""
    sqlite3.register_converter("number", int)
    with closing(sqlite3.connect(":memory:", detect_types=sqlite3.PARSE_COLNAMES)) as connection:
        connection.row_factory = sqlite3.Row
        row = connection.execute('SELECT ? AS "d [number]"', ("7",)).fetchone()
        assert dict(row) == {"d": 7}


def test_stopping_leaves_no_trace() -> None:
    """What was patched is what it was, and connections that are still open go on."""
    connect = sqlite3.connect
    one = Counting(".")
    one.start()
    assert sqlite3.connect is not connect
    assert sqlite3.connect.__name__ == "connect"
    left = sqlite3.connect(":memory:")
    one.stop()
    assert sqlite3.connect is connect
    assert sqlite3.dbapi2.connect is connect
    with closing(left):
        assert left.execute("SELECT 1").fetchone() == (1,)
    assert not inspect.isfunction(sqlite3.connect)


def test_a_line_of_the_project_and_not_of_its_libraries(tmp_path: Path) -> None:
    """The innermost line of the project's own source asked, whatever lies between."""
    project = Project(tmp_path)
    library = project.load(
        ".venv/lib/site-packages/rows.py",
        "def rows(connection, number):\n    return connection.execute('SELECT ?', (number,))\n",
    )
    shop = project.load(
        "shop/views.py",
        "def page(connection, rows):\n"
        "    for number in range(3):\n"
        "        rows(\n            connection, number\n        )\n",
    )

    def do() -> None:
        with closing(sqlite3.connect(":memory:")) as connection:
            shop["page"](connection, library["rows"])

    assert counted(do, tmp_path).repeated == (Repeated("SELECT ?", 3, "shop/views.py", 3),)
