# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
from datetime import date, timedelta

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from customers.services import update_segments
from reports.sales import store_daily_totals


class Command(BaseCommand):
    help = "Store the totals of each day and put customers in segments."

    def add_arguments(self, parser):
        parser.add_argument("--start", type=date.fromisoformat)
        parser.add_argument("--end", type=date.fromisoformat)

    def handle(self, *args, **options):
        yesterday = timezone.localdate() - timedelta(days=1)
        start = options["start"] or yesterday
        end = options["end"] or yesterday
        if end < start:
            raise CommandError(f"{end} is before {start}.")
        days = store_daily_totals(start, end)
        moved = update_segments()
        self.stdout.write(f"{days} days stored, {moved} customers moved")
