"""Writes the files of a filing again, with the state in which it is now."""

from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils.translation import gettext as _

from reports.management.filing_command import FilingCommand, described
from reports.models import Filing
from reports.models.filings import NUMBER_PREFIX

REASON = "导出报送文件"


class Command(FilingCommand):
    """Writes the files of a prepared filing; after its release the manifest says so."""

    help = (
        "Writes the files of a filing with manifest.json, byte for byte as before. Exit code 0:"
        " written; 1: refused; 2: wrong arguments."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("number", help="the filing's number, for example BS00000001")
        parser.add_argument("--reason", default=REASON, help="why, for the record")
        super().add_arguments(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        filing = find_filing(options["number"])
        actor = self.actor(options["login"])
        folder = options["out"]
        files = self.guarded(
            "reports.filing.export",
            filing,
            actor,
            lambda: self.hand_out(filing, options["formats"], folder, actor, options["reason"]),
        )
        lines = [
            _("Filing %(number)s: %(state)s")
            % {"number": filing.number, "state": filing.get_status_display()},
            *(f"{entry['sha256']}  {folder / entry['name']}" for entry in files),
        ]
        self.answer(described(filing, files, folder), lines, as_json=options["json"])


def find_filing(number: str) -> Filing:
    """
    Return the filing that people call by this number.

    :raises CommandError: if there is none.
    """
    digits = number.upper().removeprefix(NUMBER_PREFIX)
    filing = Filing.objects.filter(pk=int(digits)).first() if digits.isdecimal() else None
    if filing is None:
        raise CommandError(_("There is no filing “%(number)s”.") % {"number": number})
    return filing
