"""Whether new figures are unusual: a thousand days at a time, each against the days before it."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.enums import AccountStatus, FindingKind
from accounts.models import DailyMetric, MetricAlert, MetricRule, PublicAccount
from accounts.rules.metrics import (
    Day,
    Indicator,
    MetricLimits,
    Signal,
    SignalKind,
    fresh_signals,
    signals_of,
)
from accounts.services.findings import FindingDraft, record_findings
from accounts.services.metrics.words import signals_in_words
from compliance.context import record_language
from compliance.errors import ActionRefused
from compliance.models import StaffUser
from compliance.provisions import Provision

BATCH: Final = 1_000
# What stands for "beyond all measure" where a column cannot hold it.
_BEYOND: Final = 9_999.0
_REASON: Final = "指标异常变动由系统自动发现"

# What another worker has in hand is left to it.
_CLAIM: Final = """
SELECT account_id, day FROM accounts_dailymetric WHERE evaluated_at IS NULL
ORDER BY account_id, day LIMIT %s FOR NO KEY UPDATE SKIP LOCKED
"""
_DONE: Final = """
UPDATE accounts_dailymetric AS m SET evaluated_at = %s
FROM unnest(%s::bigint[], %s::date[]) AS d (account_id, day)
WHERE m.account_id = d.account_id AND m.day = d.day
"""


@dataclass(frozen=True)
class RuleInForce:
    """A version of what counts as unusual, as its row and as what the rules read."""

    row: MetricRule
    limits: MetricLimits


def rule_in_force(at: datetime) -> RuleInForce:
    """
    Return what counts as unusual at `at`.

    Public Account Provisions, art. 12 §1.

    :raises ActionRefused: if no version is in force then.
    """
    row = MetricRule.objects.filter(effective_from__lte=at).order_by("-effective_from").first()
    if row is None:
        raise ActionRefused(_("No rule for unusual figures is in force."))
    return RuleInForce(row, MetricLimits.from_catalogue(row.content))


def evaluate_metrics(*, now: datetime, actor: StaffUser) -> int:
    """
    Evaluate the days that were pushed since the last time, and return how many were unusual.

    Public Account Provisions, art. 12: unusual changes are found. Each becomes an alert with its
    series frozen and a finding that asks a person to look; no account is touched by it. An account
    that is closed, and a day that arrives late, tell nothing.

    :raises ActionRefused: if no rule is in force.
    """
    rule = rule_in_force(now)
    found = 0
    while True:
        with transaction.atomic():
            claimed = _claim()
            if not claimed:
                return found
            alerts = _alerts_of(claimed, rule, now)
            found += len(_record(alerts, actor))
            _mark_evaluated(claimed, now)


def _claim() -> list[tuple[int, date]]:
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, [BATCH])
        return list(cursor.fetchall())


def _mark_evaluated(claimed: Sequence[tuple[int, date]], now: datetime) -> None:
    accounts, days = zip(*claimed, strict=True)
    with connection.cursor() as cursor:
        cursor.execute(_DONE, [now, list(accounts), list(days)])


def _alerts_of(
    claimed: Sequence[tuple[int, date]], rule: RuleInForce, now: datetime
) -> list[MetricAlert]:
    limits = rule.limits
    oldest = timezone.localdate(now) - timedelta(days=limits.late_days)
    open_accounts = set(
        PublicAccount.objects.filter(
            pk__in={account for account, _day in claimed}, status=AccountStatus.ACTIVE
        ).values_list("pk", flat=True)
    )
    wanted = [(a, day) for a, day in claimed if a in open_accounts and day >= oldest]
    if not wanted:
        return []
    series = _series(wanted, limits)
    told = _told(wanted, limits)
    alerts = []
    for account, day in wanted:
        days = [each for each in series[account] if each.day <= day]
        signals = fresh_signals(signals_of(days, limits), told[account], day, limits)
        if signals:
            told[account] += [(each.kind, each.indicator, day) for each in signals]
            window = [each for each in days if (day - each.day).days <= limits.window_days]
            alerts.append(
                MetricAlert(
                    account_id=account,
                    day=day,
                    rule=rule.row,
                    signals=[_kept(each) for each in _worst_first(signals)],
                    series=[_kept_day(each) for each in window],
                    found_at=now,
                )
            )
    return alerts


def _series(wanted: Sequence[tuple[int, date]], limits: MetricLimits) -> dict[int, list[Day]]:
    return series_of(
        {account for account, _day in wanted},
        min(day for _account, day in wanted) - timedelta(days=limits.window_days + 1),
        max(day for _account, day in wanted),
    )


def series_of(accounts: Iterable[int], first: date, last: date) -> dict[int, list[Day]]:
    """Return the figures of some accounts from one day to another, in the order of the days."""
    rows = (
        DailyMetric.objects.filter(account__in=list(accounts), day__gte=first, day__lte=last)
        .order_by("account_id", "day")
        .values_list("account_id", "day", "followers", "views", "click_rate", "reposts", "comments")
    )
    found: dict[int, list[Day]] = defaultdict(list)
    for account, day, followers, views, click_rate, reposts, comments in rows:
        rate = float(click_rate) if click_rate is not None else None
        found[account].append(Day(day, followers, views, rate, reposts, comments))
    return found


def _told(
    wanted: Sequence[tuple[int, date]], limits: MetricLimits
) -> dict[int, list[tuple[SignalKind, Indicator, date]]]:
    first = min(day for _account, day in wanted) - timedelta(days=limits.quiet_days)
    alerts = MetricAlert.objects.filter(
        account__in={account for account, _day in wanted}, day__gte=first
    )
    found: dict[int, list[tuple[SignalKind, Indicator, date]]] = defaultdict(list)
    for alert in alerts:
        found[alert.account_id] += [
            (SignalKind(each["kind"]), Indicator(each["indicator"]), alert.day)
            for each in alert.signals
        ]
    return found


def _worst_first(signals: Iterable[Signal]) -> list[Signal]:
    return sorted(signals, key=lambda each: -abs(each.score))


def _kept(signal: Signal) -> dict[str, Any]:
    return {
        "kind": signal.kind.value,
        "indicator": signal.indicator.value,
        "value": signal.value,
        "usual": signal.usual,
        "score": max(-_BEYOND, min(_BEYOND, round(signal.score, 2))),
    }


def _kept_day(day: Day) -> dict[str, Any]:
    figures = {indicator.value: day.value(indicator) for indicator in Indicator}
    return {"day": day.day.isoformat(), **figures}


def _record(alerts: Sequence[MetricAlert], actor: StaffUser) -> list[MetricAlert]:
    """Insert alerts and a finding for each; a day that told before keeps its first alert."""
    there = set(
        MetricAlert.objects.filter(account__in={each.account_id for each in alerts}).values_list(
            "account_id", "day"
        )
    )
    fresh = [each for each in alerts if (each.account_id, each.day) not in there]
    if not fresh:
        return []
    MetricAlert.objects.bulk_create(fresh)
    accounts = PublicAccount.objects.in_bulk({each.account_id for each in fresh})
    with record_language():
        drafts = [
            FindingDraft(
                account=accounts[each.account_id],
                kind=FindingKind.METRIC_ALERT,
                facts=signals_in_words(each.day, each.signals),
                ground_ref=f"metric_alert:{each.pk}",
                figures={
                    "metric_day": each.day.isoformat(),
                    "metric_score": abs(each.signals[0]["score"]),
                },
                found_at=each.found_at,
            )
            for each in fresh
        ]
    record_findings(drafts, actor=actor, provision=Provision.PUBLIC_ACCOUNT_12_1, reason=_REASON)
    return fresh
