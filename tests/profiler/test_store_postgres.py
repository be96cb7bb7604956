# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""PostgreSQL: a server that is not there, rights that are missing, passwords that stay secret."""

from __future__ import annotations

import builtins
import sys
from pathlib import Path
from typing import Any

import pytest
from greenlint_profiler.stores import postgres
from greenlint_profiler.stores.address import address
from greenlint_profiler.stores.error import StoreError
from greenlint_profiler.stores.store import open_store

from tests.profiler.documents import document
from tests.profiler.postgres import PASSWORD, Server


def fails(url: str, *, create: bool = True) -> str:
    with pytest.raises(StoreError) as caught:
        open_store(url, Path(), create=create).close()
    said = str(caught.value)
    assert PASSWORD not in said
    assert caught.value.__cause__ is None
    return said


def grant(server: Server, database: str, user: str, *statements: str) -> str:
    """A user with the same password, and no more rights than these; the URL."""
    server.run(
        f"DROP ROLE IF EXISTS {user}",
        f"CREATE ROLE {user} LOGIN PASSWORD '{PASSWORD}'",
        *statements,
        database=database,
    )
    return server.url(database, user)


def name_of(url: str) -> str:
    return url.rpartition("/")[2]


# Without a server


def test_a_server_that_is_not_there() -> None:
    """Port 1 of this machine has none: the sentence says what to look at, without the password."""
    pytest.importorskip("psycopg")
    said = fails(f"postgresql://anna:{PASSWORD}@127.0.0.1:1/orders")
    assert said.startswith("The store postgresql://anna:***@127.0.0.1:1/orders cannot be reached: ")
    assert said.endswith("whether user, password and database are right.")


@pytest.mark.parametrize(
    "url",
    [
        f"postgresql://anna:{PASSWORD}/@127.0.0.1:1/orders",
        f"postgresql://anna:a/{PASSWORD}@127.0.0.1/orders",
        f"postgresql://anna:{PASSWORD}%zz@127.0.0.1:1/orders",
        f"postgresql://anna:{PASSWORD}@127.0.0.1:1/orders?nothing=1",
        f"postgresql://anna@127.0.0.1:1/orders?passwort={PASSWORD}",
        f"postgresql://anna:a@{PASSWORD}@127.0.0.1:1/orders",
    ],
)
def test_a_url_that_is_wrong_is_not_quoted(url: str) -> None:
    """What libpq says of it could hold a part of the password."""
    pytest.importorskip("psycopg")
    assert "is no URL that PostgreSQL understands" in fails(url)


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://anna:se%20cret@db/o",
        "postgresql://anna@db/o?sslmode=disable&password=se%20cret",
        "postgresql://anna@db/o?sslpassword=se%20cret",
    ],
)
def test_what_is_said_has_no_password(url: str) -> None:
    """Should a driver ever quote one, as it is written or as it is meant, it is taken out."""
    error = OSError("cannot log in with se%20cret, that is se cret.\nHINT: no")
    said = postgres.reason(error, address(url, Path()))
    assert said == "cannot log in with ***, that is ***"


def test_without_psycopg_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """The standard library has no driver; the sentence says what to install."""
    whole = builtins.__import__

    def without(name: str, *words: Any, **more: Any) -> Any:
        if name == "psycopg":
            raise ImportError("no pq wrapper available")
        return whole(name, *words, **more)

    monkeypatch.setattr(builtins, "__import__", without)
    monkeypatch.delitem(sys.modules, "psycopg", raising=False)
    said = fails(f"postgresql://anna:{PASSWORD}@db/orders")
    assert said.endswith("Install it with `pip install 'greenlint[postgres]'`.")


# With one


def test_what_the_server_refuses(postgres_url: str) -> None:
    """A wrong password, and a database that is not there."""
    said = fails(postgres_url.replace(PASSWORD, "wr0ng"))
    assert "password authentication failed" in said
    assert "wr0ng" not in said
    assert "does not exist" in fails(f"{postgres_url}x")


def test_a_user_who_may_only_read(postgres_server: Server, postgres_url: str) -> None:
    """Lists the runs, and is told that appending needs rights."""
    with open_store(postgres_url, Path()) as store:
        store.append(document())
    reader = grant(
        postgres_server,
        name_of(postgres_url),
        "reader",
        "GRANT USAGE ON SCHEMA greenlint TO reader",
        "GRANT SELECT ON ALL TABLES IN SCHEMA greenlint TO reader",
    )
    with open_store(reader, Path()) as store:
        assert [run.id for run in store.runs()] == ["run-1"]
        with pytest.raises(StoreError, match=r"permission denied for table .* Give this user"):
            store.append(document("run-2"))
        assert len(store.runs()) == 1


def test_a_user_who_may_append_and_not_make_schemas(
    postgres_server: Server, postgres_url: str
) -> None:
    """A job of CI needs no more than the rights to the tables, once they are there."""
    open_store(postgres_url, Path()).close()
    writer = grant(
        postgres_server,
        name_of(postgres_url),
        "writer",
        "GRANT USAGE ON SCHEMA greenlint TO writer",
        "GRANT SELECT, INSERT, DELETE ON ALL TABLES IN SCHEMA greenlint TO writer",
    )
    with open_store(writer, Path()) as store:
        assert store.append(document())


def test_a_user_without_rights(postgres_server: Server, postgres_url: str) -> None:
    """Cannot make the schema where it is not, nor look into it where it is."""
    stranger = grant(postgres_server, name_of(postgres_url), "stranger")
    assert "permission denied for database" in fails(stranger)
    open_store(postgres_url, Path()).close()
    assert "permission denied for schema greenlint" in fails(stranger)


def test_a_schema_of_another_program(postgres_server: Server, postgres_url: str) -> None:
    """Is left alone; tables elsewhere in the database do not matter."""
    postgres_server.run("CREATE TABLE run (id INT)", database=name_of(postgres_url))
    with open_store(postgres_url, Path()) as store:
        store.append(document())
    postgres_server.run(
        "DROP SCHEMA greenlint CASCADE",
        "CREATE SCHEMA greenlint",
        "CREATE TABLE greenlint.customer (id INT)",
        database=name_of(postgres_url),
    )
    assert "has tables of another program, and was left alone" in fails(postgres_url)


def test_a_connection_that_breaks(postgres_server: Server, postgres_url: str) -> None:
    """In the middle of it all: a sentence, and the run is not there."""
    with open_store(postgres_url, Path()) as store:
        store.append(document())
        postgres_server.run(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            f"WHERE datname = '{name_of(postgres_url)}'"
        )
        with pytest.raises(StoreError, match=r"cannot be used: .*terminat"):
            store.append(document("run-2"))
    with open_store(postgres_url, Path()) as store:
        assert [run.id for run in store.runs()] == ["run-1"]


def test_a_writer_that_others_keep_waiting(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It gives up after a while, and says so."""
    monkeypatch.setattr(postgres, "PATIENCE_SECONDS", 1)
    with open_store(postgres_url, Path()) as one, open_store(postgres_url, Path()) as two:
        one._database.begin(alone=True)
        with pytest.raises(StoreError, match=r"Others kept it busy; nothing was written"):
            two.append(document())
        one._database.rollback()
        assert two.append(document())


def test_a_database_of_few_letters(postgres_server: Server) -> None:
    """Where the server cannot hold a name of a test, it says so, and nothing is half there."""
    postgres_server.run(
        "DROP DATABASE IF EXISTS latin",
        "CREATE DATABASE latin ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0",
    )
    from tests.profiler.documents import case

    with open_store(postgres_server.url("latin"), Path()) as store:
        with pytest.raises(StoreError, match=r"cannot be used: .*LATIN1"):
            store.append(document(tests=[case("test[€]")]))
        assert store.runs() == []
        assert store.append(document(tests=[case("test[é]")]))
