"""Complaints of whoever is the victim of a false identity: joined to the claim that undoes it."""

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Repudiation
from accounts.models.repudiations import REPUDIATION_PREFIX
from compliance import audit
from compliance.errors import ActionRefused, InvalidInput, TransitionRefused
from compliance.grounds import Grounds
from compliance.models import StaffUser
from compliance.numbers import read_number
from compliance.provisions import Provision
from enforcement.complaint_words import ABOUT_IDENTITY, ComplaintStatus
from enforcement.models import Complaint
from enforcement.services.complaints.review import begin


@transaction.atomic
def link_repudiation(
    *,
    complaint: Complaint,
    claim: str,
    fence: int,
    expected_version: int | None = None,
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> Repudiation:
    """
    Keep by which claim the identity is disputed that a complaint is about.

    Public Account Provisions, art. 8 §1: nobody is served under a false identity. The claim has its
    own proof of identity, its own clock and its own second person; the complaint waits for what comes
    of it, and its complainant is told that.

    :raises NotPermitted: if the actor may not handle it.
    :raises StaleLease: if the actor does not hold it.
    :raises StaleVersion: if it has moved on.
    :raises InvalidInput: if no claim has the number.
    :raises TransitionRefused: if the complaint is not looked into.
    :raises ActionRefused: if it is about something else, or the claim about another account.
    """
    grounds = Grounds(actor=actor, provision=provision, reason=reason)
    begin(complaint, fence, expected_version, grounds)
    if complaint.kind not in ABOUT_IDENTITY:
        raise ActionRefused(_("It is not about somebody’s identity."))
    if complaint.status != ComplaintStatus.INVESTIGATING:
        raise TransitionRefused
    if complaint.repudiation_id is not None:
        raise ActionRefused(_("It is joined to a claim already."))
    number = read_number(REPUDIATION_PREFIX, claim)
    found = Repudiation.objects.filter(pk=number).first() if number is not None else None
    if found is None:
        raise InvalidInput(_("No claim has this number."))
    if found.account_id != complaint.account_id:
        raise ActionRefused(_("The claim is not about this account."))
    audit.amend(complaint, "link_repudiation", **grounds, repudiation=found)
    return found
