"""What the commands about filings have in common: who acts, which formats, how they answer."""

import argparse
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from accounts.rules.application_data import read_date
from compliance import staff
from compliance.errors import ActionRefused
from compliance.models import StaffUser
from compliance.provisions import Provision
from compliance.refusals import refusals_logged
from compliance.roles import require_permission
from reports.enums import OutputFormat
from reports.exports.folder import write_files
from reports.models import Filing
from reports.services.filings import record_export

# 1 is what Django itself gives where a command fails.
EXIT_REFUSED = 1


def formats_of(text: str) -> list[str]:
    """
    Return the formats that a list separated by commas names.

    :raises argparse.ArgumentTypeError: if it names none, or one that there is not.
    """
    names = list(dict.fromkeys(part.strip().lower() for part in text.split(",") if part.strip()))
    unknown = [name for name in names if name not in OutputFormat.values]
    if unknown or not names:
        raise argparse.ArgumentTypeError(
            f"choose from {', '.join(OutputFormat.values)}, separated by commas"
        )
    return names


def day_of(text: str) -> date:
    """
    Return the day that is written YYYY-MM-DD.

    :raises argparse.ArgumentTypeError: if it is written otherwise or is no day.
    """
    day = read_date(text)
    if day is None:
        raise argparse.ArgumentTypeError(
            _("“%(text)s” is no date. Write it as YYYY-MM-DD, for example 2026-10-01.")
            % {"text": text}
        )
    return day


class FilingCommand(BaseCommand):
    """A command that acts on one filing as the system or as a colleague."""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--format", type=formats_of, default=["csv"], dest="formats", help="csv,xlsx,json,html"
        )
        parser.add_argument("--out", type=Path, required=True, help="the folder for the files")
        parser.add_argument("--as", dest="login", help="the login of the colleague who acts")
        parser.add_argument("--json", action="store_true", help="print the result as JSON")

    def actor(self, login: str | None) -> StaffUser:
        """
        Return who acts: the system, or the active colleague of that login.

        :raises CommandError: if there is no such colleague.
        """
        if login is None:
            return staff.system_actor()
        found = StaffUser.objects.select_related("person").filter(username=login, is_active=True)
        if (actor := found.first()) is None:
            raise CommandError(_("There is no active login “%(login)s”.") % {"login": login})
        return actor

    def answer(self, result: dict[str, Any], lines: list[str], *, as_json: bool) -> None:
        """Print the result for a machine or for a person."""
        self.stdout.write(json.dumps(result, ensure_ascii=False) if as_json else "\n".join(lines))

    def guarded(self, action: str, target: Any, actor: StaffUser, act: Callable[[], Any]) -> Any:
        """
        Carry out an act; a refusal is logged and becomes the command's failure.

        :raises CommandError: if the act is refused.
        """
        try:
            with refusals_logged(action=action, target=target, actor=actor):
                return act()
        except ActionRefused as refusal:
            raise CommandError(str(refusal), returncode=EXIT_REFUSED) from refusal

    def hand_out(
        self, filing: Filing, formats: list[str], folder: Path, actor: StaffUser, reason: str
    ) -> list[dict[str, Any]]:
        """Write the files and record for each that it was handed out."""
        require_permission(actor, "reports.view_filing")

        def record() -> None:
            for name in formats:
                record_export(
                    filing=filing,
                    format=OutputFormat(name),
                    actor=actor,
                    provision=Provision.PUBLIC_ACCOUNT_19_2,
                    reason=reason,
                )

        return write_files(filing, formats, folder, record=record)


def described(filing: Filing, files: list[dict[str, Any]], folder: Path) -> dict[str, Any]:
    """Return what a command says of a filing to a machine."""
    return {
        "filing": filing.number,
        "code": filing.code,
        "status": str(filing.status),
        "period_from": filing.period_from.isoformat(),
        "period_until": filing.period_until.isoformat(),
        "rows": filing.manifest.row_count,
        "manifest_sha256": filing.manifest_sha256,
        "folder": str(folder),
        "files": files,
    }
