# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
from rest_framework import permissions, viewsets

from customers.models import Customer
from customers.serializers import CustomerSerializer


class CustomerViewSet(viewsets.ModelViewSet):
    queryset = Customer.objects.prefetch_related("addresses")
    serializer_class = CustomerSerializer
    permission_classes = [permissions.IsAdminUser]
