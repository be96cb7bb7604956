# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
import csv
import re
from datetime import timedelta

from django.utils import timezone

from customers.models import Address, Customer

POSTCODE = re.compile(r"^(\d{4})\s*([A-Za-z]{2})$")


def normalise_postcode(text):
    match = POSTCODE.match(text.strip())
    if match is None:
        raise ValueError(f"{text!r} is not a Dutch postcode")
    digits, letters = match.groups()
    return f"{digits} {letters.upper()}"


def update_segments():
    """Put every customer in a segment by the number of orders; returns how many moved."""
    moved = 0
    for customer in Customer.objects.all():
        count = customer.orders.exclude(status="cancelled").count()
        if count >= 5:
            segment = Customer.Segment.LOYAL
        elif count >= 2:
            segment = Customer.Segment.REGULAR
        else:
            segment = Customer.Segment.NEW
        if customer.segment != segment:
            customer.segment = segment
            customer.save()
            moved += 1
    return moved


def newsletter_recipients():
    """Addresses of everyone who wants the newsletter, each once, in order of name."""
    emails = []
    for customer in Customer.objects.all():
        if customer.newsletter and customer.email.lower() not in emails:
            emails.append(customer.email.lower())
    return emails


def duplicate_emails():
    seen = set()
    duplicates = set()
    for email in Customer.objects.values_list("email", flat=True):
        key = email.lower()
        if key in seen:
            duplicates.add(key)
        seen.add(key)
    return sorted(duplicates)


def import_customers(path):
    """Create the customers of a CSV file with name,email,street,number,postcode,city."""
    created = []
    with open(path, encoding="utf-8", newline="") as f:
        for row in csv.DictReader(f):
            if Customer.objects.filter(email__iexact=row["email"]).count() > 0:
                continue
            customer = Customer.objects.create(name=row["name"], email=row["email"])
            Address.objects.create(
                customer=customer,
                kind=Address.Kind.BILLING,
                street=row["street"],
                house_number=row["number"],
                postcode=normalise_postcode(row["postcode"]),
                city=row["city"],
            )
            created.append(customer)
    return created


def anonymise_inactive(years=7):
    """Blank the names of customers that have no orders and are older than `years`."""
    limit = timezone.now() - timedelta(days=365 * years)
    customers = list(Customer.objects.filter(created__lt=limit, orders__isnull=True))
    for customer in customers:
        customer.name = "removed"
        customer.email = f"removed-{customer.pk}@example.org"
        customer.newsletter = False
    Customer.objects.bulk_update(customers, ["name", "email", "newsletter"], batch_size=500)
    return len(customers)
