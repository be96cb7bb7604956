# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Makers of test data; each gives one saved object with sensible values."""

import itertools
from datetime import datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from catalogue.models import Category, Product, ProductImage, Review, Supplier
from customers.models import Address, Customer
from orders.models import Order, OrderLine, Payment, Voucher
from stock.models import StockLevel, Warehouse

numbers = itertools.count(1)

MARCH = datetime(2025, 3, 1, 12, 0, tzinfo=ZoneInfo("Europe/Amsterdam"))


def category(name="Garden", parent=None):
    return Category.objects.create(name=name, slug=name.lower(), parent=parent)


def supplier(name="Groen BV"):
    return Supplier.objects.create(name=name, email="sales@example.org", country="NL")


def product(sku=None, **values):
    n = next(numbers)
    values.setdefault("name", f"Product {n}")
    values.setdefault("price", Decimal("10.00"))
    if "category" not in values:
        values["category"] = Category.objects.first() or category()
    if "supplier" not in values:
        values["supplier"] = Supplier.objects.first() or supplier()
    return Product.objects.create(sku=sku or f"SKU-{n:04d}", **values)


def image(product, position=0, **values):
    url = f"https://img.example.org/{product.sku}/{position}.webp"
    return ProductImage.objects.create(product=product, position=position, url=url, **values)


def customer(name=None, **values):
    n = next(numbers)
    values.setdefault("email", f"customer{n}@example.org")
    return Customer.objects.create(name=name or f"Customer {n}", **values)


def address(customer, **values):
    values.setdefault("street", "Dorpsstraat")
    values.setdefault("house_number", "12")
    values.setdefault("postcode", "3511 AB")
    values.setdefault("city", "Utrecht")
    return Address.objects.create(customer=customer, **values)


def review(product, stars=4, approved=True, text="Fine.", by=None):
    return Review.objects.create(
        product=product, customer=by or customer(), stars=stars, approved=approved, text=text
    )


def warehouse(code="UTR", city="Utrecht"):
    return Warehouse.objects.create(code=code, city=city)


def stock(product, quantity, code="UTR", **values):
    place = Warehouse.objects.filter(code=code).first() or warehouse(code)
    return StockLevel.objects.create(
        product=product, warehouse=place, quantity=quantity, **values
    )


def voucher(code="SPRING10", percentage=10, valid_until="2099-12-31", max_uses=5):
    return Voucher.objects.create(
        code=code, percentage=percentage, valid_until=valid_until, max_uses=max_uses
    )


def order(lines=(), **values):
    """An order; `lines` are pairs of a product and a quantity."""
    values.setdefault("number", f"T{next(numbers):06d}")
    if "customer" not in values:
        values["customer"] = customer()
    made = Order.objects.create(**values)
    for bought, quantity in lines:
        OrderLine.objects.create(
            order=made, product=bought, quantity=quantity, unit_price=bought.price
        )
    return made


def payment(order, reference=None, **values):
    values.setdefault("amount", order.total)
    return Payment.objects.create(
        order=order, reference=reference or f"pay-{next(numbers)}", **values
    )


def busy_shop(orders=30):
    """A month of orders of two or three lines, by ten customers, from three categories."""
    root = category("All")
    categories = [category(name, root) for name in ("Garden", "Kitchen", "Office")]
    suppliers = [supplier(name) for name in ("Groen BV", "Kantoor NV")]
    products = [
        product(
            f"SKU-{i:04d}",
            name=f"Thing {i:02d}",
            category=categories[i % 3],
            supplier=suppliers[i % 2],
            price=Decimal(5 + i),
        )
        for i in range(12)
    ]
    for i, thing in enumerate(products):
        image(thing, 0, is_main=True)
        image(thing, 1)
        stock(thing, 20 + i)
        stock(thing, i, "ZWO")
        review(thing, stars=1 + i % 5)
    customers = [customer(f"Customer {i:02d}", newsletter=i % 2 == 0) for i in range(10)]
    for buyer in customers:
        address(buyer)
    statuses = [Order.Status.PAID, Order.Status.SHIPPED, Order.Status.OPEN]
    made = []
    for i in range(orders):
        buyer = customers[i % 10]
        lines = [(products[(i + j) % 12], 1 + j) for j in range(2 + i % 2)]
        made.append(
            order(
                lines,
                number=f"W{i + 1:06d}",
                customer=buyer,
                shipping_address=buyer.addresses.get(),
                status=statuses[i % 3],
                placed_at=MARCH + timedelta(days=i % 30),
            )
        )
    return made
