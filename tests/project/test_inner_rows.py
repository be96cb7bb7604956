# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Rows that a method or a property of a row gives, on the way that a template goes."""

from __future__ import annotations

import pytest

from greenlint.project import inner_rows
from greenlint.project.paths import EACH, Access
from greenlint.project.project import Project
from greenlint.project.values import At, Fetched, Rows
from tests.project.conftest import project_of

MODELS = """\
from django.db import models

class LineManager(models.Manager):
    def open(self):
        return self.filter(sent=False).select_related("product")

class Product(models.Model): ...

class Order(models.Model):
    def all_lines(self):
        return self.lines.all()
    @property
    def sent(self):
        return self.lines.filter(sent=True)
    @property
    def shown(self):
        return self.lines(manager="objects")
    @property
    def listed(self):
        return [line for line in self.lines.all()]
    def last(self):
        return self.lines.all()[:3]
    def total(self):
        return 3

class Line(models.Model):
    order = models.ForeignKey(Order, models.CASCADE, related_name="lines")
    product = models.ForeignKey(Product, models.CASCADE)
    objects = LineManager()
"""
WAYS = {
    ("lines", "open()", EACH, "product"): ("lines.open", ["product"]),
    ("sent", EACH, "product"): ("sent", []),
    ("all_lines()", EACH, "product"): ("all_lines", ["product"]),
    ("listed", EACH, "product"): ("listed", ["product"]),
    ("shown", "all()", EACH, "product"): ("shown.all", ["order", "product"]),
    ("lines", EACH, "order", "sent", EACH, "product"): ("lines.order.sent", []),
    ("lines", "all()", EACH, "product"): None,
    ("lines", EACH, "product"): None,
    ("last()", EACH, "product"): None,
    ("total()", EACH, "product"): None,
    ("sent",): None,
    ("lines", "select_related()", EACH, "product"): None,
}


def orders(project: Project) -> tuple[Rows, At]:
    """Orders whose lines and products are prefetched, and a place."""
    unit = project.units["shop/models.py"]
    fetched = Fetched().prefetch("lines__product", "shown__order")
    return Rows(unit.classes["Order"], fetched), At(unit, unit.tree)


@pytest.mark.parametrize(("way", "expected"), WAYS.items())
def test_rows_of_a_row_have_what_their_method_fetches(
    way: tuple[str, ...], expected: tuple[str, list[str]] | None
) -> None:
    """What is prefetched with the row counts where the relation is taken as it is, not filtered."""
    project = project_of({"shop/models.py": MODELS})
    rows, at = orders(project)
    found = list(inner_rows.inner(project, rows, [Access(way, at)]))
    if expected is None:
        assert not found
        return
    (one,) = found
    assert one.name == expected[0]
    assert [one.path for one in one.accesses] == [("product",)]
    assert sorted(one.rows.fetched.relations) == expected[1]
