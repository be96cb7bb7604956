# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
from django.contrib import admin

from stock.models import Movement, StockLevel, Warehouse


@admin.register(StockLevel)
class StockLevelAdmin(admin.ModelAdmin):
    list_display = ["sku", "warehouse_code", "quantity", "reorder_at"]

    @admin.display(description="sku")
    def sku(self, level):
        return level.product.sku

    @admin.display(description="warehouse")
    def warehouse_code(self, level):
        return level.warehouse.code


@admin.register(Movement)
class MovementAdmin(admin.ModelAdmin):
    list_display = ["created", "warehouse", "product", "quantity", "reason"]
    date_hierarchy = "created"


admin.site.register(Warehouse)
