# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""A finding rests on the templates that it was read from, though they are no Python."""

from __future__ import annotations

from pathlib import Path

import greenlint_rules
import pytest

from greenlint.cache import Cache
from greenlint.catalogue import rules_in
from greenlint.finding import Finding
from greenlint.run import run
from greenlint.work import Job, Plan

MODELS = """
from django.db import models

class Customer(models.Model):
    name = models.CharField()

class Order(models.Model):
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE)
"""
VIEWS = """
from django.shortcuts import render
from shop.models import Order

def orders(request):
    return render(request, "orders.html", {"orders": Order.objects.all()})
"""
READS = "<p>\n{% for one in orders %}{{ one.customer.name }}{% endfor %}"
PLAIN = "{% for one in orders %}{{ one.pk }}{% endfor %}"


class Shop:
    """A project of two files, linted with a cache."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.write("shop/models.py", MODELS)
        self.write("shop/views.py", VIEWS)
        folder = Path(greenlint_rules.__file__).parent
        infos = [info for info in rules_in("greenlint_rules", folder) if info.code == "GRN306"]
        self.plan = Plan(tuple(infos))

    def write(self, name: str, text: str) -> None:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")

    def found(self, processes: int = 1) -> list[Finding]:
        names = ("shop/models.py", "shop/views.py")
        jobs = [Job(self.root / name, name) for name in names]
        cache = Cache(self.root / "cache", "one")
        ran = run(jobs, self.plan, cache=cache, processes=processes)
        assert not any(result.problems for result in ran.results.values())
        return list(ran.results["shop/views.py"].findings)


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    return Shop(tmp_path)


def test_a_changed_template_is_read_again(shop: Shop) -> None:
    """It appears, changes, is stood in for by a nearer one, and goes: each time it is seen."""
    assert shop.found() == []
    shop.write("templates/orders.html", READS)
    assert len(shop.found()) == 1
    assert shop.found() == shop.found(processes=2)
    shop.write("templates/orders.html", PLAIN)
    assert shop.found() == []
    shop.write("shop/templates/orders.html", READS)
    assert len(shop.found()) == 1
    (shop.root / "shop/templates/orders.html").unlink()
    assert shop.found() == []


def test_the_line_of_the_template_is_a_related_place(shop: Shop) -> None:
    """With its file, line and columns."""
    shop.write("templates/orders.html", READS)
    [found] = shop.found()
    [place] = found.related
    assert place.path == "templates/orders.html"
    assert (place.span.line, place.span.column, place.span.end_column) == (2, 27, 44)
    assert READS[place.span.start : place.span.end] == "one.customer.name"
