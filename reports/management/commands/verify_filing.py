"""Verifies that filings are what was frozen."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from reports.management.commands.export_filing import find_filing
from reports.models import Filing
from reports.services.verification import verify_filing


class Command(BaseCommand):
    """Hashes every stored piece again, renders every file twice, and names what differs."""

    help = "Verifies one filing, or all that have rows. Exit code 0 only if all are as frozen."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("numbers", nargs="*", metavar="NUMBER")
        parser.add_argument("--json", action="store_true", help="one JSON line a filing")

    def handle(self, *args: Any, **options: Any) -> None:
        filings = [find_filing(number) for number in options["numbers"]] or list(
            Filing.objects.frozen().order_by("pk")
        )
        broken = 0
        for filing in filings:
            problems = verify_filing(filing)
            broken += bool(problems)
            if options["json"]:
                line = json.dumps(
                    {"filing": filing.number, "intact": not problems, "problems": problems},
                    ensure_ascii=False,
                )
            else:
                said = "; ".join(problems) or _("as it was frozen")
                line = f"{filing.number}: {said}"
            self.stdout.write(line)
        if broken:
            raise CommandError(_("%(count)s filings are damaged.") % {"count": broken})
