"""Loads pictures that only their holders may show."""

import csv
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.services.avatars import AvatarOutcome, AvatarRow, add_reserved_avatars, avatar_problem
from accounts.services.profiles.avatars import LARGEST, draw_avatar
from compliance.errors import ActionRefused
from compliance.provisions import Provision
from compliance.refusals import refusals_logged
from compliance.staff import system_actor

COLUMNS = ("file", "name", "reason", "holder_uscc")
INVALID = "invalid"
_ENDINGS = (".jpg", ".jpeg", ".png", ".gif", ".webp")
_REASON = "受保护头像清单文件"


@dataclass(frozen=True)
class _Entry:
    path: Path
    name: str
    reason: str
    holder_uscc: str = ""


class Command(BaseCommand):
    """Lists the pictures of a folder or of a CSV file; see --help."""

    help = """Load pictures (emblems, logos) that only their holders may show as avatars.

SOURCE is a folder of pictures, each called by whose it is, or a CSV file in UTF-8 with the columns
file, name, reason, holder_uscc; files are found from where the CSV file lies. A picture that is
listed already stays as it is. Exit code 1: something was invalid; all others are listed.
"""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("source", metavar="SOURCE", type=Path)
        parser.add_argument("--reason", default="标识仅限权利人使用", help="why, for a folder")
        parser.add_argument("--json", action="store_true", help="one JSON line a picture")
        parser.add_argument(
            "--language",
            choices=[code for code, _name in settings.LANGUAGES],
            default=settings.LANGUAGE_CODE,
            help="language of the explanations",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        counts: Counter[str] = Counter()
        with translation.override(options["language"]):
            for entry in _entries(options["source"], options["reason"]):
                outcome, explanation = _list_one(entry)
                counts[outcome] += 1
                line = {
                    "file": entry.path.name,
                    "name": entry.name,
                    "outcome": outcome,
                    "explanation": explanation,
                }
                if options["json"]:
                    self.stdout.write(json.dumps(line, ensure_ascii=False))
                elif explanation:
                    self.stdout.write(f"{entry.path.name}: {explanation}")
            if not options["json"]:
                self.stdout.write(
                    _("%(added)s pictures added, %(known)s were listed already.")
                    % {
                        "added": counts[AvatarOutcome.ADDED],
                        "known": counts[AvatarOutcome.ALREADY_LISTED],
                    }
                )
            if counts[INVALID]:
                raise CommandError(
                    _("%(count)s pictures could not be listed; all others are.")
                    % {"count": counts[INVALID]}
                )


def _entries(source: Path, reason: str) -> Iterator[_Entry]:
    if source.is_dir():
        for path in sorted(source.iterdir()):
            if path.suffix.lower() in _ENDINGS:
                yield _Entry(path, path.stem, reason)
        return
    try:
        with source.open(encoding="utf-8-sig", newline="") as file:
            rows = csv.DictReader(file)
            if tuple(rows.fieldnames or ()) != COLUMNS:
                raise CommandError(
                    _("The header of the file must be: %(columns)s")
                    % {"columns": ",".join(COLUMNS)}
                )
            for row in rows:
                yield _Entry(
                    source.parent / (row["file"] or ""),
                    row["name"] or "",
                    row["reason"] or "",
                    row["holder_uscc"] or "",
                )
    except (OSError, UnicodeDecodeError, csv.Error) as problem:
        raise CommandError(
            _("The file cannot be read: %(why)s") % {"why": type(problem).__name__}
        ) from None


def _list_one(entry: _Entry) -> tuple[str, str]:
    actor = system_actor()
    try:
        with refusals_logged(
            action="accounts.reservedavatar.create",
            target=actor,
            actor=actor,
            provision=Provision.PUBLIC_ACCOUNT_8_2,
        ):
            with entry.path.open("rb") as file:
                drawn = draw_avatar(file.read(LARGEST + 1))
            row = AvatarRow(drawn, entry.name, entry.reason, entry.holder_uscc)
            if problem := avatar_problem(row):
                return INVALID, problem
            (outcome,) = add_reserved_avatars(
                rows=[row],
                actor=actor,
                provision=Provision.PUBLIC_ACCOUNT_8_2,
                reason=_REASON,
            )
    except OSError:
        return INVALID, _("There is no such file.")
    except ActionRefused as refusal:
        return INVALID, str(refusal)
    return outcome.value, ""
