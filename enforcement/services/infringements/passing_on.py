"""The service that passes a notice of infringement on to whoever runs the account."""

from typing import Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from compliance import audit, responses
from compliance.clocks import finish_clock, start_clock
from compliance.errors import ActionRefused, TransitionRefused
from compliance.grounds import Grounds
from compliance.models import StaffUser
from compliance.provisions import Provision
from compliance.work import claim_item, close_item
from enforcement.complaint_words import ComplaintStatus
from enforcement.infringement_words import InfringementStatus
from enforcement.models import Complaint
from enforcement.services.complaints.review import begin, next_item
from enforcement.services.complaints.sealing import require_sealed
from enforcement.services.infringements import notices
from enforcement.services.infringements.filing import infringement_of, passed_on

COUNTER_STATEMENT: Final = "counter_statement"
N = InfringementStatus


@transaction.atomic
def pass_on_notice(
    *,
    complaint: Complaint,
    fence: int,
    expected_version: int | None = None,
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> None:
    """
    Pass a notice of infringement on to the operator, who may dispute it within seven days.

    Civil Code, art. 1195; Public Account Provisions, art. 14 §2. The operator gets to see right,
    holder, work and evidence by the link in the notice, nothing else of the complaint. The necessary
    measure is a decision or a hold of the case, taken beside this.

    :raises NotPermitted: if the actor may not handle the complaint.
    :raises StaleLease: if the actor does not hold it.
    :raises StaleVersion: if it has moved on.
    :raises InvalidInput: if what would be passed on holds the complainant's contact.
    :raises TransitionRefused: if it is not looked into, or the notice was passed on before.
    :raises ActionRefused: if the complaint is about no right.
    """
    grounds = Grounds(actor=actor, provision=provision, reason=reason)
    begin(complaint, fence, expected_version, grounds)
    infringement = infringement_of(complaint)
    if infringement is None:
        raise ActionRefused(_("This complaint is no notice that a right is infringed."))
    if complaint.status != ComplaintStatus.INVESTIGATING:
        raise TransitionRefused
    shown = passed_on(infringement)
    require_sealed(complaint, shown.holder, shown.work, shown.evidence)
    audit.lock(infringement)
    clock = start_clock(step=COUNTER_STATEMENT, **grounds)
    audit.move(infringement, "pass_on", **grounds, forwarded_at=timezone.now(), counter_clock=clock)
    finish_clock(clock=infringement.forward_clock, **grounds)
    responses.open_invitation(
        responses.InvitationDraft(
            kind=notices.COUNTER,
            about=infringement,
            recipient=notices.operator(infringement),
            until=clock,
        ),
        **grounds,
    )
    notices.tell_operator(infringement, notices.FORWARDED, actor=actor)
    # What is left is due by the date of the decision.
    close_item(complaint.work_item)
    item = next_item(complaint, complaint.decision_clock)
    audit.amend(complaint, "pass_on", **grounds, work_item=item)
    claim_item(work_item=item, actor=actor)
