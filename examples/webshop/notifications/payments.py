# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
import logging
import time

import requests
from django.conf import settings

from orders.models import Payment
from orders.services import settle_payments

logger = logging.getLogger(__name__)


class StillPending(Exception):
    """The payment provider has not decided in time."""


class PaymentClient:
    """Talks to the payment provider over one connection."""

    def __init__(self, base_url=None):
        self.base_url = base_url or settings.PAYMENT_API_URL
        self.session = requests.Session()

    def status(self, reference):
        response = self.session.get(
            f"{self.base_url}/payments/{reference}", timeout=settings.HTTP_TIMEOUT
        )
        response.raise_for_status()
        return response.json()["status"]

    def refund(self, reference, amount):
        """Refund a payment; the provider asks to wait a little longer after each refusal."""
        for attempt in range(3):
            response = self.session.post(
                f"{self.base_url}/payments/{reference}/refunds",
                json={"amount": str(amount)},
                timeout=settings.HTTP_TIMEOUT,
            )
            if response.status_code != 429:
                response.raise_for_status()
                return response.json()["refund"]
            time.sleep(0.01 * 2**attempt)
        raise StillPending(f"Refund of {reference} was refused three times.")

    def close(self):
        self.session.close()


def wait_for_payment(payment, client, timeout=10.0):
    """Poll until the payment is decided and return its status."""
    deadline = time.monotonic() + timeout
    while time.monotonic() < deadline:
        status = client.status(payment.reference)
        if status != Payment.Status.PENDING:
            settle_payments({payment.reference: status})
            return status
        time.sleep(0.05)
    raise StillPending(f"Payment {payment.reference} is still pending.")


def wait_for_all(client, timeout=10.0):
    """Poll until no payment is pending; returns the numbers of orders that are paid."""
    paid = []
    deadline = time.monotonic() + timeout
    while Payment.objects.filter(status=Payment.Status.PENDING).count() > 0:
        if time.monotonic() > deadline:
            raise StillPending("Some payments are still pending.")
        for payment in Payment.objects.filter(status=Payment.Status.PENDING):
            status = client.status(payment.reference)
            if status != Payment.Status.PENDING:
                paid += settle_payments({payment.reference: status})
        time.sleep(0.02)
    return paid
