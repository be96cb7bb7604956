# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Methods that are chosen by a name that code puts together."""

from __future__ import annotations

import pytest

from greenlint.project.paths import of_parameter
from greenlint.project.project import Class, Func
from greenlint.project.values import Obj
from tests.project.shop import shop

TEXT = """\
class Export:
    def value(self, order, word):
        {choose}
        if method:
            return method(order)

    def get_customer_value(self, order):
        return order.customer.name

    def get_lines_value(self, order):
        return order.lines.count()

    @staticmethod
    def get_static_value(order):
        return order.static.name

    def get_value(self, order):
        return order.other.name


class Below(Export):
    def get_customer_value(self, order):
        return order.customer.town
"""
LINES = ("lines", "count()")


@pytest.mark.parametrize(
    "choose",
    [
        'method = getattr(self, f"get_{word}_value", None)',
        'method = getattr(self, "get_" + word + "_value", None)',
        'method = getattr(self, "get_%s_value" % word, None)',
        'method = getattr(self, "get_{}_value".format(word), None)',
        'name = f"get_{word}_value"; method = getattr(self, name, None)',
    ],
)
@pytest.mark.parametrize(("cls", "customer"), [("Export", "name"), ("Below", "town")])
def test_each_method_that_fits_may_be_meant(choose: str, cls: str, customer: str) -> None:
    """Whichever way the name is put together; what they read is read under a condition."""
    assert read(choose, cls) == {("customer", customer): True, LINES: True}


@pytest.mark.parametrize(
    "choose",
    [
        "method = getattr(self, word, None)",
        'method = getattr(self, f"g{word}", None)',
        'method = getattr(word, f"get_{word}_value", None)',
        'method = getattr(self, f"get_{word}_value"); method = word',
    ],
)
def test_what_may_be_anything_is_not_followed(choose: str) -> None:
    """A name of too few letters, another object, and a name that is bound twice."""
    assert read(choose, "Export") == {}


def read(choose: str, name: str) -> dict[tuple[str, ...], bool]:
    """What `value()` of a class reads of an order, and whether under a condition."""
    project = shop({"shop/exports.py": TEXT.format(choose=choose)})
    cls = project.meaning(project.units["shop/exports.py"], name)
    assert isinstance(cls, Class)
    func = project.attribute(cls, "value")
    assert isinstance(func, Func)
    return {one.path: one.unsure for one in of_parameter(project, func, "order", Obj(cls))}
