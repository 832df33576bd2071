"""Services that review claims: verify, ask either side, protect, refuse, withdraw."""

from typing import Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.enums import AccountStatus, GroundKind, RestrictionKind
from accounts.models import PublicAccount, Repudiation, Restriction
from accounts.repudiation_words import IdentityProof, RepudiationStatus
from accounts.services.allowances.review import is_proposed
from accounts.services.policies import policy_in_force
from accounts.services.repudiations import notices
from accounts.services.repudiations.submission import (
    QUEUE,
    REVIEW_STEP,
    WEIGHT,
    accounts_in_the_name,
    settle_identity,
)
from accounts.services.restrictions import end_restriction, impose_restriction
from compliance import audit
from compliance.clocks import finish_clock, pause_clock, resume_or_start_clock, start_clock
from compliance.errors import ActionRefused, InvalidInput, TransitionRefused
from compliance.grounds import Grounds
from compliance.models import ResponseInvitation, Side, StaffUser, WorkItem
from compliance.proposals import take_part
from compliance.provisions import Provision
from compliance.responses import close_invitations
from compliance.roles import require_permission
from compliance.work import close_item, open_item, require_lease

REVIEW: Final = "accounts.review_repudiation"
STATEMENT_STEP: Final = "repudiation_statement"
S = RepudiationStatus


def open_work_item(repudiation: Repudiation) -> WorkItem | None:
    """Return the item in which a claim waits for a review, if it does."""
    return WorkItem.objects.open().filter(pk=repudiation.work_item_id).first()


def begin(
    repudiation: Repudiation, actor: StaffUser, fence: int | None, expected_version: int | None
) -> WorkItem | None:
    """Lock account and claim for an act of whoever holds its item; return the open item."""
    require_permission(actor, REVIEW)
    if repudiation.account_id is not None:
        audit.lock(PublicAccount.objects.get(pk=repudiation.account_id))
    item = open_work_item(repudiation)
    if item is not None:
        require_lease(work_item=item, actor=actor, fence=fence)
    audit.lock(repudiation, expected_version=expected_version)
    take_part(repudiation.matter, actor, Side.DECIDED)
    return item


def require_told(told: str) -> str:
    """
    Return what a side is told.

    :raises InvalidInput: if there is nothing to tell.
    """
    if not told.strip():
        raise InvalidInput(_("Write what is told."))
    return told.strip()


def finish(repudiation: Repudiation, item: WorkItem | None, grounds: Grounds) -> None:
    """Take a decided claim out of its queue; neither side nor we have time now."""
    if item is not None:
        close_item(item)
    for clock in (repudiation.work_item.clock, repudiation.answer_clock):
        finish_clock(clock=clock, **grounds)
    close_invitations(about=repudiation, **grounds)


def protections_of(repudiation: Repudiation) -> list[Restriction]:
    """Return the suspensions that rest on a claim and have not ended."""
    return list(
        Restriction.objects.filter(
            ground_kind=GroundKind.REPUDIATION, ground_ref=repudiation.reference, ended_at=None
        ).select_related("account")
    )


@transaction.atomic
def verify_by_document(
    *,
    repudiation: Repudiation,
    fence: int,
    expected_version: int,
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> None:
    """
    Note that a person has seen by the claimant's document who they are.

    Public Account Provisions, art. 8 §1: for whom the provider could not confirm. Only now is it
    looked up what stands in the claimant's name.

    :raises NotPermitted: if the actor may not review.
    :raises StaleLease: if the actor does not hold the item.
    :raises StaleVersion: if the claim has moved on.
    :raises TransitionRefused: if the identity is verified already.
    :raises ActionRefused: if no document was sent.
    """
    begin(repudiation, actor, fence, expected_version)
    if not repudiation.materials.filter(is_statement=False).exists():
        raise ActionRefused(
            _(
                "The claimant sent no document by which they could be known: ask the claimant for a "
                "picture of it."
            )
        )
    grounds = Grounds(actor=actor, provision=provision, reason=reason)
    settle_identity(repudiation, IdentityProof.DOCUMENT, grounds)


@transaction.atomic
def name_account(
    *,
    repudiation: Repudiation,
    account: PublicAccount,
    fence: int,
    expected_version: int,
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> None:
    """
    Say which account in the claimant's name a claim is about.

    Public Account Provisions, art. 8 §1. One claim is about one account.

    :raises NotPermitted: if the actor may not review.
    :raises StaleLease: if the actor does not hold the item.
    :raises StaleVersion: if the claim has moved on.
    :raises InvalidInput: if the account does not stand in the claimant's name.
    :raises ActionRefused: if the claim is not in review, protects an account, or another is about it.
    """
    begin(repudiation, actor, fence, expected_version)
    if repudiation.status != S.IN_REVIEW:
        raise TransitionRefused
    if account not in accounts_in_the_name(repudiation.subject):
        raise InvalidInput(_("This account does not stand in the claimant’s name."))
    if protections_of(repudiation):
        raise ActionRefused(_("An account is suspended because of this claim; end that first."))
    twin = Repudiation.objects.open().filter(account=account).exclude(pk=repudiation.pk).first()
    if twin is not None:
        raise ActionRefused(
            _("%(reference)s is about this account already.") % {"reference": twin.reference}
        )
    audit.amend(
        repudiation,
        "name_account",
        actor=actor,
        provision=provision,
        reason=reason,
        account=account,
    )


@transaction.atomic
def ask_side(
    *,
    repudiation: Repudiation,
    purpose: str,
    fence: int,
    expected_version: int,
    told: str,
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> None:
    """
    Ask the operator for a statement, or the claimant for material; the claim waits for it.

    Public Account Provisions, art. 8 §1; our choice: the operator is heard before anything is
    decided, and does not learn who claims. Whose identity could not be confirmed is asked for a
    picture of the document in the same way. The clock of the review stands still meanwhile.

    :raises NotPermitted: if the actor may not review.
    :raises InvalidInput: if there is nothing to tell, or nobody of that side.
    :raises StaleLease: if the actor does not hold the item.
    :raises StaleVersion: if the claim has moved on.
    :raises TransitionRefused: if it is not in review, nor waits for the claimant to be verified.
    """
    grounds = Grounds(actor=actor, provision=provision, reason=reason)
    item = begin(repudiation, actor, fence, expected_version)
    told = require_told(told)
    is_operator = purpose == notices.STATEMENT
    if is_operator and repudiation.account is None:
        raise InvalidInput(_("Say first which account the claim is about."))
    clock = start_clock(step=STATEMENT_STEP, **grounds)
    audit.move(
        repudiation,
        "ask_operator" if is_operator else "ask_for_material",
        **grounds,
        answer_clock=clock,
        decision_reason=told,
    )
    if item is not None:
        close_item(item)
        pause_clock(clock=item.clock, **grounds)
    notices.invite(repudiation, purpose, clock, grounds)
    notices.tell(repudiation, purpose, told=told, actor=actor)


@transaction.atomic
def resume_repudiation(
    *,
    repudiation: Repudiation,
    expected_version: int | None,
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> None:
    """
    Take a claim up again once the answer is there or its time is over.

    Public Account Provisions, art. 20 §2: silence decides nothing by itself.

    :raises NotPermitted: if the actor may not review.
    :raises StaleVersion: if the claim has moved on.
    :raises TransitionRefused: if it does not wait.
    """
    require_permission(actor, REVIEW)
    audit.lock(repudiation, expected_version=expected_version)
    # A proposal may have come back by another door than ours.
    came_back = repudiation.status == S.PROPOSED and not is_proposed(repudiation.matter)
    if repudiation.status not in (S.WAITING_STATEMENT, S.WAITING_MATERIAL) and not came_back:
        raise TransitionRefused
    reopen(repudiation, Grounds(actor=actor, provision=provision, reason=reason))


def reopen(repudiation: Repudiation, grounds: Grounds) -> None:
    """Put a claim back into its queue, with the rest of the review's time."""
    old = repudiation.work_item.clock
    clock = resume_or_start_clock(clock=old, step=REVIEW_STEP, **grounds)
    item = open_item(
        queue=QUEUE, clock=clock, weight=WEIGHT, matter=repudiation.matter, side=Side.DECIDED
    )
    # Who was asked before they were verified still has to be.
    arrow = "resume_review" if repudiation.verified_at is not None else "resume_verification"
    audit.move(repudiation, arrow, **grounds, work_item=item, decision_reason="")
    if clock != old:
        finish_clock(clock=old, **grounds)
    finish_clock(clock=repudiation.answer_clock, **grounds)
    close_invitations(about=repudiation, **grounds)


@transaction.atomic
def protect_account(
    *,
    repudiation: Repudiation,
    fence: int,
    expected_version: int,
    told: str,
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> Restriction:
    """
    Suspend the account's service while it is looked at in whose name it stands.

    Public Account Provisions, art. 8 §1: no service under a false identity. Only where the policy
    in force allows it; undone at once when nothing comes of the claim, and told to the operator.

    :raises NotPermitted: if the actor may not review.
    :raises InvalidInput: if there is nothing to tell, or no account is named.
    :raises StaleLease: if the actor does not hold the item.
    :raises StaleVersion: if the claim has moved on.
    :raises ActionRefused: if the policy allows none, or it is suspended already.
    """
    grounds = Grounds(actor=actor, provision=provision, reason=reason)
    begin(repudiation, actor, fence, expected_version)
    told = require_told(told)
    if repudiation.status != S.IN_REVIEW or repudiation.account is None:
        raise InvalidInput(_("Say first which account the claim is about."))
    if not policy_in_force(timezone.now()).limits.may_suspend_repudiated:
        raise ActionRefused(_("The policy in force allows no suspension before a decision."))
    if protections_of(repudiation):
        raise ActionRefused(_("The account is suspended because of this claim already."))
    restriction = suspend(repudiation, grounds)
    notices.tell(repudiation, notices.PROTECTED, told=told, actor=actor)
    return restriction


def suspend(repudiation: Repudiation, grounds: Grounds) -> Restriction:
    """Suspend the service of the account on the ground of a claim, until it is ended."""
    assert repudiation.account is not None
    return impose_restriction(
        account=repudiation.account,
        kind=RestrictionKind.SUSPEND_SERVICE,
        from_=timezone.now(),
        until=None,
        ground_kind=GroundKind.REPUDIATION,
        ground_ref=repudiation.reference,
        **grounds,
    )


def lift_protections(repudiation: Repudiation, grounds: Grounds) -> None:
    """End whatever suspension rests on a claim."""
    for restriction in protections_of(repudiation):
        end_restriction(restriction=restriction, **grounds)


@transaction.atomic
def refuse_repudiation(
    *,
    repudiation: Repudiation,
    fence: int | None,
    expected_version: int,
    told: str,
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> None:
    """
    Decide that a claim is not upheld; what was suspended because of it is back in service.

    Public Account Provisions, art. 20 §2: the claimant is told the reason and how to appeal.
    `fence` is None where no item is open.

    :raises NotPermitted: if the actor may not review.
    :raises InvalidInput: if there is nothing to tell.
    :raises StaleLease: if the actor does not hold the item.
    :raises StaleVersion: if the claim has moved on.
    :raises TransitionRefused: if it is in another state.
    """
    grounds = Grounds(actor=actor, provision=provision, reason=reason)
    item = begin(repudiation, actor, fence, expected_version)
    told = require_told(told)
    was_heard = _operator_knows(repudiation)
    audit.move(
        repudiation,
        "refuse",
        **grounds,
        decided_by=actor.person,
        decided_at=timezone.now(),
        decision_reason=told,
    )
    finish(repudiation, item, grounds)
    lift_protections(repudiation, grounds)
    notices.tell(repudiation, notices.RESULT, told=told, actor=actor)
    if was_heard:
        notices.tell(repudiation, notices.ENDED, told=_over(), actor=actor)


@transaction.atomic
def withdraw_repudiation(
    *,
    repudiation: Repudiation,
    fence: int | None,
    expected_version: int | None,
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> None:
    """
    Withdraw a claim because the claimant wishes so.

    Public Account Provisions, art. 20 §2. The system acts for a claimant who withdraws on the page
    by which the claim is followed; it needs no work item.

    :raises NotPermitted: if the actor may not review.
    :raises StaleLease: if the actor does not hold the item.
    :raises StaleVersion: if the claim has moved on.
    :raises TransitionRefused: if it is in another state.
    """
    grounds = Grounds(actor=actor, provision=provision, reason=reason)
    if actor.person.is_system:
        item = open_work_item(repudiation)
        audit.lock(repudiation, expected_version=expected_version)
    else:
        item = begin(repudiation, actor, fence, expected_version)
    was_heard = _operator_knows(repudiation)
    audit.move(repudiation, "withdraw", **grounds, decided_at=timezone.now())
    finish(repudiation, item, grounds)
    lift_protections(repudiation, grounds)
    if was_heard:
        notices.tell(repudiation, notices.ENDED, told=_over(), actor=actor)


def _over() -> str:
    return _("Nothing follows from the claim for this account.")


def _operator_knows(repudiation: Repudiation) -> bool:
    """Return whether the operator was asked, or the account suspended, because of a claim."""
    if repudiation.account is None or repudiation.account.status != AccountStatus.ACTIVE:
        return False
    asked = ResponseInvitation.objects.about(repudiation).filter(kind=notices.STATEMENT)
    return asked.exists() or bool(protections_of(repudiation))
