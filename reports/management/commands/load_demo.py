"""Loads a made-up platform in every state of every flow."""

import json
from argparse import RawDescriptionHelpFormatter
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from compliance.errors import ActionRefused
from compliance.refusals import refusals_logged
from compliance.roles import role_label
from compliance.staff import system_actor
from reports.demo.loading import (
    DemoCounts,
    DemoState,
    demo_state,
    holds_other_data,
    load_demo,
    now,
    states,
    way_out,
)
from reports.demo.staff import DemoLogin, logins_here


class Command(BaseCommand):
    """Loads the demo and prints its logins; see --help."""

    help = """Load demo data: a made-up platform with decisions through 2026.

Everything is made up and comes through the services: colleagues in every role, applications, cases,
decisions, reports and filings in every state. The logins and their passwords are printed at the
end; they are public, so this is refused in production and where the database holds real data.

With --if-empty a database that holds anything is left as it is; the demo's logins are printed again
wherever they exist.

Exit code 0: the demo is here (or, with --if-empty, something else is). Exit code 1: refused, and
nothing was changed. Exit code 130: interrupted.
"""

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        parser = super().create_parser(prog_name, subcommand, **kwargs)
        parser.formatter_class = RawDescriptionHelpFormatter
        return parser

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--if-empty", action="store_true", help="do nothing where there is data already"
        )
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        as_json: bool = options["json"]
        state = demo_state()
        if options["if_empty"] and (state != DemoState.ABSENT or holds_other_data()):
            if state == DemoState.PARTIAL:
                self.stderr.write(way_out())
            self._say(as_json, counts=None)
            return
        actor = system_actor()
        try:
            with refusals_logged(action="reports.demo.load", target=actor, actor=actor):
                counts = load_demo(present=now())
        except ActionRefused as refusal:
            raise CommandError(str(refusal)) from None
        except KeyboardInterrupt:
            is_begun = demo_state() == DemoState.PARTIAL
            self.stderr.write(
                way_out() if is_begun else _("Interrupted; no demo data were loaded.")
            )
            raise
        self._say(as_json, counts=counts)

    def _say(self, as_json: bool, *, counts: DemoCounts | None) -> None:
        logins = logins_here()
        if as_json:
            answer: dict[str, Any] = {
                "loaded": counts is not None,
                "logins": [
                    {"role": each.role, "username": each.username, "password": each.password}
                    for each in logins
                ],
            }
            if counts is not None:
                answer["counts"] = asdict(counts)
                answer["states"] = states()
            self.stdout.write(json.dumps(answer, ensure_ascii=False))
            return
        if counts is not None:
            self.stdout.write(
                _(
                    "Demo data loaded: %(applications)s applications, %(accounts)s accounts, "
                    "%(cases)s cases, %(decisions)s decisions, %(filings)s filings."
                )
                % asdict(counts)
            )
        elif not logins:
            self.stdout.write(_("This database holds data already; no demo data were loaded."))
            return
        self._print(logins)

    def _print(self, logins: list[DemoLogin]) -> None:
        heading = (_("Role"), _("Login name"), _("Password"))
        rows = [(role_label(each.role), each.username, each.password) for each in logins]
        self.stdout.write("")
        for role, username, password in [heading, *rows]:
            self.stdout.write(f"  {username:<12}{password:<28}{role}")
        self.stdout.write("")
