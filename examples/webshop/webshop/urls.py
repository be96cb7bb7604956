# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
from django.contrib import admin
from django.urls import include, path
from rest_framework.routers import DefaultRouter

from catalogue.views import CategoryViewSet, ProductViewSet, ReviewViewSet, SupplierViewSet
from customers.views import CustomerViewSet
from orders.views import OrderViewSet, PaymentViewSet, VoucherViewSet
from reports.views import DashboardView, OrderExportView, SalesReportView
from stock.views import StockLevelViewSet, WarehouseViewSet

router = DefaultRouter()
router.register("categories", CategoryViewSet)
router.register("products", ProductViewSet)
router.register("reviews", ReviewViewSet)
router.register("suppliers", SupplierViewSet)
router.register("customers", CustomerViewSet)
router.register("orders", OrderViewSet)
router.register("payments", PaymentViewSet)
router.register("vouchers", VoucherViewSet)
router.register("stock-levels", StockLevelViewSet)
router.register("warehouses", WarehouseViewSet)

urlpatterns = [
    path("admin/", admin.site.urls),
    path("api/", include(router.urls)),
    path("reports/dashboard/", DashboardView.as_view(), name="dashboard"),
    path("reports/sales/", SalesReportView.as_view(), name="sales-report"),
    path("reports/orders.csv", OrderExportView.as_view(), name="order-export"),
]
