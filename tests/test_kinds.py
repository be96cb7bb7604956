# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""The kind of a value, as far as one file proves it."""

from __future__ import annotations

import libcst as cst
import pytest

from greenlint.here import Here
from greenlint.kinds import Kind
from greenlint.walk import walk


def kind_of_argument(text: str) -> Kind | None:
    """The kind of what the block hands to ``see()``, asked where it stands."""
    here = Here(cst.parse_module(text), text)
    for link in walk(here.module):
        match link[0]:
            case cst.Call(func=cst.Name(value="see"), args=[argument]):
                here.link = link
                return here.kind(argument.value)
    raise AssertionError("the block has no see(...)")


REBOUND = """
from shop.models import Order
def find(paid, late):
    rows = Order.objects.all()
    if paid:
        rows = rows.filter(paid=True)
    if late:
        rows = rows.exclude(late=False)
    see(rows[:10])
"""
MANY = REBOUND.replace("    see", "    rows = rows.distinct()\n" * 40 + "    see")
CHANGED = """
def find(text):
    words = "a b"
    words = words.split()
    see(words)
"""
ITS_OWN = """
def find():
    rows = rows.filter()
    see(rows)
"""
FUNCTION = """
from shop.models import Order
def sold(start):
    if start:
        return Order.objects.filter(day=start)
    return Order.objects.all()
see(sold(1))
"""
ANNOTATED = """
def sold(start) -> list[str]:
    return read(start)
see(sold(1))
"""
DECORATED = """
@wrapped
def sold(start) -> list[str]:
    return []
see(sold(1))
"""
RECURSIVE = """
def sold(start):
    return sold(start)
see(sold(1))
"""
YIELDS = """
def sold(start):
    yield 1
    return []
see(sold(1))
"""


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (REBOUND, Kind.QUERYSET),
        (MANY, Kind.QUERYSET),
        (CHANGED, None),
        (ITS_OWN, None),
        (FUNCTION, Kind.QUERYSET),
        (ANNOTATED, Kind.LIST),
        (DECORATED, None),
        (RECURSIVE, None),
        (YIELDS, None),
        ("see(b'abc'[1:])", Kind.BYTES),
        ("see(b'abc'[1])", None),
    ],
)
def test_kind_is_what_the_file_proves(text: str, kind: Kind | None) -> None:
    """Names rebound in terms of themselves, slices and local functions keep what is proven."""
    assert kind_of_argument(text) is kind
