# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
import hashlib
import json
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.management import CommandError, call_command
from django.test import TestCase
from django.utils import timezone

from customers.models import Customer
from orders.models import Order
from reports import exports, sales
from reports.models import DailyTotal
from tests import factories as make

START, END = date(2025, 3, 1), date(2025, 3, 31)


class SalesTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.orders = make.busy_shop()

    def test_revenue(self):
        self.assertEqual(sales.revenue(START, END), Decimal("946.00"))

    def test_revenue_outside_the_period(self):
        self.assertEqual(sales.revenue(date(2025, 4, 1), date(2025, 4, 30)), 0)

    def test_revenue_counts_discounts(self):
        Order.objects.filter(number="W000001").update(voucher=make.voucher(percentage=50))
        self.assertEqual(sales.revenue(START, END), Decimal("937.50"))

    def test_revenue_by_category(self):
        report = sales.revenue_by_category(START, END)
        self.assertEqual(
            report,
            {
                "All > Garden": Decimal("245.00"),
                "All > Kitchen": Decimal("297.00"),
                "All > Office": Decimal("404.00"),
            },
        )
        self.assertEqual(sales.grand_total(report), sales.revenue(START, END))

    def test_top_products(self):
        top = sales.top_products(START, END, limit=3)
        self.assertEqual(top, [("Thing 05", 15), ("Thing 03", 12), ("Thing 11", 10)])

    def test_units_by_supplier(self):
        units = sales.units_by_supplier(START, END)
        self.assertEqual(units, {"Groen BV": 30, "Kantoor NV": 60})

    def test_large_orders(self):
        found = sales.large_orders(Order.objects.all(), Decimal(80))
        numbers = [order.number for order in found]
        self.assertEqual(numbers, ["W000010", "W000022", "W000008", "W000020"])

    def test_unsold_products(self):
        make.product("NEW-001")
        unsold = sales.unsold_products(START, END)
        self.assertEqual([product.sku for product in unsold], ["NEW-001"])

    def test_skus_ordered_together(self):
        orders = Order.objects.order_by("pk")[:2]
        self.assertEqual(
            sales.skus_ordered_together(orders),
            ["SKU-0000", "SKU-0001", "SKU-0001", "SKU-0002", "SKU-0003"],
        )

    def test_dashboard(self):
        Order.objects.filter(number="W000030").update(placed_at=timezone.now())
        figures = sales.dashboard()
        self.assertEqual((figures["open"], figures["to_ship"]), (10, 10))
        self.assertEqual(figures["newsletter"], 5)
        self.assertEqual(figures["customers"], Customer.objects.count())
        self.assertEqual(
            figures["recent"],
            [{"number": "W000030", "customer": "Customer 09", "total": "68.00"}],
        )
        self.assertEqual(figures["recent_shown"], 1)

    def test_daily_totals(self):
        self.assertEqual(sales.store_daily_totals(START, END), 31)
        self.assertEqual(DailyTotal.objects.count(), 31)
        stored = sum(total.revenue for total in DailyTotal.objects.all())
        self.assertEqual(stored, sales.revenue(START, END))
        first = DailyTotal.objects.get(day=START)
        self.assertEqual((first.orders, first.items, first.revenue), (1, 3, Decimal("17.00")))

    def test_compare(self):
        growth = sales.compare({"a": 12, "b": 3, "c": 1}, {"a": 10, "b": 0, "d": 1})
        self.assertEqual(growth, {"a": 20.0})

    def test_nightly_totals_command(self):
        call_command("nightly_totals", "--start", "2025-03-01", "--end", "2025-03-10")
        self.assertEqual(DailyTotal.objects.count(), 10)
        self.assertEqual(
            Customer.objects.filter(segment=Customer.Segment.REGULAR).count(), 10
        )

    def test_nightly_totals_command_with_wrong_days(self):
        with self.assertRaisesMessage(CommandError, "2025-03-01 is before 2025-03-10."):
            call_command("nightly_totals", "--start", "2025-03-10", "--end", "2025-03-01")


class ExportTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.orders = make.busy_shop()

    def test_csv(self):
        content = exports.orders_csv(Order.objects.order_by("pk"))
        lines = content.decode("utf-8-sig").splitlines()
        self.assertEqual(lines[0], "number;date;status;customer;city;lines;total")
        self.assertEqual(lines[1], "W000001;2025-03-01;paid;Customer 00;Utrecht;2;17.00")
        self.assertEqual(len(lines), 31)

    def test_order_without_an_address(self):
        order = make.order(number="W9")
        self.assertEqual(exports.order_row(order)[4], "")

    def test_json(self):
        rows = json.loads(exports.orders_json(Order.objects.order_by("pk")))
        self.assertEqual(rows[1]["total"], "44.00")
        self.assertEqual(len(rows), 30)

    def test_ledger(self):
        data = exports.ledger(Order.objects.order_by("pk"))
        lines = data.splitlines(keepends=True)
        self.assertEqual({len(line) for line in lines}, {34})
        digest = hashlib.sha256(b"".join(lines[:-1])).hexdigest()
        self.assertEqual(lines[-1][12:20].decode(), digest[:8])
        self.assertTrue(lines[-1].strip().endswith(b"1389.00"))

    def test_packing_slips(self):
        with self.assertNumQueries(3):
            pages = exports.packing_slips(Order.objects.order_by("pk"))
        slips = pages.decode().split("\f")[:-1]
        self.assertEqual(len(slips), 30)
        self.assertEqual(
            slips[0],
            "Order W000001\nDorpsstraat 12, 3511 AB Utrecht\n\n   1 x SKU-0000\n   2 x SKU-0001",
        )


@pytest.mark.django_db
def test_what_was_exported(tmp_path):
    make.busy_shop(orders=20)
    first = Order.objects.filter(pk__in=Order.objects.order_by("pk")[:15]).order_by("pk")
    path = exports.write_export(tmp_path / "out", "orders.csv", exports.orders_csv(first))
    assert exports.count_exported(path) == (15, "W000015")
    left = exports.not_yet_exported(path)
    assert [order.number for order in left] == [f"W{i:06d}" for i in range(16, 21)]


def test_an_empty_export(tmp_path):
    path = tmp_path / "orders.csv"
    path.write_text("number;date\n", encoding="utf-8")
    assert exports.count_exported(path) == (0, None)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("kind", "name", "start"),
    [
        ("csv", "orders.csv", b"\xef\xbb\xbfnumber;"),
        ("json", "orders.json", b"[\n"),
        ("ledger", "orders.txt", b"W000001     20250301"),
    ],
)
def test_export_orders_command(tmp_path, capsys, kind, name, start):
    make.busy_shop()
    call_command("export_orders", format=kind, status="paid", directory=str(tmp_path))
    assert capsys.readouterr().out == f"10 orders in {name}\n"
    assert (tmp_path / name).read_bytes().startswith(start)


@pytest.mark.django_db
def test_export_orders_command_without_orders(tmp_path, capsys):
    call_command("export_orders", directory=str(tmp_path))
    assert capsys.readouterr().out == "no orders\n"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.django_db
class TestViews:
    def test_dashboard(self, api):
        make.busy_shop(orders=6)
        assert api.get("/reports/dashboard/").json()["open"] == 2

    def test_sales(self, api):
        make.busy_shop()
        report = api.get("/reports/sales/", {"start": "2025-03-01", "end": "2025-03-31"}).json()
        assert report["revenue"] == "946.00"
        assert report["before_discount"] == "946.00"
        assert report["top"][0] == ["Thing 05", 15]

    def test_sales_of_today(self, api):
        product = make.product()
        make.order([(product, 2)], status="paid", placed_at=timezone.now() - timedelta(days=1))
        assert api.get("/reports/sales/").json()["revenue"] == "20.00"

    def test_sales_on_a_wrong_day(self, api):
        response = api.get("/reports/sales/", {"start": "yesterday"})
        assert response.status_code == 400
        assert response.json() == {"start": "yesterday is not a date such as 2025-03-31."}

    def test_export(self, api):
        assert api.get("/reports/orders.csv").status_code == 204
        make.busy_shop(orders=5)
        response = api.get("/reports/orders.csv")
        assert response["Content-Type"] == "text/csv"
        assert response.content.count(b"\r\n") == 6

    def test_reports_are_for_staff(self, client):
        assert client.get("/reports/dashboard/").status_code == 403


@pytest.mark.django_db
def test_admin_list(back_office):
    DailyTotal.objects.create(day=START)
    assert back_office.get("/admin/reports/dailytotal/").status_code == 200
