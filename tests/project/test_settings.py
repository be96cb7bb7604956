# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Classes and models that a string names: in a setting, in the call that imports them."""

from __future__ import annotations

import pytest

from greenlint.project import members, models
from greenlint.project.project import Class, Project
from greenlint.project.values import Ref
from tests.project.conftest import project_of

FILES = {
    "shop/settings/base.py": (
        'ORDER_SERIALIZER = "shop.serializers.Plain"\nOWNER_MODEL = "people.Person"\n'
        'STEP = "shop.serializers.Plain"\nDEEP = {"a": 1}\n'
    ),
    "shop/settings/local.py": 'STEP = "shop.serializers.Other"\n',
    "shop/serializers.py": (
        "from rest_framework import serializers\n"
        "class Plain(serializers.Serializer): ...\nclass Other(serializers.Serializer): ...\n"
    ),
    "shop/loading.py": "def get_class(label, name):\n    return label\n"
    "def load_func(text):\n    return text\ndef shown(text):\n    return text\n",
    "people/models.py": "from django.db import models\nclass Person(models.Model): ...\n",
    "shop/models.py": (
        "from django.conf import settings\nfrom django.db import models\n"
        "class Order(models.Model):\n"
        "    owner = models.ForeignKey(settings.OWNER_MODEL, models.CASCADE)\n"
        "    step = models.ForeignKey(settings.STEP_MODEL, models.CASCADE)\n"
    ),
}
HEAD = """\
from django.conf import settings
from django.utils.module_loading import import_string
from .loading import get_class, load_func, shown
"""
NAMED = {
    "load_func(settings.ORDER_SERIALIZER)": "Plain",
    "import_string(settings.ORDER_SERIALIZER)": "Plain",
    "import_string('shop.serializers.Other')": "Other",
    "load_func(getattr(settings, 'ORDER_SERIALIZER', 'shop.serializers.Other'))": "Plain",
    "load_func(getattr(settings, 'UNWRITTEN', 'shop.serializers.Other'))": "Other",
    "get_class('shop.serializers', 'Other')": "Other",
    "get_class('shop.serializers', 'Missing')": "",
    "load_func(settings.STEP)": "",
    "load_func(settings.DEEP)": "",
    "load_func(settings.UNWRITTEN)": "",
    "load_func('shop.serializers.Missing')": "",
    "shown(settings.ORDER_SERIALIZER)": "",
}


def named(project: Project, name: str) -> str:
    """The class that a name of shop/views.py stands for, or ""."""
    meant = project.meaning(project.units["shop/views.py"], name)
    kind = members.meaning(project, meant)
    return kind.meaning.name if isinstance(kind, Ref) and isinstance(kind.meaning, Class) else ""


@pytest.mark.parametrize(("call", "expected"), NAMED.items())
def test_what_a_setting_names_is_known(call: str, expected: str) -> None:
    """A loader gives the class that the project's settings name, if they name just one."""
    project = project_of({**FILES, "shop/views.py": f"{HEAD}Made = {call}\n"})
    assert named(project, "Made") == expected


def test_relations_follow_settings() -> None:
    """A relation to `settings.OWNER_MODEL` leads to the model that is written there."""
    project = project_of(FILES)
    order = project.units["shop/models.py"].classes["Order"]
    found = {one.name: one.target for one in models.links(project, order)}
    assert found["owner"] is project.units["people/models.py"].classes["Person"]
    assert found["step"] is None
