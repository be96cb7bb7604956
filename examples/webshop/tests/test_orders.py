# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import TestCase
from django.utils import timezone

from orders import services
from orders.models import Order, OrderLine, Payment, Voucher
from stock.models import Movement, StockLevel
from tests import factories as make

DATA = Path(__file__).parent.parent / "data"


class PlaceOrderTests(TestCase):
    def setUp(self):
        self.customer = make.customer()
        self.address = make.address(self.customer)
        self.products = [make.product(f"AAA-{i:03d}", price=Decimal(5 + i)) for i in range(8)]
        for product in self.products:
            make.stock(product, 10, "UTR")
            make.stock(product, 4, "ZWO")

    def items(self, quantity=2):
        return [{"sku": product.sku, "quantity": quantity} for product in self.products]

    def test_lines_and_total(self):
        order = services.place_order(self.customer, self.items())
        self.assertEqual(order.lines.count(), 8)
        self.assertEqual(order.total, Decimal("136.00"))
        self.assertEqual(order.shipping_address, self.address)

    def test_stock_goes_down(self):
        services.place_order(self.customer, self.items(12))
        self.assertEqual({product.available for product in self.products}, {2})
        quantities = Movement.objects.values_list("quantity", flat=True)
        self.assertEqual(sorted(quantities), [-10] * 8 + [-2] * 8)

    def test_numbers_follow_each_other(self):
        numbers = [services.create_numbered_order(customer=self.customer).number for _ in range(3)]
        first = int(numbers[0][1:])
        self.assertEqual(numbers, [f"W{first + i:06d}" for i in range(3)])

    def test_a_number_that_is_taken_is_passed_over(self):
        last = make.order()
        make.order(number=f"W{last.pk + 2:06d}")
        order = services.create_numbered_order(customer=self.customer)
        self.assertEqual(order.number, f"W{last.pk + 3:06d}")

    def test_not_enough_stock(self):
        with self.assertRaisesMessage(services.OrderError, "Not enough stock of AAA-000."):
            services.place_order(self.customer, self.items(15))
        self.assertFalse(Order.objects.exists())

    def test_unknown_product(self):
        with self.assertRaisesMessage(services.OrderError, "Product ZZZ-000 is not for sale."):
            services.place_order(self.customer, [{"sku": "ZZZ-000"}])

    def test_voucher(self):
        make.voucher(percentage=10)
        order = services.place_order(self.customer, self.items(), voucher_code="SPRING10")
        self.assertEqual(order.discount, Decimal("13.60"))
        self.assertEqual(order.total, Decimal("122.40"))

    def test_voucher_that_is_over(self):
        make.voucher(valid_until="2020-01-01")
        with self.assertRaisesMessage(services.OrderError, "Voucher SPRING10 is not valid."):
            services.place_order(self.customer, self.items(), voucher_code="SPRING10")

    def test_voucher_that_has_been_used(self):
        make.order(voucher=make.voucher(max_uses=1))
        with self.assertRaisesMessage(services.OrderError, "Voucher SPRING10 has been used."):
            services.place_order(self.customer, self.items(), voucher_code="SPRING10")

    def test_cancelling_puts_everything_back(self):
        order = services.place_order(self.customer, self.items(12))
        services.cancel_order(order)
        services.cancel_order(order)
        self.assertEqual(order.status, Order.Status.CANCELLED)
        self.assertEqual(
            list(StockLevel.objects.values_list("quantity", flat=True)), [10, 4] * 8
        )

    def test_cancel_stale(self):
        long_ago = timezone.now() - timedelta(days=30)
        stale = [services.place_order(self.customer, self.items(1)) for _ in range(5)]
        Order.objects.update(placed_at=long_ago)
        make.payment(stale[0], status=Payment.Status.PENDING)
        services.place_order(self.customer, self.items(1))
        cancelled = services.cancel_stale()
        self.assertEqual(sorted(cancelled), [order.number for order in stale[1:]])
        self.assertEqual(Order.objects.filter(status=Order.Status.OPEN).count(), 2)

    def test_copy_order(self):
        order = services.place_order(self.customer, self.items(3))
        self.assertEqual(services.copy_order(order), self.items(3))

    def test_basket_total(self):
        with self.assertNumQueries(1):
            self.assertEqual(services.basket_total(self.items()), Decimal("136.00"))


@pytest.mark.django_db
class TestServices:
    def test_mark_shipped(self):
        make.busy_shop()
        numbers = [f"W{i + 1:06d}" for i in range(30)]
        skipped = services.mark_shipped([*numbers, "X1"])
        assert len(skipped) == 21
        assert skipped[-1] == "X1"
        assert Order.objects.filter(status=Order.Status.SHIPPED).count() == 20

    def test_counts_by_status(self):
        make.busy_shop()
        assert services.counts_by_status() == {
            "open": 10, "paid": 10, "shipped": 10, "cancelled": 0,
        }

    def test_settle_payments(self):
        product = make.product(price=Decimal(8))
        orders = [make.order([(product, 1)]) for _ in range(6)]
        payments = [make.payment(order, f"pay-{i}") for i, order in enumerate(orders)]
        part = make.payment(make.order([(product, 2)]), "part", amount=Decimal(8))
        statuses = {payment.reference: "paid" for payment in payments}
        statuses["pay-0"] = "failed"
        statuses[part.reference] = "paid"
        assert services.settle_payments(statuses) == [order.number for order in orders[1:]]
        assert Payment.objects.filter(status="paid").count() == 6
        assert Order.objects.filter(status="paid").count() == 5

    def test_load_vouchers(self):
        make.voucher("WELCOME", percentage=5)
        assert services.load_vouchers(DATA / "vouchers.yaml") == 3
        assert dict(Voucher.objects.values_list("code", "percentage")) == {
            "SPRING10": 10, "WELCOME": 15, "STAFF25": 25,
        }


@pytest.mark.django_db
class TestApi:
    def test_orders(self, api):
        make.busy_shop()
        page = api.get("/api/orders/").json()
        assert page["count"] == 30
        last = page["results"][0]
        assert last["number"] == "W000030"
        assert last["customer_name"] == "Customer 09"
        assert last["shipping_address"]["city"] == "Utrecht"
        assert [line["sku"] for line in last["lines"]] == ["SKU-0005", "SKU-0006", "SKU-0007"]
        assert last["total"] == "68.00"
        assert last["is_paid"] is False

    def test_orders_by_status(self, api):
        make.busy_shop()
        assert api.get("/api/orders/", {"status": "paid"}).json()["count"] == 10

    def test_order_that_is_paid(self, api):
        order = make.order([(make.product(), 1)])
        make.payment(order, status=Payment.Status.PAID)
        assert api.get(f"/api/orders/{order.pk}/").json()["is_paid"] is True

    def test_place_and_cancel(self, api):
        product = make.product("AAA-001")
        make.stock(product, 5)
        values = {"customer": make.customer().pk, "items": [{"sku": "AAA-001", "quantity": 2}]}
        response = api.post("/api/orders/", values, format="json")
        assert response.status_code == 201
        assert response.json()["total"] == "20.00"
        response = api.post(f"/api/orders/{response.json()['id']}/cancel/")
        assert response.json()["status"] == "cancelled"
        assert product.available == 5

    def test_order_that_cannot_be_placed(self, api):
        values = {"customer": make.customer().pk, "items": [{"sku": "AAA-001"}]}
        response = api.post("/api/orders/", values, format="json")
        assert response.status_code == 400
        assert response.json() == {"detail": "Product AAA-001 is not for sale."}

    def test_payments(self, api, django_assert_max_num_queries):
        for order in make.busy_shop(orders=10):
            make.payment(order)
        with django_assert_max_num_queries(2):
            page = api.get("/api/payments/").json()
        assert [payment["order"] for payment in page["results"]][:2] == ["W000001", "W000002"]

    def test_vouchers(self, api):
        make.order(voucher=make.voucher("USED"))
        make.voucher("FRESH")
        results = api.get("/api/vouchers/").json()["results"]
        assert [(voucher["code"], voucher["uses"]) for voucher in results] == [
            ("FRESH", 0), ("USED", 1),
        ]


@pytest.mark.django_db
def test_cancel_stale_command(capsys):
    make.order(number="W000001", placed_at=timezone.now() - timedelta(days=3))
    call_command("cancel_stale_orders", days=7)
    call_command("cancel_stale_orders", days=2)
    assert capsys.readouterr().out == "nothing to cancel\ncancelled W000001\n"


@pytest.mark.django_db
def test_seed_demo_command(capsys):
    call_command("seed_demo", products=6, customers=3, orders=5)
    assert capsys.readouterr().out == "6 products, 5 orders\n"
    assert OrderLine.objects.count() == 15
    assert all(payment.amount == payment.order.total for payment in Payment.objects.all())


@pytest.mark.django_db
@pytest.mark.parametrize("model", ["order", "payment", "voucher"])
def test_admin_lists(back_office, model):
    for order in make.busy_shop(orders=12):
        make.payment(order)
    response = back_office.get(f"/admin/orders/{model}/")
    assert response.status_code == 200
    if model == "order":
        assert response.content.count(b"field-customer_email") == 12
