# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""A `Prefetch` is read where it is written: in the call, under a name, in a function."""

from __future__ import annotations

import pytest

from greenlint.rule import Confidence
from tests.project.conftest import found_by

MODELS = """
from django.db import models

class Product(models.Model):
    name = models.CharField(max_length=80)

class Order(models.Model):
    number = models.IntegerField()

class Line(models.Model):
    order = models.ForeignKey(Order, related_name="lines", on_delete=models.CASCADE)
    product = models.ForeignKey(Product, on_delete=models.CASCADE)
"""
PARTS = """
from django.db.models import Prefetch
from shop.models import Line

def with_products(path):
    return Prefetch(path, queryset=Line.objects.select_related("product"))

def bare(path="lines"):
    return Prefetch(path, queryset=Line.objects.all())

def lines():
    return Prefetch("lines", Line.objects.select_related("product"))

def some(path, rows):
    return Prefetch(path, queryset=rows.all())

def other(path):
    return path.made()
"""
READ = "print([line.product.name for line in order.lines.all()])"
CASES = [
    ('Prefetch("lines", queryset=Line.objects.select_related("product"))', []),
    ('Prefetch("lines", Line.objects.select_related("product"))', []),
    ('with_products("lines")', []),
    ("lines()", []),
    ('bare("lines")', [Confidence.HIGH]),
    ('Prefetch("lines")', [Confidence.HIGH]),
    ('some("lines", number)', [Confidence.LOW]),
    ('other("lines")', [Confidence.LOW]),
    ("unknown(number)", [Confidence.LOW]),
    ("Prefetch(number)", [Confidence.LOW]),
]


@pytest.mark.parametrize(("fetch", "found"), CASES)
@pytest.mark.parametrize("named", [False, True])
def test_a_prefetch_is_read_where_it_is_made(
    fetch: str, found: list[Confidence], named: bool
) -> None:
    """What it fetches is there; what cannot be read of it makes a finding unsure."""
    text = (
        "from django.db.models import Prefetch\n"
        "from shop.models import Line, Order\n"
        "from shop.parts import *\n\n\n"
        "def show(number, unknown):\n"
        + (f"    ahead = {fetch}\n" if named else "")
        + f"    for order in Order.objects.prefetch_related({'ahead' if named else fetch}):\n"
        f"        {READ}\n"
    )
    files = {"shop/models.py": MODELS, "shop/parts.py": PARTS, "shop/show.py": text}
    assert [one.confidence for one in found_by("GRN304", files)] == found
