# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
import copy
import json
import logging

import requests
from django.conf import settings

from notifications.models import Delivery, Subscription

logger = logging.getLogger(__name__)

TEMPLATE = {"source": "webshop", "version": 1, "data": {}}
HEADERS = {"Accept": "application/json", "User-Agent": "webshop/1.0"}


def order_payload(order):
    payload = copy.deepcopy(TEMPLATE)
    payload["data"]["order"] = order.number
    payload["data"]["status"] = order.status
    payload["data"]["total"] = str(order.total)
    payload["data"]["lines"] = [
        {"sku": line.product.sku, "quantity": line.quantity} for line in order.lines.all()
    ]
    return payload


def send_event(event, payload):
    """Post the payload to each partner that wants the event; returns how many took it."""
    body = {**payload, "event": event}
    taken = 0
    for subscription in Subscription.objects.filter(active=True):
        if event not in subscription.events:
            continue
        logger.debug(f"{event} to {subscription.url}: {json.dumps(body)}")
        headers = HEADERS.copy()
        headers["X-Partner"] = subscription.name
        try:
            response = requests.post(
                subscription.url, json=body, headers=headers, timeout=settings.HTTP_TIMEOUT
            )
            status_code = response.status_code
        except requests.RequestException as error:
            logger.error(f"{subscription.name} cannot be reached: {error}")
            status_code = None
        delivery = Delivery.objects.create(
            subscription=subscription, event=event, status_code=status_code
        )
        if delivery.ok:
            taken += 1
    return taken


def announce_orders(orders):
    for order in orders:
        send_event("order.placed", order_payload(order))


def retry_failed(event, payload):
    """Try once more to reach the partners whose last delivery of the event failed."""
    reached = []
    for subscription in Subscription.objects.filter(active=True):
        last = subscription.deliveries.filter(event=event).last()
        if last is None or last.ok:
            continue
        response = requests.post(subscription.url, json=payload, timeout=settings.HTTP_TIMEOUT)
        last.status_code = response.status_code
        last.save()
        if last.ok:
            reached.append(subscription.name)
    return reached
