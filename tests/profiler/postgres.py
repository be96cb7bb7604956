# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""A server of PostgreSQL for the tests, on this machine alone; it ends with them."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

USER, PASSWORD = "tester", "s3cret-w0rd"
NOBODY = 65534


@dataclass(frozen=True)
class Server:
    """A running server; every database has a name of its own."""

    port: int

    def url(self, database: str, user: str = USER, password: str = PASSWORD) -> str:
        return f"postgresql://{user}:{password}@127.0.0.1:{self.port}/{database}"

    def run(self, *statements: str, database: str = "postgres") -> list[Any]:
        import psycopg

        rows = []
        with psycopg.connect(self.url(database), autocommit=True) as connection:
            for statement in statements:
                cursor = connection.execute(statement)
                rows = cursor.fetchall() if cursor.description else []
        return rows


def binaries() -> Path | None:
    """Where initdb and postgres are, the newest first."""
    on_path = shutil.which("initdb")
    found = [Path(on_path).resolve().parent] if on_path else []
    found += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    complete = (one for one in found if (one / "postgres").exists() and (one / "initdb").exists())
    return next(complete, None)


@contextmanager
def server() -> Iterator[Server]:
    """Start one in a folder of its own, as a user without rights; skips where there is none."""
    pytest.importorskip("psycopg", reason="psycopg is not installed")
    programs = binaries()
    if programs is None:
        pytest.skip("no server of PostgreSQL is installed on this machine")
    folder = Path(tempfile.mkdtemp(prefix="greenlint-pg-"))
    root = os.geteuid() == 0
    unprivileged: dict[str, Any] = (
        {"user": NOBODY, "group": NOBODY, "extra_groups": []} if root else {}
    )
    if root:
        os.chown(folder, NOBODY, NOBODY)
    secret = folder / "password"
    secret.write_text(PASSWORD)
    secret.chmod(0o644)
    data = folder / "data"
    environment = {**os.environ, "LC_ALL": "C.UTF-8", "TZ": "UTC"}
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    common = {"env": environment, "cwd": folder, "stdin": subprocess.DEVNULL, **unprivileged}
    try:
        make = [programs / "initdb", "-D", data, "-U", USER, "--pwfile", secret, "--no-sync"]
        subprocess.run(
            [*make, "-A", "scram-sha-256", "-E", "UTF8"],
            check=True,
            capture_output=True,
            timeout=120,
            **common,
        )
        command = [programs / "postgres", "-D", data, "-p", str(port), "-k", folder]
        command += ["-c", "listen_addresses=127.0.0.1", "-c", "fsync=off"]
        command += ["-c", "max_connections=60", "-c", "shared_buffers=16MB"]
        with (
            (folder / "log").open("wb") as log,
            subprocess.Popen(command, stdout=log, stderr=log, **common) as running,
        ):
            try:
                made = Server(port)
                _wait(made, running)
                yield made
            finally:
                running.terminate()
                running.wait(60)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _wait(made: Server, running: subprocess.Popen[bytes]) -> None:
    import psycopg

    for _ in range(600):
        assert running.poll() is None, "the server ended at once"
        try:
            made.run("SELECT 1")
            return
        except psycopg.OperationalError:
            time.sleep(0.1)
    raise AssertionError("the server did not answer")
