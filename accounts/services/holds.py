"""Services for holds: open matters that block a transfer or closing at one's own wish."""

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.enums import HoldKind
from accounts.models import Hold, PublicAccount
from compliance import audit
from compliance.errors import ActionRefused, InvalidInput
from compliance.models import StaffUser
from compliance.provisions import Provision


def holds_in_force(account: PublicAccount) -> QuerySet[Hold]:
    """
    Return the open matters that block what the operator wishes, the oldest first.

    Whoever decides by it holds the lock of the account: none is placed or released meanwhile.
    """
    return Hold.objects.in_force().filter(account=account).order_by("pk")


@transaction.atomic
def place_hold(
    *,
    account: PublicAccount,
    kind: HoldKind,
    ground_ref: str,
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> Hold:
    """
    Hold an account, so that it is neither transferred nor closed at the operator's wish.

    Public Account Provisions, art. 11 §2: a transfer is looked at before it takes place. Who may
    order it is the matter of the service that opens the matter; this one records the fact.

    :raises MissingReason: if the reason is blank.
    :raises InvalidInput: if no matter is named.
    :raises ActionRefused: if the same matter holds the account already.
    """
    ground_ref = ground_ref.strip()
    if not ground_ref:
        raise InvalidInput(_("Name the matter that the hold rests on."))
    audit.lock(account)
    if holds_in_force(account).filter(kind=kind, ground_ref=ground_ref).exists():
        raise ActionRefused(_("This matter holds the account already."))
    hold = Hold(account=account, kind=kind, ground_ref=ground_ref, placed_at=timezone.now())
    return audit.create(hold, actor=actor, provision=provision, reason=reason)


@transaction.atomic
def release_hold(
    *,
    account: PublicAccount,
    kind: HoldKind,
    ground_ref: str,
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> None:
    """
    Release the hold of one matter; any other on the account stays.

    Public Account Provisions, art. 11 §2.

    :raises MissingReason: if the reason is blank.
    :raises ActionRefused: if the matter does not hold the account.
    """
    audit.lock(account)
    hold = holds_in_force(account).filter(kind=kind, ground_ref=ground_ref.strip()).first()
    if hold is None:
        raise ActionRefused(_("This matter does not hold the account, or no longer."))
    audit.amend(
        hold,
        "release",
        actor=actor,
        provision=provision,
        reason=reason,
        released_at=timezone.now(),
    )
