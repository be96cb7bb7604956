# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
from collections import Counter
from datetime import timedelta
from decimal import Decimal

from django.db.models import F, Sum
from django.utils import timezone

from catalogue.models import Category, Product
from customers.models import Customer
from orders.models import Order, OrderLine
from reports.models import DailyTotal

SOLD = (Order.Status.PAID, Order.Status.SHIPPED)


def sold_between(start, end):
    return Order.objects.filter(
        status__in=SOLD, placed_at__date__gte=start, placed_at__date__lte=end
    )


def revenue(start, end):
    return sum((order.total for order in sold_between(start, end)), Decimal("0.00"))


def revenue_by_category(start, end):
    """Revenue before discounts, for each category that sold something."""
    report = {}
    for category in Category.objects.all():
        lines = OrderLine.objects.filter(
            product__category=category, order__in=sold_between(start, end)
        )
        total = sum((line.total for line in lines), Decimal("0.00"))
        if total:
            report[category.breadcrumb] = total
    return report


def top_products(start, end, limit=5):
    """Names of the products of which most were sold."""
    sold = Counter()
    for order in sold_between(start, end):
        for line in order.lines.all():
            sold[line.product.name] += line.quantity
    ranked = sorted(sold.items(), key=lambda item: (-item[1], item[0]))
    return ranked[:limit]


def units_by_supplier(start, end):
    rows = (
        OrderLine.objects.filter(order__in=sold_between(start, end))
        .values(name=F("product__supplier__name"))
        .annotate(units=Sum("quantity"))
        .order_by("name")
    )
    return {row["name"]: row["units"] for row in rows}


def large_orders(orders, minimum):
    """Orders of at least `minimum`, the largest first."""
    ranked = sorted(orders, key=lambda order: (-order.total, order.number))
    return [order for order in ranked if order.total >= minimum]


def unsold_products(start, end):
    """Products on sale that nobody bought."""
    sold = []
    for order in sold_between(start, end):
        sold += [line.product_id for line in order.lines.all()]
    return [p for p in Product.objects.filter(active=True) if p.pk not in sold]


def skus_ordered_together(orders):
    """All skus in the given orders, with repeats, in the order of the lines."""
    per_order = [[line.product.sku for line in order.lines.all()] for order in orders]
    return sum(per_order, [])


def dashboard():
    """The figures on the front page of the back office."""
    open_orders = Order.objects.filter(status=Order.Status.OPEN)
    paid = Order.objects.filter(status=Order.Status.PAID)
    week_ago = timezone.now() - timedelta(days=7)
    recent = Order.objects.filter(placed_at__gte=week_ago)[:5]
    return {
        "open": len(open_orders),
        "to_ship": len(paid),
        "customers": len(Customer.objects.all()),
        "newsletter": Customer.objects.filter(newsletter=True).count(),
        "recent": [
            {"number": order.number, "customer": order.customer.name, "total": str(order.total)}
            for order in recent
        ],
        "recent_shown": len(recent),
    }


def store_daily_totals(start, end):
    """Count orders, items and revenue for each day and keep them."""
    day = start
    days = 0
    while day <= end:
        orders = sold_between(day, day)
        total, _created = DailyTotal.objects.get_or_create(day=day)
        total.orders = len(orders)
        total.items = sum(line.quantity for order in orders for line in order.lines.all())
        total.revenue = sum((order.total for order in orders), Decimal("0.00"))
        total.save()
        day += timedelta(days=1)
        days += 1
    return days


def compare(totals, earlier):
    """Growth for each name that both reports have, in percent."""
    growth = {}
    for name in sorted(totals.keys() & earlier.keys()):
        if earlier[name]:
            growth[name] = round(100 * (totals[name] - earlier[name]) / earlier[name], 1)
    return growth


def grand_total(report):
    total = Decimal("0.00")
    for _name, amount in report.items():
        total += amount
    return total
