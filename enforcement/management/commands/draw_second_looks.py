"""Draws decisions of a month for a second look."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from compliance.errors import ActionRefused
from compliance.provisions import Provision
from compliance.refusals import refusals_logged
from compliance.staff import system_actor
from enforcement.services.consistency.drawing import REASON, draw_second_looks
from enforcement.services.consistency.months import month_of


class Command(BaseCommand):
    """Draws by a new seed, keeps it, and puts what was drawn into the queue of second looks."""

    help = (
        "Draw decisions that came into force in a month for a second look (Opinions, point 2). Exit "
        "code 0: they were drawn; 1: they were drawn already or the month is not over, which is said."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--month", help="2026-10; the month before, if none is given")
        parser.add_argument("--json", action="store_true", help="one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        actor = system_actor()
        try:
            with refusals_logged(
                action="enforcement.secondlookdraw.draw",
                target=actor,
                actor=actor,
                provision=Provision.OPINIONS_2,
            ):
                done = draw_second_looks(
                    month=month_of(options["month"]),
                    actor=actor,
                    provision=Provision.OPINIONS_2,
                    reason=REASON,
                )
        except ActionRefused as refusal:
            raise CommandError(str(refusal)) from refusal
        said = {"month": str(done), "seed": done.seed, "violations": done.figures}
        self.stdout.write(json.dumps(said) if options["json"] else _in_words(said))


def _in_words(said: dict[str, Any]) -> str:
    figures = said["violations"].values()
    taken = sum(each["taken"] for each in figures)
    return f"{said['month']}: {sum(each['drawn'] for each in figures)} of {taken} drawn"
