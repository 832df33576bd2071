"""Services by which the measure ends whose notice was disputed and of which no lawsuit was shown."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from compliance import audit, responses
from compliance.clocks import finish_clock, start_clock
from compliance.errors import ActionRefused, InvalidInput, TransitionRefused
from compliance.grounds import Grounds
from compliance.models import StaffUser
from compliance.provisions import Provision
from compliance.roles import require_permission
from compliance.work import close_item, open_item
from enforcement.enums import MeasureCode, MeasureStatus
from enforcement.hearing_words import HoldScope, HoldStatus
from enforcement.infringement_words import InfringementStatus
from enforcement.measure_words import LiftGround
from enforcement.models import EmergencyHold, Infringement, Measure
from enforcement.services.complaint_appeals.sides import handling_side
from enforcement.services.complaints.submission import ENTER
from enforcement.services.holds.ending import end_hold
from enforcement.services.holds.locking import lock_case
from enforcement.services.infringements import notices
from enforcement.services.infringements.proving import QUEUE, WEIGHT, begin
from enforcement.services.infringements.stages import lock_infringement
from enforcement.services.measures import lift_measure

LIFTING_STEP: Final = "reversal_execution"
# Kept as they are, whichever language a screen has.
_SILENCE: Final = "转送通知后七日内运营者未提交声明"
_NO_SUIT: Final = "转送声明后十五日内权利人未证明已投诉或者起诉，依法终止所采取的措施"
N = InfringementStatus


@dataclass(frozen=True)
class SweptInfringements:
    """How many notices nobody disputed, and how many of which no lawsuit was shown."""

    undisputed: int
    unproven: int


def measures_of(infringement: Infringement) -> list[Measure]:
    """
    Return what is in force about the content of a notice, by the decisions of its case.

    What another notice holds that still stands is not among it.
    """
    complaint = infringement.complaint
    if complaint.case_id is None or _is_held_by_another(infringement):
        return []
    found = Measure.objects.filter(
        decision__case=complaint.case_id,
        measure=MeasureCode.HANDLE_CONTENT,
        status=MeasureStatus.IN_FORCE,
        ordered__content_refs__contains=[complaint.content_ref],
    )
    return list(found.select_related("account", "decision__account", "ordered").order_by("pk"))


def _is_held_by_another(infringement: Infringement) -> bool:
    complaint = infringement.complaint
    others = Infringement.objects.standing().filter(
        account=infringement.account_id,
        complaint__case=complaint.case_id,
        complaint__content_ref=complaint.content_ref,
    )
    return others.exclude(pk=infringement.pk).exclude(status=N.RECEIVED).exists()


def ends_by_itself(measure: Measure) -> bool:
    """Return whether a measure is about one content alone, and one person may lift it."""
    return len(measure.ordered.content_refs) == 1 and measure.approvals_given < 2


def sweep_infringements(*, now: datetime, actor: StaffUser) -> SweptInfringements:
    """
    Put on record what nobody disputed until `now`, and lift what nobody sued about.

    Civil Code, art. 1196; E-Commerce Law, art. 43: what was done ends in time. Each by itself: one
    that cannot be ended stops no other.

    :raises InvalidInput: if `now` is still to come.
    """
    if now > timezone.now():
        raise InvalidInput(_("Give a past instant: both sides have until the end of the time."))
    grounds = Grounds(actor=actor, provision=Provision.CIVIL_CODE_1196, reason=_SILENCE)
    related = ("account", "complaint__case__account", "counter_clock", "wait_clock")
    silent = Infringement.objects.silent(now).select_related(*related).order_by("pk")
    undisputed = sum(_tried(each, stand_undisputed, grounds) for each in silent)
    unproven = Infringement.objects.unproven(now).select_related(*related).order_by("pk")
    over: Grounds = {**grounds, "reason": _NO_SUIT}
    return SweptInfringements(
        undisputed, sum(_tried(each, end_unproven, over) for each in unproven)
    )


def _tried(infringement: Infringement, act: Callable[..., None], grounds: Grounds) -> bool:
    try:
        act(infringement=infringement, **grounds)
    except ActionRefused:
        # Somebody acts on it at this moment.
        return False
    return True


@transaction.atomic
def stand_undisputed(
    *, infringement: Infringement, actor: StaffUser, provision: Provision, reason: str
) -> None:
    """
    Put on record that the operator let the time for a counter-statement pass; what was done stays.

    Civil Code, art. 1195. Silence admits nothing: the operator may still appeal against the decision.

    :raises NotPermitted: if the actor may not enter what becomes of complaints.
    :raises TransitionRefused: if the time still runs, or something was answered.
    """
    require_permission(actor, ENTER)
    grounds = Grounds(actor=actor, provision=provision, reason=reason)
    lock_infringement(infringement)
    clock = infringement.counter_clock
    if infringement.status != N.FORWARDED or clock is None or clock.due_at > timezone.now():
        raise TransitionRefused
    audit.move(infringement, "stand", **grounds, ended_at=timezone.now())
    finish_clock(clock=clock, **grounds)
    responses.close_invitations(about=infringement, **grounds)
    notices.tell_complainant(infringement, notices.RESULT, actor=actor)


@transaction.atomic
def end_unproven(
    *, infringement: Infringement, actor: StaffUser, provision: Provision, reason: str
) -> None:
    """
    Lift what was done about a content, because no lawsuit was shown in fifteen days.

    Civil Code, art. 1196; E-Commerce Law, art. 43. Each measure ends by the service that lifts
    measures. One that is about more contents, or that two have approved, waits for somebody today.

    :raises NotPermitted: if the actor may not lift measures.
    :raises TransitionRefused: if the time still runs, or a lawsuit was shown.
    """
    require_permission(actor, ENTER)
    grounds = Grounds(actor=actor, provision=provision, reason=reason)
    lock_infringement(infringement)
    clock = infringement.wait_clock
    if infringement.status != N.COUNTERED or clock is None or clock.due_at > timezone.now():
        raise TransitionRefused
    finish_clock(clock=clock, **grounds)
    _end_holds(infringement, grounds)
    left = False
    for measure in measures_of(infringement):
        if ends_by_itself(measure):
            lift_measure(measure=measure, ground=LiftGround.NO_SUIT, told=reason, **grounds)
        else:
            left = True
    if left:
        item = open_item(
            queue=QUEUE,
            clock=start_clock(step=LIFTING_STEP, **grounds),
            weight=WEIGHT,
            matter=infringement.complaint.matter,
            side=handling_side(infringement.complaint),
        )
        audit.move(infringement, "fall_due", **grounds, work_item=item)
        return
    _lifted(infringement, reason, grounds)


def _end_holds(infringement: Infringement, grounds: Grounds) -> None:
    complaint = infringement.complaint
    if complaint.case is None:
        return
    running = EmergencyHold.objects.running(timezone.now()).filter(
        case=complaint.case,
        scope=HoldScope.CONTENT,
        content_ref=complaint.content_ref,
        # What nobody has confirmed yet lapses within a working day.
        status=HoldStatus.CONFIRMED,
    )
    for hold in running.select_related("account", "proposal", "work_item__clock", "clock"):
        lock_case(complaint.case)
        audit.lock(hold)
        end_hold(hold, "end_hold", grounds)


def _lifted(infringement: Infringement, told: str, grounds: Grounds) -> None:
    audit.move(infringement, "lift", **grounds, told=told, ended_at=timezone.now())
    notices.tell_operator(infringement, notices.ENDED, actor=grounds["actor"])
    notices.tell_complainant(infringement, notices.RESULT, actor=grounds["actor"])


@transaction.atomic
def note_lifted(
    *,
    infringement: Infringement,
    told: str,
    fence: int,
    expected_version: int | None = None,
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> None:
    """
    Put on record that the last measure about a content was lifted by those who may.

    Civil Code, art. 1196. Both sides are told.

    :raises NotPermitted: if the actor may not handle complaints.
    :raises StaleLease: if the actor does not hold it.
    :raises StaleVersion: if it has moved on.
    :raises InvalidInput: if nothing is told, or it holds the complainant's contact.
    :raises ActionRefused: if a measure about the content is still in force; it says which.
    :raises TransitionRefused: if nothing waits to be lifted.
    """
    grounds = Grounds(actor=actor, provision=provision, reason=reason)
    told = begin(infringement, told, fence, expected_version, grounds)
    if infringement.status != N.LIFTING:
        raise TransitionRefused
    left = measures_of(infringement)
    if left:
        raise ActionRefused(
            _("Still in force: %(decisions)s. Propose its lifting on the page of the measure.")
            % {"decisions": _(", ").join(each.decision.number for each in left)}
        )
    assert infringement.work_item is not None
    close_item(infringement.work_item)
    finish_clock(clock=infringement.work_item.clock, **grounds)
    _lifted(infringement, told, grounds)
