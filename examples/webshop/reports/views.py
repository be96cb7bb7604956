# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
from datetime import date, timedelta

from django.http import HttpResponse
from django.utils import timezone
from rest_framework import permissions
from rest_framework.exceptions import ValidationError
from rest_framework.response import Response
from rest_framework.views import APIView

from orders.models import Order
from reports import exports, sales


def read_day(request, name, default):
    text = request.query_params.get(name)
    if not text:
        return default
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValidationError({name: f"{text} is not a date such as 2025-03-31."}) from None


class DashboardView(APIView):
    permission_classes = [permissions.IsAdminUser]

    def get(self, request):
        return Response(sales.dashboard())


class SalesReportView(APIView):
    permission_classes = [permissions.IsAdminUser]

    def get(self, request):
        today = timezone.localdate()
        start = read_day(request, "start", today - timedelta(days=30))
        end = read_day(request, "end", today)
        by_category = sales.revenue_by_category(start, end)
        return Response(
            {
                "revenue": str(sales.revenue(start, end)),
                "by_category": {name: str(amount) for name, amount in by_category.items()},
                "before_discount": str(sales.grand_total(by_category)),
                "top": sales.top_products(start, end),
            }
        )


class OrderExportView(APIView):
    permission_classes = [permissions.IsAdminUser]

    def get(self, request):
        orders = Order.objects.order_by("pk")
        if orders.count() > 0:
            return HttpResponse(exports.orders_csv(orders), content_type="text/csv")
        return HttpResponse(status=204)
