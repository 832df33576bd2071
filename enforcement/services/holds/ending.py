"""How emergency holds end: not confirmed, over by time, or because the case goes on without them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.enums import GroundKind
from accounts.models import Restriction
from accounts.services.restrictions import end_restriction
from compliance import audit, proposals, work
from compliance.clocks import finish_clock
from compliance.errors import InvalidInput
from compliance.grounds import Grounds
from compliance.models import StaffUser
from compliance.provisions import Provision
from compliance.staff import system_actor
from enforcement.hearing_words import RUNNING_HOLDS, HoldStatus
from enforcement.models import Case, EmergencyHold
from enforcement.services.holds.commands import command_content
from enforcement.services.holds.locking import lock_case
from enforcement.services.holds.notices import tell_of_hold

# Kept as they are in the log, whichever language a screen has.
NOT_CONFIRMED: Final = "未在规定期限内确认，自动失效"
LONGEST_TIME_OVER: Final = "最长期限届满，自动失效"


@dataclass(frozen=True)
class OverCount:
    """How many holds were put on record as lapsed, and how many as expired."""

    lapsed: int
    expired: int


def end_hold(hold: EmergencyHold, arrow: str, grounds: Grounds, **fields: Any) -> None:
    """End a hold that is locked: what it stopped goes on at once, unless its time was over."""
    now = timezone.now()
    is_running = hold.is_running(now)
    was_waiting = hold.status == HoldStatus.PLACED
    audit.move(
        hold, arrow, **grounds, **{"ended_at": now, "ended_reason": grounds["reason"], **fields}
    )
    if is_running:
        restriction = restriction_of(hold)
        if restriction is not None:
            end_restriction(restriction=restriction, **grounds)
        command_content(hold, is_held=False, grounds=grounds)
    if was_waiting and hold.work_item.closed_at is None:
        work.close_item(hold.work_item)
    finish_clock(clock=hold.work_item.clock, **grounds)
    finish_clock(clock=hold.clock, **grounds)
    tell_of_hold(hold, actor=grounds["actor"])


def record_over(hold: EmergencyHold, *, actor: StaffUser) -> None:
    """
    Put on record that the time of a hold is over, and tell the operator.

    Our choice, no article. What it stopped has gone on since: that is compared with the time.
    """
    audit.lock(hold)
    if hold.status not in RUNNING_HOLDS or hold.is_running(timezone.now()):
        return
    is_unconfirmed = hold.status == HoldStatus.PLACED
    reason = NOT_CONFIRMED if is_unconfirmed else LONGEST_TIME_OVER
    grounds = Grounds(actor=system_actor(), provision=Provision.PUBLIC_ACCOUNT_19_2, reason=reason)
    if is_unconfirmed:
        proposals.withdraw_proposal(proposal=hold.proposal, **grounds)
    end_hold(
        hold,
        "lapse" if is_unconfirmed else "expire",
        grounds,
        ended_at=hold.in_force_until,
    )


@transaction.atomic
def _record_over(number: int, now: datetime, actor: StaffUser) -> str:
    hold = EmergencyHold.objects.select_related("account", "case__account").get(pk=number)
    lock_case(hold.case)
    if not EmergencyHold.objects.over(now).filter(pk=number).exists():
        return ""
    record_over(hold, actor=actor)
    return hold.status


def restriction_of(hold: EmergencyHold) -> Restriction | None:
    """Return the restriction that is the hold's own, while it runs; none where a content is held."""
    return Restriction.objects.filter(
        account=hold.account_id,
        ground_kind=GroundKind.EMERGENCY,
        ground_ref=hold.number,
        ended_at=None,
    ).first()


def record_all_over(*, now: datetime, actor: StaffUser) -> OverCount:
    """
    Put on record every hold whose time was over at `now`, one at a time.

    Our choice, no article. Nothing waits for this: a hold ends by comparison with the time.

    :raises InvalidInput: if `now` is still to come.
    """
    if now > timezone.now():
        raise InvalidInput(_("Give a past instant: a hold lasts until its time is over."))
    waiting = EmergencyHold.objects.over(now).order_by("pk").values_list("pk", flat=True)
    found = [_record_over(number, now, actor) for number in list(waiting)]
    return OverCount(lapsed=found.count(HoldStatus.LAPSED), expired=found.count(HoldStatus.EXPIRED))


def end_holds_of(case: Case, *, actor: StaffUser, provision: Provision, reason: str) -> None:
    """
    End what still holds in a case, because it was decided or closed.

    Our choice, no article: a hold is for the time until then. Called under the lock of the case.
    """
    grounds = Grounds(actor=actor, provision=provision, reason=reason)
    for hold in case.emergency_holds.filter(status__in=RUNNING_HOLDS).select_related(
        "account", "proposal", "work_item__clock", "clock"
    ):
        audit.lock(hold)
        if not hold.is_running(timezone.now()):
            record_over(hold, actor=actor)
            continue
        if hold.status == HoldStatus.PLACED:
            proposals.withdraw_proposal(
                proposal=hold.proposal, actor=system_actor(), provision=provision, reason=reason
            )
        end_hold(hold, "end_hold", grounds)
