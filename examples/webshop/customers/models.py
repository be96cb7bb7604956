# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
from django.db import models
from django.utils import timezone


class Customer(models.Model):
    class Segment(models.TextChoices):
        NEW = "new", "New"
        REGULAR = "regular", "Regular"
        LOYAL = "loyal", "Loyal"

    name = models.CharField(max_length=120)
    email = models.EmailField()
    newsletter = models.BooleanField(default=False)
    segment = models.CharField(max_length=10, choices=Segment, default=Segment.NEW)
    created = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["name", "pk"]

    def __str__(self):
        return self.name

    @property
    def billing_address(self):
        return self.addresses.filter(kind=Address.Kind.BILLING).first()

    @property
    def order_count(self):
        return self.orders.exclude(status="cancelled").count()


class Address(models.Model):
    class Kind(models.TextChoices):
        BILLING = "billing", "Billing"
        SHIPPING = "shipping", "Shipping"

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="addresses")
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.SHIPPING)
    street = models.CharField(max_length=120)
    house_number = models.CharField(max_length=10)
    postcode = models.CharField(max_length=10)
    city = models.CharField(max_length=80)

    class Meta:
        verbose_name_plural = "addresses"

    def __str__(self):
        return f"{self.street} {self.house_number}, {self.postcode} {self.city}"
