"""Registers the accounts of a platform's file."""

import json
from argparse import RawDescriptionHelpFormatter
from collections import Counter
from collections.abc import Generator, Iterable, Iterator
from contextlib import closing, suppress
from itertools import islice
from typing import Any, BinaryIO

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.enums import ApplicationSource, ApplicationStatus
from accounts.rules.applications import ReviewReason
from accounts.rules.check_results import CheckResult
from accounts.rules.explanations import (
    cell_explanation,
    explanation,
    file_explanation,
    review_explanation,
)
from accounts.rules.registration_file import (
    FileRow,
    InvalidRow,
    RegistrationFileRefused,
    read_registrations,
)
from accounts.services.registration import (
    BATCH,
    Registered,
    RegistrationConflict,
    register_batch,
)
from accounts.services.verification import VerificationUnavailable
from compliance.errors import ActionRefused
from compliance.management.input_files import open_input
from compliance.models import StaffUser
from compliance.provisions import Provision
from compliance.refusals import refusals_logged
from compliance.staff import system_actor

INVALID = "invalid"
CONFLICT = "PLATFORM_UID_CONFLICT"
UNAVAILABLE = "VERIFICATION_UNAVAILABLE"
_REASON = "平台登记文件"

Line = dict[str, Any]


class Command(BaseCommand):
    """Decides the applications of a file in their order and stores them; see --help."""

    help = """Register the accounts of a platform's file.

FILE is CSV (UTF-8 with or without BOM, or GB18030) with the published columns; "-" reads standard
input. Rows are decided in file order and stored in batches; a file may be handed in again, rows
that are already registered with the same content change nothing and report what is stored.

With --json one line a row: row (the first below the header is 1), platform_uid, outcome (approved,
in_review, waiting_material, refused, withdrawn, invalid) and checks, those that did not pass, each
with code, outcome and explanation. A row that is no application is invalid; an account number that
is registered with other content is refused with the code PLATFORM_UID_CONFLICT; a row whose
identity could not be verified now is invalid with the code VERIFICATION_UNAVAILABLE and may be
handed in again.

Exit code 0: every row was decided, whatever the decision. Exit code 1: the file was refused and
nothing stored, or a row was invalid, in conflict or could not be verified; all others are stored.
"""

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        parser = super().create_parser(prog_name, subcommand, **kwargs)
        parser.formatter_class = RawDescriptionHelpFormatter
        return parser

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="FILE")
        parser.add_argument("--json", action="store_true", help="one JSON line a row")
        parser.add_argument(
            "--language",
            choices=[code for code, _name in settings.LANGUAGES],
            default=settings.LANGUAGE_CODE,
            help="language of the explanations",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        with translation.override(options["language"]), open_input(options["file"]) as file:
            actor = system_actor()
            counts: Counter[str] = Counter()
            failed = 0
            # Closed before the file is, whatever happens.
            rows = closing(read_registrations_or_refuse(file))
            try:
                with (
                    rows as applications,
                    refusals_logged(
                        action="accounts.application.register_file",
                        target=actor,
                        actor=actor,
                        provision=Provision.PUBLIC_ACCOUNT_8_1,
                    ),
                ):
                    for line in self._lines(applications, actor):
                        counts[line["outcome"]] += 1
                        failed += line.pop("is_failed")
                        self._print(line, as_json=options["json"])
            except ActionRefused as refusal:
                raise CommandError(str(refusal)) from None
            if not counts:
                # Standard output is for the lines alone where a machine reads it.
                said = self.stderr if options["json"] else self.stdout
                said.write(_("The file has no rows below its header."))
            elif not options["json"]:
                self._print_summary(counts)
            if failed:
                raise CommandError(
                    _(
                        "%(count)s rows could not be taken (invalid, in conflict or unverified); "
                        "all others were decided."
                    )
                    % {"count": failed}
                )

    def _lines(self, rows: Iterator[FileRow | InvalidRow], actor: StaffUser) -> Iterator[Line]:
        while batch := list(islice(rows, BATCH)):
            outcomes = register_batch(
                rows=[row.data for row in batch if isinstance(row, FileRow)],
                source=ApplicationSource.FILE,
                actor=actor,
                provision=Provision.PUBLIC_ACCOUNT_8_1,
                reason=_REASON,
            )
            for row in batch:
                if isinstance(row, InvalidRow):
                    yield _invalid(row)
                else:
                    yield _decided(row, next(outcomes), actor)

    def _print(self, line: Line, *, as_json: bool) -> None:
        if as_json:
            line.pop("review", None)
            self.stdout.write(json.dumps(line, ensure_ascii=False))
            return
        found = [f"{check['code']}: {check['explanation']}" for check in line["checks"]]
        shown = "; ".join(found) or line["review"]
        outcome = _outcome_label(line["outcome"])
        self.stdout.write(f"{line['row']:>7}  {line['platform_uid']:<20}  {outcome}  {shown}")

    def _print_summary(self, counts: Counter[str]) -> None:
        self.stdout.write("")
        for outcome, count in sorted(counts.items()):
            self.stdout.write(f"{count:>7}  {_outcome_label(outcome)}")


def read_registrations_or_refuse(file: BinaryIO) -> Generator[FileRow | InvalidRow]:
    """
    Yield the rows of a file.

    :raises ActionRefused: if the whole file cannot be read as registrations.
    """
    try:
        yield from read_registrations(file)
    except RegistrationFileRefused as refusal:
        raise ActionRefused(file_explanation(refusal)) from None


def _outcome_label(outcome: str) -> str:
    return str(_("Invalid")) if outcome == INVALID else str(ApplicationStatus(outcome).label)


def _line(row: FileRow | InvalidRow, uid: str, outcome: str, checks: Iterable[Line]) -> Line:
    return {
        "row": row.number,
        "platform_uid": uid,
        "outcome": outcome,
        "checks": list(checks),
        "review": "",
        "is_failed": False,
    }


def _check(code: str, outcome: str, sentence: str) -> Line:
    return {"code": code, "outcome": outcome, "explanation": sentence}


def _shown(check: CheckResult) -> Line:
    return _check(check.code.name, check.outcome.value, explanation(check))


def _invalid(row: InvalidRow) -> Line:
    checks = [_check(p.kind.name, INVALID, cell_explanation(p)) for p in row.problems]
    return {**_line(row, row.platform_uid, INVALID, checks), "is_failed": True}


def _decided(row: FileRow, outcome: Registered | ActionRefused, actor: StaffUser) -> Line:
    uid = row.data.platform_uid
    if isinstance(outcome, Registered):
        line = _line(row, uid, outcome.outcome.value, map(_shown, outcome.checks))
        why = outcome.application.review_reason
        return {**line, "review": review_explanation(ReviewReason(why)) if why else ""}
    _log_refusal(outcome, actor)
    if isinstance(outcome, VerificationUnavailable):
        check = _check(UNAVAILABLE, INVALID, str(outcome))
        return {**_line(row, uid, INVALID, [check]), "is_failed": True}
    refused = ApplicationStatus.REFUSED.value
    line = _line(row, uid, refused, [_check(CONFLICT, refused, str(outcome))])
    return {**line, "is_failed": True}


def _log_refusal(refusal: ActionRefused, actor: StaffUser) -> None:
    target = refusal.application if isinstance(refusal, RegistrationConflict) else actor
    with (
        suppress(ActionRefused),
        refusals_logged(
            action="accounts.application.register",
            target=target,
            actor=actor,
            provision=Provision.PUBLIC_ACCOUNT_8_1,
        ),
    ):
        raise refusal
