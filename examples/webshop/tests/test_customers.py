# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
from datetime import timedelta

import pytest
from django.test import TestCase
from django.utils import timezone

from customers import services
from customers.models import Address, Customer
from orders.models import Order
from tests import factories as make


class PostcodeTests(TestCase):
    def test_a_postcode_is_normalised(self):
        for text in ("3511ab", " 3511 AB ", "3511  Ab"):
            with self.subTest(text):
                self.assertEqual(services.normalise_postcode(text), "3511 AB")

    def test_something_else_is_refused(self):
        with self.assertRaisesMessage(ValueError, "'B-1000' is not a Dutch postcode"):
            services.normalise_postcode("B-1000")


class CustomerTests(TestCase):
    def test_billing_address(self):
        customer = make.customer()
        make.address(customer, kind=Address.Kind.SHIPPING)
        self.assertIsNone(customer.billing_address)
        billing = make.address(customer, kind=Address.Kind.BILLING)
        self.assertEqual(customer.billing_address, billing)

    def test_order_count_leaves_out_cancelled_orders(self):
        customer = make.customer()
        make.order(customer=customer)
        make.order(customer=customer, status=Order.Status.CANCELLED)
        self.assertEqual(customer.order_count, 1)

    def test_segments(self):
        customers = [make.customer(f"Customer {i}") for i in range(7)]
        for i, customer in enumerate(customers):
            for _ in range(i):
                make.order(customer=customer)
            make.order(customer=customer, status=Order.Status.CANCELLED)
        self.assertEqual(services.update_segments(), 5)
        segments = [customer.segment for customer in Customer.objects.all()]
        self.assertEqual(segments, ["new"] * 2 + ["regular"] * 3 + ["loyal"] * 2)
        self.assertEqual(services.update_segments(), 0)

    def test_newsletter_recipients_come_once(self):
        make.customer("C", email="Jo@example.org", newsletter=True)
        make.customer("B", email="an@example.org", newsletter=True)
        make.customer("A", email="jo@example.org", newsletter=True)
        make.customer("D", email="no@example.org")
        self.assertEqual(
            services.newsletter_recipients(), ["jo@example.org", "an@example.org"]
        )

    def test_duplicate_emails(self):
        for email in ("Jo@example.org", "jo@example.org", "an@example.org"):
            make.customer(email=email)
        self.assertEqual(services.duplicate_emails(), ["jo@example.org"])

    def test_anonymise_inactive(self):
        long_ago = timezone.now() - timedelta(days=3000)
        quiet = make.customer("Quiet", created=long_ago, newsletter=True)
        buyer = make.customer("Buyer", created=long_ago)
        make.order(customer=buyer)
        make.customer("Recent")
        self.assertEqual(services.anonymise_inactive(), 1)
        quiet.refresh_from_db()
        self.assertEqual(quiet.name, "removed")
        self.assertEqual(quiet.email, f"removed-{quiet.pk}@example.org")
        self.assertFalse(quiet.newsletter)


@pytest.mark.django_db
def test_import_customers(tmp_path):
    rows = [f"Customer {i},c{i}@example.org,Kerkstraat,{i},35{i:02d}ab,Utrecht" for i in range(20)]
    rows.append("Again,C3@example.org,Kerkstraat,3,3503ab,Utrecht")
    path = tmp_path / "customers.csv"
    path.write_text("\n".join(["name,email,street,number,postcode,city", *rows]), encoding="utf-8")
    assert len(services.import_customers(path)) == 20
    assert Customer.objects.count() == 20
    assert Customer.objects.get(email="c7@example.org").billing_address.postcode == "3507 AB"


@pytest.mark.django_db
def test_api(api, django_assert_max_num_queries):
    for _ in range(12):
        make.address(make.customer())
    with django_assert_max_num_queries(3):
        page = api.get("/api/customers/").json()
    assert page["count"] == 12
    assert all(customer["addresses"][0]["city"] == "Utrecht" for customer in page["results"])


@pytest.mark.django_db
def test_api_is_for_staff(client):
    assert client.get("/api/customers/").status_code == 403


@pytest.mark.django_db
def test_admin_list(back_office):
    for i in range(8):
        make.address(make.customer(), kind=Address.Kind.BILLING, city=f"City{i}")
    response = back_office.get("/admin/customers/customer/")
    assert response.content.count(b"field-billing_city") == 8
    assert b"City7" in response.content
