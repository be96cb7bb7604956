# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
from decimal import Decimal

from django.db import models
from django.utils import timezone

from catalogue.models import Product
from customers.models import Address, Customer


class Voucher(models.Model):
    code = models.CharField(max_length=20, unique=True)
    percentage = models.PositiveSmallIntegerField()
    valid_until = models.DateField()
    max_uses = models.PositiveIntegerField(default=1)

    def __str__(self):
        return self.code

    @property
    def uses(self):
        return self.orders.exclude(status=Order.Status.CANCELLED).count()


class Order(models.Model):
    class Status(models.TextChoices):
        OPEN = "open", "Open"
        PAID = "paid", "Paid"
        SHIPPED = "shipped", "Shipped"
        CANCELLED = "cancelled", "Cancelled"

    number = models.CharField(max_length=20, unique=True)
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="orders")
    shipping_address = models.ForeignKey(
        Address, null=True, blank=True, on_delete=models.SET_NULL, related_name="orders"
    )
    voucher = models.ForeignKey(
        Voucher, null=True, blank=True, on_delete=models.SET_NULL, related_name="orders"
    )
    status = models.CharField(max_length=10, choices=Status, default=Status.OPEN)
    placed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-placed_at", "-pk"]

    def __str__(self):
        return self.number

    @property
    def subtotal(self):
        return sum((line.total for line in self.lines.all()), Decimal("0.00"))

    @property
    def discount(self):
        if self.voucher is None:
            return Decimal("0.00")
        return (self.subtotal * self.voucher.percentage / 100).quantize(Decimal("0.01"))

    @property
    def total(self):
        return self.subtotal - self.discount

    @property
    def paid_amount(self):
        payments = self.payments.filter(status=Payment.Status.PAID)
        return sum((payment.amount for payment in payments), Decimal("0.00"))


class OrderLine(models.Model):
    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="lines")
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="order_lines")
    quantity = models.PositiveIntegerField(default=1)
    unit_price = models.DecimalField(max_digits=8, decimal_places=2)

    class Meta:
        ordering = ["pk"]

    def __str__(self):
        return f"{self.quantity} x {self.product_id}"

    @property
    def total(self):
        return self.quantity * self.unit_price


class Payment(models.Model):
    class Status(models.TextChoices):
        PENDING = "pending", "Pending"
        PAID = "paid", "Paid"
        FAILED = "failed", "Failed"

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="payments")
    reference = models.CharField(max_length=40, unique=True)
    amount = models.DecimalField(max_digits=8, decimal_places=2)
    status = models.CharField(max_length=10, choices=Status, default=Status.PENDING)
    created = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["pk"]

    def __str__(self):
        return self.reference
