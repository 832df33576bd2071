"""What an appeal that was decided means for what is decided afterwards on the same case or account."""

from django.utils.translation import gettext as _

from compliance.errors import ActionRefused
from enforcement.appeal_words import BARRING_OUTCOMES
from enforcement.enums import CLOSING_MEASURES, MeasureCode
from enforcement.models import AppealRuling, Case
from enforcement.services.deciding_sides import sent_back
from enforcement.services.decision_content import DecisionWords, MeasureOrder


def require_allowed_after_appeal(case: Case, words: DecisionWords) -> None:
    """
    Refuse what would be heavier than what was sent back, or what a program may not repeat.

    Public Account Provisions, art. 20 §2: an appeal makes nothing heavier, and what it did not let
    stand is not brought about again by automation.

    :raises ActionRefused: in both cases.
    """
    earlier = sent_back(case)
    if earlier is not None:
        before = list(earlier.ordered_measures.all())
        for order in words.measures:
            if not any(
                _no_heavier(order, each.measure, each.term_days, each.functions) for each in before
            ):
                raise ActionRefused(
                    _(
                        "“%(measure)s” would be heavier than decision %(number)s, which was sent back."
                    )
                    % {
                        "measure": MeasureCode(order.measure).label,
                        "number": earlier.number,
                    }
                )
    if words.is_automated:
        require_not_repeated(case, words)


def _no_heavier(
    order: MeasureOrder, measure: str, term_days: int | None, functions: list[str]
) -> bool:
    if order.measure == MeasureCode.WARN:
        return True
    if order.measure == measure:
        return set(order.functions) <= set(functions) and (order.term_days or 0) <= (term_days or 0)
    if measure == MeasureCode.SUSPEND_SERVICE and order.measure == MeasureCode.SUSPEND_UPDATES:
        return (order.term_days or 0) <= (term_days or 0)
    return measure in CLOSING_MEASURES and (
        order.term_days is not None or order.measure in CLOSING_MEASURES
    )


def require_not_repeated(case: Case, words: DecisionWords) -> None:
    """
    Refuse a program's proposal of what an appeal has reduced or revoked.

    Our choice, no article: the same account, the same violation, the same content.

    :raises ActionRefused: if there was such an appeal.
    """
    found = (
        AppealRuling.objects.filter(
            outcome__in=BARRING_OUTCOMES,
            appeal__decision__account=case.account,
            appeal__decision__violation_type__code=words.violation_type.code,
            appeal__decision__content_ref=words.content_ref,
        )
        .select_related("appeal")
        .first()
    )
    if found is not None:
        raise ActionRefused(
            _(
                "Appeal %(number)s did not let the same stand: no program proposes it again. A person "
                "has to look."
            )
            % {"number": found.appeal.number}
        )
