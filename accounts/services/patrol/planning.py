"""Services for planning the patrol of a month: who is due, who is drawn, and when each is looked at."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.enums import AccountStatus
from accounts.models import PatrolCheck, PatrolRule, PatrolRun
from accounts.patrol_words import PatrolStatus, RiskClass
from accounts.rules.dormancy import months_before
from accounts.services.patrol.policy import rule_in_force
from compliance import audit
from compliance.clocks import start_clocks
from compliance.deadlines import due_instant
from compliance.errors import ActionRefused, InvalidInput
from compliance.grounds import Grounds
from compliance.models import StaffUser, WorkItem
from compliance.provisions import Provision
from compliance.roles import require_permission
from compliance.set_audit import create_rows

QUEUE: Final = "patrol"
STEP: Final = "patrol_check"
PLAN: Final = "accounts.plan_patrol"
# One patrol of a month, whoever asks for it: any number that no other advisory lock has.
_LOCK: Final = 7_304_241
_AT_ONCE: Final = 5_000
# The checks of a month are due on as many days.
_DAYS: Final = 20

# Who was never checked counts from the registration, when the identity was verified.
_POPULATION: Final = f"""
SELECT a.id,
    CASE WHEN a.category = ANY(%(categories)s) OR coalesce(t.followers, 0) >= %(followers)s
        THEN '{RiskClass.FOCUSED}' ELSE '{RiskClass.ORDINARY}' END AS class,
    coalesce(c.decided_at, a.registered_at) AS last,
    ('x' || substr(md5(%(seed)s || a.platform_uid), 1, 8))::bit(32)::bigint %% 1000
        < %(permille)s AS drawn
FROM accounts_publicaccount a
LEFT JOIN accounts_accountactivity t ON t.account_id = a.id
LEFT JOIN LATERAL (
    SELECT max(p.decided_at) AS decided_at FROM accounts_patrolcheck p
    WHERE p.account_id = a.id AND p.status IN ('{PatrolStatus.PASSED}', '{PatrolStatus.FAILED}')
) c ON true
WHERE a.status = '{AccountStatus.ACTIVE}' AND a.registered_at < %(until)s
"""  # noqa: S608
_FIGURES: Final = f"""
WITH population AS ({_POPULATION}), judged AS (
    SELECT class, drawn, last < CASE class
        WHEN '{RiskClass.FOCUSED}' THEN %(focused_before)s ELSE %(ordinary_before)s END AS due
    FROM population)
SELECT class, count(*), count(*) FILTER (WHERE due), count(*) FILTER (WHERE drawn)
FROM judged GROUP BY class ORDER BY class
"""  # noqa: S608
# Those verified often first, then whoever waits longest; the sample is drawn from all.
_CHOSEN: Final = f"""
WITH population AS ({_POPULATION}), judged AS (
    SELECT id, class, drawn, last, last < CASE class
        WHEN '{RiskClass.FOCUSED}' THEN %(focused_before)s ELSE %(ordinary_before)s END AS due
    FROM population)
SELECT id, class, due, drawn FROM judged WHERE due OR drawn
ORDER BY drawn DESC, class = '{RiskClass.FOCUSED}' DESC, last, id
"""  # noqa: S608


@dataclass(frozen=True)
class Chosen:
    """One account that a patrol looks at, and why."""

    account: int
    risk_class: str
    is_due: bool
    is_sampled: bool


@transaction.atomic
def plan_patrol(*, month: date, actor: StaffUser, provision: Provision, reason: str) -> PatrolRun:
    """
    Plan the patrol of a month: freeze population, due accounts and sample, and put up the checks.

    Public Account Provisions, art. 9 §3: what was registered is verified again from time to time.
    The sample is drawn by a seed, so that anybody draws it again. As many checks as people can make
    are put into the queue, due on the days of the month; all others are on record as not covered.

    :raises NotPermitted: if the actor may not plan patrols.
    :raises MissingReason: if the reason is blank.
    :raises InvalidInput: if the month lies ahead.
    :raises ActionRefused: if the month was planned already.
    """
    require_permission(actor, PLAN)
    grounds = Grounds(actor=actor, provision=provision, reason=audit.require_reason(reason))
    first = month.replace(day=1)
    if first > timezone.localdate():
        raise InvalidInput(_("A patrol is planned when its month has begun."))
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
    if PatrolRun.objects.filter(month=first).exists():
        raise ActionRefused(
            _("The patrol of %(month)s was planned already.") % {"month": f"{first:%Y-%m}"}
        )
    rule = rule_in_force(timezone.now())
    asked = _parameters(rule, first)
    run = PatrolRun.objects.create(
        month=first, rule=rule, seed=asked["seed"], figures=_figures(asked)
    )
    chosen = chosen_for(asked)
    _put_up(run, chosen[: rule.capacity], grounds)
    _leave(run, chosen[rule.capacity :], grounds)
    audit.record(
        action="accounts.patrolrun.plan",
        target=run,
        changes={"figures": run.figures, "not_covered": max(0, len(chosen) - rule.capacity)},
        **grounds,
    )
    return run


def _parameters(rule: PatrolRule, first: date) -> dict[str, Any]:
    following = (first + timedelta(days=32)).replace(day=1)
    until = timezone.make_aware(datetime.combine(following, time.min))

    def before(months: int) -> datetime:
        return timezone.make_aware(datetime.combine(months_before(following, months), time.min))

    return {
        "categories": list(rule.focused_categories),
        "followers": rule.focused_followers,
        "permille": rule.sample_permille,
        "seed": f"{first:%Y-%m}/{rule.number}/",
        "until": min(until, timezone.now()),
        "focused_before": before(rule.focused_months),
        "ordinary_before": before(rule.ordinary_months),
    }


def _figures(asked: dict[str, Any]) -> dict[str, dict[str, int]]:
    with connection.cursor() as cursor:
        cursor.execute(_FIGURES, asked)
        found = {
            row[0]: dict(zip(("population", "due", "sampled"), row[1:], strict=True))
            for row in cursor.fetchall()
        }
    empty = {"population": 0, "due": 0, "sampled": 0}
    return {str(each): found.get(str(each), empty) for each in RiskClass}


def chosen_for(asked: dict[str, Any]) -> list[Chosen]:
    """Return the accounts that a patrol looks at, the most pressing first."""
    with connection.cursor() as cursor:
        cursor.execute(_CHOSEN, asked)
        return [Chosen(*row) for row in cursor.fetchall()]


def _put_up(run: PatrolRun, chosen: Sequence[Chosen], grounds: Grounds) -> None:
    """Put checks into the queue, a share of them due on each day from the limit on."""
    now = timezone.now()
    share = -(-len(chosen) // _DAYS) or 1
    for day, first in enumerate(range(0, len(chosen), share)):
        part = chosen[first : first + share]
        clocks = start_clocks(
            step=STEP,
            count=len(part),
            at=now,
            due_at=due_instant(STEP, now) + timedelta(days=day),
            **grounds,
        )
        items = WorkItem.objects.bulk_create(
            WorkItem(queue=QUEUE, clock=clock, due_at=clock.due_at) for clock in clocks
        )
        _write(run, part, {"work_item": [item.pk for item in items]}, PatrolStatus.OPEN, grounds)


def _leave(run: PatrolRun, chosen: Sequence[Chosen], grounds: Grounds) -> None:
    for first in range(0, len(chosen), _AT_ONCE):
        _write(run, chosen[first : first + _AT_ONCE], {}, PatrolStatus.NOT_COVERED, grounds)


def _write(
    run: PatrolRun,
    chosen: Sequence[Chosen],
    more: dict[str, Sequence[int]],
    status: PatrolStatus,
    grounds: Grounds,
) -> None:
    create_rows(
        PatrolCheck,
        each={
            "account": [each.account for each in chosen],
            "risk_class": [each.risk_class for each in chosen],
            "is_due": [each.is_due for each in chosen],
            "is_sampled": [each.is_sampled for each in chosen],
            **more,
        },
        common={"run": run.pk, "status": str(status)},
        grounds=grounds,
    )
