"""What the form of a proposal says at first: the words that came back, if any did."""

from typing import Any

from django.utils import timezone

from enforcement.enums import ContentKind
from enforcement.models import (
    Case,
    CatalogueVersion,
    Factor,
    ViolationType,
)
from enforcement.services.decision_checks import decision_taken_up


def first_words(case: Case) -> dict[str, Any]:
    """Return what the form is filled with at first: the words that came back, if any did."""
    earlier = decision_taken_up(case)
    if earlier is None:
        return {
            "content_kind": ContentKind.TEXT if case.content_ref else ContentKind.ACCOUNT,
            "content_ref": case.content_ref,
        }
    catalogue = CatalogueVersion.objects.in_force(timezone.now())
    # The catalogue may have moved on; the same code then stands for it in the present one.
    violation = ViolationType.objects.filter(
        version=catalogue, code=earlier.violation_type.code
    ).first()
    orders = list(earlier.ordered_measures.all())
    return {
        "violation": violation.pk if violation else None,
        "severity": earlier.severity,
        "statute": earlier.statute,
        "content_kind": earlier.content_kind,
        "content_ref": earlier.content_ref,
        "facts": earlier.facts,
        "clauses": list(earlier.clauses.values_list("clause_id", flat=True)),
        "reasoning": earlier.reasoning,
        "private_note": earlier.private_note,
        "measures": [order.measure for order in orders],
        "factors": list(
            Factor.objects.filter(
                version=catalogue, code__in=earlier.factors.values("factor__code")
            ).values_list("pk", flat=True)
        ),
        "deviation_reason": earlier.deviation_reason,
        "deviation_note": earlier.deviation_note,
        "functions": [name for order in orders for name in order.functions],
        "content_acts": [each for order in orders for each in order.content_acts],
        "mismatches": [each for order in orders for each in order.mismatches],
        "correction_ground": next(
            (order.correction_ground for order in orders if order.correction_ground), ""
        ),
        "label_kind": next((order.label for order in orders if order.label), ""),
        **{
            f"contents_{order.measure}": "\n".join(order.content_refs)
            for order in orders
            if order.content_refs
        },
        **{f"term_{order.measure}": order.term_days for order in orders if order.term_days},
        **{f"review_{order.measure}": order.review_date for order in orders if order.review_date},
    }
