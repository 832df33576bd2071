"""The service that hands a complaint to another team."""

from django.db import transaction
from django.utils.translation import gettext as _

from compliance import audit
from compliance.errors import ActionRefused, InvalidInput
from compliance.grounds import Grounds
from compliance.models import StaffUser
from compliance.provisions import Provision
from compliance.work import close_item, open_item
from enforcement.complaint_words import ComplaintKind, ComplaintTeam
from enforcement.models import Complaint
from enforcement.services.complaints.review import begin
from enforcement.services.complaints.submission import queue_of


@transaction.atomic
def transfer_complaint(
    *,
    complaint: Complaint,
    team: str,
    fence: int,
    expected_version: int | None = None,
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> None:
    """
    Hand a complaint to another team, with the reason; it is due when it was due.

    Public Account Provisions, art. 20 §2. What is said about the platform stays where it is, and
    nothing else gets there.

    :raises NotPermitted: if the actor may not handle it.
    :raises InvalidInput: if there is no such team for it.
    :raises StaleLease: if the actor does not hold it.
    :raises StaleVersion: if it has moved on.
    """
    grounds = Grounds(actor=actor, provision=provision, reason=reason)
    begin(complaint, fence, expected_version, grounds)
    is_ours = complaint.kind == ComplaintKind.PLATFORM
    if team not in ComplaintTeam.values or is_ours or team == ComplaintTeam.PLATFORM:
        raise InvalidInput(_("Choose the team that takes it on."))
    if team == complaint.team:
        raise ActionRefused(_("It is with this team already."))
    close_item(complaint.work_item)
    old = complaint.work_item
    item = open_item(
        queue=queue_of(team),
        clock=old.clock,
        weight=old.weight,
        matter=complaint.matter,
        side=old.side,
    )
    audit.amend(complaint, "transfer", **grounds, team=team, work_item=item)
