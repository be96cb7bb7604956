# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
from django.contrib import admin

from notifications.models import Delivery, Subscription


@admin.register(Delivery)
class DeliveryAdmin(admin.ModelAdmin):
    list_display = ["created", "subscription", "event", "status_code"]


admin.site.register(Subscription)
