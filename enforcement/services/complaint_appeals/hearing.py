"""Services by which the appeal of a complainant is heard: ask, answer, add, withdraw, go on."""

from collections.abc import Sequence
from typing import Any, Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from compliance import audit, proposals, work
from compliance.clocks import finish_clock, pause_clock, resume_clock, start_clock
from compliance.errors import ActionRefused, InvalidInput
from compliance.evidence.incoming import IncomingFile
from compliance.grounds import Grounds
from compliance.models import Side, StaffUser
from compliance.provisions import Provision
from compliance.roles import require_permission
from enforcement.complaint_appeal_words import OPEN_COMPLAINT_APPEALS, ComplaintAppealStatus
from enforcement.complaint_words import ComplaintMessageKind
from enforcement.models import Complaint, ComplaintAppeal, ComplaintAppealQuestion
from enforcement.rules.reasons import reason_problem
from enforcement.services.complaint_appeals.filing import open_appeal_item
from enforcement.services.complaint_appeals.sides import permission_to_hear, require_no_part
from enforcement.services.complaint_appeals.telling import QUESTION, tell
from enforcement.services.complaints.sealing import require_sealed
from enforcement.services.complaints.submission import ENTER, attach, require_words, say
from enforcement.services.complaints.tracking import MOST_MESSAGES

MATERIAL_STEP: Final = "complaint_appeal_material"
S = ComplaintAppealStatus


def take_up(
    appeal: ComplaintAppeal, fence: int, expected_version: int | None, grounds: Grounds
) -> dict[str, Any]:
    """
    Lock an appeal for whoever holds it, and let them join on the side that hears it.

    Returned is what the act saves beside: who hears it first.

    :raises NotPermitted: if the actor may not hear it.
    :raises StaleLease: if the actor does not hold it.
    :raises StaleVersion: if it has moved on.
    :raises SamePerson: if the actor had a part in the complaint or its case.
    """
    actor = grounds["actor"]
    require_permission(actor, permission_to_hear(appeal.complaint))
    # The complaint before its appeal, as when it is filed.
    audit.lock(appeal.complaint)
    audit.lock(appeal, expected_version=expected_version)
    work.require_lease(work_item=appeal.work_item, actor=actor, fence=fence)
    require_no_part(appeal, actor)
    proposals.take_part(appeal.matter, actor, Side.APPEAL)
    require_sealed(appeal.complaint, grounds["reason"])
    return {} if appeal.handler is not None else {"handler": actor.person}


def told(complaint: Complaint, text: str) -> str:
    """
    Return what a complainant is told.

    :raises InvalidInput: if it says too little, or holds how they are reached.
    """
    text = text.strip()
    if reason_problem(text) is not None or audit.UNSEEN.search(text):
        raise InvalidInput(_("Write for the complainant why: what follows from what they said."))
    require_sealed(complaint, text)
    return text


@transaction.atomic
def ask_in_complaint_appeal(
    *,
    appeal: ComplaintAppeal,
    question: str,
    fence: int,
    expected_version: int | None = None,
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> ComplaintAppealQuestion:
    """
    Ask the complainant something in their appeal; the clock stands still until they answer.

    Public Account Provisions, art. 20 §2; our choice: a limit binds for the time in which we can act.

    :raises NotPermitted: if the actor may not hear it.
    :raises SamePerson: if the actor had a part in the complaint or its case.
    :raises StaleLease: if the actor does not hold it.
    :raises StaleVersion: if it has moved on.
    :raises InvalidInput: if nothing is asked.
    :raises TransitionRefused: if an answer is waited for already, or it has ended.
    """
    grounds = Grounds(actor=actor, provision=provision, reason=audit.require_reason(reason))
    heard = take_up(appeal, fence, expected_version, grounds)
    complaint = appeal.complaint
    text = require_words(told(complaint, question))
    audit.move(appeal, "ask", **grounds, **heard)
    asked = ComplaintAppealQuestion.objects.create(
        appeal=appeal,
        matter=appeal.matter,
        message=say(complaint, ComplaintMessageKind.QUESTION, text, actor),
        asked_by=actor.person,
        hearing_side=appeal.hearing_side,
        asked_at=timezone.now(),
        clock=start_clock(step=MATERIAL_STEP, **grounds),
    )
    pause_clock(clock=appeal.decision_clock, **grounds)
    work.close_item(appeal.work_item)
    tell(appeal, QUESTION, told=text, actor=actor, occasion=str(asked.pk))
    return asked


@transaction.atomic
def supplement_complaint_appeal(
    *,
    appeal: ComplaintAppeal,
    words: str,
    files: Sequence[IncomingFile] = (),
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> None:
    """
    Add to an appeal, or answer what was asked in it; then its time runs on from where it stood.

    Public Account Provisions, art. 20 §2.

    :raises NotPermitted: if the actor may not enter what complainants say.
    :raises InvalidInput: if nothing is said, or too much, or the reason holds the complainant's
        contact.
    :raises ActionRefused: if it has ended, or so much was sent already.
    """
    require_permission(actor, ENTER)
    grounds = Grounds(actor=actor, provision=provision, reason=audit.require_reason(reason))
    complaint = audit.lock(appeal.complaint)
    audit.lock(appeal)
    require_sealed(complaint, grounds["reason"])
    _require_open(appeal)
    if complaint.messages.count() >= MOST_MESSAGES:
        raise ActionRefused(_("Much was sent already. Wait until we come back to you."))
    if not words.strip() and not files:
        raise InvalidInput(_("Write something or attach at least one file."))
    is_answer = appeal.status == S.WAITING
    if words.strip():
        kind = ComplaintMessageKind.ANSWER if is_answer else ComplaintMessageKind.SUPPLEMENT
        say(complaint, kind, require_words(words), actor)
    attach(complaint, files, grounds)
    if is_answer:
        _go_on(appeal, grounds)
    else:
        audit.amend(appeal, "supplement", **grounds)


def _require_open(appeal: ComplaintAppeal) -> None:
    if appeal.status not in OPEN_COMPLAINT_APPEALS:
        raise ActionRefused(
            _("The appeal has ended already: %(state)s.") % {"state": appeal.get_status_display()}
        )


def _go_on(appeal: ComplaintAppeal, grounds: Grounds) -> None:
    question = appeal.questions.select_related("clock").order_by("-pk")[0]
    finish_clock(clock=question.clock, **grounds)
    resume_clock(clock=appeal.decision_clock, **grounds)
    audit.move(
        appeal,
        "answer",
        **grounds,
        work_item=open_appeal_item(appeal.complaint, appeal.decision_clock),
    )


@transaction.atomic
def go_on_with_complaint_appeal(
    *, appeal: ComplaintAppeal, actor: StaffUser, provision: Provision, reason: str
) -> None:
    """
    Put an appeal back into its queue because its question was not answered in time.

    Our choice, no article: silence costs the complainant nothing but the answer.

    :raises NotPermitted: if the actor may not hear it.
    :raises ActionRefused: if no answer is waited for, or there is still time for it.
    """
    require_permission(actor, permission_to_hear(appeal.complaint))
    grounds = Grounds(actor=actor, provision=provision, reason=audit.require_reason(reason))
    audit.lock(appeal)
    if appeal.status != S.WAITING:
        raise ActionRefused(_("No answer is waited for."))
    question = appeal.questions.select_related("clock").order_by("-pk")[0]
    if question.clock.due_at > timezone.now():
        raise ActionRefused(_("The complainant may still answer."))
    _go_on(appeal, grounds)


@transaction.atomic
def withdraw_complaint_appeal(
    *, appeal: ComplaintAppeal, actor: StaffUser, provision: Provision, reason: str
) -> None:
    """
    End an appeal because the complainant takes it back; the answer stands.

    Public Account Provisions, art. 20 §2.

    :raises NotPermitted: if the actor may not enter what complainants say.
    :raises InvalidInput: if the reason holds the complainant's contact.
    :raises ActionRefused: if it has ended already.
    """
    require_permission(actor, ENTER)
    grounds = Grounds(actor=actor, provision=provision, reason=audit.require_reason(reason))
    audit.lock(appeal)
    require_sealed(appeal.complaint, grounds["reason"])
    _require_open(appeal)
    end_appeal(appeal, "withdraw", grounds)


def end_appeal(appeal: ComplaintAppeal, arrow: str, grounds: Grounds, **fields: Any) -> None:
    """End an appeal that is locked: its clocks and its item."""
    asked = [each.clock for each in appeal.questions.select_related("clock").order_by("pk")]
    for clock in (appeal.decision_clock, *asked):
        finish_clock(clock=clock, **grounds)
    if appeal.work_item.closed_at is None:
        work.close_item(appeal.work_item)
    audit.move(appeal, arrow, **grounds, ended_at=timezone.now(), **fields)
