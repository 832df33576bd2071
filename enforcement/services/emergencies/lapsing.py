"""The service that puts on record that nobody confirmed an emergency decision in time."""

from datetime import datetime
from typing import Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from compliance import audit, proposals
from compliance.errors import InvalidInput
from compliance.grounds import Grounds
from compliance.models import Matter, StaffUser
from compliance.provisions import Provision
from compliance.staff import system_actor
from enforcement.enums import DecisionStatus
from enforcement.models import Decision
from enforcement.services.approval_items import close_approval_item
from enforcement.services.cases import requeue_case

# Kept as it is in the log, whichever language a screen has.
NOT_CONFIRMED: Final = "紧急决定未在规定期限内确认，自动失效"


def lapse_emergencies(*, now: datetime, actor: StaffUser) -> int:
    """
    Put on record every emergency decision whose time was over at `now`; return how many.

    Our choice, no article. Nothing of it came into force; the hold that came with it ends by the
    same time, and the case waits in its queue again.

    :raises InvalidInput: if `now` is still to come.
    """
    if now > timezone.now():
        raise InvalidInput(_("Give a past instant: others have until the end of the time."))
    waiting = Decision.objects.filter(
        status=DecisionStatus.PROPOSED, emergency__confirm_until__lt=now
    ).order_by("pk")
    return sum(_lapse(number) for number in list(waiting.values_list("pk", flat=True)))


@transaction.atomic
def _lapse(number: int) -> int:
    decision = Decision.objects.select_related(
        "case__work_item", "proposal", "approval_item__clock", "emergency"
    ).get(pk=number)
    Matter.objects.select_for_update(no_key=True).get(pk=decision.case.matter_id)
    audit.lock(decision)
    if decision.status != DecisionStatus.PROPOSED or decision.approval_item is None:
        return 0
    grounds = Grounds(
        actor=system_actor(), provision=Provision.PUBLIC_ACCOUNT_19_2, reason=NOT_CONFIRMED
    )
    proposals.withdraw_proposal(proposal=decision.proposal, **grounds)
    audit.move(
        decision,
        "lapse",
        **grounds,
        ended_at=decision.emergency.confirm_until,
        ended_reason=NOT_CONFIRMED,
    )
    close_approval_item(decision.approval_item, grounds)
    requeue_case(case=decision.case, **grounds)
    return 1
