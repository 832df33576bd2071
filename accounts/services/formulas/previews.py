"""What another version of a formula would change, counted over a sample and written down nowhere."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models import Count
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.enums import AccountStatus
from accounts.models import (
    DailyMetric,
    EarningApplication,
    PublicAccount,
    Standing,
    Subject,
)
from accounts.powers_words import UNRATED, CreditGrade, EarningBehaviour, FormulaCode
from accounts.rules.comment_powers import PowerTable, powers_of
from accounts.rules.earning import EarningRule, obstacles
from accounts.rules.grades import GradeFormula, grade
from accounts.rules.metrics import MetricLimits, fresh_signals, signals_of
from accounts.services.earning.facts import facts_of
from accounts.services.formulas.effects import Effect
from accounts.services.formulas.kinds import formula_kind, formula_row_in_force
from accounts.services.formulas.policy_effects import (
    claim_effects,
    exit_effects,
    profile_effects,
    registration_effects,
)
from accounts.services.grades.grading import facts_of as medians_of
from accounts.services.metrics.evaluation import series_of

# Our choices: looked at while somebody waits for the page.
GRADED: Final = 500
WATCHED: Final = 40
WATCHED_DAYS: Final = 30
ENTITLED: Final = 500


def preview(code: str, content: Mapping[str, Any], now: datetime) -> list[Effect]:
    """
    Return what a version would change beside the one in force, by the accounts of a sample.

    Opinions on Platform Responsibility, point 2; our choice, so that whoever approves knows what
    they approve. The content has to be one that can be read.
    """
    kind = formula_kind(code)
    present = kind.read(formula_row_in_force(code, now).content)
    effects = kind.effects or _PREVIEWS[code]
    return effects(present, kind.read(content), now)


def _sample(count: int) -> list[PublicAccount]:
    # The accounts with figures are the ones that formulas speak of; the newest by their numbers.
    active = PublicAccount.objects.filter(status=AccountStatus.ACTIVE).order_by("-pk")
    return list(active.select_related("subject")[:count])


def _grades(present: GradeFormula, wanted: GradeFormula, now: datetime) -> list[Effect]:
    accounts = {each.pk: each for each in _watched(GRADED, now)}
    credit = _scores(accounts)
    today = timezone.localdate(now)
    letters: list[dict[int, str]] = []
    for formula in (present, wanted):
        found = {}
        for number, facts in medians_of(list(accounts), formula, today).items():
            graded = grade(replace(facts, credit=credit.get(number)), formula)
            if graded is not None:
                found[number] = str(graded.grade.label)
        letters.append(found)
    before, after = letters
    moved = sum(before.get(number) != after.get(number) for number in accounts)
    names = sorted({*before.values(), *after.values()})
    return [
        Effect(_("Accounts looked at"), str(len(accounts)), str(len(accounts))),
        Effect(_("Accounts whose grade would move"), "0", str(moved)),
        *(Effect(name, str(_count(before, name)), str(_count(after, name))) for name in names),
    ]


def _count(letters: Mapping[int, str], name: str) -> int:
    return sum(each == name for each in letters.values())


def _scores(accounts: Mapping[int, PublicAccount]) -> dict[int, int]:
    scores = dict(
        Standing.objects.filter(
            subject__in={each.subject_id for each in accounts.values()}
        ).values_list("subject_id", "score")
    )
    return {
        number: scores[each.subject_id]
        for number, each in accounts.items()
        if each.subject_id in scores
    }


def _watched(count: int, now: datetime) -> list[PublicAccount]:
    """Return accounts of which figures came in lately."""
    since = timezone.localdate(now) - timedelta(days=WATCHED_DAYS)
    known = DailyMetric.objects.filter(day__gt=since).values("account").distinct()
    found = PublicAccount.objects.filter(status=AccountStatus.ACTIVE, pk__in=known)
    return list(found.order_by("-pk")[:count])


def _metrics(present: MetricLimits, wanted: MetricLimits, now: datetime) -> list[Effect]:
    today = timezone.localdate(now)
    accounts = [each.pk for each in _watched(WATCHED, now)]
    days = [today - timedelta(days=ago) for ago in range(WATCHED_DAYS, -1, -1)]
    longest = max(present.window_days, wanted.window_days)
    series = series_of(accounts, days[0] - timedelta(days=longest + 1), today)
    counts = []
    for limits in (present, wanted):
        alerts = 0
        for account in accounts:
            told: list[Any] = []
            for day in days:
                known = [each for each in series[account] if each.day <= day]
                if not known or known[-1].day != day:
                    continue
                signals = fresh_signals(signals_of(known, limits), told, day, limits)
                told += [(each.kind, each.indicator, day) for each in signals]
                alerts += bool(signals)
        counts.append(alerts)
    looked_at = str(len(accounts))
    return [
        Effect(_("Accounts looked at"), looked_at, looked_at),
        Effect(_("Alerts on their last 30 days"), str(counts[0]), str(counts[1])),
    ]


def _earning(present: EarningRule, wanted: EarningRule, now: datetime) -> list[Effect]:
    accounts = _sample(ENTITLED)
    facts, today = facts_of(accounts, now), timezone.localdate(now)
    counts = []
    for rule in (present, wanted):
        able = sum(
            not obstacles(facts[each.pk], rule, today, EarningBehaviour.TIPS) for each in accounts
        )
        counts.append(able)
    rights = list(
        EarningApplication.objects.in_force().select_related("account").order_by("-pk")[:ENTITLED]
    )
    held = facts_of(list({each.account_id: each.account for each in rights}.values()), now)
    lost = sum(
        bool(
            obstacles(
                held[each.account_id],
                wanted,
                today,
                EarningBehaviour(each.behaviour),
                has_right=True,
            )
        )
        for each in rights
    )
    looked_at = str(len(accounts))
    return [
        Effect(_("Accounts looked at"), looked_at, looked_at),
        Effect(_("Accounts that could begin to earn"), str(counts[0]), str(counts[1])),
        Effect(
            _("Rights in force that would remain, of %(count)s") % {"count": len(rights)},
            str(len(rights)),
            str(len(rights) - lost),
        ),
    ]


def _comments(present: PowerTable, wanted: PowerTable, now: datetime) -> list[Effect]:
    # Counted in the database by nature and credit, so that every account is looked at.
    counted = (
        Subject.objects.filter(accounts__status=AccountStatus.ACTIVE)
        .values_list("nature", "standing__grade")
        .annotate(count=Count("accounts"))
        .order_by()
    )
    total = changed = 0
    for nature, grade_, count in counted:
        credit = CreditGrade(grade_ or UNRATED)
        total += count
        if powers_of(present, nature, credit) != powers_of(wanted, nature, credit):
            changed += count
    return [
        Effect(_("Open accounts"), str(total), str(total)),
        Effect(_("Accounts whose powers would change"), "0", str(changed)),
    ]


_PREVIEWS: Final[Mapping[str, Callable[[Any, Any, datetime], list[Effect]]]] = {
    FormulaCode.GRADES: _grades,
    FormulaCode.METRICS: _metrics,
    FormulaCode.EARNING: _earning,
    FormulaCode.COMMENTS: _comments,
    FormulaCode.REGISTRATION: registration_effects,
    FormulaCode.PROFILES: profile_effects,
    FormulaCode.CLAIMS: claim_effects,
    FormulaCode.EXITS: exit_effects,
}
