# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
from decimal import Decimal

import pytest
from django.test import TestCase

from catalogue import services
from catalogue.models import Category, Product
from tests import factories as make


class ProductTests(TestCase):
    def setUp(self):
        self.product = make.product("GAR-001", price=Decimal("19.95"))

    def test_price_with_vat_is_rounded_to_cents(self):
        self.assertEqual(self.product.price_with_vat, Decimal("24.14"))

    def test_main_image_is_the_one_marked(self):
        make.image(self.product, 0)
        main = make.image(self.product, 1, is_main=True)
        self.assertEqual(self.product.main_image, main)

    def test_main_image_is_the_first_when_none_is_marked(self):
        make.image(self.product, 2)
        first = make.image(self.product, 1)
        self.assertEqual(self.product.main_image, first)

    def test_no_image_at_all(self):
        self.assertIsNone(self.product.main_image)

    def test_average_rating_counts_approved_reviews_only(self):
        for stars, approved in [(5, True), (4, True), (4, True), (1, False)]:
            make.review(self.product, stars, approved)
        self.assertEqual(self.product.average_rating, 4.3)

    def test_average_rating_without_reviews(self):
        self.assertIsNone(self.product.average_rating)

    def test_available_adds_up_the_warehouses(self):
        make.stock(self.product, 4, "UTR")
        make.stock(self.product, 3, "ZWO")
        self.assertEqual(self.product.available, 7)


class CategoryTests(TestCase):
    def setUp(self):
        self.home = make.category("Home")
        self.garden = make.category("Garden", self.home)
        self.tools = make.category("Tools", self.garden)

    def test_breadcrumb(self):
        self.assertEqual(self.tools.breadcrumb, "Home > Garden > Tools")
        self.assertEqual(self.home.breadcrumb, "Home")

    def test_tree(self):
        tree = services.category_tree()
        self.assertEqual([node["name"] for node in tree], ["Home"])
        garden = tree[0]["children"][0]
        self.assertEqual(garden["name"], "Garden")
        self.assertEqual([node["name"] for node in garden["children"]], ["Tools"])

    def test_tree_takes_one_query(self):
        with self.assertNumQueries(1):
            services.category_tree()


@pytest.mark.django_db
class TestServices:
    def test_cheapest_first(self):
        for sku, price in [("AAA-001", 30), ("AAA-002", 10), ("AAA-003", 20), ("AAA-004", 10)]:
            make.product(sku, price=Decimal(price))
        found = services.cheapest_first(Product.objects.all(), Decimal(20))
        assert [p.sku for p in found] == ["AAA-002", "AAA-004", "AAA-003"]

    def test_best_rated(self):
        for i, stars in enumerate([2, 5, 4, 5]):
            make.review(make.product(f"AAA-{i:03d}"), stars)
        make.product("AAA-009")
        found = services.best_rated(4)
        assert [p.sku for p in found] == ["AAA-001", "AAA-003", "AAA-002", "AAA-000"]

    def test_related_products_come_from_the_categories_around(self):
        root = make.category("All")
        garden, kitchen = make.category("Garden", root), make.category("Kitchen", root)
        elsewhere = make.category("Elsewhere")
        spade = make.product("GAR-001", name="Spade", category=garden)
        make.product("GAR-002", name="Rake", category=garden)
        make.product("GAR-003", name="Hoe", category=garden, active=False)
        make.product("KIT-001", name="Pan", category=kitchen)
        make.product("ELS-001", name="Sock", category=elsewhere)
        assert [p.name for p in services.related_products(spade)] == ["Rake", "Pan"]
        assert [p.name for p in services.related_products(spade, limit=1)] == ["Rake"]

    def test_related_products_of_a_root_category(self):
        spade = make.product("GAR-001")
        rake = make.product("GAR-002")
        assert services.related_products(spade) == [rake]

    def test_change_prices(self):
        for i in range(25):
            make.product(f"AAA-{i:03d}", price=Decimal(10))
        new = {f"AAA-{i:03d}": Decimal(10 + i % 2) for i in range(25)}
        assert services.change_prices({**new, "ZZZ-999": Decimal(1)}) == ["ZZZ-999"]
        assert Product.objects.filter(price=11).count() == 12
        assert Product.objects.filter(price=10).count() == 13

    def test_read_price_list(self, tmp_path):
        path = tmp_path / "prices.txt"
        path.write_text("# wholesale\n\nAAA-001;12,50\nAAA-002;3.95\n", encoding="utf-8")
        assert services.read_price_list(path) == {
            "AAA-001": Decimal("12.50"),
            "AAA-002": Decimal("3.95"),
        }

    def test_read_price_list_with_a_wrong_sku(self, tmp_path):
        path = tmp_path / "prices.txt"
        path.write_text("nonsense;1\n", encoding="utf-8")
        with pytest.raises(ValueError, match="'nonsense' is not a sku"):
            services.read_price_list(path)

    def test_deactivate_discontinued(self):
        for i in range(20):
            make.product(f"AAA-{i:03d}")
        listed = [f" aaa-{i:03d} " for i in range(0, 400, 4)]
        assert services.deactivate_discontinued(listed) == 5
        assert Product.objects.filter(active=True).count() == 15

    def test_set_food_vat(self):
        make.product("FOO-001", category=make.category("Fruit"))
        make.product("FOO-002", category=make.category("Tools"))
        assert services.set_food_vat() == 1
        assert Product.objects.get(sku="FOO-001").vat_rate == 9
        assert Product.objects.get(sku="FOO-002").vat_rate == 21

    def test_merge_attributes(self):
        product = make.product(attributes={"colour": "red", "size": "L"})
        extra = {"colour": "blue", "size": "L", "weight": 3}
        assert services.merge_attributes(product, extra) == ["colour"]
        product.refresh_from_db()
        assert product.attributes == {"colour": "red", "size": "L", "weight": 3}

    def test_drop_empty_attributes(self):
        product = make.product(attributes={"colour": "", "size": None, "weight": 0})
        services.drop_empty_attributes(product)
        product.refresh_from_db()
        assert product.attributes == {"weight": 0}

    def test_attribute_names(self):
        make.product(attributes={"size": "L", "colour": "red"})
        make.product(attributes={"colour": "blue", "brand": "X"})
        found = services.attribute_names(Product.objects.all())
        assert found == ["brand", "colour", "size"]

    def test_approve_reviews(self):
        product = make.product()
        for text in ["Lovely", "", "no", "It broke.", "   "]:
            make.review(product, approved=False, text=text)
        assert services.approve_reviews() == 2
        assert product.reviews.filter(approved=True).count() == 2


@pytest.mark.django_db
class TestApi:
    def test_products(self, client):
        make.busy_shop(orders=3)
        page = client.get("/api/products/").json()
        assert page["count"] == 12
        first = page["results"][0]
        assert first["name"] == "Thing 00"
        assert first["category_name"] == "Garden"
        assert first["supplier"]["name"] == "Groen BV"
        assert [image["position"] for image in first["images"]] == [0, 1]
        assert first["thumbnail"].endswith("SKU-0000/0.webp")
        assert first["rating"] == 1.0
        assert first["in_stock"] is True
        assert first["price_with_vat"] == "6.05"

    def test_products_by_category_and_term(self, client):
        make.busy_shop(orders=1)
        page = client.get("/api/products/", {"category": "kitchen"}).json()
        assert [p["name"] for p in page["results"]] == [
            "Thing 01", "Thing 04", "Thing 07", "Thing 10",
        ]
        page = client.get("/api/products/", {"category": "kitchen", "q": "10"}).json()
        assert page["count"] == 1

    def test_cheapest(self, client):
        make.busy_shop(orders=1)
        found = client.get("/api/products/cheapest/", {"max": "6.50"}).json()
        assert found == [
            {"sku": "SKU-0000", "price": "5.00"},
            {"sku": "SKU-0001", "price": "6.00"},
        ]
        assert client.get("/api/products/cheapest/", {"max": "cheap"}).status_code == 400

    def test_related(self, client):
        make.busy_shop(orders=1)
        product = Product.objects.get(sku="SKU-0000")
        found = client.get(f"/api/products/{product.pk}/related/").json()
        assert [p["sku"] for p in found][:4] == ["SKU-0003", "SKU-0006", "SKU-0009", "SKU-0001"]
        assert len(found) == 8

    def test_create_product(self, api):
        category, supplier = make.category(), make.supplier()
        values = {
            "sku": "NEW-001",
            "name": "New",
            "category": category.pk,
            "supplier_id": supplier.pk,
            "price": "3.50",
        }
        response = api.post("/api/products/", values, format="json")
        assert response.status_code == 201
        assert Product.objects.get().supplier == supplier

    def test_anonymous_visitors_may_not_write(self, client):
        assert client.post("/api/products/", {}).status_code == 403

    def test_categories(self, client):
        make.busy_shop(orders=1)
        results = client.get("/api/categories/").json()["results"]
        assert [(c["path"], c["product_count"]) for c in results] == [
            ("All", 0),
            ("All > Garden", 4),
            ("All > Kitchen", 4),
            ("All > Office", 4),
        ]

    def test_reviews(self, client, django_assert_max_num_queries):
        product = make.product(name="Spade")
        for i in range(15):
            make.review(product, stars=1 + i % 5, by=make.customer(f"Reader {i}"))
        make.review(product, approved=False)
        with django_assert_max_num_queries(2):
            page = client.get("/api/reviews/").json()
        assert page["count"] == 15
        assert page["results"][0]["author"] == "Reader 14"
        assert page["results"][0]["product_name"] == "Spade"

    def test_suppliers(self, client):
        make.supplier("Groen BV")
        assert client.get("/api/suppliers/").json()["results"][0]["name"] == "Groen BV"


@pytest.mark.django_db
@pytest.mark.parametrize("model", ["product", "review", "category", "supplier"])
def test_admin_lists(back_office, model):
    make.busy_shop(orders=2)
    assert Category.objects.exists()
    response = back_office.get(f"/admin/catalogue/{model}/")
    assert response.status_code == 200
    if model == "product":
        assert response.content.count(b"<td class=\"field-supplier_country\">NL</td>") == 12
