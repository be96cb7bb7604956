# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""What the default selection shows, and what it keeps for those who ask for low confidence."""

from __future__ import annotations

import importlib
from textwrap import dedent

import pytest

from greenlint.check import ActiveRule, Checker
from greenlint.rule import Confidence
from greenlint.source import SourceFile

HEAD = """
import logging
import time
import requests
import urllib.request
import pandas as pd
from django.db import transaction
from shop.models import Line, Order
logger = logging.getLogger(__name__)
frame = pd.DataFrame()
"""
QUERY, SAVE = "database.query_in_loop", "database.save_in_loop"
LIST, SORT = "containers.list_membership_in_loop", "containers.filter_after_sort"
LOG, REQUEST = "logging.eager_logging_format", "network.request_without_session"
SHOWN = [
    (QUERY, "for order in Order.objects.all():\n    order.lines.count()"),
    (QUERY, "for row in rows:\n    Order.objects.get(pk=row['order'])"),
    (QUERY, "for row in rows:\n    Order.objects.get(pk=row.get('order'))"),
    (QUERY, "late = Order.objects.filter(late=True)\nfor x in late.all():\n    x.lines.count()"),
    (QUERY, "for o in Order.objects.all():\n    sum(x.n for x in Line.objects.filter(o=o, a=1))"),
    (SAVE, "for order in Order.objects.all():\n    order.open = 1\n    order.save()"),
    (SAVE, "for row in rows:\n    Order.objects.create(**row)"),
    (LIST, "old = list(Order.objects.all())\n[line for line in Line.objects.all() if line in old]"),
    (SORT, "[x for x in sorted(Order.objects.all()) if x.n > 3]"),
    (REQUEST, "for row in rows:\n    requests.get(f'https://a.example.org/{row}')"),
    ("memory.quadratic_list_sum", "sum((list(part) for part in rows), [])"),
    ("strings.bytes_concat_in_loop", "data = b''\nfor row in rows():\n    data += row"),
    ("data.iterrows", "for _, row in frame.iterrows():\n    rows.add(row['a'])"),
]
KEPT = [
    (QUERY, "for sku in skus:\n    Order.objects.get(pk=sku)"),
    (QUERY, "for sku, row in rows.items():\n    Order.objects.get(pk=sku)"),
    (
        QUERY,
        "for x in Order.objects.all():\n    with transaction.atomic():\n        x.lines.count()",
    ),
    (
        QUERY,
        "for o in Order.objects.all():\n    for x in Line.objects.filter(o=o, a=1):\n        x.a",
    ),
    (
        QUERY,
        "for x in Order.objects.all():\n    n = x.n\n    if n is None:\n        x.lines.count()",
    ),
    (SAVE, "for name in names:\n    Order.objects.create(name=name)"),
    (SAVE, "for x in Order.objects.all():\n    x.open = 1\n    x.save()\n    print(x)"),
    (
        SAVE,
        "for x in Order.objects.all():\n    y = copy(x)\n    y.save(update_fields=['a'])",
    ),
    (SAVE, "for row in rows:\n    Order.objects.update_or_create(pk=row['order'])"),
    (SAVE, "for x in Order.objects.all():\n    x.open = 1\n    x.save()\n    x.note('shut')"),
    (LIST, "old = list(Order.objects.all())\n[line for line in lines if line in old]"),
    (SORT, "[x for x in sorted(rows) if x.n > 3]"),
    (LOG, "logger.debug(f'{rows}')"),
    (LOG, "for row in rows:\n    logger.debug(f'{row}')"),
    (LOG, "for row in rows:\n    logger.info(f'{row}')"),
    (LOG, "while rows:\n    time.sleep(3)\n    logger.debug(f'{rows}')"),
    (REQUEST, "for row in rows:\n    urllib.request.urlopen(f'https://a.example.org/{row}')"),
    ("memory.quadratic_list_sum", "sum(([part, 1] for part in rows), [])"),
    ("strings.bytes_concat_in_loop", "data = b''\nfor k, row in rows.items():\n    data += row"),
    ("data.iterrows", "for _, row in frame.iterrows():\n    if row['a']:\n        break"),
    ("data.frame_concat_in_loop", "for column in columns:\n    frame = pd.concat([frame, column])"),
]


def confidences(room: str, body: str) -> list[Confidence]:
    """The confidence of each finding of one rule in a function with this body."""
    rule = importlib.import_module(f"greenlint_rules.{room}").RULE
    indented = "\n".join(f"    {line}" for line in dedent(body).splitlines())
    text = f"{HEAD}\ndef go(rows, skus, lines, names, changed, columns):\n{indented}\n"
    checked = Checker([ActiveRule(rule.info(), rule)]).check(SourceFile("a.py", text.encode()))
    assert not checked.problems
    return [one.confidence for one in checked.findings]


@pytest.mark.parametrize(("room", "body"), SHOWN)
def test_many_rows_are_shown(room: str, body: str) -> None:
    """Where a loop is seen to have many turns, the default selection shows the finding."""
    found = confidences(room, body)
    assert found
    assert Confidence.LOW not in found


@pytest.mark.parametrize(("room", "body"), KEPT)
def test_few_or_unknown_turns_are_kept_back(room: str, body: str) -> None:
    """Where turns are few, or nothing tells how many, a finding is there with low confidence."""
    assert set(confidences(room, body)) == {Confidence.LOW}
