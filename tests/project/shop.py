# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""A shop's models, and what the last return of a function beside them stands for."""

from __future__ import annotations

import ast

from greenlint.project import flow
from greenlint.project.frames import frames_in
from greenlint.project.project import Project
from greenlint.project.values import Kind
from tests.project.conftest import project_of

MODELS = """\
from django.db import models


class Customer(models.Model):
    name = models.CharField(max_length=80)


class Order(models.Model):
    customer = models.ForeignKey(Customer, related_name="orders", on_delete=models.CASCADE)


class Line(models.Model):
    order = models.ForeignKey(Order, related_name="lines", on_delete=models.CASCADE)
"""


def shop(texts: dict[str, str]) -> Project:
    """A project of these files beside `shop/models.py`."""
    return project_of({"shop/models.py": MODELS, **texts})


def value_of(text: str, others: dict[str, str] | None = None) -> Kind | None:
    """What the last returned expression of a function in a text stands for."""
    project = shop({"shop/views.py": text, **(others or {})})
    found = None
    for frame in frames_in(project, project.units["shop/views.py"]):
        for statement in getattr(frame.scope, "body", []):
            if isinstance(statement, ast.Return):
                found = flow.value(project, statement.value, frame)
    return found
