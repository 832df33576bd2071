"""Counts every credit again from its entries and names what differs from what is stored."""

import json
from argparse import RawDescriptionHelpFormatter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import PublicAccount
from enforcement.services.credit.recomputing import Difference, differences


class Command(BaseCommand):
    """Says whether every stored score is what its entries come to; see --help."""

    help = """Count the credit of every subject again from its entries and its version of the rule (art. 13 §1).

Nothing is written. Compared are score, grade, the grade that services go by, the days on which the
score moves and will be whole, and the fact that accounts go by. A score that should have moved on a
day ago is named as left behind: the worker does not run.

With --json one JSON line for each subject that differs (subject: its number; platform_uids: its
accounts; differs: {value: {"stored", "counted"}}), and a last line with the sums:
{"summary": {"scores", "equal", "different"}}.

Exit code 0: every stored score is equal. Exit code 1: at least one is not.
"""

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        parser = super().create_parser(prog_name, subcommand, **kwargs)
        parser.formatter_class = RawDescriptionHelpFormatter
        return parser

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="one JSON line a difference")

    def handle(self, *args: Any, **options: Any) -> None:
        scores = different = 0
        with _one_state():
            for count, found in differences(timezone.now()):
                scores += count
                different += len(found)
                for each in found:
                    self.stdout.write((_as_json if options["json"] else _as_text)(each))
        sums = {"scores": scores, "equal": scores - different, "different": different}
        self.stdout.write(
            json.dumps({"summary": sums})
            if options["json"]
            else _("%(scores)s scores: %(equal)s equal, %(different)s different.") % sums
        )
        if different:
            raise CommandError(_("Stored credit differs from what its entries come to."))


@contextmanager
def _one_state() -> Iterator[None]:
    """Read one state of the records from first to last, unless the caller has begun already."""
    if connection.in_atomic_block:
        yield
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


def _as_json(each: Difference) -> str:
    return json.dumps(
        {
            "subject": each.subject,
            "platform_uids": _uids(each),
            "differs": {
                name: {"stored": stored, "counted": counted}
                for name, (stored, counted) in each.differs.items()
            },
        },
        cls=DjangoJSONEncoder,
        ensure_ascii=False,
    )


def _as_text(each: Difference) -> str:
    said = "; ".join(
        f"{name}: {stored} / {counted}" for name, (stored, counted) in each.differs.items()
    )
    return f"{each.subject}  {', '.join(_uids(each))}  {said}"


def _uids(each: Difference) -> list[str]:
    accounts = PublicAccount.objects.filter(subject=each.subject).order_by("pk")
    return list(accounts.values_list("platform_uid", flat=True))
