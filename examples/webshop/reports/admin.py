# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
from django.contrib import admin

from reports.models import DailyTotal


@admin.register(DailyTotal)
class DailyTotalAdmin(admin.ModelAdmin):
    list_display = ["day", "orders", "items", "revenue"]
