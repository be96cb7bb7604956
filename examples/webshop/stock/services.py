# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
from collections import defaultdict

from django.db.models import F, Sum

from catalogue.models import Product, Supplier
from stock.models import Movement, StockLevel, Warehouse


def below_reorder_level():
    """Stock levels to be filled, the emptiest first."""
    return list(
        StockLevel.objects.filter(quantity__lt=F("reorder_at"))
        .select_related("product", "warehouse")
        .order_by("quantity", "pk")
    )


def sold_out():
    """Products on sale that no warehouse has."""
    products = []
    for product in Product.objects.filter(active=True):
        if product.available <= 0:
            products.append(product)
    return products


def reorder_lists():
    """For each supplier with something to reorder, the skus and how many to order."""
    lists = {}
    for supplier in Supplier.objects.all():
        levels = StockLevel.objects.filter(
            product__supplier=supplier, quantity__lt=F("reorder_at")
        )
        if levels.count() > 0:
            wanted = defaultdict(int)
            for level in levels:
                wanted[level.product.sku] += 2 * level.reorder_at - level.quantity
            lists[supplier.name] = dict(wanted)
    return lists


def count_stock(warehouse, counted):
    """Correct the levels of a warehouse after counting by hand; returns the differences."""
    differences = {}
    for sku, quantity in counted.items():
        level = StockLevel.objects.get(warehouse=warehouse, product__sku=sku)
        if level.quantity == quantity:
            continue
        differences[sku] = quantity - level.quantity
        Movement.objects.create(
            warehouse=warehouse,
            product_id=level.product_id,
            quantity=differences[sku],
            reason=Movement.Reason.COUNT,
        )
        level.quantity = quantity
        level.save()
    return differences


def value_per_warehouse():
    """What the stock in each warehouse is worth."""
    values = {}
    for warehouse in Warehouse.objects.all():
        total = 0
        for level in warehouse.levels.all():
            total += level.quantity * level.product.price
        values[warehouse.code] = total
    return values


def moved_per_reason():
    rows = Movement.objects.order_by().values("reason").annotate(total=Sum("quantity"))
    return {row["reason"]: row["total"] for row in rows}


def raise_reorder_levels(skus, by):
    """Raise the level at which fast movers are reordered, in one statement."""
    return StockLevel.objects.filter(product__sku__in=skus).update(reorder_at=F("reorder_at") + by)
