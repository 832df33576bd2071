"""Freezes the figures of consistency of a month."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from compliance.errors import ActionRefused
from compliance.provisions import Provision
from compliance.refusals import refusals_logged
from compliance.staff import system_actor
from enforcement.services.consistency.freezing import REASON, freeze_report
from enforcement.services.consistency.months import month_of


class Command(BaseCommand):
    """Freezes the decisions of a month and what is counted of them."""

    help = (
        "Freeze the figures of consistency of a month (Opinions, point 2). Exit code 0: they are "
        "frozen now; 1: they were already, or the month is not over, which is said."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--month", help="2026-10; the month before, if none is given")
        parser.add_argument("--json", action="store_true", help="one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        actor = system_actor()
        try:
            with refusals_logged(
                action="enforcement.consistencyreport.freeze",
                target=actor,
                actor=actor,
                provision=Provision.OPINIONS_2,
            ):
                report = freeze_report(
                    month=month_of(options["month"]),
                    actor=actor,
                    provision=Provision.OPINIONS_2,
                    reason=REASON,
                )
        except ActionRefused as refusal:
            raise CommandError(str(refusal)) from refusal
        said = {
            "month": str(report),
            "decisions": report.decisions,
            "standing_out": report.figures.filter(stands_out=True).count(),
            "rows_sha256": report.rows_sha256,
        }
        self.stdout.write(json.dumps(said) if options["json"] else _in_words(said))


def _in_words(said: dict[str, Any]) -> str:
    return (
        f"{said['month']}: {said['decisions']} decisions, {said['standing_out']} figures stand out"
    )
