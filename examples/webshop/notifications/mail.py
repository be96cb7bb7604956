# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
import logging

import requests
from django.conf import settings

from customers.services import newsletter_recipients

logger = logging.getLogger(__name__)

ORDER_TEXT = """Dear {name},

Thank you for order {number}.
{lines}

Total: EUR {total}
"""


class MailError(Exception):
    """The mail service did not accept a message."""


def order_text(order):
    lines = ""
    for line in order.lines.all():
        lines += f"\n{line.quantity} x {line.product.name}"
    return ORDER_TEXT.format(
        name=order.customer.name, number=order.number, lines=lines, total=order.total
    )


def send_mail(to, subject, text):
    message = {"to": to, "subject": subject, "text": text}
    response = requests.post(settings.MAIL_API_URL, json=message, timeout=settings.HTTP_TIMEOUT)
    if response.status_code >= 400:
        raise MailError(f"The mail service answered {response.status_code}.")
    return response.json()["id"]


def confirm_orders(orders):
    """Mail a confirmation for each order; returns the numbers that failed."""
    failed = []
    for order in orders:
        try:
            send_mail(order.customer.email, f"Your order {order.number}", order_text(order))
        except MailError:
            logger.exception("order %s is not confirmed", order.number)
            failed.append(order.number)
    return failed


def send_newsletter(subject, text):
    """Mail the newsletter over one connection."""
    sent = 0
    with requests.Session() as session:
        session.headers["User-Agent"] = "webshop/1.0"
        for email in newsletter_recipients():
            message = {"to": email, "subject": subject, "text": text}
            response = session.post(
                settings.MAIL_API_URL, json=message, timeout=settings.HTTP_TIMEOUT
            )
            if response.ok:
                sent += 1
    return sent
