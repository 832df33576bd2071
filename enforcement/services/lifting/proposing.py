"""Services by which a measure is proposed to be lifted, and lifted by the approval of others."""

import json
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext as _

from compliance import audit, proposals
from compliance.errors import ActionRefused, InvalidInput
from compliance.grounds import Grounds
from compliance.models import Proposal, StaffUser
from compliance.models.matters import ProposalQuerySet
from compliance.provisions import Provision
from compliance.roles import require_permission
from enforcement.models import Measure
from enforcement.services.deciding_sides import deciding_side
from enforcement.services.lifting.ending import (
    LiftDraft,
    end_before_time,
    lock_for_lifting,
    require_liftable,
)

KIND: Final = "measure_lift"
PROPOSE: Final = "enforcement.propose_lift"
APPROVE: Final = "enforcement.approve_lift"
APPROVE_AS_OFFICER: Final = "enforcement.approve_lift_as_officer"


def slots_of(measure: Measure) -> tuple[str, ...]:
    """Return whose approvals the lifting of a measure needs: two where two have ordered it."""
    return (APPROVE, APPROVE_AS_OFFICER) if measure.approvals_given > 1 else (APPROVE,)


def lift_proposed_of(measure: Measure) -> Proposal | None:
    """Return the proposal to lift a measure that waits for approval, if one does."""
    return lifts_proposed_of(measure).open().select_related("proposer").first()


def lifts_proposed_of(measure: Measure) -> ProposalQuerySet:
    """Return every proposal to lift a measure, those too that were returned or withdrawn."""
    return Proposal.objects.filter(
        kind=KIND,
        matter=measure.decision.case.matter_id,
        content__contains=f'"measure":{measure.pk},',
    ).order_by("pk")


@transaction.atomic
def propose_lift(
    *, measure: Measure, draft: LiftDraft, actor: StaffUser, provision: Provision, reason: str
) -> Proposal:
    """
    Propose that a measure end before its time; others approve it, two where two ordered it.

    Public Account Provisions, art. 19 §2; our choice: ending needs the approvals of ordering.

    :raises NotPermitted: if the actor may not propose it.
    :raises InvalidInput: if the ground is unknown or there is nothing to tell.
    :raises ActionRefused: if it cannot be lifted, its term is over, or it is proposed already.
    :raises MissingReason: if the reason is blank.
    """
    require_permission(actor, PROPOSE)
    draft = draft.checked()
    lock_for_lifting(measure)
    if lift_proposed_of(measure) is not None:
        raise ActionRefused(_("The lifting of this measure is proposed already."))
    decision = measure.decision
    side = deciding_side(decision.case)
    return proposals.submit_proposal(
        matter=decision.case.matter,
        kind=KIND,
        content={
            # Written so that the one of a measure is found by it.
            "measure": measure.pk,
            "code": measure.measure,
            "decision": decision.number,
            "account": decision.account.platform_uid,
            "ground": draft.ground,
            "told": draft.told,
        },
        slots=slots_of(measure),
        proposer_side=side,
        approver_side=side,
        actor=actor,
        provision=provision,
        reason=reason,
    )


def measure_of(proposal: Proposal) -> Measure:
    """
    Return the measure that a proposal would lift.

    :raises InvalidInput: if it is about something else.
    """
    if proposal.kind != KIND:
        raise InvalidInput(_("This proposal is not about the lifting of a measure."))
    found = Measure.objects.select_related(
        "account", "decision__account", "decision__case__matter", "ordered", "restriction"
    )
    return found.get(pk=json.loads(proposal.content)["measure"])


@transaction.atomic
def approve_lift(
    *, proposal: Proposal, actor: StaffUser, provision: Provision, reason: str
) -> bool:
    """
    Approve that a measure be lifted; with the last approval it is. Return whether it was.

    Public Account Provisions, art. 19 §2. Other measures on the account go on; the operator is told.

    :raises NotPermitted: if no open approval fits the actor's roles.
    :raises SamePerson: if the actor proposed it or approved it before.
    :raises ProposalClosed: if it was approved, returned or withdrawn.
    :raises ActionRefused: if its term is over by now.
    :raises TransitionRefused: if it ended meanwhile.
    """
    grounds = Grounds(actor=actor, provision=provision, reason=reason)
    measure = measure_of(proposal)
    audit.lock(measure.decision)
    is_complete = proposals.approve_proposal(proposal=proposal, **grounds)
    require_liftable(measure)
    if not is_complete:
        return False
    content: dict[str, Any] = json.loads(proposal.content)
    end_before_time(
        measure, LiftDraft(content["ground"], content["told"]), grounds, proposal=proposal
    )
    return True


@transaction.atomic
def end_lift_proposal(
    *, act: str, proposal: Proposal, actor: StaffUser, provision: Provision, reason: str
) -> None:
    """
    Return a proposed lifting or withdraw one's own; the measure goes on.

    Our choice, as with every proposal.

    :raises InvalidInput: if the act is neither, or the proposal about something else.
    :raises SamePerson: if the actor returns a proposal of their own.
    :raises ProposalClosed: if it was approved, returned or withdrawn.
    """
    measure_of(proposal)
    proposals.end_proposal(
        act=act, proposal=proposal, actor=actor, provision=provision, reason=reason
    )
