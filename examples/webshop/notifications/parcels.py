# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
import json
import logging

import requests
from django.conf import settings

logger = logging.getLogger(__name__)


def request_labels(orders):
    """Ask the carrier for a label for each order; returns label by order number."""
    labels = {}
    for order in orders:
        address = order.shipping_address
        if address is None:
            continue
        parcel = {
            "reference": order.number,
            "name": order.customer.name,
            "postcode": address.postcode,
            "number": address.house_number,
        }
        if logger.isEnabledFor(logging.DEBUG):
            logger.debug("parcel %s", json.dumps(parcel))
        response = requests.post(
            settings.PARCEL_API_URL, json=parcel, timeout=settings.HTTP_TIMEOUT
        )
        response.raise_for_status()
        labels[order.number] = response.json()["label"]
    return labels


def track(barcodes):
    """The last known place of each parcel."""
    places = {}
    for barcode in barcodes:
        answer = requests.get(
            f"{settings.PARCEL_API_URL}/{barcode}", timeout=settings.HTTP_TIMEOUT
        ).json()
        logger.debug(f"{barcode}: {json.dumps(answer, indent=2)}")
        if "place" in answer.keys():
            places[barcode] = answer["place"]
    return places


def download_label(url):
    """Fetch a label, which is a PDF file of some hundreds of kilobytes."""
    data = b""
    with requests.get(url, stream=True, timeout=settings.HTTP_TIMEOUT) as response:
        response.raise_for_status()
        for chunk in response.iter_content(chunk_size=1024):
            data += chunk
    return data


def carrier_is_up():
    """Ask for a sign of life, at most three times."""
    for _attempt in range(3):
        try:
            return requests.get(settings.PARCEL_API_URL, timeout=settings.HTTP_TIMEOUT).ok
        except requests.ConnectionError:
            continue
    return False
