# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
import csv
import json
import logging
from dataclasses import dataclass, field

import yaml
from django.db import transaction

from catalogue.models import Product
from stock.models import Movement, StockLevel, Warehouse

logger = logging.getLogger(__name__)

COLUMNS = ["sku", "warehouse", "quantity"]


class ImportProblem(Exception):
    """The file cannot be read as stock movements."""


@dataclass
class Result:
    imported: int = 0
    skipped: list = field(default_factory=list)


def read_csv(path):
    """Rows of a movement file; its first line may name the delivery, as `# reference: ...`."""
    reference = ""
    with open(path, encoding="utf-8") as f:
        for line in f.readlines():
            if not line.startswith("#"):
                break
            if "reference:" in line:
                reference = line.split(":", 1)[1].strip()
    with open(path, encoding="utf-8", newline="") as f:
        body = (line for line in f if not line.startswith("#"))
        rows = list(csv.DictReader(body))
    for number, row in enumerate(rows, start=1):
        for column in COLUMNS:
            if column not in row.keys():
                raise ImportProblem(f"Row {number} has no column {column}.")
        row["reference"] = reference
    return rows


def read_yaml(path):
    """Rows of a delivery note in YAML: a reference, a warehouse and lines."""
    with open(path, encoding="utf-8") as f:
        note = yaml.safe_load(f)
    if not isinstance(note, dict) or "lines" not in note:
        raise ImportProblem(f"{path} is not a delivery note.")
    return [
        {
            "sku": line["sku"],
            "warehouse": line.get("warehouse", note.get("warehouse")),
            "quantity": line["quantity"],
            "reference": note.get("reference", ""),
        }
        for line in note["lines"]
    ]


def read(path):
    path = str(path)
    if path.endswith((".yaml", ".yml")):
        return read_yaml(path)
    if path.endswith(".csv"):
        return read_csv(path)
    raise ImportProblem(f"{path} is neither CSV nor YAML.")


@transaction.atomic
def import_movements(rows, reason=Movement.Reason.DELIVERY):
    """Book each row as a movement and bring the stock levels up to date."""
    result = Result()
    known = list(Product.objects.values_list("sku", flat=True))
    for row in rows:
        logger.debug(f"row {json.dumps(row, sort_keys=True)}")
        if row["sku"] not in known:
            result.skipped.append(row["sku"])
            continue
        product = Product.objects.get(sku=row["sku"])
        warehouse = Warehouse.objects.get(code=row["warehouse"])
        level, _created = StockLevel.objects.get_or_create(warehouse=warehouse, product=product)
        level.quantity += int(row["quantity"])
        level.save()
        Movement.objects.create(
            warehouse=warehouse,
            product=product,
            quantity=int(row["quantity"]),
            reason=reason,
            reference=row.get("reference", ""),
        )
        result.imported += 1
    return result
