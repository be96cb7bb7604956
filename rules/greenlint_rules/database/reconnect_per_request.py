# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""GRN321: Django's settings have a database server connected to anew for each request."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import libcst as cst

from greenlint.here import Here
from greenlint.rule import Hit, Rule

RULE = Rule(
    code="GRN321",
    name="reconnect-per-request",
    severity="note",
    confidence="medium",
    needles=(b"CONN_MAX_AGE",),
    since="0.1.0",
    lifecycle="preview",
    help="keep connections for a minute or so, or use a pool",
    tests=False,
    repeats=False,
)

_SERVERS = re.compile(r"postgres|postgis|psycopg|mysql|oracle|mssql")
# A pool between, whose connections cost little and are not to be held.
_POOLED = re.compile(r"bouncer|\bpool\b|6432|pgpool|proxysql|DISABLE_SERVER_SIDE_CURSORS", re.I)


@RULE.glance(ast.Dict)
def glance(node: ast.Dict, _: bool) -> bool:
    """A dict that says how long a connection is kept."""
    return any(isinstance(one, ast.Constant) and one.value == "CONN_MAX_AGE" for one in node.keys)


@RULE.on(cst.Dict)
def database(node: cst.Dict, here: Here) -> Iterator[Hit]:
    """``{"ENGINE": "django.db.backends.postgresql", "CONN_MAX_AGE": 0}``."""
    entries = dict(_entries(node))
    age, engine = entries.get("CONN_MAX_AGE"), entries.get("ENGINE")
    match age, engine:
        case cst.DictElement(value=cst.Integer(value="0")), cst.DictElement(
            value=cst.SimpleString() as server
        ):
            pass
        case _:
            return
    if _SERVERS.search(server.value) and not _POOLED.search(here.code(node)):
        yield Hit(age, "each request connects to the database server anew")


def _entries(node: cst.Dict) -> Iterator[tuple[str, cst.DictElement]]:
    for element in node.elements:
        match element:
            case cst.DictElement(key=cst.SimpleString() as key):
                value = key.evaluated_value
                if isinstance(value, str):
                    yield value, element
