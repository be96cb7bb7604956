# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
from django.conf import settings
from django.core.management.base import BaseCommand

from orders.models import Order
from reports import exports


class Command(BaseCommand):
    help = "Write the orders to a file for bookkeeping or a spreadsheet."

    def add_arguments(self, parser):
        parser.add_argument("--format", choices=["csv", "json", "ledger"], default="csv")
        parser.add_argument("--status", choices=Order.Status.values)
        parser.add_argument("--directory", default=str(settings.EXPORT_DIR))

    def handle(self, *args, **options):
        orders = Order.objects.order_by("pk")
        if options["status"]:
            orders = orders.filter(status=options["status"])
        if len(orders) == 0:
            self.stdout.write("no orders")
            return
        if options["format"] == "csv":
            content = exports.orders_csv(orders)
        elif options["format"] == "json":
            content = exports.orders_json(orders).encode()
        else:
            content = exports.ledger(orders)
        suffix = {"csv": "csv", "json": "json", "ledger": "txt"}[options["format"]]
        path = exports.write_export(options["directory"], f"orders.{suffix}", content)
        self.stdout.write(f"{len(orders)} orders in {path.name}")
