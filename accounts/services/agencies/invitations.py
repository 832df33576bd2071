"""Invitations to supply an agreement, or what is missing of it, on the public response page."""

from collections.abc import Sequence
from typing import Final

from accounts.models import AgencyContract
from accounts.services.invitations import ACCOUNT
from compliance import responses
from compliance.grounds import Grounds
from compliance.models import ResponseInvitation
from compliance.notices.recipients import Reference

MATERIAL: Final = "accounts.contract_material"


def invite_for_contract(contract: AgencyContract, grounds: Grounds) -> None:
    """Open the response page until the operator's own clock for material is over."""
    clock = contract.material_clock
    assert clock is not None
    responses.open_invitation(
        responses.InvitationDraft(
            kind=MATERIAL,
            about=contract,
            recipient=Reference(ACCOUNT, contract.account.platform_uid),
            until=clock,
        ),
        **grounds,
    )


def open_invitations_of(contracts: Sequence[AgencyContract]) -> dict[str, ResponseInvitation]:
    """Return the invitation that is open about each agreement, by the key of each."""
    if not contracts:
        return {}
    found = ResponseInvitation.objects.open().about(*contracts).filter(kind=MATERIAL)
    return {each.about_id: each for each in found}
