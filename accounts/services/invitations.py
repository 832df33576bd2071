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
# What an application waits for may be the consent of a minor's guardian.
GUARDIAN: Final = "accounts.guardian_consent"
ACCOUNT: Final = "account"


def invite_for_material(
    applications: Sequence[Application],
    *,
    kind: str = MATERIAL,
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> None:
    """
    Open the response page for each of the applications that waits for material now.

    Public Account Provisions, art. 15 §1. Until when is what the applicant's own clock says.

    :raises MissingReason: if the reason is blank.
    """
    responses.open_invitations(
        [
            responses.InvitationDraft(
                kind=kind,
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
    found = (
        ResponseInvitation.objects.open().about(*applications).filter(kind__in=[MATERIAL, GUARDIAN])
    )
    return {each.about_id: each for each in found}
