# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
from django.db import models
from django.utils import timezone

from catalogue.models import Product


class Warehouse(models.Model):
    code = models.CharField(max_length=5, unique=True)
    city = models.CharField(max_length=80)

    class Meta:
        ordering = ["code"]

    def __str__(self):
        return self.code


class StockLevel(models.Model):
    warehouse = models.ForeignKey(Warehouse, on_delete=models.CASCADE, related_name="levels")
    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="stock_levels")
    quantity = models.IntegerField(default=0)
    reorder_at = models.IntegerField(default=5)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["warehouse", "product"], name="one_level_per_product"),
        ]

    def __str__(self):
        return f"{self.quantity} of {self.product_id} in {self.warehouse_id}"


class Movement(models.Model):
    class Reason(models.TextChoices):
        DELIVERY = "delivery", "Delivery"
        SALE = "sale", "Sale"
        RETURN = "return", "Return"
        COUNT = "count", "Count"

    warehouse = models.ForeignKey(Warehouse, on_delete=models.PROTECT, related_name="movements")
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="movements")
    quantity = models.IntegerField()
    reason = models.CharField(max_length=10, choices=Reason)
    reference = models.CharField(max_length=40, blank=True)
    created = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["pk"]

    def __str__(self):
        return f"{self.quantity:+d} {self.reason}"
