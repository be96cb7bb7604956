# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
from django.contrib import admin

from orders.models import Order, OrderLine, Payment, Voucher


class OrderLineInline(admin.TabularInline):
    model = OrderLine
    extra = 0


@admin.register(Order)
class OrderAdmin(admin.ModelAdmin):
    list_display = ["number", "status", "customer_email", "total", "placed_at"]
    list_filter = ["status"]
    search_fields = ["number"]
    inlines = [OrderLineInline]

    @admin.display(description="e-mail")
    def customer_email(self, order):
        return order.customer.email


@admin.register(Payment)
class PaymentAdmin(admin.ModelAdmin):
    list_display = ["reference", "order", "amount", "status"]
    list_select_related = ["order"]


admin.site.register(Voucher)
