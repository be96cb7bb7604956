# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Heads that use more than their base: real functions that send more queries, have lost a cache, or
copy what they were given, by so many units in each of their calls.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from benchmarks.gate_repository import Repository

QUERIES, CACHE, COPIES = SHAPES = ("queries", "cache", "copies")
# What a unit takes, about: where calibration starts.
GUESSED_SECONDS = {QUERIES: 30e-6, CACHE: 60e-6, COPIES: 12e-6}

MODULE = '''"""What the functions of this revision do more, in units a call, by test and shape."""

import copy
import os

{imports}

PARTS = {parts!r}
CALLED = {called!r}
owed, calls = {{}}, {{}}
ROWS = [{{"id": n, "name": str(n), "tags": ["a", "b"]}} for n in range(4)]


{units}


def copies(*given):
    return copy.deepcopy(ROWS[0]), [dict(row) for row in ROWS]


UNITS = {{"queries": queries, "cache": cache, "copies": copies}}


def more(*given):
    test, _, phase = os.environ.get("PYTEST_CURRENT_TEST", "").rpartition(" ")
    if phase != "(call)" or (CALLED is None and test not in PARTS):
        return
    if CALLED is not None:
        calls[test] = calls.get(test, 0) + 1
        queries(*given)
        with open(CALLED, "a") as told:
            print(test, file=told)
        return
    shape, units = PARTS[test]
    now = owed.get(test, 0.0) + units
    owed[test] = now - int(now)
    for _ in range(int(now)):
        UNITS[shape](*given)
'''
# Two ways to lose a cache: what a class says of its arguments, and a compiled pattern.
DJANGO = {
    "imports": "import inspect\n\nfrom django.db import connection",
    "units": """\
def queries(*given):
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, username FROM auth_user WHERE id = %s", [1])
        cursor.fetchone()


def takes(self, instance, data, *, partial=False, context=None, **more):
    pass


def cache(*given):
    inspect.signature(takes)""",
}
SQLALCHEMY = {
    "imports": "from re import _compiler",
    "units": """\
def queries(connection):
    cursor = connection.cursor()
    cursor.execute("SELECT name, sql FROM sqlite_master WHERE name = ?", ["users"])
    cursor.fetchone()
    cursor.close()


def cache(*given):
    _compiler.compile("([a-z]+)_")""",
}


@dataclass(frozen=True)
class Hooked:
    """A suite whose functions can be made to do more.

    `changes` are (file, the text before which the call is put, the call and its import).
    """

    module: str
    texts: Mapping[str, str]
    changes: tuple[tuple[str, str, str, str], ...]


FROM = "from rest_framework._more import more\n\n\n"
HOOKED: Mapping[str, Hooked] = {
    "django-rest-framework": Hooked(
        "rest_framework/_more.py",
        DJANGO,
        (
            (
                "rest_framework/views.py",
                "        parser_context = self.get_parser_context(request)\n",
                "        more()\n",
                "def get_view_name(view):\n",
            ),
            (
                "rest_framework/serializers.py",
                "        self.instance = instance\n        if data is not empty:\n",
                "        more()\n",
                "class BaseSerializer(Field):\n",
            ),
        ),
    ),
    "sqlalchemy": Hooked(
        "lib/sqlalchemy/engine/_more.py",
        SQLALCHEMY,
        (
            (
                "lib/sqlalchemy/engine/base.py",
                "            context = constructor(\n"
                "                dialect, self, conn, execution_options, *args, **kw\n",
                "            more(conn)\n",
                'class Connection(ConnectionEventsTarget, inspection.Inspectable["Inspector"]):\n',
            ),
        ),
    ),
}


def _hooked(name: str, repository: Repository) -> dict[str, str]:
    """The changed files of a suite, without the module that they call."""
    hooked, files = HOOKED[name], {}
    package = hooked.module.removeprefix("lib/").removesuffix(".py").replace("/", ".")
    for path, anchor, call, top in hooked.changes:
        text = repository.text(path)
        for once in (anchor, top):
            if text.count(once) != 1:
                raise SystemExit(f"{path} has {text.count(once)} of {once!r}, and one was expected")
        text = text.replace(anchor, call + anchor)
        files[path] = text.replace(top, f"from {package} import more\n\n\n{top}")
    return files


def _revision(
    name: str,
    repository: Repository,
    parts: Mapping[str, tuple[str, float]],
    called: str | None,
    subject: str,
) -> str:
    hooked = HOOKED[name]
    module = MODULE.format(parts=dict(parts), called=called, **hooked.texts)
    return repository.revision({**_hooked(name, repository), hooked.module: module}, subject)


def counting(name: str, repository: Repository, told: str) -> str:
    """A revision that writes a line with the test for each call of one of the functions, and sends
    one query: tests that cannot bear it are found out.
    """
    return _revision(name, repository, {}, told, "counts its calls")


def seeded(name: str, repository: Repository, parts: Mapping[str, tuple[str, float]]) -> str:
    """A revision that does so many units of a shape a call, by test."""
    return _revision(name, repository, parts, None, "does more than before")
