# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
from django.core.management.base import BaseCommand, CommandError

from notifications.payments import PaymentClient, StillPending, wait_for_all


class Command(BaseCommand):
    help = "Wait until the payment provider has decided on every payment."

    def add_arguments(self, parser):
        parser.add_argument("--timeout", type=float, default=60.0)

    def handle(self, *args, **options):
        client = PaymentClient()
        try:
            paid = wait_for_all(client, options["timeout"])
        except StillPending as problem:
            raise CommandError(str(problem)) from problem
        finally:
            client.close()
        self.stdout.write(f"{len(paid)} orders paid")
