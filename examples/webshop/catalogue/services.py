# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
import logging
import re
from decimal import Decimal

from django.db import transaction

from catalogue.models import Category, Product, Review

logger = logging.getLogger(__name__)

SKU = re.compile(r"^[A-Z]{2,4}-\d{3,6}$")
FOOD_SLUGS = ("food", "drinks", "fruit")


def cheapest_first(products, max_price):
    return [p for p in sorted(products, key=lambda p: (p.price, p.sku)) if p.price <= max_price]


def best_rated(limit=10):
    products = sorted(
        Product.objects.filter(active=True),
        key=lambda p: (-(p.average_rating or 0), p.sku),
    )
    return products[:limit]


def related_products(product, limit=8):
    """Products from the same category and the categories next to it."""
    categories = [product.category]
    if product.category.parent:
        for category in product.category.parent.children.all():
            if category not in categories:
                categories.append(category)
    candidates = sum([list(c.products.filter(active=True)) for c in categories], [])
    return [p for p in candidates if p.pk != product.pk][:limit]


@transaction.atomic
def change_prices(new_prices):
    """Set the price of each sku in `new_prices`; returns the skus that do not exist."""
    unknown = []
    for sku, price in new_prices.items():
        product = Product.objects.filter(sku=sku).first()
        if product is None:
            unknown.append(sku)
            continue
        if product.price != price:
            product.price = price
            product.save()
    return unknown


def read_price_list(path):
    """Read `sku;price` lines as the wholesaler mails them, with comments and blank lines."""
    prices = {}
    with open(path, encoding="utf-8") as f:
        for line in f.readlines():
            line = line.strip()
            if not line or line.startswith("#"):
                continue
            sku, price = line.split(";")
            if not SKU.match(sku):
                raise ValueError(f"{sku!r} is not a sku")
            prices[sku] = Decimal(price.replace(",", "."))
    return prices


def deactivate_discontinued(discontinued):
    """Take every product off sale that the supplier has listed as discontinued."""
    skus = [sku.strip().upper() for sku in discontinued]
    changed = 0
    for product in Product.objects.filter(active=True):
        if product.sku in skus:
            product.active = False
            product.save()
            changed += 1
    logger.info("%d products deactivated", changed)
    return changed


def set_food_vat():
    """Food goes to the low rate."""
    changed = 0
    for slug in FOOD_SLUGS:
        changed += Product.objects.filter(category__slug=slug).update(vat_rate=9)
    return changed


def merge_attributes(product, extra):
    """Add attributes that the product does not have; returns the conflicting names."""
    attributes = dict(product.attributes)
    conflicts = []
    for name, value in extra.items():
        if name in attributes.keys():
            if attributes[name] != value:
                conflicts.append(name)
        else:
            attributes[name] = value
    product.attributes = attributes
    product.save(update_fields=["attributes"])
    return conflicts


def drop_empty_attributes(product):
    for name in list(product.attributes):
        if product.attributes[name] in ("", None):
            del product.attributes[name]
    product.save(update_fields=["attributes"])


def attribute_names(products):
    """All attribute names in use, for the filter column."""
    names = []
    for product in products:
        for name, _value in product.attributes.items():
            if name not in names:
                names.append(name)
    return sorted(names)


def approve_reviews(min_length=3):
    """Approve waiting reviews that say something."""
    approved = 0
    for review in Review.objects.filter(approved=False):
        if len(review.text.strip()) >= min_length:
            review.approved = True
            review.save()
            approved += 1
    return approved


def category_tree():
    """Nested dictionaries for the menu, from one query."""
    nodes = {}
    for category in Category.objects.all():
        nodes[category.pk] = {"name": category.name, "parent": category.parent_id, "children": []}
    roots = []
    for node in nodes.values():
        parent = nodes.get(node["parent"])
        siblings = parent["children"] if parent else roots
        siblings.append(node)
    return roots
