"""Puts on record the measures whose term is over."""

import json
from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from compliance.errors import ActionRefused
from compliance.refusals import refusals_logged
from compliance.staff import system_actor
from enforcement.services.lapses import lapse_measures


class Command(BaseCommand):
    """Ends in the record what has ended by time."""

    help = "Put on record every measure whose term is over."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--as-of", metavar="INSTANT", help="ISO 8601; now if not given")
        parser.add_argument("--json", action="store_true", help="print the result as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        now = _instant(options["as_of"]) if options["as_of"] else timezone.now()
        actor = system_actor()
        try:
            with refusals_logged(action="enforcement.measure.expire", target=actor, actor=actor):
                count = lapse_measures(now=now, actor=actor)
        except ActionRefused as refusal:
            raise CommandError(str(refusal)) from refusal
        if options["json"]:
            self.stdout.write(json.dumps({"as_of": now.isoformat(), **asdict(count)}))
        else:
            self.stdout.write(
                _("%(measures)s measures and %(decisions)s decisions ended.") % asdict(count)
            )


def _instant(text: str) -> datetime:
    try:
        found = parse_datetime(text)
    except ValueError:
        found = None
    if found is None:
        raise CommandError(_("Not an instant: %(text)s") % {"text": text})
    return found if timezone.is_aware(found) else timezone.make_aware(found)
