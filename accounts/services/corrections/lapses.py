"""The service that puts on record which corrections were not made in time."""

from datetime import datetime
from typing import Final

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.correction_words import CorrectionStatus
from accounts.enums import AccountStatus
from accounts.models import Correction
from accounts.services.correction_notices import tell_all
from accounts.services.corrections.invitations import invite_late
from accounts.services.corrections.ordering import proofs_of_delivery, with_proof
from accounts.services.corrections.review import MISSED, record_missed
from compliance import bulk_audit
from compliance.bulk_audit import Move
from compliance.errors import InvalidInput
from compliance.grounds import Grounds
from compliance.models import ClockExtension, ClockState, ResponseInvitation, StaffUser
from compliance.provisions import Provision

# Our choice; no article sets it.
BATCH: Final = 200


def lapse_corrections(*, now: datetime, actor: StaffUser, batch: int = BATCH) -> int:
    """
    Put on record every correction whose time was over at `now`, a batch a transaction.

    Public Account Provisions, art. 8 §2. Only where the notice is known to have been delivered in
    time; one for which more time was asked waits for that answer. The operator is told and can
    still correct; a finding goes up. Return how many there were; run again, it finds none.

    :raises InvalidInput: if `now` is still to come.
    """
    if now > timezone.now():
        raise InvalidInput(_("Give a past instant: operators have until the end of the time."))
    total = 0
    while count := _lapse_batch(now, actor, batch):
        total += count
    return total


@transaction.atomic
def _lapse_batch(now: datetime, actor: StaffUser, batch: int) -> int:
    asked = ClockExtension.objects.filter(clock=OuterRef("clock"), proposal__outcome__isnull=True)
    due = Correction.objects.filter(
        ~Exists(asked),
        status=CorrectionStatus.ORDERED,
        account__status=AccountStatus.ACTIVE,
        clock__state=ClockState.RUNNING,
        clock__due_at__lte=now,
    )
    # Both rows or none, and never waiting: whoever answers at this moment holds the account first.
    found = list(
        with_proof(due)
        .select_related("account", "clause__rule_version__document", "clock")
        .select_for_update(of=("self", "account"), no_key=True, skip_locked=True)
        .order_by("pk")[:batch]
    )
    if not found:
        return 0
    grounds = Grounds(actor=actor, provision=Provision.PUBLIC_ACCOUNT_8_2, reason=MISSED)
    delivered = proofs_of_delivery(found)
    bulk_audit.move_many(
        [
            Move(each, "lapse", {"lapsed_at": now, "notice_delivered_at": delivered[each.pk]})
            for each in found
        ],
        **grounds,
    )
    waiting = ResponseInvitation.objects.open().about(*found)
    bulk_audit.move_many(
        [
            Move(each, "close", {"ended_at": timezone.now()})
            for each in waiting.select_for_update(no_key=True, of=("self",))
        ],
        **grounds,
    )
    invite_late(found, grounds)
    record_missed(found, actor=actor)
    tell_all(found, actor=actor)
    return len(found)
