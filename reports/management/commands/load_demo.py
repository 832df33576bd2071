"""Loads a made-up platform in every state of every flow."""

import json
from argparse import RawDescriptionHelpFormatter
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from compliance.errors import ActionRefused
from compliance.roles import role_label
from reports.demo.loading import (
    DemoCounts,
    DemoState,
    demo_state,
    holds_other_data,
    load_demo,
    now,
    states,
)
from reports.demo.staff import LOGINS


class Command(BaseCommand):
    """Loads the demo and prints its logins; see --help."""

    help = """Load demo data: a made-up platform with decisions through 2026.

Everything is made up and comes through the services: colleagues in every role, applications, cases,
decisions, reports and filings in every state. The logins and their passwords are printed at the
end; they are public, so this is refused in production and where the database holds real data.

With --if-empty a database that holds anything is left as it is; where that is the demo, its logins
are printed again.

Exit code 0: the demo is here (or, with --if-empty, something else is). Exit code 1: refused, and
nothing was changed.
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
        if options["if_empty"] and holds_other_data():
            self._say(as_json, is_loaded=False, has_demo=False, counts=None)
            return
        state = demo_state()
        if options["if_empty"] and state != DemoState.ABSENT:
            if state == DemoState.PARTIAL:
                self.stderr.write(
                    _("The demo data are here in part only: an earlier load was interrupted.")
                )
            self._say(as_json, is_loaded=False, has_demo=True, counts=None)
            return
        try:
            counts = load_demo(present=now())
        except ActionRefused as refusal:
            raise CommandError(str(refusal)) from None
        self._say(as_json, is_loaded=True, has_demo=True, counts=counts)

    def _say(
        self, as_json: bool, *, is_loaded: bool, has_demo: bool, counts: DemoCounts | None
    ) -> None:
        if as_json:
            answer: dict[str, Any] = {"loaded": is_loaded, "logins": []}
            if has_demo:
                answer["logins"] = [
                    {"role": each.role, "username": each.username, "password": each.password}
                    for each in LOGINS
                ]
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
        elif not has_demo:
            self.stdout.write(_("This database holds data already; no demo data were loaded."))
            return
        self._print_logins()

    def _print_logins(self) -> None:
        heading = (_("Role"), _("Login name"), _("Password"))
        rows = [(role_label(each.role), each.username, each.password) for each in LOGINS]
        self.stdout.write("")
        for role, username, password in [heading, *rows]:
            self.stdout.write(f"  {username:<12}{password:<28}{role}")
        self.stdout.write("")
