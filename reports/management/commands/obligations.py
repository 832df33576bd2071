"""Shows the obligation matrix, and checks that all it names is there."""

import json
from argparse import RawDescriptionHelpFormatter
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import translation
from django.utils.translation import gettext as _

from reports.obligations.check import problems_of
from reports.obligations.matrix import (
    DATA,
    REFERENCES,
    Duty,
    Matrix,
    MatrixDamaged,
    read_matrix,
)

_LANGUAGES = {"zh": "zh-hans", **{code: code for code, _name in settings.LANGUAGES}}


class Command(BaseCommand):
    """Prints every duty of the instruments with what keeps it; see --help."""

    help = """The obligation matrix: article and paragraph, and what of the product keeps the duty.

A duty is kept (record, service, queue, page or report, and a test), kept in part or planned (what is
missing is said in words), or outside the console (why is said in words).

With --json one line a duty: code, place, who, force, text, state, acts, models, services, queues,
pages, reports, tests, planned, outside, note; the last line is the summary. With --check and --json
one line a problem, then the summary.

Exit code 0: shown, or with --check all is there. Exit code 1: something is missing, one sentence
each, or the matrix cannot be read.
"""
    # Reads no table: it can be asked before there is a database.
    requires_system_checks: list[str] = []
    requires_migrations_checks = False

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        parser = super().create_parser(prog_name, subcommand, **kwargs)
        parser.formatter_class = RawDescriptionHelpFormatter
        return parser

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--check", action="store_true", help="fail where something that is named is missing"
        )
        parser.add_argument("--json", action="store_true", help="one JSON line a duty or problem")
        parser.add_argument(
            "--language",
            choices=list(_LANGUAGES),
            default=settings.LANGUAGE_CODE,
            help="language of the duties",
        )
        parser.add_argument(
            "--data", type=Path, default=DATA, metavar="DIR", help="folder with the data files"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Show or check the matrix.

        :raises CommandError: if it cannot be read, or something that it names is missing.
        """
        with translation.override(_LANGUAGES[options["language"]]):
            try:
                matrix = read_matrix(options["data"])
            except MatrixDamaged as damage:
                raise CommandError(str(damage)) from damage
            if options["check"]:
                self._check(matrix, as_json=options["json"])
            elif options["json"]:
                for duty in matrix.duties:
                    self._write_json(described(duty))
                self._write_json(_summary(matrix))
            else:
                self._write_table(matrix)

    def _check(self, matrix: Matrix, *, as_json: bool) -> None:
        problems = problems_of(matrix)
        for problem in problems:
            if as_json:
                self._write_json({"problem": problem})
            else:
                self.stdout.write(problem)
        if as_json:
            self._write_json({**_summary(matrix), "problems": len(problems)})
        if problems:
            raise CommandError(
                _("%(count)s problems in the obligation matrix.") % {"count": len(problems)}
            )
        if not as_json:
            self.stdout.write(_("All that the matrix names is there. %(totals)s") % _totals(matrix))

    def _write_table(self, matrix: Matrix) -> None:
        for instrument in matrix.instruments:
            self.stdout.write(f"{instrument.title}\n\n")
            for duty in matrix.duties:
                if duty.instrument == instrument:
                    for line in _lines(duty):
                        self.stdout.write(line)
            self.stdout.write("")
        self.stdout.write(_totals(matrix)["totals"])

    def _write_json(self, line: dict[str, Any]) -> None:
        self.stdout.write(json.dumps(line, ensure_ascii=False))


def described(duty: Duty) -> dict[str, Any]:
    """Return a duty for machines; sentences in the language that was asked for."""
    return {
        "code": duty.code,
        "place": duty.place,
        "who": [each.value for each in duty.who],
        "force": duty.force.value,
        "text": str(duty.text),
        "state": duty.state.value,
        "acts": duty.acts,
        **{kind: getattr(duty, kind) for kind in REFERENCES},
        **{
            name: str(words) if (words := getattr(duty, name)) else None
            for name in ("planned", "outside", "note")
        },
    }


def _summary(matrix: Matrix) -> dict[str, Any]:
    return {
        "duties": len(matrix.duties),
        **{state.value: count for state, count in matrix.count().items()},
    }


def _totals(matrix: Matrix) -> dict[str, str]:
    counts = [f"{state.label} {count}" for state, count in matrix.count().items()]
    total = _("Duties: %(count)s") % {"count": len(matrix.duties)}
    return {"totals": " · ".join([total, *counts])}


def _lines(duty: Duty) -> list[str]:
    who = _(", ").join(str(each.label) for each in duty.who)
    lines = [f"{duty.place}  [{duty.state.label}]  {who} · {duty.force.label}", f"    {duty.text}"]
    if duty.planned:
        lines.append("    " + _("Missing: %(words)s") % {"words": duty.planned})
    lines += [f"    {words}" for words in (duty.outside, duty.note) if words]
    for kind in REFERENCES:
        for name in getattr(duty, kind):
            lines.append(f"      {name}")
    return lines
