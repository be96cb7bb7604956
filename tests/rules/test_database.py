# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Queries and writes in loops: what proves the receiver, and what does not."""

from __future__ import annotations

import pytest
from greenlint_rules.database import query_in_loop, save_in_loop

from greenlint.check import ActiveRule, Checker
from greenlint.rule import Rule
from greenlint.source import SourceFile

HEAD = """
import sqlite3, psycopg2
from django.contrib.auth import get_user_model
from django.db import connection, connections
from sqlalchemy.orm import Session, sessionmaker
from shop.models import Order, Line
make = sessionmaker()
"""


def lines(rule: Rule, text: str) -> list[str]:
    """The lines that the rule finds something on, stripped."""
    source = HEAD + text
    result = Checker([ActiveRule(rule.info(), rule)]).check(SourceFile("a.py", source.encode()))
    assert not result.problems
    found = sorted({one.span.line for one in result.findings})
    return [source.splitlines()[line - 1].strip() for line in found]


@pytest.mark.parametrize(
    "ask",
    [
        "Order.objects.get(pk=x)",
        "get_user_model().objects.filter(pk=x).exists()",
        "Order._default_manager.filter(pk=x).first()",
        "list(Order.objects.filter(pk=x)[:5])",
        "connection.cursor().execute('select 1')\n        rows.get(pk=x)",
        "cursor.execute('select a from b where c = %s', [x])",
        "other.execute(f'insert into b values ({x})')",
        "session.execute(select(Order).where(x))",
        "made.query(Order).filter(x).all()",
        "open('f').execute('select a from b where c = ?', x) or Order.objects.get(pk=x)",
    ],
)
def test_proven_receivers_are_found(ask: str) -> None:
    """Managers, querysets, cursors and sessions are known by how they came about."""
    text = f"""
def go(xs, session: Session | None):
    rows = Order.objects.all()
    made = make()
    with connections["other"].cursor() as other:
        cursor = psycopg2.connect("").cursor()
        for x in xs:
            {ask.replace(chr(10) + "        ", chr(10) + "            ")}
"""
    assert lines(query_in_loop.RULE, text) == [ask.splitlines()[-1].strip()]


@pytest.mark.parametrize(
    "ask",
    [
        "cache.get(x)",
        "x.items.get(x)",
        "cursor.execute('select a from b where c = ?', [x])",
        "session.execute(x)",
        "sqlite3.connect('f').execute(x)",
        "Order.objects.filter(pk=x)",
        "Order.objects.filter(pk=x).update(a=x)",
        "[one for one in Order.objects.filter(pk__in=x)]",
    ],
)
def test_unproven_receivers_are_not(ask: str) -> None:
    """A name alone proves nothing."""
    text = f"def go(xs, cache, cursor, session):\n    for x in xs:\n        {ask}\n"
    assert lines(query_in_loop.RULE, text) == []


@pytest.mark.parametrize(
    ("bound", "found"),
    [
        ("for row in Order.objects.all():", True),
        ("for row in Order.objects.all().iterator():", True),
        ("for n, row in enumerate(Order.objects.filter(a=1)):", True),
        ("for row in list(Order.objects.all()):", True),
        ("for x in xs:\n        row = Order.objects.get(pk=x)", True),
        ("for x in xs:\n        row, _ = Order.objects.get_or_create(pk=x)", True),
        ("for x in xs:\n        row = Line(a=x)", True),
        ("for row in xs:", False),
        ("for row in Order.objects.values('pk'):", False),
        ("row = Order.objects.get(pk=1)\n    for x in xs:", False),
        ("for x in xs:\n        row = Form(x)", False),
    ],
)
def test_rows_are_known_by_their_bindings(bound: str, found: bool) -> None:
    """A row comes from a queryset or a model; its save is found when the turn brought it."""
    text = f"def go(xs):\n    {bound}\n        row.a = 1\n        row.save()\n"
    assert ("row.save()" in lines(save_in_loop.RULE, text)) is found


def test_lists_that_fill_each_other_are_followed_once() -> None:
    """Thirty names that may come from one another: followed anew each time, it would not end."""
    names = [f"list{n}" for n in range(30)]
    text = "def f():\n" + "".join(f"    {name} = []\n    {name} = []\n" for name in names)
    for name in names:
        adds = "".join(f"        {other}.append(x)\n" for other in names if other != name)
        text += f"    for x in {name}:\n{adds}"
    text += "    for x in list0:\n        Order.objects.get(pk=x)\n"
    assert lines(query_in_loop.RULE, text) == ["Order.objects.get(pk=x)"]
