# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Rows that a Prefetch keeps in an attribute, and the methods that read them there."""

from __future__ import annotations

import pytest

from tests.project.conftest import found_by
from tests.project.shop import value_of

MODELS = """\
from django.db import models


class Product(models.Model):
    name = models.CharField(max_length=80)


class Order(models.Model):
    number = models.IntegerField()

    @property
    def names(self):
        {reads}


class Line(models.Model):
    order = models.ForeignKey(Order, related_name="lines", on_delete=models.CASCADE)
    product = models.ForeignKey(Product, on_delete=models.CASCADE)
"""
VIEWS = """\
from django.db.models import Prefetch
from shop.models import Line, Order


def orders():
    return Order.objects.prefetch_related(Prefetch("lines", {queryset}, to_attr="kept"))
"""


@pytest.mark.parametrize(
    ("reads", "queryset", "confidence"),
    [
        ("return [one.product for one in self.kept]", "Line.objects.all()", "high"),
        ("if hasattr(self, 'kept'): return [one.product for one in self.kept]",
         "Line.objects.all()", "high"),
        ("return [one.product for one in getattr(self, 'kept', ())]", "queryset=Line.objects.all()",
         "high"),
        ("if self.number: return [one.product for one in self.kept]", "Line.objects.all()", "low"),
        ("return self.kept[0].product", "Line.objects.all()", "high"),
        ("return [one.product_id for one in self.kept]", "Line.objects.all()", ""),
        ("return [one.order.pk for one in self.kept]", "Line.objects.all()", ""),
        ("return [one.product for one in self.kept]", "Line.objects.select_related('product')", ""),
        ("return [one.product for one in self.other]", "Line.objects.all()", ""),
        ("return len(self.kept)", "Line.objects.all()", ""),
    ],
)  # fmt: skip
def test_what_a_model_reads_of_rows_that_are_kept(
    reads: str, queryset: str, confidence: str
) -> None:
    """What the model's own methods read of the rows in an attribute has to be fetched with them."""
    texts = {
        "shop/models.py": MODELS.format(reads=reads),
        "shop/views.py": VIEWS.format(queryset=queryset),
    }
    found = [one for one in found_by("GRN304", texts) if one.path == "shop/views.py"]
    assert [str(one.confidence) for one in found] == ([confidence] if confidence else [])


def test_a_value_that_is_led_on_by_a_path_may_be_anything() -> None:
    """`getattr(value, part)` for each part of a path ends where the path does."""
    text = (
        "from shop.models import Order\n\n\n"
        "def ask(parts):\n"
        "    value = Order.objects.first()\n"
        "    for part in parts:\n"
        "        value = getattr(value, part)\n"
        "    return value\n"
    )
    assert value_of(text) is None
