"""Invitations to supply documents on the public response page: for a review, or for a renewal."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from accounts.models import Qualification
from accounts.rules.qualifications import end_of
from accounts.services.invitations import ACCOUNT
from compliance import responses
from compliance.grounds import Grounds
from compliance.models import ResponseInvitation
from compliance.notices.recipients import Reference

MATERIAL: Final = "accounts.qualification_material"
RENEWAL: Final = "accounts.qualification_renewal"
# Our choice; no article sets it: so long after its end a document can be renewed by the same link.
RENEWED_LATE: Final = timedelta(days=180)


def invite_for_documents(qualification: Qualification, grounds: Grounds) -> None:
    """Open the response page until the operator's own clock for material is over."""
    clock = qualification.material_clock
    assert clock is not None
    responses.open_invitation(
        responses.InvitationDraft(
            kind=MATERIAL, about=qualification, recipient=_operator(qualification), until=clock
        ),
        **grounds,
    )


def invite_to_renew(qualifications: Sequence[Qualification], grounds: Grounds) -> None:
    """Open the response page for renewals, where it is not open already."""
    known = open_invitations_of(qualifications, RENEWAL)
    responses.open_invitations(
        [
            responses.InvitationDraft(
                kind=RENEWAL,
                about=each,
                recipient=_operator(each),
                until=end_of(each.valid_until) + RENEWED_LATE,
            )
            for each in qualifications
            if str(each.pk) not in known and each.valid_until is not None
        ],
        **grounds,
    )


def open_invitations_of(
    qualifications: Sequence[Qualification], kind: str
) -> dict[str, ResponseInvitation]:
    """Return the invitation of a kind that is open about each qualification, by the key of each."""
    if not qualifications:
        return {}
    found = ResponseInvitation.objects.open().about(*qualifications).filter(kind=kind)
    return {each.about_id: each for each in found}


def _operator(qualification: Qualification) -> Reference:
    return Reference(ACCOUNT, qualification.account.platform_uid)
