"""Loads barred or reserved names from a file."""

import csv
import io
import json
from argparse import RawDescriptionHelpFormatter
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any, BinaryIO, TextIO

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.enums import ListedNameKind
from accounts.rules.application_data import CellProblem, CellProblemKind
from accounts.rules.explanations import cell_explanation, file_explanation
from accounts.rules.registration_file import (
    FileRefusal,
    RegistrationFileRefused,
    detect_encoding,
    has_other_separator,
)
from accounts.services.names import NameOutcome, NameRow, add_names, name_problem
from compliance.errors import ActionRefused
from compliance.management.input_files import open_input
from compliance.models import StaffUser
from compliance.provisions import Provision
from compliance.refusals import refusals_logged
from compliance.staff import system_actor

COLUMNS = ("name", "reason")
INVALID = "invalid"
BATCH = 1000
_REASON = "名称清单文件"
_PROVISIONS = {
    ListedNameKind.BARRED: Provision.PUBLIC_ACCOUNT_8_3,
    ListedNameKind.RESERVED: Provision.PUBLIC_ACCOUNT_8_2,
}


@dataclass(frozen=True)
class _Entry:
    number: int
    row: NameRow
    problem: str


class Command(BaseCommand):
    """Lists the names of a file as barred or reserved; see --help."""

    help = """Load names that nobody (barred) or only their holder (reserved) may use.

FILE is CSV (UTF-8 with or without BOM, or GB18030) with the columns name and reason; "-" reads
standard input. A name that is listed already stays as it is, so a list may be loaded again.

With --json one line a row: row, name, outcome (added, already_listed, invalid), explanation.

Exit code 0: every name is listed now. Exit code 1: the file was refused and nothing stored, or a
row was invalid; all others are listed.
"""

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        parser = super().create_parser(prog_name, subcommand, **kwargs)
        parser.formatter_class = RawDescriptionHelpFormatter
        return parser

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="FILE")
        parser.add_argument("--kind", choices=ListedNameKind.values, required=True)
        parser.add_argument("--json", action="store_true", help="one JSON line a row")
        parser.add_argument(
            "--language",
            choices=[code for code, _name in settings.LANGUAGES],
            default=settings.LANGUAGE_CODE,
            help="language of the explanations",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        kind = ListedNameKind(options["kind"])
        counts: Counter[str] = Counter()
        with translation.override(options["language"]), open_input(options["file"]) as file:
            actor = system_actor()
            try:
                with refusals_logged(
                    action="accounts.listedname.add_names",
                    target=actor,
                    actor=actor,
                    provision=_PROVISIONS[kind],
                ):
                    for line in _lines(file, kind, actor):
                        counts[line["outcome"]] += 1
                        if options["json"]:
                            self.stdout.write(json.dumps(line, ensure_ascii=False))
                        elif line["explanation"]:
                            self.stdout.write(f"{line['row']:>7}  {line['explanation']}")
            except ActionRefused as refusal:
                raise CommandError(str(refusal)) from None
            if not options["json"]:
                self.stdout.write(
                    _("%(added)s names added, %(known)s were listed already.")
                    % {
                        "added": counts[NameOutcome.ADDED],
                        "known": counts[NameOutcome.ALREADY_LISTED],
                    }
                )
            if counts[INVALID]:
                raise CommandError(
                    _("%(count)s rows could not be listed; all others that could be read are.")
                    % {"count": counts[INVALID]}
                )


def _lines(file: BinaryIO, kind: ListedNameKind, actor: StaffUser) -> Iterator[dict[str, Any]]:
    entries = _entries(file)
    while batch := list(islice(entries, BATCH)):
        outcomes = iter(
            add_names(
                kind=kind,
                rows=[entry.row for entry in batch if not entry.problem],
                actor=actor,
                provision=_PROVISIONS[kind],
                reason=_REASON,
            )
        )
        for entry in batch:
            yield {
                "row": entry.number,
                "name": entry.row.name,
                "outcome": INVALID if entry.problem else next(outcomes).value,
                "explanation": entry.problem,
            }


class _Lines:
    """The lines of a text, and how many of them the csv module has asked for."""

    def __init__(self, text: TextIO) -> None:
        self._lines = iter(text)
        self.number = 0
        self.is_exhausted = False

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        line = next(self._lines, None)
        if line is None:
            self.is_exhausted = True
            raise StopIteration
        self.number += 1
        return line


def _entries(file: BinaryIO) -> Iterator[_Entry]:
    try:
        encoding = detect_encoding(file)
    except RegistrationFileRefused as refusal:
        raise ActionRefused(file_explanation(refusal)) from None
    file.seek(0)
    text = io.TextIOWrapper(file, encoding=encoding.value, newline="")
    try:
        lines = _Lines(text)
        rows = csv.reader(lines)
        _require_header(rows, lines)
        yield from _rows(rows, lines)
    finally:
        text.detach()


def _require_header(rows: Iterator[list[str]], lines: _Lines) -> None:
    try:
        header = next(rows, [])
        is_unclosed = lines.is_exhausted and bool(header)
    except csv.Error:
        is_unclosed = True
    if is_unclosed:
        raise ActionRefused(
            file_explanation(RegistrationFileRefused(FileRefusal.HEADER_UNREADABLE))
        )
    if lines.is_exhausted:
        raise ActionRefused(file_explanation(RegistrationFileRefused(FileRefusal.EMPTY)))
    if has_other_separator(header, COLUMNS):
        raise ActionRefused(file_explanation(RegistrationFileRefused(FileRefusal.SEPARATOR)))
    if tuple(cell.strip() for cell in header) != COLUMNS:
        raise ActionRefused(_("The header of the file must be: name,reason"))


def _rows(rows: Iterator[list[str]], lines: _Lines) -> Iterator[_Entry]:
    number = 0
    while True:
        begun = lines.number
        try:
            cells = next(rows, None)
        except csv.Error:
            # What follows cannot be told from the inside of a cell.
            problem = _("This row cannot be read; it and all rows after it were not listed.")
            yield _Entry(number + 1, NameRow("", ""), problem)
            return
        if cells is None:
            return
        if not cells:
            continue
        number += 1
        if lines.is_exhausted:
            # It asked for more lines than there were: the row ended inside quotation marks.
            params = (("lines", lines.number - begun),)
            problem = cell_explanation(
                CellProblem(CellProblemKind.QUOTE_NEVER_CLOSED, params=params)
            )
            yield _Entry(number, NameRow(cells[0].splitlines()[0][:100], ""), problem)
            return
        yield _entry(number, cells)


def _entry(number: int, cells: list[str]) -> _Entry:
    if len(cells) != len(COLUMNS):
        row = NameRow(cells[0], "")
        return _Entry(number, row, _("The row does not have two cells."))
    row = NameRow(cells[0], cells[1])
    return _Entry(number, row, name_problem(row))
