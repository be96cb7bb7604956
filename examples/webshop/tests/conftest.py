# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
import pytest
import requests
from django.contrib.auth.models import User
from rest_framework.test import APIClient

from tests.fakes import FakeHttp


@pytest.fixture(autouse=True)
def http(monkeypatch):
    fake = FakeHttp()
    monkeypatch.setattr(
        requests.adapters.HTTPAdapter,
        "send",
        lambda adapter, request, **options: fake.send(adapter, request, **options),
    )
    return fake


@pytest.fixture
def staff(db):
    return User.objects.create(username="staff", is_staff=True, is_superuser=True)


@pytest.fixture
def api(staff):
    client = APIClient()
    client.force_authenticate(staff)
    return client


@pytest.fixture
def back_office(client, staff):
    client.force_login(staff)
    return client
