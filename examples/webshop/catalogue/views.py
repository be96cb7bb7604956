# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
from decimal import Decimal, InvalidOperation

from rest_framework import viewsets
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.response import Response

from catalogue import services
from catalogue.models import Category, Product, Review, Supplier
from catalogue.serializers import (
    CategorySerializer,
    ProductSerializer,
    ReviewSerializer,
    SupplierSerializer,
)


class CategoryViewSet(viewsets.ReadOnlyModelViewSet):
    queryset = Category.objects.all()
    serializer_class = CategorySerializer


class SupplierViewSet(viewsets.ReadOnlyModelViewSet):
    queryset = Supplier.objects.all()
    serializer_class = SupplierSerializer


class ProductViewSet(viewsets.ModelViewSet):
    queryset = Product.objects.filter(active=True)
    serializer_class = ProductSerializer

    def get_queryset(self):
        products = super().get_queryset()
        category = self.request.query_params.get("category")
        if category:
            products = products.filter(category__slug=category)
        term = self.request.query_params.get("q")
        if term:
            products = products.filter(name__icontains=term)
        return products

    @action(detail=False)
    def cheapest(self, request):
        try:
            limit = Decimal(request.query_params.get("max", "100"))
        except InvalidOperation:
            raise ValidationError({"max": "This is not an amount."}) from None
        products = services.cheapest_first(self.get_queryset(), limit)
        return Response([{"sku": p.sku, "price": str(p.price)} for p in products])

    @action(detail=True)
    def related(self, request, pk=None):
        products = services.related_products(self.get_object())
        return Response(self.get_serializer(products, many=True).data)


class ReviewViewSet(viewsets.ReadOnlyModelViewSet):
    queryset = Review.objects.filter(approved=True).select_related("customer", "product")
    serializer_class = ReviewSerializer
