"""Plans the patrol of a month."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts.models import PatrolCheck
from accounts.patrol_words import PatrolStatus
from accounts.services.patrol.planning import plan_patrol
from compliance.errors import ActionRefused
from compliance.provisions import Provision
from compliance.refusals import refusals_logged
from compliance.staff import system_actor

# Kept as it is in the log, whichever language is spoken.
REASON = "制定本月动态核验巡查计划（命令行）"


class Command(BaseCommand):
    """Freezes who is due and drawn this month, and puts the checks into the queue."""

    help = (
        "Plan the patrol of the present month (art. 9 §3). Exit code 0: it was planned; "
        "1: it was planned already, which is said."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        actor = system_actor()
        try:
            with refusals_logged(
                action="accounts.patrolrun.plan",
                target=actor,
                actor=actor,
                provision=Provision.PUBLIC_ACCOUNT_9_3,
            ):
                run = plan_patrol(
                    month=timezone.localdate(),
                    actor=actor,
                    provision=Provision.PUBLIC_ACCOUNT_9_3,
                    reason=REASON,
                )
        except ActionRefused as refusal:
            raise CommandError(str(refusal)) from refusal
        checks = PatrolCheck.objects.filter(run=run)
        left = checks.filter(status=PatrolStatus.NOT_COVERED).count()
        said = {
            "month": f"{run.month:%Y-%m}",
            "classes": run.figures,
            "planned": checks.count() - left,
            "not_covered": left,
            "seed": run.seed,
        }
        self.stdout.write(json.dumps(said) if options["json"] else _in_words(said))


def _in_words(said: dict[str, Any]) -> str:
    return f"{said['month']}: {said['planned']} planned, {said['not_covered']} not covered"
