"""Reads in the working days of a year as the yearly notice lays them down."""

import json
import sys
from argparse import RawDescriptionHelpFormatter
from datetime import date
from importlib.metadata import version
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.serializers.json import DjangoJSONEncoder
from django.utils import translation
from django.utils.translation import gettext as _

from compliance.clocks.calendar_files import LARGEST_FILE, library_days, read_days
from compliance.clocks.notices import NoticeDraft, import_notice
from compliance.clocks.reprojection import Moved
from compliance.errors import ActionRefused
from compliance.management.input_files import open_input
from compliance.models import CalendarSource
from compliance.provisions import Provision
from compliance.refusals import refusals_logged
from compliance.staff import system_actor

ACTION = "compliance.calendarnotice.import_calendar"
# What Django itself gives where a command fails.
EXIT_REFUSED = 1
_REASON = "从命令行读入年度放假安排"


class Command(BaseCommand):
    """Enters a year's notice and moves every due date that follows from it; see --help."""

    help = """Read in the working days of a year; a correction is read in again.

FILE is CSV (UTF-8 with or without BOM, or GB18030) with the columns date, is_working_day (yes, no)
and name: the days that differ from Monday to Friday, none else. "-" reads standard input. With
--from-library instead of FILE the days are those of the calendar library that is installed.

Exit code 0: the notice counts now, and every due date that follows from it has moved. Exit code 1:
it was refused, and nothing was stored; with --json the answer is then {"year": ..., "refused": why}.
"""

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        parser = super().create_parser(prog_name, subcommand, **kwargs)
        parser.formatter_class = RawDescriptionHelpFormatter
        return parser

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="FILE", nargs="?")
        parser.add_argument("--year", type=int, required=True)
        parser.add_argument("--notice", default="", help="number or title of the notice")
        parser.add_argument("--published-on", type=date.fromisoformat, metavar="DATE")
        parser.add_argument("--from-library", action="store_true")
        parser.add_argument("--json", action="store_true", help="print the result as JSON")
        parser.add_argument(
            "--language",
            choices=[code for code, _name in settings.LANGUAGES],
            default=settings.LANGUAGE_CODE,
            help="language of the explanations",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        with translation.override(options["language"]):
            try:
                self._import(options)
            except CommandError as refusal:
                if not options["json"]:
                    raise
                self._print({"year": options["year"], "refused": str(refusal)})
                sys.exit(EXIT_REFUSED)

    def _import(self, options: dict[str, Any]) -> None:
        actor = system_actor()
        if bool(options["file"]) == options["from_library"]:
            raise CommandError(_("Give either a file or --from-library."))
        content = b"" if options["from_library"] else _content(options["file"])
        try:
            with refusals_logged(
                action=ACTION,
                target=actor,
                actor=actor,
                provision=Provision.PUBLIC_ACCOUNT_20_2,
            ):
                notice, moved = import_notice(
                    draft=_draft(content, options),
                    source=CalendarSource.LIBRARY
                    if options["from_library"]
                    else CalendarSource.FILE,
                    actor=actor,
                    provision=Provision.PUBLIC_ACCOUNT_20_2,
                    reason=_REASON,
                )
        except ActionRefused as refusal:
            raise CommandError(str(refusal)) from None
        answer = {
            "year": notice.year,
            "notice": notice.title,
            "days": notice.days.count(),
            "clocks_moved": [_shown(each) for each in moved],
        }
        if options["json"]:
            self._print(answer)
            return
        self.stdout.write(
            _("%(year)s: %(days)s days entered, %(clocks)s due dates moved.")
            % {"year": notice.year, "days": answer["days"], "clocks": len(moved)}
        )

    def _print(self, answer: dict[str, Any]) -> None:
        self.stdout.write(json.dumps(answer, cls=DjangoJSONEncoder, ensure_ascii=False))


def _draft(content: bytes, options: dict[str, Any]) -> NoticeDraft:
    year = options["year"]
    if options["from_library"]:
        title = options["notice"] or f"holidays {version('holidays')} (Python)"
        return NoticeDraft(year, title, library_days(year), options["published_on"])
    return NoticeDraft(year, options["notice"], read_days(content, year), options["published_on"])


def _shown(moved: Moved) -> dict[str, Any]:
    return {
        "clock": moved.clock.pk,
        "step": moved.clock.step,
        "from": moved.before.due_at,
        "to": moved.after.due_at,
    }


def _content(path: str) -> bytes:
    # One byte more than may be, so that a larger file is known for one and not read to its end.
    if path == "-":
        return sys.stdin.buffer.read(LARGEST_FILE + 1)
    with open_input(path) as file:
        return file.read(LARGEST_FILE + 1)
