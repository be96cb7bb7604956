# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Pages that many people open, each with a budget: run them with `pytest --energy`.

Without greenlint's pytest plugin the marks mean nothing, and the tests run as any others.
"""

import pytest

from tests import factories as make


@pytest.fixture
def shop(db):
    """What it takes to fill the shop is setup, and charged to no budget."""
    return make.busy_shop(orders=20)


@pytest.mark.energy(queries=30)
def test_a_page_of_orders(shop, api):
    """Over its budget, until the queryset fetches what the serializer reads: see measures/."""
    page = api.get("/api/orders/").json()
    assert len(page["results"]) == 20


@pytest.mark.energy(queries=2)
def test_a_page_of_payments(shop, api):
    assert api.get("/api/payments/").json()["count"] == 0


@pytest.mark.energy(queries=8, requests=0)
def test_the_dashboard(shop, api):
    assert api.get("/reports/dashboard/").status_code == 200
