# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""What objects read of the rows that they are made of."""

from __future__ import annotations

import pytest

from greenlint.project.making import of_argument
from greenlint.project.project import Class
from tests.project.shop import shop

TEXT = """\
from dataclasses import dataclass


class Letter:
    def __init__(self, kind, order, *, copy=None):
        self.order, self.copy = None, None
        self.order = order
        self.copy = copy
        self.town = order.customer.town

    def draw(self):
        return self.order.number, self.copy.number

    @staticmethod
    def other(self):
        return self.order.customer


class Long(Letter):
    def draw(self):
        return self.order.lines


@dataclass
class Pair:
    first: object
    second: object

    def text(self):
        return self.second.customer
"""


@pytest.mark.parametrize(
    ("cls", "key", "ways"),
    [
        ("Letter", 1, {("customer", "town"): False, ("number",): True}),
        ("Letter", "copy", {("number",): True}),
        ("Letter", 0, {}),
        ("Letter", 7, {}),
        ("Long", "order", {("customer", "town"): False, ("lines",): True}),
        ("Pair", 1, {("customer",): True}),
        ("Pair", "second", {("customer",): True}),
        ("Pair", 0, {}),
    ],
)
def test_arguments_are_read_by_methods(
    cls: str, key: int | str, ways: dict[tuple[str, ...], bool]
) -> None:
    """What is read at once is sure; what a method reads later, that nobody overrides, is not."""
    project = shop({"shop/letters.py": TEXT})
    meant = project.meaning(project.units["shop/letters.py"], cls)
    assert isinstance(meant, Class)
    assert {one.path: one.unsure for one in of_argument(project, meant, key)} == ways
