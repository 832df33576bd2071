"""Services that accept an appeal, do not, or end it because it was withdrawn."""

from typing import Any, Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from compliance import audit, proposals, work
from compliance.clocks import finish_clock, start_clock
from compliance.errors import ActionRefused, InvalidInput
from compliance.grounds import Grounds
from compliance.models import Clock, Side, StaffUser, WorkItem
from compliance.provisions import Provision
from compliance.roles import require_permission
from enforcement.appeal_words import AppealRefusal
from enforcement.models import Appeal
from enforcement.models.appeals import FIRST, SECOND
from enforcement.rules.reasons import reason_problem
from enforcement.services.appeals.filing import FILE, QUEUES
from enforcement.services.appeals.telling import ACCEPTED, REFUSED, tell
from enforcement.services.credit.disputes import follow_dispute
from enforcement.services.evidence import require_no_collector

PERMISSIONS: Final = {
    FIRST: "enforcement.hear_appeal",
    SECOND: "enforcement.hear_second_appeal",
}
STEPS: Final = {FIRST: "appeal_decision", SECOND: "second_appeal_decision"}


def take_up(appeal: Appeal, actor: StaffUser, fence: int, expected_version: int | None) -> None:
    """
    Lock an appeal for whoever hears it and holds it, and let them join on its side.

    Our choice, no article: whoever decided, collected evidence or heard it before does not hear it.

    :raises NotPermitted: if the actor may not hear appeals on its level.
    :raises StaleLease: if the actor does not hold it.
    :raises StaleVersion: if it has moved on.
    :raises SamePerson: if the actor took part in the decision.
    """
    require_permission(actor, PERMISSIONS[appeal.level])
    audit.lock(appeal, expected_version=expected_version)
    work.require_lease(work_item=appeal.work_item, actor=actor, fence=fence)
    require_no_collector(appeal.decision.case, actor)
    proposals.take_part(appeal.matter, actor, Side(appeal.hearing_side))


def open_appeal_item(appeal: Appeal, clock: Clock) -> WorkItem:
    """Put an appeal before those who hear it, due with a clock."""
    return work.open_item(
        queue=QUEUES[appeal.level],
        clock=clock,
        weight=appeal.decision.severity,
        matter=appeal.matter,
        side=appeal.hearing_side,
    )


@transaction.atomic
def accept_appeal(
    *,
    appeal: Appeal,
    fence: int,
    expected_version: int | None = None,
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> Appeal:
    """
    Accept an appeal: it is heard, and the clock of the decision on it starts.

    Public Account Provisions, art. 20 §2.

    :raises NotPermitted: if the actor may not hear appeals on its level.
    :raises SamePerson: if the actor took part in the decision.
    :raises StaleLease: if the actor does not hold it.
    :raises TransitionRefused: if it was taken up or withdrawn already.
    """
    grounds = Grounds(actor=actor, provision=provision, reason=audit.require_reason(reason))
    take_up(appeal, actor, fence, expected_version)
    clock = start_clock(step=STEPS[appeal.level], **grounds)
    finish_clock(clock=appeal.acceptance_clock, **grounds)
    work.close_item(appeal.work_item)
    audit.move(
        appeal,
        "accept",
        **grounds,
        handler=actor.person,
        taken_up_at=timezone.now(),
        decision_clock=clock,
        work_item=open_appeal_item(appeal, clock),
    )
    tell(appeal, ACCEPTED, actor=actor)
    return appeal


@transaction.atomic
def refuse_appeal(
    *,
    appeal: Appeal,
    refusal: str,
    text: str,
    fence: int,
    expected_version: int | None = None,
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> Appeal:
    """
    Do not accept an appeal, for one of the reasons that there are; the text is told.

    Public Account Provisions, art. 20 §2.

    :raises NotPermitted: if the actor may not hear appeals on its level.
    :raises SamePerson: if the actor took part in the decision.
    :raises StaleLease: if the actor does not hold it.
    :raises InvalidInput: if it is not said why.
    :raises TransitionRefused: if it was taken up or withdrawn already.
    """
    grounds = Grounds(actor=actor, provision=provision, reason=audit.require_reason(reason))
    take_up(appeal, actor, fence, expected_version)
    if refusal not in AppealRefusal.values:
        raise InvalidInput(_("Say why it is not accepted."))
    text = told(text)
    end_appeal(
        appeal,
        "refuse",
        grounds,
        handler=actor.person,
        taken_up_at=timezone.now(),
        refusal=refusal,
        refusal_text=text,
    )
    tell(appeal, REFUSED, actor=actor)
    return appeal


def told(text: str) -> str:
    """
    Return reasons as they are told.

    :raises InvalidInput: if they say too little.
    """
    text = text.strip()
    if reason_problem(text) is not None or audit.UNSEEN.search(text):
        raise InvalidInput(_("Write for the appellant why: what follows from what they said."))
    return text


def end_appeal(appeal: Appeal, arrow: str, grounds: Grounds, **fields: Any) -> None:
    """End an appeal that is locked: its clocks, its item, the dispute of the credit."""
    asked = [each.clock for each in appeal.questions.select_related("clock").order_by("pk")]
    for clock in (appeal.acceptance_clock, appeal.decision_clock, *asked):
        finish_clock(clock=clock, **grounds)
    if appeal.work_item.closed_at is None:
        work.close_item(appeal.work_item)
    audit.move(appeal, arrow, **grounds, ended_at=timezone.now(), **fields)
    follow_dispute(decision=appeal.decision, **grounds)


@transaction.atomic
def withdraw_appeal(
    *, appeal: Appeal, actor: StaffUser, provision: Provision, reason: str
) -> Appeal:
    """
    End an appeal because the appellant takes it back; nothing is decided on it.

    Public Account Provisions, art. 20 §2.

    :raises NotPermitted: if the actor may not file appeals.
    :raises TransitionRefused: if it has ended already.
    :raises MissingReason: if the reason is blank.
    """
    require_permission(actor, FILE)
    grounds = Grounds(actor=actor, provision=provision, reason=audit.require_reason(reason))
    audit.lock(appeal)
    if appeal.ended_at is not None:
        raise ActionRefused(
            _("The appeal has ended already: %(state)s.") % {"state": appeal.get_status_display()}
        )
    end_appeal(appeal, "withdraw", grounds)
    return appeal
