"""Services by which packages above write that a violation of an account was decided, or undone."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from accounts.models import PublicAccount, ViolationFact
from accounts.services.earning.sweeping import lose_rights_of, restore_rights
from compliance import audit
from compliance.grounds import Grounds
from compliance.models import StaffUser
from compliance.provisions import Provision


@transaction.atomic
def record_violation(
    *,
    account: PublicAccount,
    reference: str,
    decided_at: datetime,
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> ViolationFact:
    """
    Record that a violation of an account was decided; what it may earn by ends with it.

    Public Account Provisions, art. 14 §1 and art. 19 §2. Part of the transaction that decides, and
    called by whoever decides: `reference` is the number of the decision.

    :raises MissingReason: if the reason is blank.
    """
    grounds = Grounds(actor=actor, provision=provision, reason=reason)
    fact = ViolationFact(account=account, reference=reference, decided_at=decided_at)
    audit.create(fact, **grounds)
    lose_rights_of(account, by=reference, actor=actor)
    return fact


@transaction.atomic
def withdraw_violation(
    *,
    account: PublicAccount,
    reference: str,
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> ViolationFact | None:
    """
    Take back that a violation was decided, and give back the rights that were lost by it alone.

    Public Account Provisions, art. 20 §2: what an appeal revokes is undone exactly. Nothing is done
    where no such violation is on record or it was taken back before.

    :raises MissingReason: if the reason is blank.
    """
    fact = ViolationFact.objects.standing().filter(account=account, reference=reference).first()
    if fact is None:
        return None
    grounds = Grounds(actor=actor, provision=provision, reason=reason)
    audit.amend(fact, "withdraw", **grounds, withdrawn_at=timezone.now())
    restore_rights(account, lost_by=reference, grounds=grounds)
    return fact
