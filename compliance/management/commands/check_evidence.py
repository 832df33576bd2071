"""``manage.py check_evidence``: whether the store holds what the tables say, and nothing else."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from compliance.evidence import sweeping


class Command(BaseCommand):
    """Compares the folder of evidence with the tables, both ways."""

    help = "Compares the store of evidence with the tables, both ways."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="print the result as JSON")
        parser.add_argument("--deep", action="store_true", help="read every file to its end")
        parser.add_argument(
            "--remove-strays", action="store_true", help="remove files that no row names"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        report = sweeping.compare_store(deep=options["deep"])
        if options["remove_strays"]:
            report.removed = sweeping.remove_strays()
        if options["json"]:
            self.stdout.write(json.dumps(vars(report), ensure_ascii=False))
        else:
            for number in report.missing:
                self.stdout.write(f"{number}: its file is not in the store")
            for number in report.damaged:
                self.stdout.write(f"{number}: its file was changed")
            for name in report.strays:
                self.stdout.write(f"{name}: no row names it")
            self.stdout.write(
                f"{report.files} files compared: {len(report.missing)} missing, "
                f"{len(report.damaged)} damaged, {len(report.strays)} strays, "
                f"{report.removed} of them removed."
            )
        if not report.is_sound:
            raise CommandError("Files of evidence are missing or damaged.", returncode=1)
