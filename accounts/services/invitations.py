"""Invitations to supply material for an application on the public response page."""

from collections.abc import Sequence
from typing import Final

from accounts.enums import ApplicationStatus
from accounts.models import Application
from compliance import responses
from compliance.models import ResponseInvitation, StaffUser
from compliance.notices.recipients import Reference
from compliance.provisions import Provision

MATERIAL: Final = "accounts.application_material"
ACCOUNT: Final = "account"


def invite_for_material(
    applications: Sequence[Application], *, actor: StaffUser, provision: Provision, reason: str
) -> None:
    """
    Open the response page for each of the applications that waits for material now.

    Public Account Provisions, art. 15 §1. Until when is what the applicant's own clock says.

    :raises MissingReason: if the reason is blank.
    """
    responses.open_invitations(
        [
            responses.InvitationDraft(
                kind=MATERIAL,
                about=each,
                recipient=Reference(ACCOUNT, each.platform_uid),
                until=each.material_clock,
            )
            for each in applications
            if each.status == ApplicationStatus.WAITING_MATERIAL and each.material_clock is not None
        ],
        actor=actor,
        provision=provision,
        reason=reason,
    )


def open_invitations_of(applications: Sequence[Application]) -> dict[str, ResponseInvitation]:
    """Return the invitation that is open for each of the applications, by the key of each."""
    found = ResponseInvitation.objects.open().about(*applications).filter(kind=MATERIAL)
    return {each.about_id: each for each in found}
