"""What appeals do about credit: while one is open, its deduction does not lower services."""

from django.db import transaction

from compliance.grounds import Grounds
from compliance.models import StaffUser
from compliance.provisions import Provision
from enforcement.credit_words import CreditEntryKind
from enforcement.models import CreditEntry, Decision
from enforcement.services.credit.counting import CreditChange, refresh_credit
from enforcement.services.credit.sources import register_dispute_source
from enforcement.services.credit.telling import tell_change

__all__ = ["follow_dispute", "register_dispute_source"]


@transaction.atomic
def follow_dispute(
    *, decision: Decision, actor: StaffUser, provision: Provision, reason: str
) -> CreditChange | None:
    """
    Count credit anew because an appeal against a decision was opened or has ended.

    Public Account Provisions, art. 13 §1 and art. 20 §2; our choice: what is disputed is marked so
    and does not lower services meanwhile. Nothing is done where the decision took no points.

    :raises MissingReason: if the reason is blank.
    """
    entry = (
        CreditEntry.objects.filter(decision=decision, kind=CreditEntryKind.DEDUCT)
        .select_related("subject")
        .first()
    )
    if entry is None:
        return None
    grounds = Grounds(actor=actor, provision=provision, reason=reason)
    change = refresh_credit(subject=entry.subject, **grounds)
    tell_change(change, actor=actor)
    return change
