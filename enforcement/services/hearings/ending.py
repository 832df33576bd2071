"""Services that end a hearing: by what the operator said, or because the time passed in silence."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from compliance import audit, work
from compliance.clocks import finish_clock, start_clock
from compliance.errors import ActionRefused, InvalidInput
from compliance.grounds import Grounds
from compliance.models import Side, StaffUser
from compliance.provisions import Provision
from compliance.responses import close_invitations
from compliance.roles import require_permission
from enforcement.hearing_words import HearingStatus
from enforcement.models import Decision, Hearing
from enforcement.services.approval_items import open_approval_item
from enforcement.services.hearings.opening import known_since, lock_hearing

LATER_QUEUE: Final = "later_hearings"
LATER_STEP: Final = "later_hearing_decision"
# Our choice; no article sets it.
LATER_WEIGHT: Final = 30
# Kept as it is in the log, whichever language a screen has.
SILENCE: Final = "陈述期限届满，运营者未作陈述"


@dataclass(frozen=True)
class SilenceCount:
    """How many hearings ended in silence, and how many cannot: their notice did not arrive."""

    lapsed: int
    untold: int


def end_hearing(
    hearing: Hearing, decision: Decision, arrow: str, grounds: Grounds, **fields: Any
) -> None:
    """
    End a hearing and put its decision before the approvers; both are locked by the caller.

    Our choice, no article: only then may it be approved. After a decision that could not wait,
    somebody who took no part decides what becomes of it.
    """
    now = timezone.now()
    audit.move(hearing, arrow, **grounds, ended_at=now, **fields)
    finish_clock(clock=hearing.clock, **grounds)
    close_invitations(about=hearing, **grounds)
    if hearing.after is not None:
        _put_before_reviewer(hearing, grounds)
        return
    first = decision.proposal.slots.order_by("number")[0]
    item = open_approval_item(
        first.permission, decision.proposal, weight=decision.severity, grounds=grounds
    )
    audit.move(decision, "end_hearing", **grounds, heard_as=hearing.status, approval_item=item)


def _put_before_reviewer(hearing: Hearing, grounds: Grounds) -> None:
    clock = start_clock(step=LATER_STEP, **grounds)
    item = work.open_item(
        queue=LATER_QUEUE,
        clock=clock,
        weight=LATER_WEIGHT,
        matter=hearing.case.matter,
        side=Side.REVIEWER,
    )
    audit.amend(hearing, "put_before_reviewer", **grounds, review_item=item)


@transaction.atomic
def end_in_silence(
    *, hearing: Hearing, actor: StaffUser, provision: Provision, reason: str
) -> None:
    """
    Put on record that the time for a statement is over, and pass the decision on to its approvers.

    Our choice, no article: silence is no admission. Only where the operator is known to know of the
    time.

    :raises NotPermitted: if the actor may not propose decisions.
    :raises ActionRefused: if the time still runs, or the notice did not arrive before it was over.
    :raises TransitionRefused: if the hearing is over already.
    """
    require_permission(actor, "enforcement.propose_decision")
    grounds = Grounds(actor=actor, provision=provision, reason=reason)
    decision = lock_hearing(hearing)
    if hearing.status == HearingStatus.WAITING:
        if hearing.clock.due_at > timezone.now():
            raise ActionRefused(_("The operator may still make a statement."))
        if known_since(hearing) is None:
            raise ActionRefused(
                _("The notice did not arrive in time: give the operator the time anew.")
            )
    end_hearing(hearing, decision, "lapse", grounds, told_at=known_since(hearing))


def lapse_hearings(*, now: datetime, actor: StaffUser) -> SilenceCount:
    """
    Put on record every hearing whose time was over at `now`, one at a time.

    Our choice, no article. Where the notice did not arrive nothing is missed: the hearing waits for
    somebody who gives the time anew.

    :raises InvalidInput: if `now` is still to come.
    """
    if now > timezone.now():
        raise InvalidInput(_("Give a past instant: operators have until the end of the time."))
    lapsed = untold = 0
    waiting = Hearing.objects.waiting().filter(clock__due_at__lte=now)
    for hearing in waiting.select_related("account", "case", "clock").order_by("pk"):
        if known_since(hearing) is None:
            untold += 1
            continue
        try:
            end_in_silence(
                hearing=hearing,
                actor=actor,
                provision=Provision.PUBLIC_ACCOUNT_19_2,
                reason=SILENCE,
            )
        except ActionRefused:
            # Somebody was quicker: what it waited for has come, or it was taken back.
            continue
        lapsed += 1
    return SilenceCount(lapsed=lapsed, untold=untold)
