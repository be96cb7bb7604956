# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Which models' rows something listens to as they are saved."""

from __future__ import annotations

import pytest

from greenlint.project.signals import is_listened_to
from tests.project.conftest import project_of

MODELS = """
from django.db import models

class Named(models.Model):
    class Meta:
        abstract = True

    def save(self, *args, **kwargs):
        super().save(*args, **kwargs)

class Plain(models.Model):
    pass

class Heard(models.Model):
    pass

class Connected(models.Model):
    pass

class Removed(models.Model):
    pass

class Heir(Named):
    pass
"""
SIGNALS = """
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver
from shop.models import Connected, Heard, Removed

@receiver([post_save], sender=Heard)
def heard(sender, **kwargs):
    pass

@receiver(post_delete, sender=Removed)
def removed(sender, **kwargs):
    pass

post_save.connect(heard, sender=Connected)
"""


@pytest.mark.parametrize(
    ("name", "listened"),
    [("Plain", False), ("Heard", True), ("Connected", True), ("Removed", False), ("Heir", True)],
)
def test_receivers_and_own_saves(name: str, listened: bool) -> None:
    """A receiver of saving signals or a ``save()``, inherited ones included."""
    project = project_of({"shop/models.py": MODELS, "shop/signals.py": SIGNALS})
    assert is_listened_to(project, project.units["shop/models.py"].classes[name]) is listened
