# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""What running a function asks of the database."""

from __future__ import annotations

import pytest

from greenlint.project.doubts import RARE, SURE, UNSURE
from greenlint.project.project import Func
from greenlint.project.queries import run
from tests.project.shop import shop

HEAD = "from django.core.cache import cache\nfrom shop.models import Customer, Line, Order\n\n\n"


def doubts(body: str, decorator: str = "") -> list[int]:
    text = f"{HEAD}{decorator}def ask(key):\n" + "".join(f"    {s}\n" for s in body.split("\n"))
    project = shop({"shop/asks.py": text})
    func = project.meaning(project.units["shop/asks.py"], "ask")
    assert isinstance(func, Func)
    return [one.doubt for one in run(project, func, None).queries]


@pytest.mark.parametrize(
    "body",
    [
        "return Order.objects.get(pk=key)",
        "return list(Order.objects.filter(pk=key))",
        "for order in Order.objects.filter(pk=key):\n    print(order)",
        "return [o.pk for o in Order.objects.filter(pk=key)]",
        "rows = Order.objects.filter(pk=key)\nfor row in rows:\n    print(row)",
        "return Customer.objects.get(pk=key).orders.filter(pk=1).exists() and 1",
        "return get_object_or_404(Order, pk=key)",
    ],
)
def test_queries_that_always_run(body: str) -> None:
    """A row is asked for, or rows are gone through."""
    assert SURE in doubts(body)


@pytest.mark.parametrize(
    ("body", "decorator"),
    [
        ("return Order.objects.filter(pk=key)", ""),
        ("return Order(pk=key)", ""),
        ("return Order.objects.get(pk=key)", "@lru_cache\n"),
        ("def later():\n    return Order.objects.get(pk=key)\nreturn later", ""),
    ],
)
def test_what_runs_no_query(body: str, decorator: str) -> None:
    """A queryset is only composed, a row only made, an answer kept."""
    assert doubts(body, decorator) == []


@pytest.mark.parametrize(
    ("body", "doubt"),
    [
        ("if key:\n    return Order.objects.get(pk=key)", UNSURE),
        ("if not key:\n    return None\nreturn Order.objects.get(pk=key)", UNSURE),
        ("return key and Order.objects.get(pk=key)", UNSURE),
        ("try:\n    return key.order\nexcept KeyError:\n    return Order.objects.get(pk=1)", RARE),
        ("if key not in kept:\n    kept[key] = Order.objects.get(pk=key)\nreturn kept[key]", RARE),
        ("return cache.get(key) or Order.objects.get(pk=key)", RARE),
    ],
)
def test_queries_under_conditions(body: str, doubt: int) -> None:
    """A condition makes a query unsure; a cache or a failure makes it rare."""
    assert doubts(body) == [doubt]


def test_queries_behind_calls_are_found() -> None:
    """A function of another file is entered; its own recursion ends."""
    others = (
        "from shop.models import Order\n\n\n"
        "def find(pk):\n    find(pk - 1)\n    return Order.objects.get(pk=pk)\n"
    )
    text = "from shop.finds import find\n\n\ndef ask(key):\n    return find(key)\n"
    project = shop({"shop/asks.py": text, "shop/finds.py": others})
    func = project.meaning(project.units["shop/asks.py"], "ask")
    assert isinstance(func, Func)
    found = run(project, func, None)
    assert [one.at.unit.name for one in found.queries] == ["shop/finds.py"]
    assert found.queries[0].names == {"key"}
    assert not found.writes
