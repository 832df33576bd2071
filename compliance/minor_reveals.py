"""Services for what is kept of minors: one person asks to be shown it, another one approves."""

from collections.abc import Sequence
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from compliance import proposals
from compliance.errors import ActionRefused, InvalidInput
from compliance.identity.minors import (
    KIND,
    is_of_minor,
    standing_of,
)
from compliance.models import (
    IdentityValue,
    Proposal,
    RequestedReveal,
    Side,
    StaffUser,
)
from compliance.provisions import Provision
from compliance.roles import require_permission

REVEAL: Final = "compliance.reveal_identity"
APPROVE: Final = "compliance.approve_minor_reveal"


@transaction.atomic
def ask_reveal(
    *, values: Sequence[IdentityValue], actor: StaffUser, provision: Provision, reason: str
) -> Proposal:
    """
    Ask to be shown values of one minor, each once.

    Regulations on the Protection of Minors in Cyberspace, art. 36: staff see personal information of
    minors only with approval, no more of it than the work needs, and on record.

    :raises NotPermitted: if the actor's roles do not allow reveals.
    :raises MissingReason: if the reason is blank.
    :raises InvalidInput: if nothing is named, or values of more than one person are.
    :raises ActionRefused: if no approval is needed, or one that names a value waits or holds.
    """
    require_permission(actor, REVEAL)
    if len({each.key_id for each in values}) != 1:
        raise InvalidInput(_("Name what of one person is to be shown."))
    if not is_of_minor(values[0]):
        raise ActionRefused(_("Nobody has to approve this: it is not known to be of a minor."))
    for each in values:
        standing = standing_of(each, actor.person)
        if standing.approval is not None or standing.asked is not None:
            raise ActionRefused(
                _("You have asked for this value already: %(field)s.")
                % {"field": each.get_field_display()}
            )
    proposal = proposals.submit_proposal(
        matter=proposals.open_matter(KIND),
        kind=KIND,
        content={"values": sorted(each.pk for each in values)},
        slots=(APPROVE,),
        proposer_side=Side.REQUESTER,
        approver_side=Side.DECIDED,
        actor=actor,
        provision=provision,
        reason=reason,
    )
    RequestedReveal.objects.bulk_create(
        RequestedReveal(proposal=proposal, value=each) for each in values
    )
    return proposal


@transaction.atomic
def approve_reveal(
    *, proposal: Proposal, actor: StaffUser, provision: Provision, reason: str
) -> None:
    """
    Approve that whoever asked is shown exactly the values that were named, each once.

    Regulations on the Protection of Minors in Cyberspace, art. 36. It lapses after `APPROVED_FOR`.

    :raises SamePerson: if the actor asked for it.
    :raises NotPermitted: if the actor may not approve it.
    :raises ProposalClosed: if it was approved, returned or withdrawn.
    """
    if proposal.kind != KIND:
        raise InvalidInput(_("This proposal is not about identity data of a minor."))
    proposals.approve_proposal(proposal=proposal, actor=actor, provision=provision, reason=reason)
