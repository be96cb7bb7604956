# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
import random
from datetime import timedelta
from decimal import Decimal

from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils import timezone

from catalogue.models import Category, Product, ProductImage, Review, Supplier
from customers.models import Address, Customer
from orders.models import Order, OrderLine, Payment
from stock.models import StockLevel, Warehouse


class Command(BaseCommand):
    help = "Fill an empty database with a shop to click around in."

    def add_arguments(self, parser):
        parser.add_argument("--products", type=int, default=60)
        parser.add_argument("--customers", type=int, default=25)
        parser.add_argument("--orders", type=int, default=200)

    @transaction.atomic
    def handle(self, *args, **options):
        dice = random.Random(2025)
        warehouses = [
            Warehouse.objects.create(code=code, city=city)
            for code, city in (("UTR", "Utrecht"), ("ZWO", "Zwolle"))
        ]
        suppliers = [
            Supplier.objects.create(name=f"Supplier {i}", email=f"supplier{i}@example.org")
            for i in range(5)
        ]
        root = Category.objects.create(name="All", slug="all")
        categories = [
            Category.objects.create(name=name, slug=name.lower(), parent=root)
            for name in ("Garden", "Kitchen", "Office", "Drinks")
        ]

        products = []
        for i in range(options["products"]):
            product = Product.objects.create(
                sku=f"SKU-{i:04d}",
                name=f"Product {i}",
                category=dice.choice(categories),
                supplier=dice.choice(suppliers),
                price=Decimal(dice.randrange(199, 9999)) / 100,
            )
            for position in range(2):
                ProductImage.objects.create(
                    product=product,
                    url=f"https://img.example.org/{product.sku}/{position}.webp",
                    position=position,
                    is_main=position == 0,
                )
            for warehouse in warehouses:
                StockLevel.objects.create(
                    warehouse=warehouse, product=product, quantity=dice.randrange(0, 80)
                )
            products.append(product)

        customers = []
        for i in range(options["customers"]):
            customer = Customer.objects.create(
                name=f"Customer {i}", email=f"customer{i}@example.org", newsletter=i % 3 == 0
            )
            Address.objects.create(
                customer=customer,
                street="Dorpsstraat",
                house_number=str(i + 1),
                postcode="1234 AB",
                city="Utrecht",
            )
            customers.append(customer)

        for i in range(options["orders"]):
            order = Order.objects.create(
                number=f"W{i + 1:06d}",
                customer=dice.choice(customers),
                status=dice.choice(Order.Status.values),
                placed_at=timezone.now() - timedelta(days=dice.randrange(0, 90)),
            )
            for product in dice.sample(products, k=min(3, len(products))):
                OrderLine.objects.create(
                    order=order,
                    product=product,
                    quantity=dice.randrange(1, 4),
                    unit_price=product.price,
                )
            Payment.objects.create(
                order=order, reference=f"pay-{i}", amount=order.total, status=Payment.Status.PAID
            )
        for product in products[: len(products) // 2]:
            Review.objects.create(
                product=product, customer=dice.choice(customers), stars=4, approved=True
            )
        self.stdout.write(f"{len(products)} products, {options['orders']} orders")
