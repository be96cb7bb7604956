# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Pairs of workers beside what projects use: other plugins, their options, Django, launchers."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from greenlint_profiler.gate.judging.sample import Restart

from tests.profiler.gate.gated import Sides, measure, sides, with_environ
from tests.profiler.postgres import Server

SHOP = Path(__file__).parents[3] / "examples" / "webshop"
EMPTY = "def test_a(): pass"


@pytest.fixture
def both(tmp_path: Path) -> Sides:
    return sides(tmp_path)


def write_ini(both: Sides, text: str) -> None:
    for place in (both.base, both.head):
        (place.root / "pytest.ini").write_text(f"[pytest]\n{text}")


def test_what_would_disturb_is_switched_off_and_told(both: Sides) -> None:
    """Workers, reruns, time limits and selections of earlier runs, from the command line and from
    the configuration; the tests run once, in the worker's own process.
    """
    both.write(
        test_a="""
import os
import pytest

def test_fails():
    with open("ran", "a") as file:
        file.write(f"{os.getppid()} ")
    assert False

@pytest.mark.flaky(reruns=5)
def test_flaky():
    with open("ran", "a") as file:
        file.write("flaky ")
    assert False

def test_a():
    import time
    time.sleep(1.5)
"""
    )
    write_ini(both, "addopts = -n 2 --reruns 3 --timeout 1 --session-timeout 1\ntimeout = 1\n")
    beside = ["-p", "xdist", "-p", "pytest_rerunfailures", "-p", "pytest_timeout"]
    words = ("-x", "--lf", "--pdb", "--junit-xml=out.xml", "--stepwise")
    with both.pair(*beside, *words) as workers:
        got = [measure(workers, f"test_a.py::{name}", 1) for name in ("test_fails", "test_flaky")]
        assert not any(isinstance(one, Restart) for one in got)
        assert isinstance(measure(workers, "test_a.py::test_a", 1), Restart)
        (note,) = workers.notes
    for option in ("-n", "-x", "--last-failed", "--pdb", "--junit-xml", "--stepwise", "--reruns"):
        assert option in note
    assert "--timeout" in note
    ran = (both.base.root / "ran").read_text().split()
    assert len(ran) == 2
    assert not (both.base.root / "out.xml").exists()


def test_nothing_is_told_where_nothing_was_asked(both: Sides) -> None:
    """The plugins of the house, and none of their options."""
    both.write(test_a=EMPTY)
    words = ("-p", "xdist", "-p", "pytest_rerunfailures", "-p", "pytest_timeout")
    with both.pair(*words) as workers:
        assert workers.notes == ()


def test_async_tests(both: Sides) -> None:
    """The call of a coroutine, whichever plugin runs the loop."""
    both.write(
        test_a="""
import asyncio, time
import pytest

@pytest.fixture
async def one():
    await asyncio.sleep(0)
    return 1

async def test_a(one):
    ends = time.process_time() + 0.1
    while time.process_time() < ends:
        await asyncio.sleep(0)
"""
    )
    write_ini(both, "asyncio_mode = auto\nasyncio_default_fixture_loop_scope = function\n")
    restart = both.measure_all("-p", "pytest_asyncio.plugin", pairs=2)["test_a"]
    assert isinstance(restart, Restart)
    for sample in restart.samples(head=True):
        assert sample.cpu_seconds == pytest.approx(0.1, abs=0.05)


PLUGIN = """
import pytest
import pytest_greenlint, greenlint_profiler

@pytest.mark.energy(max_increase="5 %")
def test_a(energy_meter, pytestconfig):
    assert pytest_greenlint.__version__ != "of the project"
    registered = [
        one for _, one in pytestconfig.pluginmanager.list_name_plugin()
        if getattr(one, "__name__", "") == "pytest_greenlint.plugin"
    ]
    assert len(registered) == 1
"""


@pytest.mark.parametrize("autoload", ["", "1"])
@pytest.mark.parametrize(
    "words", [(), ("-p", "pytest_greenlint.plugin"), ("-p", "no:greenlint"), ("--energy",)]
)
def test_our_plugin_is_there_once(both: Sides, autoload: str, words: tuple[str, ...]) -> None:
    """Whether the project's environment brings one, loads it by name, or keeps it away; and that
    of the environment is not taken.
    """
    other = {"__init__": '__version__ = "of the project"', "plugin": "raise AssertionError"}
    both.write(test_a=PLUGIN, **{f"other/pytest_greenlint/{key}": other[key] for key in other})
    write_ini(both, "filterwarnings = error\n")
    path = str(both.base.root / "other")
    given = with_environ(both, PYTEST_DISABLE_PLUGIN_AUTOLOAD=autoload, PYTHONPATH=path)
    quiet = ("-p", "no:django", "-p", "no:asyncio") if not autoload else ()
    with given.pair(*quiet, *words) as workers:
        assert isinstance(measure(workers, "test_a.py::test_a", 1), Restart), workers.said


def test_greenlint_itself_is_not_compared_unsaid(both: Sides) -> None:
    """Where the project holds the packages that the gate works with, a note says whose they are."""
    both.write(test_a=EMPTY, **{"greenlint_profiler/__init__": ""})
    write_ini(both, "pythonpath = .\n")
    with both.pair() as workers:
        assert workers.notes == (
            "greenlint_profiler is that of the gate on both sides: changes to it are not compared.",
        )


def test_a_launcher_may_be_a_program_of_python_that_closes_files(
    both: Sides, tmp_path: Path
) -> None:
    """The plugin and the pipes are found behind it."""
    launcher = tmp_path / "hatch"
    launcher.write_text(
        f"#!{sys.executable}\nimport subprocess, sys\nsys.exit(subprocess.call(sys.argv[2:]))\n"
    )
    launcher.chmod(0o755)
    both.write(test_a=EMPTY)
    command = (str(launcher), "run", sys.executable, "-m", "pytest")
    with both.pair(command=command) as workers:
        assert isinstance(measure(workers, "test_a.py::test_a"), Restart)


DATABASE = """
import pytest

@pytest.mark.django_db
def test_a():
    from django.contrib.auth.models import Group
    from django.db import connection
    Group.objects.create(name="one")
    with open("name", "w") as file:
        file.write(str(connection.settings_dict["NAME"]))
    assert Group.objects.count() == 1
"""


def with_database(both: Sides, database: dict[str, object]) -> list[str]:
    """A Django project on both sides with one database; the names that each side's tests see."""
    settings = {
        "SECRET_KEY": "test",
        "INSTALLED_APPS": ["django.contrib.auth", "django.contrib.contenttypes"],
        "DEFAULT_AUTO_FIELD": "django.db.models.BigAutoField",
        "DATABASES": {"default": database},
    }
    lines = "".join(f"{key} = {value!r}\n" for key, value in settings.items())
    both.write(test_a=DATABASE, settings=lines)
    write_ini(both, "DJANGO_SETTINGS_MODULE = settings\npythonpath = .\n")
    with both.pair("-p", "pytest_django.plugin") as workers:
        restart = measure(workers, "test_a.py::test_a", 2)
        assert isinstance(restart, Restart), workers.said
        assert restart.pairs[0].head.work.queries == 2
    return [(place.root / "name").read_text() for place in (both.base, both.head)]


def test_each_side_has_its_own_file(both: Sides, tmp_path: Path) -> None:
    """A test database of SQLite in a file that both sides name alike; none is left."""
    name = str(tmp_path / "test.sqlite3")
    database = {"ENGINE": "django.db.backends.sqlite3", "NAME": "db", "TEST": {"NAME": name}}
    assert with_database(both, database) == [f"{name}_base", f"{name}_head"]
    assert list(tmp_path.glob("test.sqlite3*")) == []


def test_a_database_in_memory_stays_there(both: Sides) -> None:
    """Each process has its own anyway."""
    names = with_database(both, {"ENGINE": "django.db.backends.sqlite3", "NAME": "db"})
    assert all("memory" in name for name in names)


def test_each_side_has_its_own_database_on_a_server(
    both: Sides, postgres_url: str, postgres_server: Server
) -> None:
    """On PostgreSQL both are there at once, and none is left."""
    parts = urlsplit(postgres_url)
    database: dict[str, object] = {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": parts.username,
        "PASSWORD": parts.password,
        "HOST": parts.hostname,
        "PORT": parts.port,
    }
    name = f"test_{database['NAME']}"
    assert with_database(both, database) == [f"{name}_base", f"{name}_head"]
    left = postgres_server.run(f"SELECT datname FROM pg_database WHERE datname LIKE '{name}%'")
    assert left == []


def test_the_shop(both: Sides) -> None:
    """The example of the guide, with its own options: queries by line, as the plugin counts."""
    pytest.importorskip("rest_framework")
    for place in (both.base, both.head):
        shutil.copytree(SHOP, place.root, dirs_exist_ok=True)
    with both.pair("-p", "pytest_django.plugin", "tests/test_budgets.py") as workers:
        for test in list(workers.head_tests)[:2]:
            restart = measure(workers, test, 2)
            assert isinstance(restart, Restart), workers.said
            pair = restart.pairs[0]
            assert pair.base.work == pair.head.work
            assert pair.base.work.queries
