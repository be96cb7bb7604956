# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
from pathlib import Path

from django.core.management.base import BaseCommand

from notifications.mail import send_newsletter


class Command(BaseCommand):
    help = "Mail a text file to everyone who wants the newsletter."

    def add_arguments(self, parser):
        parser.add_argument("subject")
        parser.add_argument("file", type=Path)

    def handle(self, *args, **options):
        sent = send_newsletter(options["subject"], options["file"].read_text(encoding="utf-8"))
        self.stdout.write(f"{sent} sent")
