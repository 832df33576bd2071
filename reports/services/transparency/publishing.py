"""The service that publishes the figures of the periods that are over, each once and for good."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.db import connection, transaction
from django.db.models import Min
from django.utils import timezone
from django.utils.translation import gettext as _

from compliance import audit
from compliance.errors import InvalidInput
from compliance.models import StaffUser
from compliance.provisions import Provision
from compliance.roles import require_permission
from enforcement.models import Appeal, Complaint, Decision
from reports.enums import PeriodKind
from reports.models import PublishedFigures
from reports.rules.suppression import hidden_figures
from reports.services.transparency.counting import count_period, in_month, relations_of

PUBLISH: Final = "reports.prepare_filing"
SCHEMA: Final = "heyan-transparency-1"
# Kept as it is in the log, whichever language is spoken.
REASON: Final = "期间届满，公布办理数据"
MONTHS_IN_HALF: Final = 6
# Our choice: nobody reads further back, and one run does not last for ever.
MOST_MONTHS: Final = 36
# One run at a time: any number that no other advisory lock has.
_LOCK: Final = 7_304_251


@dataclass(frozen=True)
class Period:
    """Days on which figures are published; `until` is the first day after them."""

    kind: str
    first: date
    until: date


def publish_figures(
    *, as_of: date, actor: StaffUser, provision: Provision, reason: str
) -> list[PublishedFigures]:
    """
    Publish every month and half-year that was over on `as_of` and is not published yet.

    Public Account Provisions, art. 20 §2: the limits are published, and so is how they were kept.
    What is published stays: a figure that was entered later counts from the half-year on.

    :raises NotPermitted: if the actor may not prepare what is told outside.
    :raises MissingReason: if the reason is blank.
    :raises InvalidInput: if the day is still to come.
    """
    require_permission(actor, PUBLISH)
    reason = audit.require_reason(reason)
    if as_of > timezone.localdate():
        raise InvalidInput(_("Nothing is published of days that are still to come."))
    return [
        figures
        for period in periods_over(as_of)
        if (figures := _publish(period, actor, provision, reason)) is not None
    ]


def periods_over(as_of: date) -> list[Period]:
    """Return the periods that were over on a day, the earliest first, each half-year after its months."""
    first = _first_month()
    if first is None:
        return []
    return list(_periods(max(first, _months_later(as_of.replace(day=1), -MOST_MONTHS)), as_of))


def _first_month() -> date | None:
    instants = [
        Complaint.objects.aggregate(at=Min("received_at"))["at"],
        Appeal.objects.aggregate(at=Min("filed_at"))["at"],
        Decision.objects.aggregate(at=Min("in_force_from"))["at"],
    ]
    found = [timezone.localtime(each).date() for each in instants if each is not None]
    return min(found).replace(day=1) if found else None


def _periods(first: date, as_of: date) -> Iterator[Period]:
    month = first
    while (after := _months_later(month, 1)) <= as_of:
        yield Period(PeriodKind.MONTH, month, after)
        if after.month in (1, 7):
            yield Period(PeriodKind.HALF_YEAR, _months_later(after, -MONTHS_IN_HALF), after)
        month = after


def _months_later(month: date, number: int) -> date:
    years, place = divmod(month.month - 1 + number, 12)
    return date(month.year + years, place + 1, 1)


@transaction.atomic
def _publish(
    period: Period, actor: StaffUser, provision: Provision, reason: str
) -> PublishedFigures | None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
    published = PublishedFigures.objects.filter(period_from=period.first, period_until=period.until)
    if published.exists():
        return None
    counted = count_period(period.kind, period.first, period.until)
    hidden = _hidden(period, counted.values)
    content = {
        "schema": SCHEMA,
        "period": {
            "kind": str(period.kind),
            "from": period.first.isoformat(),
            "until": period.until.isoformat(),
            "until_is": "exclusive",
        },
        "counted_at": timezone.localtime(counted.counted_at).isoformat(),
        "figures": {
            name: None if name in hidden else value for name, value in counted.values.items()
        },
    }
    figures = PublishedFigures.objects.create(
        kind=period.kind,
        period_from=period.first,
        period_until=period.until,
        content=content,
        sha256=hashlib.sha256(audit.canonical_json(content).encode()).hexdigest(),
        counted_at=counted.counted_at,
    )
    audit.record(
        action="reports.publishedfigures.publish",
        target=figures,
        actor=actor,
        provision=provision,
        reason=reason,
        changes={
            "period": figures.code,
            "complaints": counted.complaints,
            "appeals": counted.appeals,
            "left_out": len(hidden),
            "sha256": figures.sha256,
        },
    )
    return figures


def _hidden(period: Period, values: dict[str, int]) -> frozenset[str]:
    """
    Return what is not shown of a period, beside what earlier months of its half-year have shown.

    Where one month has left a figure out, the next one does too: otherwise the half-year, of which
    more is told, could not show it.
    """
    is_month = period.kind == PeriodKind.MONTH
    first = _half_of(period.first) if is_month else period.first
    months = PublishedFigures.objects.filter(
        kind=PeriodKind.MONTH,
        period_from__gte=first,
        period_until__lte=period.first if is_month else period.until,
    ).order_by("period_from")
    known: dict[str, int] = dict(values)
    settled: dict[str, bool] = {}
    for place, month in enumerate(months):
        figures: dict[str, Any] = month.content["figures"]
        counted = count_period(PeriodKind.MONTH, month.period_from, month.period_until).values
        for name, shown in figures.items():
            known[in_month(name, place)] = counted[name] if shown is None else shown
            settled[in_month(name, place)] = shown is not None
    relations = relations_of(len(months), is_half_over=not is_month)
    return hidden_figures(known, relations, settled)


def _half_of(month: date) -> date:
    return month.replace(month=1 if month.month <= MONTHS_IN_HALF else MONTHS_IN_HALF + 1)
