"""Publishes the figures of the periods that are over."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from compliance.errors import ActionRefused
from compliance.provisions import Provision
from compliance.refusals import refusals_logged
from compliance.staff import system_actor
from reports.management.filing_command import EXIT_REFUSED, day_of
from reports.services.transparency import publishing


class Command(BaseCommand):
    """Publishes what the worker publishes each night, for whoever does not want to wait for it."""

    help = (
        "Publishes the figures of each month and half-year that was over on a day and is not"
        " published yet. Exit code 0: done; 1: refused; 2: wrong arguments."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--as-of", type=day_of, metavar="DATE", help="the day; today if left out"
        )
        parser.add_argument("--json", action="store_true", help="print the result as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        actor = system_actor()
        try:
            with refusals_logged(
                action="reports.publishedfigures.publish",
                target=actor,
                actor=actor,
                provision=Provision.PUBLIC_ACCOUNT_20_2,
            ):
                published = publishing.publish_figures(
                    as_of=options["as_of"] or timezone.localdate(),
                    actor=actor,
                    provision=Provision.PUBLIC_ACCOUNT_20_2,
                    reason=publishing.REASON,
                )
        except ActionRefused as refusal:
            raise CommandError(str(refusal), returncode=EXIT_REFUSED) from refusal
        if options["json"]:
            listed = [{"period": str(each), "sha256": each.sha256} for each in published]
            self.stdout.write(json.dumps({"published": listed}))
            return
        self.stdout.write(_("Published: %(count)s") % {"count": len(published)})
        for each in published:
            self.stdout.write(f"{each.sha256}  {each}")
