"""Sweeps for dormant accounts."""

import json
from argparse import RawDescriptionHelpFormatter
from collections import Counter
from contextlib import nullcontext
from datetime import date
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.dormancy_words import LeftOut, SweepStep
from accounts.services.dormancy.sweeping import Run, Swept, sweep_dormant
from compliance.clocks.rules import last_day
from compliance.errors import ActionRefused
from compliance.provisions import Provision
from compliance.refusals import refusals_logged
from compliance.staff import system_actor

# Kept as it is in the log, whichever language is spoken.
REASON = "按服务协议筛查休眠账号（命令行）"


class Command(BaseCommand):
    """Does with dormant accounts what a day brings; see --help."""

    help = """Sweep for dormant accounts by the clause of the service agreement (art. 10 §2).

Accounts in use again go on; suspended ones whose term is over are proposed for termination, in
batches that others approve; those whose notice is over are suspended; of all others that nobody
has used for longer than the rule says the operators are told. An account takes one step in a sweep.

With --json one JSON line for each account on which the sweep acted or which it left as it is
(platform_uid; step: returned, proposed, suspended, noticed, left_out; dormancy: its number; until:
the last day of its term; reason: why it was left), and a last line with the sums: {"summary":
{"sweep", "as_of", "dry_run", "returned", "proposed", "suspended", "noticed", "terminated",
"left_out": {reason: count}}}. `terminated` counts what was approved before and carried out now.

Exit code 0: the sweep ran to its end. Exit code 1: nothing was done, because the day lies ahead, or
no clause of an agreement in force allows it; why is said on standard error. A sweep that was
interrupted goes on with the next one; two at once never act twice.
"""

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        parser = super().create_parser(prog_name, subcommand, **kwargs)
        parser.formatter_class = RawDescriptionHelpFormatter
        return parser

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--as-of",
            required=True,
            metavar="DATE",
            help="the day (YYYY-MM-DD) on which dormancy is measured; not after today, unless --dry-run",
        )
        parser.add_argument(
            "--dry-run", action="store_true", help="write nothing, only say what would be done"
        )
        parser.add_argument("--json", action="store_true", help="one JSON line an account")
        parser.add_argument(
            "--language",
            choices=[code for code, _name in settings.LANGUAGES],
            default=settings.LANGUAGE_CODE,
            help="language of what is said",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        with translation.override(options["language"]):
            run = _begin(_day(options["as_of"]), is_trial=options["dry_run"])
            counted: Counter[str] = Counter()
            left_out: Counter[str] = Counter()
            for each in run.accounts:
                if each.left_out is None:
                    counted[each.step] += 1
                else:
                    left_out[each.left_out] += 1
                self.stdout.write(_as_json(each) if options["json"] else _as_text(each))
            say = _sums_as_json if options["json"] else _sums_as_text
            self.stdout.write(say(run, counted, left_out))


def _begin(as_of: date, *, is_trial: bool) -> Run:
    actor = system_actor()
    # A trial writes nothing, its refusal neither.
    logged = refusals_logged(
        action="accounts.dormancysweep.begin",
        target=actor,
        actor=actor,
        provision=Provision.PUBLIC_ACCOUNT_10_2,
    )
    try:
        with nullcontext() if is_trial else logged:
            return sweep_dormant(
                as_of=as_of,
                is_trial=is_trial,
                actor=actor,
                provision=Provision.PUBLIC_ACCOUNT_10_2,
                reason=REASON,
            )
    except ActionRefused as refusal:
        raise CommandError(str(refusal)) from refusal


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as problem:
        raise CommandError(
            _("“%(text)s” is no day. Write it as YYYY-MM-DD.") % {"text": text}
        ) from problem


def _last_day(each: Swept) -> str | None:
    return last_day(each.until).isoformat() if each.until is not None else None


def _as_json(each: Swept) -> str:
    return json.dumps(
        {
            "platform_uid": each.platform_uid,
            "step": str(each.step),
            "dormancy": each.dormancy,
            "until": _last_day(each),
            "reason": str(each.left_out) if each.left_out is not None else None,
        },
        ensure_ascii=False,
    )


def _as_text(each: Swept) -> str:
    said = [each.platform_uid, str(each.step.label), _last_day(each) or ""]
    if each.left_out is not None:
        said.append(str(each.left_out.label))
    return "  ".join(word for word in said if word)


def _sums_as_json(run: Run, counted: Counter[str], left_out: Counter[str]) -> str:
    steps = [step for step in SweepStep if step != SweepStep.LEFT_OUT]
    return json.dumps(
        {
            "summary": {
                "sweep": run.sweep.pk if run.sweep is not None else None,
                "as_of": run.measure.as_of.isoformat(),
                "dry_run": run.is_trial,
                **{str(step): counted[step] for step in steps},
                "left_out": {str(reason): left_out[reason] for reason in LeftOut},
            }
        }
    )


def _sums_as_text(run: Run, counted: Counter[str], left_out: Counter[str]) -> str:
    name = run.sweep.reference if run.sweep is not None else _("trial, nothing was written")
    parts = [f"{SweepStep(step).label} {count}" for step, count in sorted(counted.items())]
    parts += [f"{LeftOut(reason).label} {count}" for reason, count in sorted(left_out.items())]
    done = "; ".join(parts) or _("nothing to do")
    return f"{name}: {done}"
