"""The service by which somebody asks to be shown pictures of documents of minors."""

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from compliance import proposals
from compliance.errors import ActionRefused, InvalidInput
from compliance.evidence.access import require_show
from compliance.identity.minors import KIND, shows_minor, standing_of_picture
from compliance.minor_reveals import APPROVE
from compliance.models import EvidenceFile, Proposal, RequestedPicture, Side, StaffUser
from compliance.provisions import Provision


@transaction.atomic
def ask_look(
    *, files: Sequence[EvidenceFile], actor: StaffUser, provision: Provision, reason: str
) -> Proposal:
    """
    Ask to be shown pictures of documents of a minor, each part of them once.

    Regulations on the Protection of Minors in Cyberspace, art. 36: staff see personal information of
    minors only with approval, no more of it than the work needs, and on record.

    :raises NotPermitted: if the actor's roles do not allow reveals, or the file is not theirs to see.
    :raises MissingReason: if the reason is blank.
    :raises InvalidInput: if nothing is named.
    :raises ActionRefused: if no approval is needed, or one that names a picture waits or holds.
    """
    if not files:
        raise InvalidInput(_("Name what of one person is to be shown."))
    for each in files:
        require_show(each, actor)
        if not shows_minor(each):
            raise ActionRefused(_("Nobody has to approve this: it is not known to be of a minor."))
        standing = standing_of_picture(each, actor.person)
        if standing.approval is not None or standing.asked is not None:
            raise ActionRefused(
                _("You have asked for this picture already: %(number)s.") % {"number": each.number}
            )
    proposal = proposals.submit_proposal(
        matter=proposals.open_matter(KIND),
        kind=KIND,
        content={"values": sorted(each.number for each in files)},
        slots=(APPROVE,),
        proposer_side=Side.REQUESTER,
        approver_side=Side.DECIDED,
        actor=actor,
        provision=provision,
        reason=reason,
    )
    RequestedPicture.objects.bulk_create(
        RequestedPicture(proposal=proposal, file=each) for each in files
    )
    return proposal
