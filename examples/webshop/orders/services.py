# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
import logging
from datetime import timedelta
from decimal import Decimal

import yaml
from django.db import IntegrityError, transaction
from django.utils import timezone

from catalogue.models import Product
from orders.models import Order, OrderLine, Payment, Voucher
from stock.models import Movement, StockLevel

logger = logging.getLogger(__name__)


class OrderError(Exception):
    """The order cannot be placed as asked."""


def create_numbered_order(**fields):
    """Create an order with the next free number; somebody else may take it first."""
    for attempt in range(3):
        last = Order.objects.order_by("-pk").first()
        number = f"W{(last.pk if last else 0) + 1 + attempt:06d}"
        try:
            with transaction.atomic():
                return Order.objects.create(number=number, **fields)
        except IntegrityError:
            logger.warning("order number %s was taken", number)
    raise OrderError("No order number is free.")


def find_voucher(code):
    today = timezone.localdate()
    if Voucher.objects.filter(code=code, valid_until__gte=today).count() == 0:
        raise OrderError(f"Voucher {code} is not valid.")
    voucher = Voucher.objects.get(code=code)
    if voucher.uses >= voucher.max_uses:
        raise OrderError(f"Voucher {code} has been used.")
    return voucher


@transaction.atomic
def place_order(customer, items, voucher_code=None):
    """Place an order for `items`, a list of {"sku": ..., "quantity": ...}."""
    voucher = find_voucher(voucher_code) if voucher_code else None
    order = create_numbered_order(
        customer=customer,
        shipping_address=customer.addresses.first(),
        voucher=voucher,
    )
    for item in items:
        try:
            product = Product.objects.get(sku=item["sku"], active=True)
        except Product.DoesNotExist:
            raise OrderError(f"Product {item['sku']} is not for sale.") from None
        quantity = int(item.get("quantity", 1))
        if product.available < quantity:
            raise OrderError(f"Not enough stock of {product.sku}.")
        OrderLine.objects.create(
            order=order, product=product, quantity=quantity, unit_price=product.price
        )
        take_from_stock(product, quantity, order.number)
    return order


def take_from_stock(product, quantity, reference):
    """Take from the fullest warehouse first."""
    levels = StockLevel.objects.filter(product=product, quantity__gt=0).order_by("-quantity", "pk")
    for level in levels:
        taken = min(level.quantity, quantity)
        level.quantity -= taken
        level.save()
        Movement.objects.create(
            warehouse_id=level.warehouse_id,
            product=product,
            quantity=-taken,
            reason=Movement.Reason.SALE,
            reference=reference,
        )
        quantity -= taken
        if quantity == 0:
            break


@transaction.atomic
def cancel_order(order):
    """Cancel an order and put what it took back where it came from."""
    if order.status == Order.Status.CANCELLED:
        return
    movements = Movement.objects.filter(reference=order.number, reason=Movement.Reason.SALE)
    for movement in movements:
        level = StockLevel.objects.get(
            warehouse_id=movement.warehouse_id, product_id=movement.product_id
        )
        level.quantity -= movement.quantity
        level.save()
        Movement.objects.create(
            warehouse_id=movement.warehouse_id,
            product_id=movement.product_id,
            quantity=-movement.quantity,
            reason=Movement.Reason.RETURN,
            reference=order.number,
        )
    order.status = Order.Status.CANCELLED
    order.save(update_fields=["status"])


def cancel_stale(days=14):
    """Cancel open orders nobody paid for."""
    limit = timezone.now() - timedelta(days=days)
    stale = Order.objects.filter(status=Order.Status.OPEN, placed_at__lt=limit)
    cancelled = []
    for order in stale:
        if order.payments.filter(status=Payment.Status.PENDING).exists():
            continue
        cancel_order(order)
        cancelled.append(order.number)
    return cancelled


def mark_shipped(numbers):
    """Mark the orders the warehouse reports as shipped; returns the numbers it skipped."""
    skipped = []
    for number in numbers:
        order = Order.objects.filter(number=number).first()
        if order is None or order.status != Order.Status.PAID:
            skipped.append(number)
            continue
        order.status = Order.Status.SHIPPED
        order.save()
    return skipped


def counts_by_status():
    return {
        str(status): Order.objects.filter(status=status).count() for status in Order.Status.values
    }


def settle_payments(statuses):
    """Store payment statuses by reference and mark the orders that are now paid in full."""
    payments = Payment.objects.filter(reference__in=statuses.keys()).select_related("order")
    paid = []
    for payment in payments:
        payment.status = statuses[payment.reference]
        payment.save()
        order = payment.order
        if order.status == Order.Status.OPEN and order.paid_amount >= order.total:
            order.status = Order.Status.PAID
            order.save(update_fields=["status"])
            paid.append(order.number)
    return paid


def load_vouchers(path):
    """Create or update the vouchers of a campaign file."""
    with open(path, encoding="utf-8") as f:
        campaign = yaml.safe_load(f)
    defaults = campaign.get("defaults", {})
    for voucher in campaign["vouchers"]:
        values = {**defaults, **voucher}
        code = values.pop("code")
        Voucher.objects.update_or_create(code=code, defaults=values)
    return len(campaign["vouchers"])


def basket_total(items):
    """What the basket would cost, for the page before the order is placed."""
    prices = dict(
        Product.objects.filter(sku__in=[item["sku"] for item in items]).values_list("sku", "price")
    )
    total = Decimal("0.00")
    for item in items:
        total += prices[item["sku"]] * int(item.get("quantity", 1))
    return total


def copy_order(order):
    """The items of an earlier order, to fill a new basket with."""
    items = []
    for line in order.lines.all():
        items.append({"sku": line.product.sku, "quantity": line.quantity})
    return items
