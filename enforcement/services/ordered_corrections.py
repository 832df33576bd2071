"""Corrections that a decision orders: the flow of accounts, begun and undone by the decision."""

from collections.abc import Collection
from typing import Final

from django.utils.translation import gettext as _

from accounts.correction_words import CorrectionStatus, Mismatch
from accounts.models import Correction, PublicAccount, Restriction
from accounts.services.corrections.ordering import (
    CorrectionDraft,
    follow_settlement,
    order_decided_correction,
    require_none_open,
    restriction_of,
    withdraw_decided_correction,
)
from compliance import audit
from compliance.errors import ActionRefused
from compliance.grounds import Grounds
from enforcement.enums import MeasureCode, MeasureStatus
from enforcement.models import Decision, Measure, OrderedMeasure
from enforcement.services.spent import end_if_spent

# Told in the notice of the withdrawal, whichever language a screen has.
_DECISION_UNDONE: Final = "责令改正所依据的处置决定已被撤销。"


def require_correctable(account: PublicAccount, measures: Collection[str]) -> None:
    """
    Refuse to order a correction while another one of the account is open.

    Public Account Provisions, art. 8 §2. Asked when it is proposed and at each approval.

    :raises ActionRefused: naming the one that is open.
    """
    if MeasureCode.ORDER_CORRECTION in measures:
        require_none_open(account)


def mismatches_in_words(mismatches: Collection[str]) -> str:
    """Return what of a profile is to be corrected, in one line."""
    return _(", ").join(str(each.label) for each in Mismatch if each in mismatches)


def begin_correction(ordered: OrderedMeasure, decision: Decision, grounds: Grounds) -> Correction:
    """Order what a decision says is to be corrected: suspension, time, notice and the way to answer."""
    cited = decision.clauses.select_related("clause").order_by("pk")
    broken = decision.violation_type.provision
    clause = next((each for each in cited if each.clause.provision == broken), cited[0]).clause
    return order_decided_correction(
        account=decision.account,
        draft=CorrectionDraft(
            mismatches=ordered.mismatches,
            ground=ordered.correction_ground,
            facts=decision.facts,
            clause=clause,
            private_note=decision.private_note,
        ),
        origin_ref=decision.number,
        **grounds,
    )


def suspension_of(decision: Decision) -> Restriction:
    """Return the suspension of the correction that a decision has ordered before."""
    ordered = decision.measures.select_related("correction").get(
        measure=MeasureCode.ORDER_CORRECTION
    )
    assert ordered.correction is not None
    restriction = restriction_of(ordered.correction)
    assert restriction is not None
    return restriction


def lock_account_of(decision: Decision) -> None:
    """Lock the account before the decision where a correction is undone with it, as accounts do."""
    if decision.ordered_measures.filter(measure=MeasureCode.ORDER_CORRECTION).exists():
        audit.lock(PublicAccount.objects.get(pk=decision.account_id))


def undo_correction(measure: Measure, grounds: Grounds) -> tuple[bool, str]:
    """
    Withdraw the order of a measure that was reversed; return whether that undid it, and in words.

    Public Account Provisions, art. 20 §2: what was corrected meanwhile stays as the operator made it.
    """
    correction = measure.correction
    assert correction is not None
    if withdraw_decided_correction(correction=correction, told=_DECISION_UNDONE, **grounds):
        return True, _("The order to correct is withdrawn; nothing has to be corrected any more.")
    correction.refresh_from_db()
    if correction.status == CorrectionStatus.TERMINATED:
        return False, _(
            "The service was terminated because it was not corrected, by a decision of its own, "
            "which stands."
        )
    if correction.status == CorrectionStatus.ACCEPTED:
        return False, _("What was corrected stays as the operator corrected it.")
    return False, _("The order had been withdrawn before.")


def _follow(correction: Correction, grounds: Grounds) -> None:
    """Put on record that the measures of a correction ended with it; its own notice tells."""
    found = Measure.objects.filter(correction=correction).select_related("decision").first()
    if found is None:
        return
    arrow = "expire" if correction.status == CorrectionStatus.ACCEPTED else "lift"
    decision = audit.lock(found.decision)
    both = (MeasureCode.ORDER_CORRECTION, MeasureCode.SUSPEND_SERVICE)
    ended = correction.decided_at
    assert ended is not None
    is_ended = False
    for measure in decision.measures.filter(
        measure__in=both, status=MeasureStatus.IN_FORCE, ordered__goes_with__isnull=False
    ).order_by("pk"):
        audit.move(measure, arrow, **grounds, ended_at=ended)
        is_ended = True
    if is_ended:
        end_if_spent(decision, arrow, at=ended, **grounds)


def require_ends_elsewhere(measure: Measure) -> None:
    """
    Refuse to lift what ends with its correction.

    Public Account Provisions, art. 8 §2: the service is resumed when it is corrected, or when the
    order is withdrawn, on the page of the correction.

    :raises ActionRefused: naming the correction.
    """
    if measure.ordered.goes_with is None:
        return
    ordered = Measure.objects.select_related("correction").get(
        decision=measure.decision_id, measure=MeasureCode.ORDER_CORRECTION
    )
    assert ordered.correction is not None
    raise ActionRefused(
        _("This ends with the correction %(reference)s: withdraw its order there.")
        % {"reference": ordered.correction.reference}
    )


def register() -> None:
    """Let the measures of a decision end with the correction it ordered; called when apps are ready."""
    follow_settlement(_follow)
