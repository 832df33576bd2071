"""Complaints that become the matter of a case about the account, alone or with others."""

from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import PublicAccount
from compliance import audit
from compliance.errors import ActionRefused, InvalidInput, TransitionRefused
from compliance.grounds import Grounds
from compliance.models import Side, StaffUser
from compliance.proposals import take_part
from compliance.provisions import Provision
from enforcement.complaint_words import ComplaintStatus
from enforcement.enums import CaseSource, CaseStatus
from enforcement.models import Case, Complaint
from enforcement.services.cases import open_case
from enforcement.services.complaint_appeals.sides import is_taken_up_again
from enforcement.services.complaints.review import HANDLE, begin
from enforcement.services.complaints.sealing import require_sealed
from enforcement.services.holds.locking import lock_case

# Our choice; no article sets it.
LONGEST_SUMMARY: Final = 2000
S = ComplaintStatus


@transaction.atomic
def forward_complaint(
    *,
    complaint: Complaint,
    summary: str,
    fence: int,
    expected_version: int | None = None,
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> Case:
    """
    Give a complaint to the moderators: it joins the open case about its account, or opens one.

    Public Account Provisions, art. 20 §2 and art. 19 §1. Complaints about one account are one case.
    What the moderators read is what the handler writes; nothing that the complainant wrote or sent
    goes along. The handler has taken part in the case, and answers the complainant.

    :raises NotPermitted: if the actor may not handle it.
    :raises InvalidInput: if nothing is said, or it holds the complainant's contact.
    :raises StaleLease: if the actor does not hold it.
    :raises StaleVersion: if it has moved on.
    :raises SamePerson: if the actor stands on another side of the case.
    :raises TransitionRefused: if it is not looked into.
    :raises ActionRefused: if it belongs to a case already, or is about no account.
    """
    grounds = Grounds(actor=actor, provision=provision, reason=reason)
    begin(complaint, fence, expected_version, grounds)
    if complaint.status != S.INVESTIGATING:
        raise TransitionRefused
    if complaint.account is None:
        raise ActionRefused(_("It is about no account."))
    # What others look into anew may need a case of its own, where the first one is over.
    was_over = complaint.case is not None and complaint.case.status == CaseStatus.CLOSED
    if complaint.case is not None and not (was_over and is_taken_up_again(complaint)):
        raise ActionRefused(
            _("It belongs to %(number)s already.") % {"number": complaint.case.number}
        )
    summary = summary.strip()
    if not summary or len(summary) > LONGEST_SUMMARY:
        raise InvalidInput(_("Say what is to be looked into."))
    require_sealed(complaint, summary)
    case = _open_case_of(complaint) or open_case(
        account=complaint.account,
        source=CaseSource.COMPLAINT,
        source_ref=complaint.number,
        summary=summary,
        content_ref=complaint.content_ref,
        permission=HANDLE,
        **grounds,
    )
    take_part(case.matter, actor, Side.DECIDED)
    audit.amend(complaint, "forward", **grounds, case=case)
    audit.record(
        action="enforcement.case.join_complaint",
        target=case,
        changes={"complaint": complaint.number},
        actor=actor,
        provision=provision,
        reason=summary,
    )
    return case


def _newest_open(account: PublicAccount) -> Case | None:
    found = Case.objects.filter(account=account).exclude(status=CaseStatus.CLOSED)
    return found.select_related("account", "matter").order_by("-pk").first()


def _open_case_of(complaint: Complaint) -> Case | None:
    """Return the open case about the account, locked; None, with the account locked, where none is."""
    assert complaint.account is not None
    found = _newest_open(complaint.account)
    if found is not None:
        lock_case(found)
        # Somebody may have closed it while we waited.
        if found.status != CaseStatus.CLOSED:
            return found
    audit.lock(complaint.account)
    # Matters are locked before accounts: what was opened at this moment is joined the next time.
    if _newest_open(complaint.account) is not None:
        raise ActionRefused(
            _("A case about this account was opened at this moment. Forward it once more.")
        )
    return None
