# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
from rest_framework import permissions, viewsets

from stock.models import StockLevel, Warehouse
from stock.serializers import StockLevelSerializer, WarehouseSerializer


class StockLevelViewSet(viewsets.ReadOnlyModelViewSet):
    queryset = StockLevel.objects.select_related("warehouse", "product__supplier")
    serializer_class = StockLevelSerializer
    permission_classes = [permissions.IsAuthenticated]


class WarehouseViewSet(viewsets.ReadOnlyModelViewSet):
    queryset = Warehouse.objects.all()
    serializer_class = WarehouseSerializer
    permission_classes = [permissions.IsAuthenticated]
