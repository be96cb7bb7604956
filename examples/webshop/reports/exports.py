# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
import csv
import hashlib
import io
import json
from decimal import Decimal
from pathlib import Path

from orders.models import Order

HEADER = ["number", "date", "status", "customer", "city", "lines", "total"]


def order_row(order):
    city = order.shipping_address.city if order.shipping_address else ""
    return [
        order.number,
        order.placed_at.date().isoformat(),
        order.status,
        order.customer.name,
        city,
        str(order.lines.count()),
        str(order.total),
    ]


def as_line(values):
    buffer = io.StringIO()
    csv.writer(buffer, delimiter=";").writerow(values)
    return buffer.getvalue()


def orders_csv(orders):
    """The orders as the bytes of a CSV file that spreadsheets open well."""
    content = b"\xef\xbb\xbf" + as_line(HEADER).encode()
    for order in orders:
        content += as_line(order_row(order)).encode()
    return content


def orders_json(orders):
    return json.dumps([dict(zip(HEADER, order_row(order))) for order in orders], indent=2)


def ledger(orders):
    """Fixed-width lines for the bookkeeping package, ended by a line with a checksum."""
    data = b""
    total = Decimal("0.00")
    for order in orders:
        amount = order.total
        data += f"{order.number:<12}{order.placed_at:%Y%m%d}{amount:>12.2f}\r\n".encode("ascii")
        total += amount
    digest = hashlib.sha256(data).hexdigest()[:16]
    return data + f"TOTAL       {digest[:8]}{total:>12.2f}\r\n".encode("ascii")


def packing_slips(orders):
    """One page of text for each order, for the printer in the warehouse."""
    pages = bytearray()
    for order in orders.select_related("shipping_address").prefetch_related("lines__product"):
        lines = [f"Order {order.number}", str(order.shipping_address or "collect in the shop"), ""]
        lines += [f"{line.quantity:>4} x {line.product.sku}" for line in order.lines.all()]
        pages += "\n".join(lines).encode() + b"\f"
    return bytes(pages)


def write_export(directory, name, content):
    path = Path(directory) / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def count_exported(path):
    """How many orders an export holds, and the number of the last one."""
    with open(path, encoding="utf-8-sig") as f:
        lines = f.readlines()
    if len(lines) < 2:
        return 0, None
    return len(lines) - 1, lines[-1].split(";")[0]


def not_yet_exported(path):
    """Orders that an earlier export does not have."""
    done = []
    with open(path, encoding="utf-8-sig") as f:
        for line in f.readlines()[1:]:
            done.append(line.split(";")[0])
    return [order for order in Order.objects.order_by("pk") if order.number not in done]
