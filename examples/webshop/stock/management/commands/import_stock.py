# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
from django.core.management.base import BaseCommand, CommandError

from stock.importers import ImportProblem, import_movements, read
from stock.models import Movement


class Command(BaseCommand):
    help = "Book stock movements from CSV or YAML files."

    def add_arguments(self, parser):
        parser.add_argument("files", nargs="+")
        parser.add_argument(
            "--reason", choices=Movement.Reason.values, default=Movement.Reason.DELIVERY
        )

    def handle(self, *args, **options):
        for path in options["files"]:
            try:
                rows = read(path)
            except (ImportProblem, OSError) as problem:
                raise CommandError(str(problem)) from problem
            result = import_movements(rows, options["reason"])
            self.stdout.write(f"{path}: {result.imported} imported")
            for sku in result.skipped:
                self.stderr.write(f"{path}: {sku} is unknown")
