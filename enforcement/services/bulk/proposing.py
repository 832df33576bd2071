"""Services that propose a drafted list, approve it by two, return it and withdraw it."""

from datetime import timedelta
from typing import Any, Final

from django.db import transaction
from django.db.models import Count
from django.utils import timezone
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app

from compliance import audit, proposals
from compliance.deadlines import due_instant
from compliance.errors import ActionRefused, InvalidInput, NotPermitted
from compliance.grounds import Grounds
from compliance.models import Proposal, ProposalResult, Side, StaffUser
from compliance.provisions import Provision
from compliance.roles import require_permission
from enforcement.bulk_words import BulkItemStatus, BulkStatus
from enforcement.models import BulkDecision
from enforcement.services.bulk.contents import SLOTS, words_of
from enforcement.services.bulk.drafting import PROPOSE, list_digest
from enforcement.services.decision_content import check_words
from enforcement.services.evidence import require_no_collector

BULK_KIND: Final = "bulk_decision"
UNDO_STEP: Final = "bulk_undo"
CARRY_OUT_TASK: Final = "enforcement.carry_out_bulk"
# Our choice; no article sets it. What was looked at longer ago is looked at anew.
DRAFT_LASTS: Final = timedelta(hours=24)


def bulk_content(bulk: BulkDecision) -> dict[str, Any]:
    """
    Return what approvers approve: the words, the digest of the list, and what stands on it.

    Opinions on Platform Responsibility, point 2.
    """
    left_out = dict(
        bulk.items.exclude(left_out="").values_list("left_out").annotate(n=Count("pk")).order_by()
    )
    return {
        "bulk": bulk.number,
        "drafted_by": bulk.drafted_by_id,
        "violation": bulk.violation_type.code,
        "words": bulk.words,
        "count": bulk.count,
        "to_decide": bulk.count - sum(left_out.values()),
        "left_out": left_out,
        "list_sha256": bulk.list_sha256,
        "lead_case": bulk.lead_case.number if bulk.lead_case is not None else None,
    }


@transaction.atomic
def propose_bulk(
    *, bulk: BulkDecision, actor: StaffUser, provision: Provision, reason: str
) -> Proposal:
    """
    Propose a drafted list to two other persons.

    Public Account Provisions, art. 19 §2; our choice: many accounts are never decided on by one.

    :raises NotPermitted: if the actor may not propose decisions on many accounts.
    :raises ActionRefused: if somebody else drafted it, the draft is too old, or nothing is left on it.
    :raises TransitionRefused: if it is no draft any more.
    """
    require_permission(actor, PROPOSE)
    grounds = Grounds(actor=actor, provision=provision, reason=audit.require_reason(reason))
    audit.lock(bulk)
    if bulk.drafted_by_id != actor.person_id:
        raise ActionRefused(_("Only whoever drafted it proposes it."))
    now = timezone.now()
    if bulk.drafted_at < now - DRAFT_LASTS:
        raise ActionRefused(
            _("The draft is older than a day: draft it anew, the accounts may differ.")
        )
    if not bulk.items.filter(status=BulkItemStatus.WAITING).exists():
        raise ActionRefused(_("No account is left on which it is possible."))
    check_words(words_of(bulk), now=now, today=timezone.localdate(now))
    require_list_unchanged(bulk)
    proposal = proposals.submit_proposal(
        matter=bulk.matter,
        kind=BULK_KIND,
        content=bulk_content(bulk),
        slots=SLOTS,
        proposer_side=Side.DECIDED,
        approver_side=Side.DECIDED,
        **grounds,
    )
    audit.move(bulk, "propose", **grounds, proposal=proposal, approvals_needed=len(SLOTS))
    return proposal


def require_list_unchanged(bulk: BulkDecision) -> None:
    """
    Refuse a list that is not the one whose digest was drafted and approved.

    Opinions on Platform Responsibility, point 2.

    :raises ActionRefused: if a row differs.
    """
    lines = bulk.items.order_by("place").values_list(
        "place", "account__platform_uid", "line", "left_out"
    )
    if list_digest(lines.iterator()) != bulk.list_sha256:
        raise ActionRefused(_("The list is not the one that was drafted: nothing is carried out."))


def bulk_of(proposal: Proposal) -> BulkDecision:
    """
    Return the list that a proposal is about.

    :raises InvalidInput: if it is about something else.
    """
    found = BulkDecision.objects.filter(proposal=proposal).first()
    if found is None:
        raise InvalidInput(_("This proposal is not about a decision on many accounts."))
    return found


def _proposal_of(bulk: BulkDecision) -> Proposal:
    if bulk.proposal is None:
        raise ActionRefused(_("It was not proposed yet."))
    return bulk.proposal


@transaction.atomic
def approve_bulk(
    *, bulk: BulkDecision, actor: StaffUser, provision: Provision, reason: str
) -> bool:
    """
    Approve a list; with the second approval the worker carries it out. Return whether it was that.

    Public Account Provisions, art. 19 §2. From then on the published time runs in which all of it can
    be undone before anybody is told.

    :raises NotPermitted: if no open approval fits the actor's roles, or a program tries.
    :raises SamePerson: if the actor proposed it, approved it before or collected its evidence.
    :raises ProposalClosed: if it was decided, returned or withdrawn.
    :raises ActionRefused: if the list is not the one that was proposed.
    """
    if actor.person.is_system:
        raise NotPermitted(_("Measures are approved by people, never by a program."))
    if bulk.lead_case is not None:
        require_no_collector(bulk.lead_case, actor)
    grounds = Grounds(actor=actor, provision=provision, reason=reason)
    is_complete = proposals.approve_proposal(proposal=_proposal_of(bulk), **grounds)
    audit.lock(bulk)
    require_list_unchanged(bulk)
    if not is_complete:
        return False
    now = timezone.now()
    audit.move(
        bulk,
        "approve",
        **grounds,
        approved_result=ProposalResult.APPROVED,
        approved_at=now,
        held_until=due_instant(UNDO_STEP, now),
    )
    app.configure_task(CARRY_OUT_TASK).defer()
    return True


@transaction.atomic
def return_bulk(*, bulk: BulkDecision, actor: StaffUser, provision: Provision, reason: str) -> None:
    """
    Return a list to its proposer; the reason is the suggestion for a new one.

    Opinions on Platform Responsibility, point 2.

    :raises NotPermitted: if no open approval fits the actor's roles.
    :raises SamePerson: if the actor proposed it.
    :raises ProposalClosed: if it was decided, returned or withdrawn.
    """
    grounds = Grounds(actor=actor, provision=provision, reason=reason)
    proposals.return_proposal(proposal=_proposal_of(bulk), **grounds)
    audit.move(bulk, "return", **grounds)


@transaction.atomic
def withdraw_bulk(
    *, bulk: BulkDecision, actor: StaffUser, provision: Provision, reason: str
) -> None:
    """
    Drop a draft or take back a proposal of one's own that nobody has decided.

    Opinions on Platform Responsibility, point 2.

    :raises ActionRefused: if somebody else drafted it.
    :raises ProposalClosed: if it was decided, returned or withdrawn.
    """
    grounds = Grounds(actor=actor, provision=provision, reason=audit.require_reason(reason))
    audit.lock(bulk)
    if bulk.drafted_by_id != actor.person_id:
        raise ActionRefused(_("Only whoever drafted it takes it back."))
    if bulk.status == BulkStatus.PROPOSED:
        proposals.withdraw_proposal(proposal=_proposal_of(bulk), **grounds)
    audit.move(bulk, "withdraw", **grounds)
