"""Compares every clock that is not stopped with a recomputation, and repairs what differs."""

import json
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.serializers.json import DjangoJSONEncoder
from django.utils.translation import gettext as _

from compliance.clocks.reconciliation import reconcile_clocks
from compliance.models.limits import step_in_words
from compliance.staff import system_actor


class Command(BaseCommand):
    """Exit code 0 only if every clock and every work item was as it has to be."""

    help = """Compute every running clock anew and compare it with what it says and its queue shows.

What differs is repaired by an event with its reason; the exit code is then 1."""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="print the result as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        found = reconcile_clocks(actor=system_actor())
        if options["json"]:
            self.stdout.write(json.dumps(asdict(found), cls=DjangoJSONEncoder))
        else:
            self.stdout.write(_("%(count)s clocks compared.") % {"count": found.compared})
            for each in found.differences:
                self.stdout.write(
                    _("%(step)s #%(clock)s: %(before)s → %(after)s")
                    % {
                        "step": step_in_words(each.step),
                        "clock": each.clock,
                        "before": each.was_due_at.isoformat(),
                        "after": each.due_at.isoformat(),
                    }
                )
        if not found.is_clean:
            raise CommandError(
                _("%(clocks)s clocks differed and were repaired; work items to look at: %(items)s.")
                % {
                    "clocks": len(found.differences),
                    "items": ", ".join(str(each) for each in found.items) or "–",
                }
            )
