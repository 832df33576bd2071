"""Services of whoever reviews a transfer, and of whoever approves what was proposed."""

from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.enums import AccountStatus, HoldKind
from accounts.models import PublicAccount, Subject, Transfer
from accounts.rules.names import barred_hit
from accounts.services.allowances.standing import cap_of
from accounts.services.bars import is_barred
from accounts.services.blacklist.matches import what_stands
from accounts.services.blocks import require_free
from accounts.services.decision_texts import way_to_appeal
from accounts.services.exit_policies import exit_limits_in_force
from accounts.services.holds import release_hold
from accounts.services.name_lookup import barred_index
from accounts.services.policies import policy_in_force
from accounts.services.standing import credit_of
from accounts.services.transfer_notices import APPROVED, REFUSED, WITHDRAWN, tell
from accounts.services.transfers.confirming import invite_both
from accounts.services.transfers.materials import (
    ATTACH,
    QUEUE,
    REVIEW_STEP,
    ask,
    lock_transfer,
    missing_papers,
    open_work_item,
    papers_in_words,
    resume,
    review_clock,
)
from accounts.transfer_words import TransferStatus
from compliance import audit, proposals
from compliance.clocks import finish_clock, resume_or_start_clock, start_clock
from compliance.errors import ActionRefused, InvalidInput
from compliance.grounds import Grounds
from compliance.models import Proposal, ProposalResult, Side, StaffUser, WorkItem
from compliance.provisions import Provision
from compliance.responses import close_invitations
from compliance.roles import require_permission
from compliance.staff import system_actor
from compliance.work import close_item, open_item, require_lease

REVIEW: Final = "accounts.review_transfer"
APPROVE: Final = "accounts.approve_transfer"
KIND: Final = "account_transfer"
CONFIRMATION_STEP: Final = "transfer_confirmation"


def _begin(
    transfer: Transfer,
    actor: StaffUser,
    fence: int | None,
    expected_version: int | None,
) -> WorkItem | None:
    """Lock account and transfer for an act of whoever holds its item; return the open item."""
    require_permission(actor, REVIEW)
    audit.lock(PublicAccount.objects.get(pk=transfer.account_id))
    item = open_work_item(transfer)
    if item is not None:
        require_lease(work_item=item, actor=actor, fence=fence)
    audit.lock(transfer, expected_version=expected_version)
    proposals.take_part(transfer.matter, actor, Side.DECIDED)
    return item


def require_told(told: str) -> str:
    """
    Return what both sides are told.

    :raises InvalidInput: if there is nothing to tell.
    """
    if not told.strip():
        raise InvalidInput(_("Write the reason that both sides are told."))
    return told.strip()


def obstacles(transfer: Transfer, now: datetime) -> list[str]:
    """
    Return in words why the transferee cannot have the account at `now`, as far as rules say so.

    Public Account Provisions, art. 11 §2 with art. 8 §3, art. 10 §1 and art. 19 §2: the cap or
    what was granted beyond it, a name that is barred, a bar on the subject; and by our choice
    (art. 13 §1) the credit of both sides. Looked up anew, whatever the checks found before; the
    caller holds the locks of both where it decides by it.
    """
    subject, account = transfer.subject, transfer.account
    found = []
    cap = cap_of(subject, transfer.subject_nature, policy_in_force(now).limits)
    theirs = PublicAccount.objects.filter(subject=subject, status=AccountStatus.ACTIVE)
    if theirs.count() >= cap:
        found.append(
            _("The subject already has the %(cap)s accounts that it may have.") % {"cap": cap}
        )
    hit = barred_hit(account.name, barred_index([account.name]))
    if hit is not None:
        found.append(
            _("The account name equals a name that is barred now: %(name)s.") % {"name": hit.listed}
        )
    if is_barred(subject):
        found.append(_("The subject is on the blacklist now."))
    found += what_stands(transfer)
    sides = {credit_of(each) for each in (transfer.from_subject, subject)}
    if not sides <= exit_limits_in_force(now).transfer_credit:
        # Whose it is neither side learns of the other.
        found.append(_("The credit grade of one side allows no transfer."))
    if not transfer.is_verified:
        found.append(_("The identity of the transferee was not verified."))
    return found


def require_possible(transfer: Transfer, now: datetime) -> None:
    """
    Refuse what would let an account pass while something holds it or its transferee may not have it.

    Public Account Provisions, art. 11 §2. The caller holds the lock of the account.

    :raises Blocked: with the open matters and running measures that stand in the way.
    :raises ActionRefused: with what speaks against the transferee, or if the account changed hands.
    """
    account = PublicAccount.objects.get(pk=transfer.account_id)
    require_free(account, now, own_ref=transfer.ground_ref)
    if account.subject_id != transfer.from_subject_id:
        raise ActionRefused(_("The account is run by another subject now."))
    # Under the locks of the subjects nobody takes the last place or rates one of them meanwhile.
    sides = Subject.objects.filter(pk__in=[transfer.from_subject_id, transfer.subject_id])
    list(sides.select_for_update(no_key=True).order_by("pk").values_list("pk", flat=True))
    found = obstacles(transfer, now)
    if found:
        raise ActionRefused(" ".join(found))


@transaction.atomic
def ask_for_papers(
    *,
    transfer: Transfer,
    fence: int,
    expected_version: int,
    told: str,
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> None:
    """
    Ask the operator for papers; the transfer leaves the queue until they are there.

    Public Account Provisions, art. 11 §2. Until when and where they can be supplied is added.

    :raises NotPermitted: if the actor may not review.
    :raises InvalidInput: if there is nothing to tell.
    :raises StaleLease: if the actor does not hold the item.
    :raises StaleVersion: if the transfer has moved on.
    :raises TransitionRefused: if it is not in review.
    """
    _begin(transfer, actor, fence, expected_version)
    ask(transfer, require_told(told), Grounds(actor=actor, provision=provision, reason=reason))


@transaction.atomic
def resume_transfer(
    *,
    transfer: Transfer,
    expected_version: int | None,
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> None:
    """
    Take a transfer up again although no paper came by itself, with the rest of the review's time.

    Public Account Provisions, art. 11 §2.

    :raises NotPermitted: if the actor may not review.
    :raises StaleVersion: if the transfer has moved on.
    :raises TransitionRefused: if it does not wait for material.
    """
    require_permission(actor, REVIEW)
    lock_transfer(transfer, expected_version=expected_version)
    resume(transfer, Grounds(actor=actor, provision=provision, reason=reason))


@transaction.atomic
def propose_transfer(
    *,
    transfer: Transfer,
    fence: int,
    expected_version: int,
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> Proposal:
    """
    Propose that a transfer be approved; somebody else approves it.

    Public Account Provisions, art. 11 §2; Opinions, point 2: a transfer needs a second person.

    :raises NotPermitted: if the actor may not review.
    :raises StaleLease: if the actor does not hold the item.
    :raises StaleVersion: if the transfer has moved on.
    :raises TransitionRefused: if it is not in review.
    :raises Blocked: with the open matters and running measures that stand in the way.
    :raises ActionRefused: if papers are missing, or the transferee may not have the account.
    """
    grounds = Grounds(actor=actor, provision=provision, reason=reason)
    item = _begin(transfer, actor, fence, expected_version)
    missing = missing_papers(transfer)
    if transfer.status == TransferStatus.IN_REVIEW:
        if missing:
            raise ActionRefused(
                _("These papers are missing: %(papers)s.") % {"papers": papers_in_words(missing)}
            )
        require_possible(transfer, timezone.now())
    proposal = proposals.submit_proposal(
        matter=transfer.matter,
        kind=KIND,
        content={
            "transfer": transfer.pk,
            "account": transfer.account_id,
            "from_subject": transfer.from_subject_id,
            "to_subject": transfer.subject_id,
            "checks": sorted(transfer.checks.values_list("code", flat=True)),
        },
        slots=(APPROVE,),
        proposer_side=Side.DECIDED,
        approver_side=Side.DECIDED,
        **grounds,
    )
    audit.move(transfer, "propose", **grounds, proposal=proposal)
    if item is not None:
        close_item(item)
        finish_clock(clock=item.clock, **grounds)
    return proposal


@transaction.atomic
def approve_transfer(
    *,
    transfer: Transfer,
    expected_version: int | None = None,
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> None:
    """
    Approve a proposed transfer; both sides are asked to confirm it.

    Public Account Provisions, art. 11 §2; Opinions, point 2: by somebody else than the proposer.

    :raises SamePerson: if the actor proposed it.
    :raises NotPermitted: if the actor may not approve transfers.
    :raises StaleVersion: if the transfer has moved on.
    :raises TransitionRefused: if it does not wait for approval.
    :raises Blocked: with the open matters and running measures that stand in the way.
    :raises ActionRefused: if the transferee may not have the account now.
    """
    grounds = Grounds(actor=actor, provision=provision, reason=reason)
    lock_transfer(transfer, expected_version=expected_version)
    now = timezone.now()
    proposal = _proposed(transfer)
    proposals.approve_proposal(proposal=proposal, **grounds)
    require_possible(transfer, now)
    clock = start_clock(step=CONFIRMATION_STEP, **grounds)
    audit.move(
        transfer,
        "approve",
        **grounds,
        approved_result=ProposalResult.APPROVED,
        decided_by=actor.person,
        decided_at=now,
        decision_reason="",
        confirmation_clock=clock,
    )
    invite_both(transfer, grounds)
    tell(transfer, APPROVED, actor=actor)


def _proposed(transfer: Transfer) -> Proposal:
    if transfer.status != TransferStatus.PROPOSED or transfer.proposal is None:
        raise ActionRefused(_("The transfer does not wait for approval."))
    return transfer.proposal


@transaction.atomic
def return_transfer(
    *,
    transfer: Transfer,
    expected_version: int | None = None,
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> None:
    """
    Return a proposed transfer to those who review; the reason says what to look at.

    Opinions on Platform Responsibility, point 2.

    :raises SamePerson: if the actor proposed it.
    :raises NotPermitted: if the actor may not approve transfers.
    :raises StaleVersion: if the transfer has moved on.
    :raises ActionRefused: if it does not wait for approval.
    """
    grounds = Grounds(actor=actor, provision=provision, reason=reason)
    lock_transfer(transfer, expected_version=expected_version)
    proposals.return_proposal(proposal=_proposed(transfer), **grounds)
    _back_into_review(transfer, grounds)


def _back_into_review(transfer: Transfer, grounds: Grounds) -> None:
    clock = resume_or_start_clock(clock=review_clock(transfer), step=REVIEW_STEP, **grounds)
    item = open_item(queue=QUEUE, clock=clock, matter=transfer.matter, side=Side.DECIDED)
    audit.move(transfer, "send_back", **grounds, work_item=item)


@transaction.atomic
def refuse_transfer(
    *,
    transfer: Transfer,
    fence: int | None,
    expected_version: int,
    told: str,
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> None:
    """
    Refuse a transfer in review or waiting for papers; the way to appeal is added.

    Public Account Provisions, art. 11 §2 and art. 20 §2: both sides are told the reason (`told`).
    `fence` is None where no item is open.

    :raises NotPermitted: if the actor may not review.
    :raises InvalidInput: if there is nothing to tell.
    :raises StaleLease: if the actor does not hold the item.
    :raises StaleVersion: if the transfer has moved on.
    :raises TransitionRefused: if it is in another state.
    """
    grounds = Grounds(actor=actor, provision=provision, reason=reason)
    item = _begin(transfer, actor, fence, expected_version)
    now = timezone.now()
    end_transfer(
        transfer,
        "refuse",
        grounds,
        item=item,
        decided_by=actor.person,
        decided_at=now,
        decision_reason=f"{require_told(told)}\n{way_to_appeal(now)}",
    )
    tell(transfer, REFUSED, actor=actor)


@transaction.atomic
def withdraw_transfer(
    *,
    transfer: Transfer,
    fence: int | None,
    expected_version: int | None,
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> None:
    """
    Withdraw a transfer because one of its sides wishes so, at any time before it takes effect.

    Public Account Provisions, art. 11 §2. `fence` is None where no item is open.

    :raises NotPermitted: if the actor may not hand in transfers.
    :raises StaleLease: if the item is open and somebody else holds it.
    :raises StaleVersion: if the transfer has moved on.
    :raises TransitionRefused: if it has taken effect, lapsed or was refused.
    """
    require_permission(actor, ATTACH)
    grounds = Grounds(actor=actor, provision=provision, reason=reason)
    audit.lock(PublicAccount.objects.get(pk=transfer.account_id))
    item = open_work_item(transfer)
    if item is not None and fence is not None:
        require_lease(work_item=item, actor=actor, fence=fence)
    audit.lock(transfer, expected_version=expected_version)
    proposal = transfer.proposal if transfer.status == TransferStatus.PROPOSED else None
    end_transfer(transfer, "withdraw", grounds, item=item)
    if proposal is not None and proposals.is_open(proposal):
        # Whoever proposed it did not take it back; what it was about is gone.
        proposals.withdraw_proposal(
            proposal=proposal, actor=system_actor(), provision=provision, reason=reason
        )
    tell(transfer, WITHDRAWN, actor=actor)


def end_transfer(
    transfer: Transfer,
    arrow: str,
    grounds: Grounds,
    *,
    item: WorkItem | None = None,
    **fields: Any,
) -> None:
    """Take an arrow after which the account is held no longer and nobody is asked anything."""
    audit.move(transfer, arrow, **grounds, **fields)
    if item is not None:
        close_item(item)
    for clock in (
        review_clock(transfer),
        transfer.material_clock,
        transfer.confirmation_clock,
        transfer.follower_clock,
    ):
        finish_clock(clock=clock, **grounds)
    close_invitations(about=transfer, **grounds)
    release_hold(
        account=PublicAccount.objects.get(pk=transfer.account_id),
        kind=HoldKind.PENDING_TRANSFER,
        ground_ref=transfer.ground_ref,
        **grounds,
    )
