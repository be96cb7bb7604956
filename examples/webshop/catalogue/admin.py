# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
from django.contrib import admin

from catalogue.models import Category, Product, ProductImage, Review, Supplier


class ProductImageInline(admin.TabularInline):
    model = ProductImage
    extra = 1


@admin.register(Product)
class ProductAdmin(admin.ModelAdmin):
    list_display = ["sku", "name", "price", "category__name", "supplier_country", "active"]
    list_filter = ["active"]
    search_fields = ["sku", "name"]
    inlines = [ProductImageInline]

    @admin.display(description="country")
    def supplier_country(self, product):
        return product.supplier.country


@admin.register(Review)
class ReviewAdmin(admin.ModelAdmin):
    list_display = ["product", "stars", "customer", "approved"]
    list_select_related = ["product", "customer"]


@admin.register(Category)
class CategoryAdmin(admin.ModelAdmin):
    list_display = ["name", "slug", "parent"]
    prepopulated_fields = {"slug": ["name"]}


admin.site.register(Supplier)
