"""The service that files the appeal of a complainant, and whether one can be filed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from compliance import audit, work
from compliance.clocks import finish_clock, start_clock
from compliance.errors import ActionRefused, InvalidInput
from compliance.evidence.incoming import IncomingFile
from compliance.grounds import Grounds
from compliance.models import Clock, Side, StaffUser, WorkItem
from compliance.provisions import Provision
from compliance.roles import require_permission
from enforcement.complaint_appeal_words import ANSWERED, CONTESTED_OUTCOMES, ContestedAnswer
from enforcement.complaint_words import ComplaintKind, ComplaintMessageKind, ComplaintStatus
from enforcement.models import Complaint, ComplaintAppeal
from enforcement.services.complaint_appeals.sides import keep_out_of_appeal
from enforcement.services.complaint_appeals.telling import RECEIVED, tell
from enforcement.services.complaints.sealing import require_sealed
from enforcement.services.complaints.submission import ENTER, attach, require_words, say

QUEUE: Final = "complaint_appeals"
# What is said about the platform is heard where it is handled: by compliance officers.
PLATFORM_QUEUE: Final = "platform_complaint_appeals"
DECISION_STEP: Final = "complaint_appeal_decision"


@dataclass(frozen=True)
class PossibleAppeal:
    """What of an answer can be contested now and until when, or why nothing can."""

    contested: str = ""
    until: datetime | None = None
    why_not: str = ""


def complaint_appeal_possible(complaint: Complaint, at: datetime) -> PossibleAppeal:
    """
    Return whether the complainant can appeal at `at`.

    Public Account Provisions, art. 20 §2; the time limit is a published one.
    """
    if ComplaintAppeal.objects.filter(complaint=complaint).exists():
        return PossibleAppeal(why_not=_("You appealed already; it is heard once."))
    if complaint.status not in ANSWERED:
        return PossibleAppeal(why_not=_("There is no answer yet that you could contest."))
    if complaint.status == ComplaintStatus.NOT_ACCEPTED:
        contested = str(ContestedAnswer.NOT_ACCEPTED)
    elif complaint.outcome in CONTESTED_OUTCOMES:
        contested = complaint.outcome
    else:
        return PossibleAppeal(why_not=_("Your complaint was upheld: there is nothing to contest."))
    until = complaint.appeal_clock.due_at if complaint.appeal_clock is not None else None
    if until is None or until < at:
        return PossibleAppeal(why_not=_("The time for an appeal is over."))
    return PossibleAppeal(contested, until)


def queue_of_appeal(complaint: Complaint) -> str:
    """Return the queue in which an appeal about a complaint waits."""
    return PLATFORM_QUEUE if complaint.kind == ComplaintKind.PLATFORM else QUEUE


def open_appeal_item(complaint: Complaint, clock: Clock) -> WorkItem:
    """Put an appeal before those who hear it, due with a clock."""
    return work.open_item(
        queue=queue_of_appeal(complaint),
        clock=clock,
        weight=complaint.work_item.weight,
        matter=complaint.matter,
        side=Side.APPEAL,
    )


@transaction.atomic
def file_complaint_appeal(
    *,
    complaint: Complaint,
    words: str,
    files: Sequence[IncomingFile] = (),
    filed_at: datetime | None = None,
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> ComplaintAppeal:
    """
    File the appeal of a complainant against what they were told; its words lie under their key.

    Public Account Provisions, art. 20 §2; our choice, after the Digital Services Act, art. 20: who
    complains may contest that nothing was done. Once. The operator is told nothing of it. A letter
    counts from the day on which it arrived, `filed_at`.

    :raises NotPermitted: if the actor may not enter what complainants say.
    :raises InvalidInput: if nothing is said, or too much, or the reason holds the complainant's
        contact, or it arrived before the answer or is still to arrive.
    :raises ActionRefused: if there is no such answer, the time is over or it was filed already.
    :raises MissingReason: if the reason is blank.
    """
    require_permission(actor, ENTER)
    grounds = Grounds(actor=actor, provision=provision, reason=audit.require_reason(reason))
    words = require_words(words)
    audit.lock(complaint)
    require_sealed(complaint, grounds["reason"])
    now = timezone.now()
    arrived = filed_at or now
    answered = complaint.appeal_clock
    if arrived > now or (answered is not None and arrived < answered.started_at):
        raise InvalidInput(_("Give when it arrived: after the answer, and not later than now."))
    possible = complaint_appeal_possible(complaint, arrived)
    if possible.why_not:
        raise ActionRefused(possible.why_not)
    keep_out_of_appeal(complaint, now)
    clock = start_clock(step=DECISION_STEP, at=arrived, **grounds)
    appeal = ComplaintAppeal(
        complaint=complaint,
        matter=complaint.matter,
        contested=possible.contested,
        told_before=complaint.told,
        case=complaint.case,
        filed_at=arrived,
        decision_clock=clock,
        work_item=open_appeal_item(complaint, clock),
    )
    audit.create(appeal, **grounds)
    if complaint.appeal_clock is not None:
        finish_clock(clock=complaint.appeal_clock, **grounds)
    say(complaint, ComplaintMessageKind.APPEAL, words, actor)
    attach(complaint, files, grounds)
    tell(appeal, RECEIVED, actor=actor)
    return appeal
