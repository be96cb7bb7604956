# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""How a place that repeats a query is told, in a terminal and in a sum of phases."""

from __future__ import annotations

from typing import Any

import pytest
from greenlint_profiler.suite.summary import repeated, where
from greenlint_profiler.suite.sums import worked
from greenlint_profiler.work.work import Repeated, Work

QUERY = 'SELECT "a"."column_of_some_length", "a"."another_one", "a"."b" FROM "a" WHERE "a"."b" = ?'


def entry(**more: Any) -> dict[str, Any]:
    """A repeated query, as the document has it."""
    return {"count": 50, "statement": QUERY, "path": "shop/api.py", "line": 9} | more


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"symbol": "Orders.sku"}, "shop/api.py:9 (Orders.sku)"),
        ({"symbol": None}, "shop/api.py:9"),
        ({}, "shop/api.py:9"),
        ({"path": None, "line": None, "symbol": None}, ""),
    ],
)
def test_a_place_is_a_line_or_a_class(more: dict[str, Any], told: str) -> None:
    """A record of an older greenlint, which knew no classes, is told as well."""
    assert where(entry(**more)) == told


def test_a_statement_is_cut_to_the_width_of_the_terminal() -> None:
    """In a wide terminal it is whole; in a narrow one it has no columns, and eighty characters."""
    one = entry(symbol="Orders.sku")
    head = "50 times the same query from shop/api.py:9 (Orders.sku): "
    assert repeated(one, 200) == f"{head}{QUERY}"
    assert repeated(one, 80, " (t.py)") == f'{head}SELECT … FROM "a" WHERE "a"."b" = ? (t.py)'
    long = repeated(entry(statement=f"UPDATE {'a' * 190}"), 80)
    assert long.endswith("a…")
    assert len(long.partition(": ")[2]) == 80


def test_classes_and_fields_stay_apart_in_a_sum() -> None:
    """Two fields of one serializer that send the same statement are two places."""
    sku, name = (Repeated("SELECT ?", 3, "a.py", 1, symbol) for symbol in ("A.sku", "A.name"))
    assert worked([Work(6, (sku, name)), Work(3, (sku,))]).repeated == (
        Repeated("SELECT ?", 6, "a.py", 1, "A.sku"),
        name,
    )
