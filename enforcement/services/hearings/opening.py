"""Services that open a hearing, give the operator their time anew, and drop what is not needed."""

from datetime import datetime
from typing import Final

from django.db import transaction
from django.db.models import CharField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.translation import gettext as _

from compliance import audit
from compliance.clocks import finish_clock, start_clock
from compliance.errors import ActionRefused
from compliance.grounds import Grounds
from compliance.models import Delivery, StaffUser
from compliance.provisions import Provision
from compliance.responses import InvitationDraft, close_invitations, open_invitation
from compliance.roles import require_permission
from enforcement.hearing_words import HearingStatus
from enforcement.models import Case, Decision, Hearing
from enforcement.services.hearings.notices import (
    LATER,
    OPENED,
    STATEMENT,
    operator_of,
    tell_of_hearing,
)
from enforcement.services.hearings.planning import STEP, decision_heard

RENEW: Final = "enforcement.renew_hearing"


def start_hearing(case: Case, grounds: Grounds) -> Hearing:
    """Write the hearing of a decision that is about to be proposed; the operator is told after it."""
    hearing = Hearing(
        case=case,
        account=case.account,
        clock=start_clock(step=STEP, **grounds),
        opened_at=timezone.now(),
    )
    return audit.create(hearing, **grounds)


def invite(hearing: Hearing, grounds: Grounds) -> None:
    """Open the response page for one statement, until the time is over."""
    open_invitation(
        InvitationDraft(
            kind=STATEMENT, about=hearing, recipient=operator_of(hearing), until=hearing.clock
        ),
        **grounds,
    )


def drop_hearing(hearing: Hearing, grounds: Grounds) -> None:
    """End a hearing of which the decision was taken back: nobody waits for the operator any more."""
    audit.move(hearing, "drop", **grounds, ended_at=timezone.now())
    finish_clock(clock=hearing.clock, **grounds)
    close_invitations(about=hearing, **grounds)


def lock_hearing(hearing: Hearing) -> Decision:
    """Lock a hearing as everybody does: its decision first; return the decision."""
    decision = audit.lock(decision_heard(hearing))
    audit.lock(hearing)
    return decision


def _deliveries_in_time() -> QuerySet[Delivery]:
    return Delivery.objects.filter(
        notice__purpose__in=(OPENED, LATER),
        notice__about_type=Hearing._meta.label_lower,
        notice__about_id=Cast(OuterRef("pk"), CharField()),
        notice__occasion=Cast(OuterRef("clock_id"), CharField()),
        # After the time was over it is none.
        delivered_at__lt=OuterRef("clock__due_at"),
    )


def known_since(hearing: Hearing) -> datetime | None:
    """
    Return since when the operator is known to know until when they may speak, or None.

    Our choice, no article: since the delivery of the notice that set the time, read from the
    outbox; whoever has begun to speak knows of it too.
    """
    found = (
        Hearing.objects.filter(pk=hearing.pk)
        .annotate(
            delivered=Subquery(
                _deliveries_in_time().order_by("delivered_at").values("delivered_at")[:1]
            )
        )
        .get()
    )
    spoken = hearing.statements.order_by("received_at").values_list("received_at", flat=True)
    instants = [each for each in (found.delivered, spoken.first()) if each is not None]
    return min(instants, default=None)


def has_lapsed_untold(hearing: Hearing) -> bool:
    """Return whether the time is over, but the notice did not arrive before it was."""
    return (
        hearing.status == HearingStatus.WAITING
        and hearing.clock.due_at <= timezone.now()
        and known_since(hearing) is None
    )


@transaction.atomic
def renew_time(
    *,
    hearing: Hearing,
    expected_version: int,
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> None:
    """
    Give an operator the time for a statement anew, and tell them, because the notice did not arrive.

    Our choice, no article: nobody was silent on what nobody told them.

    :raises NotPermitted: if the actor may not do so.
    :raises StaleVersion: if the hearing has moved on.
    :raises ActionRefused: if the time still runs, or the notice did arrive.
    """
    require_permission(actor, RENEW)
    grounds = Grounds(actor=actor, provision=provision, reason=audit.require_reason(reason))
    audit.lock(decision_heard(hearing))
    audit.lock(hearing, expected_version=expected_version)
    if not has_lapsed_untold(hearing):
        raise ActionRefused(
            _("The time is given anew only where it is over and the notice did not arrive.")
        )
    finish_clock(clock=hearing.clock, **grounds)
    close_invitations(about=hearing, **grounds)
    audit.amend(hearing, "renew_time", **grounds, clock=start_clock(step=STEP, **grounds))
    invite(hearing, grounds)
    tell_of_hearing(hearing, actor=actor)
