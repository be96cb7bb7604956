# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
from rest_framework import serializers

from stock.models import StockLevel, Warehouse


class StockLevelSerializer(serializers.ModelSerializer):
    sku = serializers.CharField(source="product.sku", read_only=True)
    supplier = serializers.CharField(source="product.supplier.name", read_only=True)
    warehouse = serializers.CharField(source="warehouse.code", read_only=True)

    class Meta:
        model = StockLevel
        fields = ["id", "sku", "supplier", "warehouse", "quantity", "reorder_at"]


class WarehouseSerializer(serializers.ModelSerializer):
    products = serializers.SerializerMethodField()
    total = serializers.SerializerMethodField()

    class Meta:
        model = Warehouse
        fields = ["code", "city", "products", "total"]

    def get_products(self, warehouse):
        return len(warehouse.levels.filter(quantity__gt=0))

    def get_total(self, warehouse):
        return sum(level.quantity for level in warehouse.levels.all())
