# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
from rest_framework import serializers

from customers.serializers import AddressSerializer
from orders.models import Order, OrderLine, Payment, Voucher


class OrderLineSerializer(serializers.ModelSerializer):
    sku = serializers.CharField(source="product.sku", read_only=True)
    name = serializers.CharField(source="product.name", read_only=True)
    total = serializers.DecimalField(max_digits=10, decimal_places=2, read_only=True)

    class Meta:
        model = OrderLine
        fields = ["sku", "name", "quantity", "unit_price", "total"]


class OrderSerializer(serializers.ModelSerializer):
    customer_name = serializers.CharField(source="customer.name", read_only=True)
    shipping_address = AddressSerializer(read_only=True)
    lines = OrderLineSerializer(many=True, read_only=True)
    total = serializers.DecimalField(max_digits=10, decimal_places=2, read_only=True)
    is_paid = serializers.SerializerMethodField()

    class Meta:
        model = Order
        fields = [
            "id",
            "number",
            "status",
            "placed_at",
            "customer",
            "customer_name",
            "shipping_address",
            "lines",
            "total",
            "is_paid",
        ]

    def get_is_paid(self, order):
        return order.paid_amount >= order.total


class PlaceOrderSerializer(serializers.Serializer):
    customer = serializers.IntegerField()
    voucher = serializers.CharField(required=False, allow_blank=True)
    items = serializers.ListField(child=serializers.DictField(), min_length=1)


class PaymentSerializer(serializers.ModelSerializer):
    order = serializers.SlugRelatedField(slug_field="number", read_only=True)

    class Meta:
        model = Payment
        fields = ["id", "order", "reference", "amount", "status"]


class VoucherSerializer(serializers.ModelSerializer):
    uses = serializers.IntegerField(read_only=True)

    class Meta:
        model = Voucher
        fields = ["code", "percentage", "valid_until", "max_uses", "uses"]
