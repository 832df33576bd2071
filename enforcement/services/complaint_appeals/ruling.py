"""The service that decides the appeal of a complainant: the answer stands, or others handle it anew."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from compliance import audit, work
from compliance.clocks import start_clock
from compliance.errors import ActionRefused, InvalidInput
from compliance.grounds import Grounds
from compliance.models import Side, StaffUser
from compliance.provisions import Provision
from enforcement.complaint_appeal_words import ComplaintAppealOutcome, ComplaintAppealStatus
from enforcement.complaint_words import URGENT
from enforcement.models import Complaint, ComplaintAppeal, ComplaintAppealRuling
from enforcement.services.complaint_appeals.hearing import end_appeal, take_up, told
from enforcement.services.complaint_appeals.telling import OUTCOME, tell
from enforcement.services.complaints.review import RETURNED_WEIGHT
from enforcement.services.complaints.submission import DECISION, URGENT_DECISION, queue_of


@transaction.atomic
def decide_complaint_appeal(
    *,
    appeal: ComplaintAppeal,
    outcome: str,
    text: str,
    fence: int,
    expected_version: int | None = None,
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> ComplaintAppealRuling:
    """
    Decide the appeal of a complainant: the answer stands, or the complaint is taken up again.

    Public Account Provisions, art. 20 §2. `text` is told. What is taken up again is handled by
    others than before, with the time for the decision from now on.

    :raises NotPermitted: if the actor may not hear it.
    :raises SamePerson: if the actor had a part in the complaint or its case.
    :raises StaleLease: if the actor does not hold it.
    :raises StaleVersion: if it has moved on.
    :raises InvalidInput: if outcome or reasons do not do.
    :raises ActionRefused: if an answer is waited for, or it has ended.
    """
    grounds = Grounds(actor=actor, provision=provision, reason=audit.require_reason(reason))
    heard = take_up(appeal, fence, expected_version, grounds)
    if appeal.status != ComplaintAppealStatus.FILED:
        raise ActionRefused(_("It is decided when its questions are answered, and once."))
    if outcome not in ComplaintAppealOutcome.values:
        raise InvalidInput(_("Say what becomes of the answer."))
    complaint = appeal.complaint
    text = told(complaint, text)
    if heard:
        # Before anything becomes of the complaint: an answer is taken back by who hears the appeal.
        audit.amend(appeal, "take_up", **grounds, **heard)
    if outcome == ComplaintAppealOutcome.TAKEN_UP:
        _take_up_again(complaint, grounds)
    ruling = ComplaintAppealRuling.objects.create(
        appeal=appeal,
        matter=appeal.matter,
        outcome=outcome,
        text=text,
        person=actor.person,
        hearing_side=appeal.hearing_side,
        at=timezone.now(),
    )
    end_appeal(appeal, "decide", grounds)
    tell(appeal, OUTCOME, actor=actor)
    return ruling


def _take_up_again(complaint: Complaint, grounds: Grounds) -> None:
    """Put a complaint back into its queue without an answer, for those who had no part in it."""
    clock = start_clock(step=URGENT_DECISION if complaint.kind in URGENT else DECISION, **grounds)
    item = work.open_item(
        queue=queue_of(complaint.team),
        clock=clock,
        weight=complaint.work_item.weight + RETURNED_WEIGHT,
        matter=complaint.matter,
        side=Side.DECIDED_ANEW,
    )
    audit.move(
        complaint,
        "take_up_again",
        **grounds,
        work_item=item,
        decision_clock=clock,
        feedback_clock=None,
        appeal_clock=None,
        refusal="",
        outcome="",
        told="",
        is_abusive=False,
        decided_by=None,
        decided_at=None,
        fed_back_at=None,
        ended_at=None,
    )
