"""The last decisions like one that is written or looked at, read by an index of their own."""

from collections.abc import Iterable
from typing import Final

from django.db import connection
from django.db.models import QuerySet

from enforcement.enums import DecisionStatus
from enforcement.models import Case, Decision, OrderedMeasure
from enforcement.rules.consistency import Taken
from enforcement.rules.ladder import Order

# Our choice; no article sets it: enough to see what is usual, few enough to read.
LAST: Final = 20

# One walk of the index for each catalogue version that has the code, however many decisions there
# are. What was reversed is no measure for others.
_LAST: Final = f"""
SELECT found.id FROM enforcement_violationtype v
CROSS JOIN LATERAL (
    SELECT d.id, d.in_force_from FROM enforcement_decision d
    WHERE d.violation_type_id = v.id AND d.severity = %(severity)s
        AND d.offence_number = %(offence)s AND d.in_force_from IS NOT NULL
        AND d.status <> '{DecisionStatus.REVERSED}' AND d.case_id IS DISTINCT FROM %(without)s
    ORDER BY d.in_force_from DESC LIMIT %(limit)s
) found
WHERE v.code = %(code)s
ORDER BY found.in_force_from DESC, found.id DESC LIMIT %(limit)s
"""  # noqa: S608


def comparable_decisions(
    code: str,
    severity: int,
    offence_number: int,
    *,
    without: Case | None = None,
    limit: int = LAST,
) -> list[Decision]:
    """
    Return the last decisions on the same violation, severity and offence, whoever proposed them.

    Opinions on Platform Responsibility, point 2: nobody is dealt with differently. The newest
    first, under whatever version of the catalogue; the case that is worked on is left out.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            _LAST,
            {
                "code": code,
                "severity": severity,
                "offence": offence_number,
                "without": without.pk if without is not None else None,
                "limit": limit,
            },
        )
        keys = [row[0] for row in cursor.fetchall()]
    found = _with_what_is_shown(Decision.objects.filter(pk__in=keys))
    return sorted(found, key=lambda each: keys.index(each.pk))


def _with_what_is_shown(decisions: QuerySet[Decision]) -> QuerySet[Decision]:
    return decisions.select_related("violation_type").prefetch_related(
        "ordered_measures", "credit_entries"
    )


def orders_of(measures: Iterable[OrderedMeasure]) -> tuple[Order, ...]:
    """Return ordered measures as they are compared."""
    return tuple(
        Order(each.measure, each.term_days, frozenset(each.functions)) for each in measures
    )


def as_taken(decision: Decision) -> Taken:
    """Return of a decision what is compared."""
    return Taken(orders_of(decision.ordered_measures.all()), decision.deviation)
