# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Which loops over rows the default selection keeps back, and which of them it shows."""

from __future__ import annotations

import pytest

from greenlint.rule import Confidence
from tests.project.conftest import found_by

MODELS = """
from django.db import models

class Country(models.Model):
    name = models.CharField(max_length=80)

class Shop(models.Model):
    country = models.ForeignKey(Country, on_delete=models.CASCADE)
    owner = models.ForeignKey(Country, related_name="owned", on_delete=models.CASCADE)

    def get_client(self):
        return self.country.name

class ShopOption(models.Model):
    shop = models.ForeignKey(Shop, related_name="options", on_delete=models.CASCADE)
    country = models.ForeignKey(Country, on_delete=models.CASCADE)
"""
LOOP = "for one in Shop.objects.all():\n        one.country.name"
CASES = [
    (f"def go():\n    {LOOP}", Confidence.HIGH),
    (f"def init_shops():\n    {LOOP}", Confidence.LOW),
    (f"def initials():\n    {LOOP}", Confidence.HIGH),
    (f"def create_default_shops():\n    {LOOP}", Confidence.LOW),
    (f"def create_shops():\n    {LOOP}", Confidence.HIGH),
    (f"def mock_shops():\n    {LOOP}", Confidence.LOW),
    (f"def go(dry_run=False):\n    {LOOP}", Confidence.LOW),
    (
        "def go(shop):\n    for one in ShopOption.objects.filter(shop=shop):\n"
        "        one.country.name",
        Confidence.LOW,
    ),
    (
        "def go():\n    for one in ShopOption.objects.all():\n        one.country.name",
        Confidence.HIGH,
    ),
    (
        "def go(sender, instance, **kwargs):\n"
        "    for one in Shop.objects.filter(country__name=instance):\n        one.country.name",
        Confidence.LOW,
    ),
    (f"def go(sender, instance, **kwargs):\n    {LOOP}", Confidence.HIGH),
    (
        "def go(x):\n    try:\n        x()\n    except OSError:\n"
        "        for one in Shop.objects.all():\n            one.country.name",
        Confidence.LOW,
    ),
    (
        "def go(sender, instance, action, **kwargs):\n    shop = instance\n"
        "    for one in Shop.objects.filter(country__name=shop):\n        one.country.name",
        Confidence.LOW,
    ),
    (
        "def go(sender, instance, action, **kwargs):\n    shop = sender\n"
        "    for one in Shop.objects.filter(country__name=shop):\n        one.country.name",
        Confidence.HIGH,
    ),
    (f"def go(send_due_mail):\n    {LOOP}\n        send_due_mail(one)", Confidence.LOW),
    (f"def go(send_mail):\n    {LOOP}\n    send_mail()", Confidence.HIGH),
    (
        f"def go(send_mail):\n    {LOOP}\n        if one.pk > 3:\n            continue\n"
        "        send_mail(one)",
        Confidence.HIGH,
    ),
    (f"def go(send_mail):\n    {LOOP}\n        send_mailbox(one)", Confidence.HIGH),
    ("def go():\n    for one in Shop.objects.all():\n        one.get_client()", Confidence.LOW),
    (
        "def go():\n    for one in Shop.objects.all():\n        one.get_client()\n"
        "        one.owner.name",
        Confidence.HIGH,
    ),
]


@pytest.mark.parametrize(("code", "confidence"), CASES)
def test_loops_with_few_turns_are_kept_back(code: str, confidence: Confidence) -> None:
    """By the function around, the model's name, and what a turn does with the row."""
    texts = {"shop/models.py": MODELS, "shop/go.py": f"from shop.models import *\n\n{code}\n"}
    assert [one.confidence for one in found_by("GRN304", texts)] == [confidence]


ONE = [
    ("GRN310", "return len(Shop.objects.filter(country=pk))", Confidence.HIGH),
    ("GRN310", "return len(Shop.objects.filter(owner=pk))", Confidence.LOW),
    ("GRN310", "return len(Shop.objects.filter(pk=pk))", Confidence.LOW),
    ("GRN311", "return not Shop.objects.filter(country=pk)", Confidence.HIGH),
    ("GRN311", "return not Shop.objects.filter(pk=pk)", Confidence.LOW),
    ("GRN311", "return bool(country.owned.filter(id=pk).filter(country=3))", Confidence.LOW),
    (
        "GRN311",
        "some = Shop.objects.filter(pk=pk)\n    return some.first() if some else None",
        Confidence.HIGH,
    ),
    ("GRN312", "return Shop.objects.filter(owner=pk).count() > 0", Confidence.HIGH),
    ("GRN312", "return Shop.objects.filter(pk=pk).count() > 0", Confidence.LOW),
    ("GRN312", "return Shop.objects.filter(pk__in=pk).count() > 0", Confidence.HIGH),
    ("GRN312", "some = Shop.objects.filter(pk=pk)\n    return some.count() > 0", Confidence.LOW),
]


@pytest.mark.parametrize(("rule", "body", "confidence"), ONE)
def test_one_row_at_most_is_kept_back(rule: str, body: str, confidence: Confidence) -> None:
    """To count or to fetch one row, or what one person has, costs what the question costs."""
    text = f"from shop.models import *\n\n\ndef go(pk, country: Country):\n    {body}\n"
    found = found_by(rule, {"shop/models.py": MODELS, "shop/go.py": text})
    assert [one.confidence for one in found] == [confidence]
