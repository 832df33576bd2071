"""Screens names against barred, reserved and live ones."""

import json
import sys
from argparse import RawDescriptionHelpFormatter
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import islice
from typing import Any, BinaryIO

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.rules.explanations import (
    differing_in_words,
    known_name_in_words,
    verdict_in_words,
)
from accounts.rules.screening.near_names import LIVE, NearHit
from accounts.services.names import NAME_LENGTH
from accounts.services.screening import Screened, screen_names
from compliance.management.input_files import open_input

BATCH = 200
# No character of UTF-8 has more bytes than four.
_LINE_BYTES = 4 * NAME_LENGTH + 8


@dataclass(frozen=True)
class _Line:
    number: int
    name: str
    problem: str = ""


class Command(BaseCommand):
    """Says of each name whether it comes close to a listed or a live one; see --help."""

    help = """Screen names against barred, reserved and live ones.

One name a line, UTF-8, from FILE or from standard input. With --json one JSON line a name: name,
verdict (clear, review, barred) and hits, each with the name found, its kind (barred, reserved,
live), every reason why (same, width, case, traditional, separator, confusable, pinyin, edit,
contains), the distance in characters after folding, the spans of the name that differ (from, up to
and not including) and the explanation in words.

Exit code 0: every line was screened, whatever the verdict. Exit code 1: a line is no name (empty,
too long, not UTF-8, with a NUL character); which ones is said on standard error, all others are
screened.
"""

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        parser = super().create_parser(prog_name, subcommand, **kwargs)
        parser.formatter_class = RawDescriptionHelpFormatter
        return parser

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="FILE", nargs="?", default="")
        parser.add_argument("--json", action="store_true", help="one JSON line a name")
        parser.add_argument(
            "--language",
            choices=[code for code, _name in settings.LANGUAGES],
            default=settings.LANGUAGE_CODE,
            help="language of what is said",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        problems = 0
        with translation.override(options["language"]), ExitStack() as stack:
            path = options["file"]
            # Standard input is read as it comes: whoever writes it may wait for the answers.
            file = stack.enter_context(open_input(path)) if path else sys.stdin.buffer
            lines = _lines(file)
            while batch := list(islice(lines, BATCH)):
                for line in batch:
                    if line.problem:
                        problems += 1
                        said = {"line": line.number, "problem": line.problem}
                        self.stderr.write(_("Line %(line)s: %(problem)s") % said)
                for screened in screen_names([each.name for each in batch if not each.problem]):
                    self.stdout.write(_as_json(screened) if options["json"] else _as_text(screened))
                self.stdout.flush()
            if problems:
                raise CommandError(
                    _("%(count)s lines are no names; all others were screened.")
                    % {"count": problems}
                )


def _as_json(screened: Screened) -> str:
    return json.dumps(
        {
            "name": screened.name,
            "verdict": screened.verdict.value,
            "hits": [
                {
                    "name": hit.known.name,
                    "kind": str(hit.known.kind),
                    "why": [reason.value for reason in hit.why],
                    "distance": hit.distance,
                    "spans": [[span.start, span.end] for span in hit.spans],
                    "explanation": _in_words(screened.name, hit),
                }
                for hit in screened.hits
            ],
        },
        ensure_ascii=False,
    )


def _in_words(name: str, hit: NearHit) -> str:
    uid = hit.known.platform_uid if hit.known.kind == LIVE else ""
    found = known_name_in_words(hit.known.name, hit.known.kind, hit.why, uid)
    differing = differing_in_words(name, [(span.start, span.end) for span in hit.spans])
    return f"{found} {differing}".rstrip()


def _as_text(screened: Screened) -> str:
    found = "; ".join(_in_words(screened.name, hit) for hit in screened.hits)
    return f"{screened.name}  {verdict_in_words(screened.verdict)}  {found}".rstrip()


def _lines(file: BinaryIO) -> Iterator[_Line]:
    number = 0
    while raw := file.readline(_LINE_BYTES):
        number += 1
        is_cut = len(raw) == _LINE_BYTES and not raw.endswith(b"\n")
        rest = raw
        while is_cut and rest and not rest.endswith(b"\n"):
            rest = file.readline(_LINE_BYTES)
        yield _too_long(number) if is_cut else _line(number, raw)


def _too_long(number: int) -> _Line:
    said = _("The name has more than %(limit)s characters.") % {"limit": NAME_LENGTH}
    return _Line(number, "", said)


def _line(number: int, raw: bytes) -> _Line:
    raw = raw.removesuffix(b"\n").removesuffix(b"\r")
    if number == 1:
        raw = raw.removeprefix(b"\xef\xbb\xbf")
    try:
        name = raw.decode()
    except UnicodeDecodeError as problem:
        return _Line(
            number,
            "",
            _("The line is not UTF-8 (first unreadable byte: %(byte)s).")
            % {"byte": problem.start + 1},
        )
    if "\x00" in name:
        return _Line(number, "", _("The line holds a NUL character."))
    if not name.strip():
        return _Line(number, "", _("The line is empty."))
    if len(name) > NAME_LENGTH:
        return _too_long(number)
    return _Line(number, name)
