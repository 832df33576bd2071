"""Services by which complaints are handled: accept or not, ask, decide, tell, hand to a team."""

from typing import Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.repudiation_words import OPEN_REPUDIATIONS
from compliance import audit
from compliance.clocks import finish_clock, pause_clock, resume_clock, start_clock
from compliance.errors import ActionRefused, InvalidInput, TransitionRefused
from compliance.grounds import Grounds
from compliance.models import Clock, ClockState, StaffUser, WorkItem
from compliance.proposals import take_part
from compliance.provisions import Provision
from compliance.roles import require_permission
from compliance.work import claim_item, close_item, open_item, require_lease
from enforcement.complaint_words import (
    URGENT,
    ComplaintKind,
    ComplaintMessageKind,
    ComplaintOutcome,
    ComplaintRefusal,
    ComplaintStatus,
)
from enforcement.models import Complaint
from enforcement.services.complaint_appeals import sides
from enforcement.services.complaint_appeals.sides import handling_side, open_window
from enforcement.services.complaints import notices
from enforcement.services.complaints.answers import require_outcome, require_told
from enforcement.services.complaints.sealing import require_sealed
from enforcement.services.complaints.submission import (
    DECISION,
    FEEDBACK,
    URGENT_DECISION,
    queue_of,
    require_words,
    say,
)
from enforcement.services.infringements.stages import (
    clock_of_next_step,
    drop_infringement,
    pause_forwarding,
    require_passed_on,
    resume_forwarding,
    start_forwarding,
)

HANDLE: Final = "enforcement.handle_complaint"
HANDLE_PLATFORM: Final = sides.HANDLE_PLATFORM
MATERIAL: Final = "complaint_material"
# Our choice; no article sets it. What came back goes before what is due at the same time.
RETURNED_WEIGHT: Final = 10
S = ComplaintStatus


def permission_for(complaint: Complaint) -> str:
    """Return what somebody has to be allowed who handles a complaint."""
    return HANDLE_PLATFORM if complaint.kind == ComplaintKind.PLATFORM else HANDLE


def begin(
    complaint: Complaint, fence: int | None, expected_version: int | None, grounds: Grounds
) -> None:
    """Check and lock a complaint for an act of whoever holds its item; they take part in it."""
    actor = grounds["actor"]
    require_permission(actor, permission_for(complaint))
    audit.require_reason(grounds["reason"])
    # The complaint before its item, as whoever withdraws it locks them: neither waits for the other.
    audit.lock(complaint)
    require_lease(work_item=complaint.work_item, actor=actor, fence=fence)
    audit.lock(complaint, expected_version=expected_version)
    take_part(complaint.matter, actor, handling_side(complaint))
    require_sealed(complaint, grounds["reason"])


def _told(complaint: Complaint, told: str) -> str:
    told = require_told(told)
    require_sealed(complaint, told)
    return told


def _require_claim_decided(complaint: Complaint) -> None:
    claim = complaint.repudiation
    if claim is not None and claim.status in OPEN_REPUDIATIONS:
        raise ActionRefused(
            _("The claim %(number)s is not decided yet; the complaint is decided after it.")
            % {"number": claim.reference}
        )


def next_item(complaint: Complaint, clock: Clock, *, more: int = 0) -> WorkItem:
    """Return a new item of a complaint in the queue of its team, due by a clock."""
    return open_item(
        queue=queue_of(complaint.team),
        clock=clock,
        weight=complaint.work_item.weight + more,
        matter=complaint.matter,
        side=handling_side(complaint),
    )


def finish(complaint: Complaint) -> None:
    """Take a complaint out of its queue."""
    item = WorkItem.objects.open().filter(pk=complaint.work_item_id).first()
    if item is not None:
        close_item(item)


def finish_clocks(complaint: Complaint, grounds: Grounds) -> None:
    """Stop the clocks of a complaint on which nothing is left to do."""
    for clock in (
        complaint.acknowledgement_clock,
        complaint.acceptance_clock,
        complaint.decision_clock,
        complaint.material_clock,
        complaint.feedback_clock,
    ):
        finish_clock(clock=clock, **grounds)


@transaction.atomic
def accept_complaint(
    *,
    complaint: Complaint,
    fence: int,
    expected_version: int | None = None,
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> None:
    """
    Accept a complaint and begin to look into it; whoever accepted it goes on holding it.

    Public Account Provisions, art. 20 §2: 受理, then 甄别. It is due by the limit of the decision,
    which runs since it was received.

    :raises NotPermitted: if the actor may not handle it.
    :raises StaleLease: if the actor does not hold it.
    :raises StaleVersion: if it has moved on.
    :raises TransitionRefused: if it was accepted before, or its complainant has no number yet.
    """
    grounds = Grounds(actor=actor, provision=provision, reason=reason)
    begin(complaint, fence, expected_version, grounds)
    audit.move(complaint, "accept", **grounds)
    finish_clock(clock=complaint.acceptance_clock, **grounds)
    close_item(complaint.work_item)
    start_forwarding(complaint, grounds)
    item = next_item(complaint, clock_of_next_step(complaint))
    audit.move(complaint, "investigate", **grounds, work_item=item)
    claim_item(work_item=item, actor=actor)


@transaction.atomic
def refuse_complaint(
    *,
    complaint: Complaint,
    refusal: str,
    told: str,
    fence: int,
    expected_version: int | None = None,
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> None:
    """
    Do not accept a complaint, for one of the reasons that there are, and tell why.

    Public Account Provisions, art. 20 §2: the complainant is told the reason and how to object.

    :raises NotPermitted: if the actor may not handle it.
    :raises InvalidInput: if no reason is chosen, or nothing is told.
    :raises StaleLease: if the actor does not hold it.
    :raises StaleVersion: if it has moved on.
    :raises TransitionRefused: if it was accepted before.
    """
    grounds = Grounds(actor=actor, provision=provision, reason=reason)
    begin(complaint, fence, expected_version, grounds)
    if refusal not in ComplaintRefusal.values:
        raise InvalidInput(_("Choose why it is not accepted."))
    audit.move(
        complaint,
        "not_accept",
        **grounds,
        refusal=refusal,
        told=_told(complaint, told),
        is_abusive=refusal == ComplaintRefusal.ABUSIVE,
        ended_at=timezone.now(),
        appeal_clock=open_window(complaint, "", grounds),
    )
    finish(complaint)
    finish_clocks(complaint, grounds)
    drop_infringement(complaint, grounds)
    notices.tell(complaint, notices.NOT_ACCEPTED, actor=actor)


@transaction.atomic
def ask_complainant(
    *,
    complaint: Complaint,
    question: str,
    fence: int,
    expected_version: int | None = None,
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> None:
    """
    Ask a complainant for something; the time for the decision stands still until they answer.

    Public Account Provisions, art. 20 §2; our choice: a limit binds for the time in which we can
    act, and who does not answer in time may still do so later.

    :raises NotPermitted: if the actor may not handle it.
    :raises InvalidInput: if nothing is asked.
    :raises StaleLease: if the actor does not hold it.
    :raises StaleVersion: if it has moved on.
    :raises TransitionRefused: if it is not looked into.
    """
    grounds = Grounds(actor=actor, provision=provision, reason=reason)
    begin(complaint, fence, expected_version, grounds)
    question = _told(complaint, question)
    clock = start_clock(step=MATERIAL, **grounds)
    audit.move(complaint, "ask", **grounds, material_clock=clock)
    finish(complaint)
    pause_clock(clock=complaint.decision_clock, **grounds)
    pause_forwarding(complaint, grounds)
    say(complaint, ComplaintMessageKind.QUESTION, require_words(question), actor)
    notices.tell(complaint, notices.QUESTION, told=question, actor=actor)


@transaction.atomic
def resume_complaint(
    *,
    complaint: Complaint,
    expected_version: int | None = None,
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> None:
    """
    Go on with a complaint without waiting for the answer; the rest of its time runs.

    Public Account Provisions, art. 20 §2.

    :raises NotPermitted: if the actor may not handle it.
    :raises SamePerson: if the actor stands on another side of it.
    :raises StaleVersion: if it has moved on.
    :raises TransitionRefused: if it does not wait.
    """
    require_permission(actor, permission_for(complaint))
    audit.lock(complaint, expected_version=expected_version)
    take_part(complaint.matter, actor, handling_side(complaint))
    go_on(complaint, Grounds(actor=actor, provision=provision, reason=reason))


def go_on(complaint: Complaint, grounds: Grounds) -> None:
    """Put a complaint that waited, or was over for want of an answer, back into its queue."""
    clock = complaint.decision_clock
    if complaint.status == S.WITHDRAWN:
        if not complaint.is_lapsed:
            raise TransitionRefused(_("It was withdrawn; hand in a new complaint."))
        clock = start_clock(
            step=URGENT_DECISION if complaint.kind in URGENT else DECISION, **grounds
        )
        arrow = "reopen"
    else:
        arrow = "resume"
    resume_forwarding(complaint, grounds)
    due = clock_of_next_step(complaint)
    item = next_item(
        complaint,
        clock if due == complaint.decision_clock else due,
        more=RETURNED_WEIGHT,
    )
    audit.move(
        complaint,
        arrow,
        **grounds,
        work_item=item,
        decision_clock=clock,
        is_lapsed=False,
        ended_at=None,
    )
    finish_clock(clock=complaint.material_clock, **grounds)
    if clock.state == ClockState.PAUSED:
        resume_clock(clock=clock, **grounds)


@transaction.atomic
def decide_complaint(
    *,
    complaint: Complaint,
    outcome: str,
    told: str,
    is_abusive: bool = False,
    fence: int,
    expected_version: int | None = None,
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> None:
    """
    Decide a complaint: upheld, in part, or not; telling the complainant is the next step.

    Public Account Provisions, art. 20 §2: 处置. What it says of the operator is what was done,
    never who they are; that a complaint was made to harm changes only how its maker is ranked.

    :raises NotPermitted: if the actor may not handle it.
    :raises InvalidInput: if no outcome is chosen, nothing is told, or something upheld is called
        made to harm.
    :raises ActionRefused: if it upholds a notice of infringement that was not passed on, or the claim
        of a disputed identity that it is joined to is not decided.
    :raises StaleLease: if the actor does not hold it.
    :raises StaleVersion: if it has moved on.
    :raises TransitionRefused: if it is not looked into.
    """
    grounds = Grounds(actor=actor, provision=provision, reason=reason)
    begin(complaint, fence, expected_version, grounds)
    require_outcome(outcome, is_abusive=is_abusive)
    _require_claim_decided(complaint)
    if outcome == ComplaintOutcome.NOT_UPHELD:
        drop_infringement(complaint, grounds)
    else:
        require_passed_on(complaint)
    clock = start_clock(step=FEEDBACK, **grounds)
    item = next_item(complaint, clock)
    close_item(complaint.work_item)
    audit.move(
        complaint,
        "decide",
        **grounds,
        outcome=outcome,
        told=_told(complaint, told),
        is_abusive=is_abusive,
        decided_by=actor.person,
        decided_at=timezone.now(),
        feedback_clock=clock,
        work_item=item,
    )
    finish_clock(clock=complaint.decision_clock, **grounds)
    claim_item(work_item=item, actor=actor)


@transaction.atomic
def feed_back_complaint(
    *,
    complaint: Complaint,
    fence: int,
    expected_version: int | None = None,
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> None:
    """
    Tell the complainant what was decided: by what they left, and on the tracking page.

    Public Account Provisions, art. 20 §2: 反馈.

    :raises NotPermitted: if the actor may not handle it.
    :raises StaleLease: if the actor does not hold it.
    :raises StaleVersion: if it has moved on.
    :raises TransitionRefused: if it was not decided, or told before.
    """
    grounds = Grounds(actor=actor, provision=provision, reason=reason)
    begin(complaint, fence, expected_version, grounds)
    tell_result(complaint, grounds)


def tell_result(complaint: Complaint, grounds: Grounds) -> None:
    """Tell the complainant of a locked complaint what was decided; the time to appeal begins."""
    audit.move(
        complaint,
        "feed_back",
        **grounds,
        fed_back_at=timezone.now(),
        appeal_clock=open_window(complaint, complaint.outcome, grounds),
    )
    finish(complaint)
    finish_clocks(complaint, grounds)
    notices.tell(complaint, notices.RESULT, actor=grounds["actor"])
