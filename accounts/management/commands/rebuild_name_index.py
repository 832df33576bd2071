"""Puts the keys by which near names are found in step with the names."""

import json
from argparse import RawDescriptionHelpFormatter
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from accounts.services.name_index import Compared, check_name_index, rebuild_name_index


class Command(BaseCommand):
    """Compares both tables of keys with the names and repairs them; see --help."""

    help = """Put the keys by which near names are found in step with the names.

Run it after a change of the look-alike table, of the readings of characters or of folding, and
after restoring a backup in part. It works in batches while the product runs. With --check nothing
is changed.

Exit code 0: the keys are in step now. Exit code 1: with --check, keys are missing or left over.
"""

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        parser = super().create_parser(prog_name, subcommand, **kwargs)
        parser.formatter_class = RawDescriptionHelpFormatter
        return parser

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="compare, change nothing")
        parser.add_argument("--json", action="store_true", help="one JSON line a table of keys")

    def handle(self, *args: Any, **options: Any) -> None:
        compared = check_name_index() if options["check"] else rebuild_name_index()
        for each in compared:
            if options["json"]:
                self.stdout.write(json.dumps({**asdict(each), "is_in_step": each.is_in_step}))
            else:
                self.stdout.write(_in_words(each))
        if options["check"] and not all(each.is_in_step for each in compared):
            raise CommandError(
                _("The keys are not in step with the names; run rebuild_name_index.")
            )


def _in_words(compared: Compared) -> str:
    labels = {"listed": _("Listed names"), "live": _("Names of accounts")}
    return _(
        "%(label)s: %(names)s names with %(keys)s keys; missing %(missing)s, left over %(surplus)s."
    ) % {**asdict(compared), "label": labels[compared.label]}
