# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
from django.db import models
from django.utils import timezone


class Subscription(models.Model):
    """A partner that wants to hear about events."""

    name = models.CharField(max_length=80)
    url = models.URLField()
    events = models.JSONField(default=list)
    active = models.BooleanField(default=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self):
        return self.name


class Delivery(models.Model):
    """One attempt to tell a partner something."""

    subscription = models.ForeignKey(
        Subscription, on_delete=models.CASCADE, related_name="deliveries"
    )
    event = models.CharField(max_length=40)
    status_code = models.PositiveSmallIntegerField(null=True)
    created = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["pk"]
        verbose_name_plural = "deliveries"

    def __str__(self):
        return f"{self.event} {self.status_code}"

    @property
    def ok(self):
        return self.status_code is not None and 200 <= self.status_code < 300
