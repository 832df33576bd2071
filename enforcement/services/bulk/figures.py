"""What a list would do and has done, counted from its rows; whatever the number, a few questions."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import Case as Choose
from django.db.models import CharField, Count, F, Q, Sum, Value, When

from compliance.deadlines import due_instant
from compliance.models import NoticeLanguage
from enforcement.bulk_words import BulkItemStatus
from enforcement.models import BulkDecision, MeasureType
from enforcement.rules.measures import appeal_limit, is_reportable, measure_end
from enforcement.services.bulk.contents import words_of
from enforcement.services.bulk.proposing import UNDO_STEP

# From how many followers on, as the screen groups them; our choice, no article.
BANDS: Final = (0, 10_000, 100_000, 500_000)

Counted = Sequence[tuple[str, int]]


@dataclass(frozen=True)
class BulkFigures:
    """What stands on a list and what it does, counted; each pair is a value and its accounts."""

    to_decide: int
    left_out: Counted
    natures: Counted
    bands: Counted
    offences: Counted
    deviations: Counted
    needing_care: int
    subjects: int
    points: int
    used_up: int
    notices: int


def figures_of(bulk: BulkDecision) -> BulkFigures:
    """
    Return what a list would do, as it was when it was drafted.

    Opinions on Platform Responsibility, point 2: whoever proposes and whoever approves knows what
    they do.
    """
    kept = bulk.items.filter(left_out="")
    band = Choose(
        *(When(followers__gte=least, then=Value(str(least))) for least in reversed(BANDS)),
        output_field=CharField(),
    )
    sums = kept.aggregate(
        to_decide=Count("pk"),
        needing_care=Count("pk", filter=Q(needs_care=True)),
        subjects=Count("account__subject", distinct=True),
        used_up=Count("pk", filter=Q(credit_before__lte=F("points"), points__gt=0)),
        in_all=Sum("points", default=0),
    )
    return BulkFigures(
        left_out=_counted(bulk.items.exclude(left_out=""), "left_out"),
        natures=_counted(kept, "nature"),
        bands=_counted(kept.annotate(band=band), "band"),
        offences=_counted(kept, "offence_number"),
        deviations=_counted(kept, "deviation"),
        # One text in each language; one of them is sent.
        notices=sums["to_decide"] * len(NoticeLanguage.values),
        points=sums.pop("in_all"),
        **sums,
    )


def _counted(rows: object, name: str) -> Counted:
    found = rows.values_list(name).annotate(n=Count("pk")).order_by(name)  # type: ignore[attr-defined]
    return [(str(value), count) for value, count in found]


@dataclass(frozen=True)
class BulkDates:
    """From when to when things run, as if the last approval were given at an instant."""

    held_until: datetime
    appealable_until: datetime
    report_due_at: datetime | None
    ends: Sequence[tuple[str, datetime | None]]


def dates_of(bulk: BulkDecision, at: datetime) -> BulkDates:
    """
    Return the dates that a list sets where its decisions come into force at `at`.

    Opinions on Platform Responsibility, point 2.
    """
    orders = words_of(bulk).measures
    reported = MeasureType.objects.filter(
        version=bulk.violation_type.version_id, measure__in=[each.measure for each in orders]
    ).values_list("is_reported", flat=True)
    return BulkDates(
        held_until=bulk.held_until or due_instant(UNDO_STEP, at),
        appealable_until=due_instant(appeal_limit(each.measure for each in orders), at),
        report_due_at=due_instant("regulator_report", at) if is_reportable(reported) else None,
        ends=[(each.measure, measure_end(at, each.term_days)) for each in orders],
    )


def progress_of(bulk: BulkDecision) -> dict[str, int]:
    """Return how many accounts of a list stand in each state, every state named."""
    found = dict(bulk.items.values_list("status").annotate(n=Count("pk")).order_by())
    return {str(status): found.get(status, 0) for status in BulkItemStatus.values}
