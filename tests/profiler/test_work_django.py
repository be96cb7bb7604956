# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Django's queries, against what Django's own assertion counts."""

from __future__ import annotations

import asyncio
import contextvars
import sqlite3
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any

import pytest
from greenlint_profiler.work.work import Repeated

from tests.profiler.counted import Project, assert_put_back, counted, counting, worked

django = pytest.importorskip("django")

SHOP = """
from django.db import models

class Order(models.Model):
    number = models.IntegerField()
    class Meta:
        app_label = "shop"

def page():
    return [Order.objects.get(number=number).number for number in range(5)]
"""


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """A model with five rows, in two databases."""
    from django.conf import settings

    folder = tmp_path_factory.mktemp("project")
    databases = {
        alias: {"ENGINE": "django.db.backends.sqlite3", "NAME": str(folder / f"{alias}.db")}
        for alias in ("default", "other")
    }
    settings.configure(DATABASES=databases, DEFAULT_AUTO_FIELD="django.db.models.AutoField")
    django.setup()
    from django.db import connections

    names = Project(folder).load("shop/models.py", SHOP)
    for alias in ("default", "other"):
        with connections[alias].schema_editor() as editor:
            editor.create_model(names["Order"])
        names["Order"].objects.using(alias).bulk_create(
            [names["Order"](number=number) for number in range(5)]
        )
    yield names | {"root": folder}
    connections.close_all()


def asserted(do: Callable[[], object]) -> int:
    """What `assertNumQueries` would compare with, all aliases together."""
    from django.db import connections
    from django.test.utils import CaptureQueriesContext

    with ExitStack() as stack:
        captured = [
            stack.enter_context(CaptureQueriesContext(connections[alias])) for alias in connections
        ]
        with suppress(Exception):
            do()
    return sum(map(len, captured))


def _bulk(order: Any) -> None:
    order.objects.bulk_create([order(number=77)] * 3)
    order.objects.filter(number=77).delete()


def _fail_in_atomic(order: Any) -> None:
    from django.db import transaction

    with transaction.atomic():
        order.objects.count()
        raise ValueError


def _nested(order: Any) -> None:
    from django.db import transaction

    with transaction.atomic(), transaction.atomic():
        order.objects.create(number=77)
        with suppress(ValueError), transaction.atomic():
            order.objects.filter(number=77).delete()
            raise ValueError
    order.objects.filter(number=77).delete()


def _executemany(order: Any) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        cursor.execute(sql="SELECT %s", params=[2])
        cursor.executemany("UPDATE shop_order SET number = %s WHERE number = %s", [(1, 1), (2, 2)])


def _broken(order: Any) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("nonsense")


def _blocked(order: Any) -> None:
    from django.db import connection

    def block(execute: Any, sql: str, params: Any, many: bool, context: Any) -> None:
        raise RuntimeError("no queries here")

    with connection.execute_wrapper(block):
        order.objects.count()


def _autocommit(order: Any) -> None:
    from django.db import connection, transaction

    transaction.set_autocommit(False)
    order.objects.count()
    transaction.commit()
    order.objects.count()
    transaction.rollback()
    transaction.set_autocommit(True)
    connection.close()
    order.objects.count()


CASES: dict[str, Callable[[Any], object]] = {
    "nothing": lambda order: order.objects.all(),
    "list": lambda order: list(order.objects.all()),
    "two aliases": lambda order: (order.objects.count(), order.objects.using("other").count()),
    "iterator": lambda order: list(order.objects.iterator(chunk_size=2)),
    "bulk": _bulk,
    "get_or_create": lambda order: order.objects.get_or_create(number=1),
    "nested atomic": _nested,
    "failing atomic": _fail_in_atomic,
    "executemany": _executemany,
    "broken": _broken,
    "blocked by a wrapper": _blocked,
    "autocommit off, reconnected": _autocommit,
}


@pytest.mark.parametrize("case", CASES)
def test_it_counts_what_the_assertion_counts(shop: dict[str, Any], case: str) -> None:
    """Savepoints, BEGIN and COMMIT, failed, blocked and many-row statements among them."""

    def do() -> None:
        with suppress(Exception):
            CASES[case](shop["Order"])

    do()  # what is done once, such as connecting, is done
    expected = asserted(do)
    assert counted(do).queries == expected
    with counting() as one, one.window() as window:
        assert asserted(do) == expected
    assert window.work.queries == expected


def test_the_cases_are_no_empty_ones(shop: dict[str, Any]) -> None:
    """The assertion itself sees what the cases are about."""
    assert asserted(lambda: _nested(shop["Order"])) >= 9
    assert asserted(lambda: _executemany(shop["Order"])) == 3
    assert asserted(lambda: _broken(shop["Order"])) == 1


def test_a_connection_in_another_thread_counts(shop: dict[str, Any]) -> None:
    """Windows see all threads, and connections that are opened while they are open."""
    from django.db import connection

    def in_thread() -> None:
        shop["Order"].objects.count()
        connection.close()

    def do() -> None:
        thread = threading.Thread(target=in_thread)
        thread.start()
        thread.join()

    assert counted(do).queries == 1


def test_async_queries_count_in_the_thread_that_sends_them(shop: dict[str, Any]) -> None:
    """Django's async methods work in a thread, whose connection the assertion does not see."""

    async def do() -> None:
        await shop["Order"].objects.acount()
        async for _ in shop["Order"].objects.all():
            pass

    assert counted(lambda: asyncio.run(do())).queries == 2


def test_a_new_connection_counts_its_queries_once(shop: dict[str, Any]) -> None:
    """sqlite3, which Django works on, counts none of them again, nor what Django asks unasked."""
    from django.db import connection

    with counting() as one:
        connection.close()
        first = worked(one, lambda: connection.ensure_connection())
        second = worked(one, lambda: shop["Order"].objects.count())
        third = worked(one, lambda: connection.is_usable())
    assert (first.queries, second.queries, third.queries) == (0, 1, 0)


def test_connections_of_django_stay_bare(shop: dict[str, Any]) -> None:
    """What is sent past Django's cursors is unseen by its assertion, and so here."""
    from django.db import connection

    with counting() as one:
        connection.close()
        connection.ensure_connection()
        assert type(connection.connection) is sqlite3.Connection
        assert worked(one, lambda: connection.connection.execute("SELECT 1")).queries == 0


def test_repeats_have_the_line_of_the_project(shop: dict[str, Any]) -> None:
    """Five times the same query from one line: N+1 at run time."""
    (repeated,) = counted(shop["page"], shop["root"]).repeated
    assert repeated == Repeated(
        'SELECT "shop_order"."id", "shop_order"."number" FROM "shop_order"'
        ' WHERE "shop_order"."number" = ? LIMIT ?',
        5,
        "shop/models.py",
        10,
    )


def test_savepoints_are_one_statement(shop: dict[str, Any]) -> None:
    """Django names each savepoint anew; what is repeated is the savepoint."""
    from django.db import transaction

    def do() -> None:
        with transaction.atomic():
            for _ in range(3):
                with transaction.atomic():
                    pass

    statements = {one.statement: one.count for one in counted(do).repeated}
    assert statements == {"SAVEPOINT ?": 3, "RELEASE SAVEPOINT ?": 3}


def test_a_template_is_charged_to_the_line_that_renders_it(
    shop: dict[str, Any], tmp_path: Path
) -> None:
    """Queries of a template come from the code that rendered it."""
    from django.template import Context, Engine

    names = Project(tmp_path).load(
        "views.py", "def show(template, context):\n    return template.render(context)\n"
    )
    template = Engine().from_string("{% for one in orders.all %}{{ orders.count }}{% endfor %}")
    context = Context({"orders": shop["Order"].objects})
    work = counted(lambda: names["show"](template, context), tmp_path)
    assert [(one.count, one.path, one.line) for one in work.repeated] == [(5, "views.py", 2)]


ASYNC = """
from asgiref.sync import async_to_sync, sync_to_async

async def read(order):
    for number in range(3):
        await order.objects.aget(number=number)

async def ask_in_a_thread(order):
    return await sync_to_async(lambda: order.objects.count())()

def page(order):
    return async_to_sync(read)(order)
"""


@pytest.fixture(scope="module")
def pages(shop: dict[str, Any]) -> dict[str, Any]:
    """Code of the project that awaits Django."""
    return Project(shop["root"]).load("shop/pages.py", ASYNC)


@pytest.mark.parametrize("below_sync", [False, True])
def test_what_awaits_a_query_is_its_line(
    shop: dict[str, Any], pages: dict[str, Any], below_sync: bool
) -> None:
    """Django's async methods ask in another thread, or in the caller's below a synchronous view."""
    read, page = pages["read"], pages["page"]

    def do() -> None:
        page(shop["Order"]) if below_sync else asyncio.run(read(shop["Order"]))

    work = counted(do, shop["root"])
    assert [(one.count, one.path, one.line) for one in work.repeated] == [(3, "shop/pages.py", 6)]


def test_code_of_the_project_in_a_thread_is_nearer_than_what_awaits(
    shop: dict[str, Any], pages: dict[str, Any]
) -> None:
    """The line within the function that runs there is the innermost."""

    async def twice() -> None:
        await pages["ask_in_a_thread"](shop["Order"])
        await pages["ask_in_a_thread"](shop["Order"])

    work = counted(lambda: asyncio.run(twice()), shop["root"])
    assert [(one.count, one.line) for one in work.repeated] == [(2, 9)]


def test_awaiting_is_as_it_was(shop: dict[str, Any]) -> None:
    """Results, errors with their tracebacks, cancelling, and the context of the task."""
    from asgiref.sync import SyncToAsync, iscoroutinefunction, sync_to_async

    async def seen() -> tuple[object, ...]:
        before = dict(contextvars.copy_context())
        number = (await shop["Order"].objects.aget(number=1)).number
        try:
            await shop["Order"].objects.aget(number=99)
        except shop["Order"].DoesNotExist as error:
            frames = [one.name for one in traceback.extract_tb(error.__traceback__)]
        task = asyncio.ensure_future(sync_to_async(time.sleep)(0.05))
        await asyncio.sleep(0.01)
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        after = dict(contextvars.copy_context())
        return number, frames, task.cancelled(), after == before, iscoroutinefunction(ask)

    ask = sync_to_async(time.sleep)
    bare = asyncio.run(seen())
    with counting() as one, one.window():
        assert asyncio.run(seen()) == bare
    assert_put_back((SyncToAsync, "__call__"))


def test_an_error_of_django_is_the_same(shop: dict[str, Any]) -> None:
    """Type, text, cause and traceback are what they are without counting."""

    def seen() -> tuple[object, ...]:
        try:
            _broken(shop["Order"])
        except Exception as error:
            cause = error.__cause__
            assert cause is not None
            frames = [traceback.extract_tb(one.__traceback__).format() for one in (error, cause)]
            return type(error), str(error), frames, repr(cause)
        return ()

    bare = seen()
    assert bare
    with counting() as one, one.window():
        assert seen() == bare


def test_stopping_leaves_django_as_it_was() -> None:
    """Every patched attribute is the object it was, and programs see no wrapper of ours."""
    from django.db import connection
    from django.db.backends import utils
    from django.db.backends.base import base

    cursor = utils.CursorWrapper
    before = (cursor.execute, cursor.executemany, base.debug_transaction)
    with counting():
        assert cursor.execute is not before[0]
        assert cursor.execute.__name__ == "execute"
        assert connection.execute_wrappers == []
    assert (cursor.execute, cursor.executemany, base.debug_transaction) == before
