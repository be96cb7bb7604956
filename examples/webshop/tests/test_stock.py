# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.test import TestCase

from catalogue.models import Product
from stock import importers, services
from stock.models import Movement, StockLevel
from tests import factories as make

DATA = Path(__file__).parent.parent / "data"


@pytest.fixture
def shelves(db):
    """Forty products and two empty warehouses."""
    make.warehouse("UTR")
    make.warehouse("ZWO", "Zwolle")
    return [make.product(f"SKU-{i:04d}") for i in range(40)]


class TestImport:
    def test_csv(self):
        rows = importers.read(DATA / "stock.csv")
        assert rows[0] == {
            "sku": "SKU-0000",
            "warehouse": "UTR",
            "quantity": "10",
            "reference": "delivery 2025-118",
        }
        assert len(rows) == 3

    def test_csv_without_a_reference(self, tmp_path):
        path = tmp_path / "count.csv"
        path.write_text("sku,warehouse,quantity\nSKU-0000,UTR,1\n", encoding="utf-8")
        assert importers.read(path)[0]["reference"] == ""

    def test_csv_without_a_column(self, tmp_path):
        path = tmp_path / "count.csv"
        path.write_text("sku,quantity\nSKU-0000,1\n", encoding="utf-8")
        with pytest.raises(importers.ImportProblem, match="Row 1 has no column warehouse"):
            importers.read(path)

    def test_yaml(self):
        rows = importers.read(DATA / "stock.yaml")
        assert [row["warehouse"] for row in rows] == ["UTR", "UTR", "ZWO", "UTR", "UTR"]
        assert rows[0]["reference"] == "delivery 2025-117"

    def test_long_yaml(self, tmp_path):
        path = tmp_path / "note.yaml"
        lines = "".join(f"  - {{sku: SKU-{i:04d}, quantity: {i}}}\n" for i in range(200))
        path.write_text(f"warehouse: UTR\nlines:\n{lines}", encoding="utf-8")
        rows = importers.read(path)
        assert sum(row["quantity"] for row in rows) == 19900

    @pytest.mark.parametrize(
        ("name", "text", "problem"),
        [
            ("note.yaml", "- 1\n- 2\n", "is not a delivery note"),
            ("note.txt", "", "is neither CSV nor YAML"),
        ],
    )
    def test_other_files(self, tmp_path, name, text, problem):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        with pytest.raises(importers.ImportProblem, match=problem):
            importers.read(path)

    def test_movements(self, shelves):
        rows = [
            {"sku": f"SKU-{i % 50:04d}", "warehouse": "UTR", "quantity": i} for i in range(100)
        ]
        result = importers.import_movements(rows)
        assert result.imported == 80
        assert result.skipped == [f"SKU-{i:04d}" for i in range(40, 50)] * 2
        assert Movement.objects.count() == 80
        assert StockLevel.objects.get(product__sku="SKU-0007").quantity == 7 + 57

    def test_command(self, shelves, capsys):
        path = str(DATA / "stock.yaml")
        call_command("import_stock", path)
        captured = capsys.readouterr()
        assert captured.out == f"{path}: 4 imported\n"
        assert captured.err == f"{path}: OLD-0001 is unknown\n"
        assert StockLevel.objects.get(warehouse__code="ZWO").quantity == 6

    def test_command_with_a_wrong_file(self):
        with pytest.raises(CommandError, match="neither CSV nor YAML"):
            call_command("import_stock", "stock.xls")


class StockTests(TestCase):
    def setUp(self):
        kitchen = make.supplier("Keuken BV")
        garden = make.supplier("Groen BV")
        self.products = [
            make.product(
                f"AAA-{i:03d}",
                name=f"Thing {i:02d}",
                price=Decimal(i + 1),
                supplier=garden if i < 4 else kitchen,
            )
            for i in range(10)
        ]
        for i, product in enumerate(self.products):
            make.stock(product, i, "UTR", reorder_at=3)
        make.stock(self.products[0], 0, "ZWO", reorder_at=0)
        self.warehouse = StockLevel.objects.first().warehouse

    def test_below_reorder_level(self):
        with self.assertNumQueries(1):
            levels = services.below_reorder_level()
            skus = [level.product.sku for level in levels]
        self.assertEqual(skus, ["AAA-000", "AAA-001", "AAA-002"])

    def test_sold_out(self):
        make.product("BBB-000", name="Very new")
        self.assertEqual([p.sku for p in services.sold_out()], ["AAA-000", "BBB-000"])

    def test_reorder_lists(self):
        self.assertEqual(
            services.reorder_lists(),
            {"Groen BV": {"AAA-000": 6, "AAA-001": 5, "AAA-002": 4}},
        )

    def test_count_stock(self):
        counted = {product.sku: 5 for product in self.products}
        differences = services.count_stock(self.warehouse, counted)
        self.assertEqual(list(differences.values()), [5, 4, 3, 2, 1, -1, -2, -3, -4])
        self.assertEqual(set(self.warehouse.levels.values_list("quantity", flat=True)), {5})
        self.assertEqual(services.moved_per_reason(), {"count": 5})

    def test_value_per_warehouse(self):
        value = sum(i * (i + 1) for i in range(10))
        self.assertEqual(services.value_per_warehouse(), {"UTR": value, "ZWO": 0})

    def test_raise_reorder_levels(self):
        self.assertEqual(services.raise_reorder_levels(["AAA-000", "AAA-009"], 2), 3)
        self.assertEqual(StockLevel.objects.filter(reorder_at=5).count(), 2)


@pytest.mark.django_db
def test_stock_level_api(api, django_assert_max_num_queries):
    make.busy_shop(orders=1)
    with django_assert_max_num_queries(2):
        page = api.get("/api/stock-levels/").json()
    assert page["count"] == 24
    assert page["results"][1] == {
        "id": page["results"][1]["id"],
        "sku": "SKU-0000",
        "supplier": "Groen BV",
        "warehouse": "ZWO",
        "quantity": 0,
        "reorder_at": 5,
    }


@pytest.mark.django_db
def test_warehouse_api(api):
    make.busy_shop(orders=1)
    results = api.get("/api/warehouses/").json()["results"]
    assert [(w["code"], w["products"], w["total"]) for w in results] == [
        ("UTR", 12, 306),
        ("ZWO", 11, 66),
    ]


@pytest.mark.django_db
@pytest.mark.parametrize("model", ["stocklevel", "movement", "warehouse"])
def test_admin_lists(back_office, model):
    make.busy_shop(orders=1)
    for product in Product.objects.all():
        level = product.stock_levels.first()
        Movement.objects.create(
            warehouse=level.warehouse, product=product, quantity=1, reason="count"
        )
    response = back_office.get(f"/admin/stock/{model}/")
    assert response.status_code == 200
    if model == "stocklevel":
        assert response.content.count(b"field-warehouse_code") == 24
