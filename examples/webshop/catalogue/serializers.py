# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
from rest_framework import serializers

from catalogue.models import Category, Product, ProductImage, Review, Supplier


class CategorySerializer(serializers.ModelSerializer):
    path = serializers.CharField(source="breadcrumb", read_only=True)
    product_count = serializers.SerializerMethodField()

    class Meta:
        model = Category
        fields = ["id", "name", "slug", "parent", "path", "product_count"]

    def get_product_count(self, category):
        return category.products.filter(active=True).count()


class SupplierSerializer(serializers.ModelSerializer):
    class Meta:
        model = Supplier
        fields = ["id", "name", "email", "country", "lead_days"]


class ProductImageSerializer(serializers.ModelSerializer):
    class Meta:
        model = ProductImage
        fields = ["url", "alt", "position"]


class ProductSerializer(serializers.ModelSerializer):
    category_name = serializers.CharField(source="category.name", read_only=True)
    supplier = SupplierSerializer(read_only=True)
    supplier_id = serializers.PrimaryKeyRelatedField(
        source="supplier", queryset=Supplier.objects.all(), write_only=True
    )
    images = ProductImageSerializer(many=True, read_only=True)
    price_with_vat = serializers.DecimalField(max_digits=8, decimal_places=2, read_only=True)
    thumbnail = serializers.SerializerMethodField()
    rating = serializers.SerializerMethodField()
    in_stock = serializers.SerializerMethodField()

    class Meta:
        model = Product
        fields = [
            "id",
            "sku",
            "name",
            "description",
            "category",
            "category_name",
            "supplier",
            "supplier_id",
            "price",
            "price_with_vat",
            "images",
            "thumbnail",
            "rating",
            "in_stock",
        ]

    def get_thumbnail(self, product):
        image = product.main_image
        return image.url if image else None

    def get_rating(self, product):
        return product.average_rating

    def get_in_stock(self, product):
        return product.stock_levels.filter(quantity__gt=0).count() > 0


class ReviewSerializer(serializers.ModelSerializer):
    author = serializers.CharField(source="customer.name", read_only=True)
    product_name = serializers.CharField(source="product.name", read_only=True)

    class Meta:
        model = Review
        fields = ["id", "product", "product_name", "customer", "author", "stars", "text", "created"]
