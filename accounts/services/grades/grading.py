"""Grading every account by the formula in force: a thousand at a time, medians by the database."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.enums import AccountStatus
from accounts.models import AccountGrade, GradeRule, PublicAccount, Standing
from accounts.rules.grades import Graded, GradeFacts, GradeFormula, grade
from compliance import audit
from compliance.errors import ActionRefused
from compliance.models import ActionLog, StaffUser
from compliance.provisions import Provision

BATCH: Final = 1_000
_REASON: Final = "按分级规则定期计算"

_MEDIANS: Final = """
SELECT account_id, count(*),
    percentile_cont(0.5) WITHIN GROUP (ORDER BY followers),
    percentile_cont(0.5) WITHIN GROUP (ORDER BY views),
    percentile_cont(0.5) WITHIN GROUP (ORDER BY click_rate),
    percentile_cont(0.5) WITHIN GROUP (
        ORDER BY (reposts + comments)::float8 / greatest(views, 1))
FROM accounts_dailymetric
WHERE account_id = ANY(%s) AND day > %s AND day <= %s
GROUP BY account_id
"""
# What lists of millions filter by.
_SHOW: Final = """
UPDATE accounts_accountactivity AS a SET grade = g.grade
FROM unnest(%s::bigint[], %s::text[]) AS g (account_id, grade)
WHERE a.account_id = g.account_id AND a.grade <> g.grade
"""


@dataclass(frozen=True)
class FormulaInForce:
    """A version of the formula, as its row and as what the rules read."""

    row: GradeRule
    formula: GradeFormula


def formula_in_force(at: datetime) -> FormulaInForce:
    """
    Return the formula by which accounts are graded at `at`.

    Public Account Provisions, art. 7 §2.

    :raises ActionRefused: if none is in force then.
    """
    row = GradeRule.objects.filter(effective_from__lte=at).order_by("-effective_from").first()
    if row is None:
        raise ActionRefused(_("No formula of grades is in force."))
    return FormulaInForce(row, GradeFormula.from_catalogue(row.content))


def grade_accounts(*, now: datetime, actor: StaffUser) -> int:
    """
    Grade every active account by the formula in force, and return for how many anything changed.

    Public Account Provisions, art. 7 §2. An account of which too few days are known keeps what it
    has. A new row is written where a score, the grade or the formula changed; a new letter is
    logged too.

    :raises ActionRefused: if no formula is in force.
    """
    formula = formula_in_force(now)
    changed, after = 0, 0
    while True:
        with transaction.atomic():
            accounts = list(
                PublicAccount.objects.filter(status=AccountStatus.ACTIVE, pk__gt=after)
                .order_by("pk")
                .select_for_update(no_key=True, of=("self",))[:BATCH]
            )
            if not accounts:
                return changed
            changed += _grade(accounts, formula, now, actor)
            after = accounts[-1].pk


def _grade(
    accounts: Sequence[PublicAccount], formula: FormulaInForce, now: datetime, actor: StaffUser
) -> int:
    by_number = {account.pk: account for account in accounts}
    today = timezone.localdate(now)
    latest = {
        each.account_id: each
        for each in AccountGrade.objects.filter(account__in=by_number)
        .order_by("account_id", "-pk")
        .distinct("account_id")
    }
    credit = dict(
        Standing.objects.filter(
            subject__in={account.subject_id for account in accounts}
        ).values_list("subject_id", "score")
    )
    rows = []
    for number, medians in facts_of(list(by_number), formula.formula, today).items():
        facts = replace(medians, credit=credit.get(by_number[number].subject_id))
        graded = grade(facts, formula.formula)
        if graded is None:
            continue
        row = _row(by_number[number], graded, facts, formula.row, now)
        before = latest.get(number)
        if before is None or _values(before) != _values(row):
            rows.append(row)
    AccountGrade.objects.bulk_create(rows)
    with connection.cursor() as cursor:
        cursor.execute(_SHOW, [[each.account_id for each in rows], [each.grade for each in rows]])
    ActionLog.objects.bulk_create(
        audit.draft_record(
            action="accounts.publicaccount.grade",
            target=each.account,
            actor=actor,
            provision=Provision.PUBLIC_ACCOUNT_7_2,
            reason=_REASON,
            changes={"grade": each.grade, "rule": formula.row.label},
        )
        for each in rows
        if each.account_id not in latest or latest[each.account_id].grade != each.grade
    )
    return len(rows)


def facts_of(accounts: list[int], formula: GradeFormula, today: date) -> dict[int, GradeFacts]:
    """Return the medians of some accounts over the window of a formula; their credit is no part."""
    since = today - timedelta(days=formula.window_days)
    with connection.cursor() as cursor:
        cursor.execute(_MEDIANS, [accounts, since, today])
        return {
            number: GradeFacts(
                days=days,
                followers=followers,
                views=views,
                click_rate=round(float(rate), 6) if rate is not None else None,
                interaction=round(interaction, 6),
            )
            for number, days, followers, views, rate, interaction in cursor.fetchall()
        }


def _row(
    account: PublicAccount, graded: Graded, facts: GradeFacts, rule: GradeRule, now: datetime
) -> AccountGrade:
    kept = {name: value for name, value in asdict(facts).items() if name != "credit"}
    return AccountGrade(account=account, rule=rule, facts=kept, graded_at=now, **asdict(graded))


def _values(row: AccountGrade) -> tuple[object, ...]:
    scores = (row.quality, row.reach, row.credit, row.total)
    return (row.grade, row.rule_id, row.is_credit_neutral, *(float(each) for each in scores))
