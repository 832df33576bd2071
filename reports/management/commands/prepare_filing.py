"""Prepares a filing and writes its files into a folder."""

from datetime import date, timedelta
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils.translation import gettext as _

from compliance.errors import InvalidInput
from compliance.provisions import Provision
from reports.enums import FilingCode
from reports.exports.folder import folder_for
from reports.exports.frozen import manifest_of
from reports.exports.outputs import file_name
from reports.management.filing_command import FilingCommand, day_of, described
from reports.models import Filing
from reports.services.preparation import LATEST_DAY, prepare_filing, require_period

REASON = "按报送日历准备报送"


class Command(FilingCommand):
    """Prepares a filing, as the form in the console does; somebody else releases it there."""

    help = (
        "Prepares a filing and writes its files with manifest.json. --until is the first day after"
        " the period and is not part of it. Exit code 0: prepared and written; 1: refused;"
        " 2: wrong arguments."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("code", type=str.upper, choices=FilingCode.values)
        parser.add_argument("--from", dest="first", type=day_of, required=True, metavar="DATE")
        parser.add_argument(
            "--until",
            type=day_of,
            required=True,
            metavar="DATE",
            help="the first day after the period",
        )
        parser.add_argument("--reason", default=REASON, help="why, for the record")
        super().add_arguments(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        first, until, folder = options["first"], options["until"], options["out"]
        actor = self.actor(options["login"])
        plan = Filing(code=options["code"], period_from=first, period_until=until)
        self._warn_of_last_day(first, until)

        def prepare() -> Filing:
            if until <= first:
                raise InvalidInput(
                    _("--until is not part of the period: it must be a later day than --from.")
                )
            require_period(first, until)
            with folder_for(folder, [file_name(plan, name) for name in options["formats"]]):
                return prepare_filing(
                    code=options["code"],
                    period_from=first,
                    period_until=until,
                    actor=actor,
                    provision=Provision.PUBLIC_ACCOUNT_19_2,
                    reason=options["reason"],
                )

        filing = self.guarded("reports.filing.prepare", plan, actor, prepare)
        try:
            files = self.guarded(
                "reports.filing.export",
                filing,
                actor,
                lambda: self.hand_out(filing, options["formats"], folder, actor, options["reason"]),
            )
        except CommandError:
            self.stderr.write(
                _(
                    "Filing %(number)s is prepared, but its files are not written: use export_filing."
                )
                % {"number": filing.number}
            )
            raise
        manifest = manifest_of(filing)
        lines = [
            _("Filing %(number)s, %(title)s")
            % {"number": filing.number, "title": filing.get_code_display()},
            _("Period: %(period)s") % {"period": filing.period_in_words},
            _("Rows: %(rows)s") % {"rows": filing.manifest.row_count},
            *(f"{entry['sha256']}  {folder / entry['name']}" for entry in files),
            _("Not released yet: somebody else has to release it before it is filed."),
        ]
        if not manifest["is_period_over"]:
            lines.append(_("The period is not over: decisions still to be taken are missing."))
        self.answer(
            {**described(filing, files, folder), "is_period_over": manifest["is_period_over"]},
            lines,
            as_json=options["json"],
        )

    def _warn_of_last_day(self, first: date, until: date) -> None:
        # Who means October and types its last day would leave that day out.
        if until > LATEST_DAY:
            return
        after = until + timedelta(days=1)
        if after.day == 1 and first.day == 1:
            self.stderr.write(
                _(
                    "%(until)s itself is not part of the period; for the whole month: --until %(after)s"
                )
                % {"until": until, "after": after}
            )
