# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
from rest_framework import mixins, permissions, status, viewsets
from rest_framework.decorators import action
from rest_framework.response import Response

from customers.models import Customer
from orders import services
from orders.models import Order, Payment, Voucher
from orders.serializers import (
    OrderSerializer,
    PaymentSerializer,
    PlaceOrderSerializer,
    VoucherSerializer,
)


class OrderViewSet(
    mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet
):
    queryset = Order.objects.all()
    serializer_class = OrderSerializer
    permission_classes = [permissions.IsAuthenticated]

    def get_queryset(self):
        wanted = self.request.query_params.get("status")
        if wanted:
            return self.queryset.filter(status=wanted)
        return self.queryset.all()

    def create(self, request):
        form = PlaceOrderSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        try:
            customer = Customer.objects.get(pk=form.validated_data["customer"])
            order = services.place_order(
                customer,
                form.validated_data["items"],
                voucher_code=form.validated_data.get("voucher"),
            )
        except (Customer.DoesNotExist, services.OrderError) as error:
            return Response({"detail": str(error)}, status=status.HTTP_400_BAD_REQUEST)
        return Response(OrderSerializer(order).data, status=status.HTTP_201_CREATED)

    @action(detail=True, methods=["post"])
    def cancel(self, request, pk=None):
        order = self.get_object()
        services.cancel_order(order)
        return Response(OrderSerializer(order).data)


class PaymentViewSet(viewsets.ReadOnlyModelViewSet):
    queryset = Payment.objects.all()
    serializer_class = PaymentSerializer
    permission_classes = [permissions.IsAdminUser]

    def get_queryset(self):
        return super().get_queryset().select_related("order")


class VoucherViewSet(viewsets.ReadOnlyModelViewSet):
    queryset = Voucher.objects.order_by("code")
    serializer_class = VoucherSerializer
    permission_classes = [permissions.IsAdminUser]
