# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
from django.contrib import admin

from customers.models import Address, Customer


class AddressInline(admin.StackedInline):
    model = Address
    extra = 0


@admin.register(Customer)
class CustomerAdmin(admin.ModelAdmin):
    list_display = ["name", "email", "segment", "billing_city", "order_count"]
    list_filter = ["segment", "newsletter"]
    search_fields = ["name", "email"]
    inlines = [AddressInline]

    @admin.display(description="city")
    def billing_city(self, customer):
        address = customer.billing_address
        return address.city if address else ""
