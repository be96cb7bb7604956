# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
from django.core.management.base import BaseCommand

from orders.services import cancel_stale


class Command(BaseCommand):
    help = "Cancel open orders that were never paid."

    def add_arguments(self, parser):
        parser.add_argument("--days", type=int, default=14)

    def handle(self, *args, **options):
        numbers = cancel_stale(options["days"])
        if numbers:
            self.stdout.write("cancelled " + ", ".join(numbers))
        else:
            self.stdout.write("nothing to cancel")
