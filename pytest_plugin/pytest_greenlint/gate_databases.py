# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Test databases of Django: each side has its own, for both are there at once."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import pytest

_SQLITE = "django.db.backends.sqlite3"
_IN_MEMORY = ":memory:"


class Databases:
    """Takes the place of the fixture by which pytest-django gives each worker of xdist its own.

    Registered when all other plugins are: of fixtures of one name the last is taken.
    """

    def __init__(self, side: str) -> None:
        self._side = side

    @pytest.fixture(scope="session")
    def django_db_modify_db_settings_xdist_suffix(self) -> None:
        """Their names end with the side; SQLite keeps a database without a name in memory."""
        settings: Any = import_module("django.conf").settings
        for database in settings.DATABASES.values():
            test = database.setdefault("TEST", {})
            name = test.get("NAME")
            if not name and database["ENGINE"] == _SQLITE:
                continue
            if name != _IN_MEMORY:
                test["NAME"] = f"{name or 'test_' + str(database['NAME'])}_{self._side}"
