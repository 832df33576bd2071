"""Services that review applications for more accounts: ask for more, propose, grant, refuse, end."""

import json
from datetime import date
from typing import Any, Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.allowance_words import AllowanceStatus
from accounts.models import AccountAllowance, Subject
from accounts.services.allowances.checklist import REVIEW, require_answered
from accounts.services.allowances.notices import invite, tell
from accounts.services.allowances.submission import MATERIAL_STEP, QUEUE, REVIEW_STEP
from accounts.services.decision_texts import supply_by, way_to_appeal
from accounts.services.policies import policy_in_force
from compliance import audit, proposals
from compliance.clocks import finish_clock, pause_clock, resume_or_start_clock, start_clock
from compliance.errors import ActionRefused, InvalidInput, TransitionRefused
from compliance.grounds import Grounds
from compliance.models import Matter, Proposal, ProposalResult, Side, StaffUser, WorkItem
from compliance.proposals import take_part
from compliance.provisions import Provision
from compliance.responses import close_invitations
from compliance.roles import require_permission
from compliance.work import close_item, open_item, require_lease

KIND: Final = "account_allowance"
APPROVE: Final = "accounts.approve_allowance"


def is_proposed(matter: Matter) -> bool:
    """Return whether a proposal in a matter waits for a second person."""
    return Proposal.objects.open().filter(matter=matter).exists()


def open_work_item(allowance: AccountAllowance) -> WorkItem | None:
    """Return the item in which an application waits for a review, if it does."""
    return WorkItem.objects.open().filter(pk=allowance.work_item_id).first()


def _begin(
    allowance: AccountAllowance, actor: StaffUser, fence: int | None, expected_version: int | None
) -> WorkItem | None:
    """Lock subject and application for an act of whoever holds its item; return the open item."""
    require_permission(actor, REVIEW)
    # The subject first, as in registering: what it may run is counted under this lock.
    Subject.objects.select_for_update(no_key=True).get(pk=allowance.subject_id)
    item = open_work_item(allowance)
    if item is not None:
        require_lease(work_item=item, actor=actor, fence=fence)
    audit.lock(allowance, expected_version=expected_version)
    take_part(allowance.matter, actor, Side.DECIDED)
    return item


def _told(told: str) -> str:
    if not told.strip():
        raise InvalidInput(_("Write the reason that the operator is told."))
    return told.strip()


def _finish(allowance: AccountAllowance, item: WorkItem | None, grounds: Grounds) -> None:
    if item is not None:
        close_item(item)
    for clock in (allowance.work_item.clock, allowance.material_clock):
        finish_clock(clock=clock, **grounds)
    close_invitations(about=allowance, **grounds)


@transaction.atomic
def ask_for_allowance_material(
    *,
    allowance: AccountAllowance,
    fence: int,
    expected_version: int,
    told: str,
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> None:
    """
    Ask the operator for material; the application leaves the queue until it is there.

    Public Account Provisions, art. 10 §1. The clock of the review stands still meanwhile.

    :raises NotPermitted: if the actor may not review.
    :raises InvalidInput: if there is nothing to tell.
    :raises StaleLease: if the actor does not hold the item.
    :raises StaleVersion: if the application has moved on.
    :raises TransitionRefused: if it is not in review.
    """
    grounds = Grounds(actor=actor, provision=provision, reason=reason)
    item = _begin(allowance, actor, fence, expected_version)
    told = _told(told)
    clock = start_clock(step=MATERIAL_STEP, **grounds)
    audit.move(
        allowance,
        "ask_for_material",
        **grounds,
        decision_reason=f"{told}\n{supply_by(clock)}",
        material_clock=clock,
    )
    if item is not None:
        close_item(item)
        pause_clock(clock=item.clock, **grounds)
    invite(allowance, grounds)
    tell(allowance, actor=actor)


@transaction.atomic
def resume_allowance(
    *,
    allowance: AccountAllowance,
    expected_version: int | None,
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> None:
    """
    Take an application up again once its material is there, with the rest of the review's time.

    Public Account Provisions, art. 10 §1.

    :raises NotPermitted: if the actor may not review.
    :raises StaleVersion: if the application has moved on.
    :raises TransitionRefused: if it waits neither for material nor for its proposer.
    """
    require_permission(actor, REVIEW)
    audit.lock(allowance, expected_version=expected_version)
    # A proposal may have come back by another door than ours.
    came_back = allowance.status == AllowanceStatus.PROPOSED and not is_proposed(allowance.matter)
    if allowance.status != AllowanceStatus.WAITING_MATERIAL and not came_back:
        raise TransitionRefused
    _reopen(allowance, Grounds(actor=actor, provision=provision, reason=reason))


def _reopen(allowance: AccountAllowance, grounds: Grounds) -> None:
    old = allowance.work_item.clock
    clock = resume_or_start_clock(clock=old, step=REVIEW_STEP, **grounds)
    item = open_item(queue=QUEUE, clock=clock, matter=allowance.matter, side=Side.DECIDED)
    audit.move(allowance, "resume_review", **grounds, work_item=item, decision_reason="")
    if clock != old:
        finish_clock(clock=old, **grounds)
    finish_clock(clock=allowance.material_clock, **grounds)
    close_invitations(about=allowance, **grounds)


@transaction.atomic
def propose_allowance(
    *,
    allowance: AccountAllowance,
    granted: int,
    valid_until: date | None,
    fence: int,
    expected_version: int,
    told: str,
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> Proposal:
    """
    Propose that a subject may run so many accounts; from a number of the policy on somebody else approves.

    Public Account Provisions, art. 10 §1: all four items are answered. Below that number it is
    granted at once.

    :raises NotPermitted: if the actor may not review.
    :raises InvalidInput: if the number or the day cannot be, or there is nothing to tell.
    :raises StaleLease: if the actor does not hold the item.
    :raises StaleVersion: if the application has moved on.
    :raises TransitionRefused: if it is not in review.
    :raises ActionRefused: if an item is open or not met, with the items.
    """
    grounds = Grounds(actor=actor, provision=provision, reason=reason)
    item = _begin(allowance, actor, fence, expected_version)
    told = _told(told)
    limits = policy_in_force(timezone.now()).limits
    if not 1 < granted <= min(allowance.wanted, limits.allowance_most):
        raise InvalidInput(
            _("Grant more than one account and at most the %(wanted)s that were asked for.")
            % {"wanted": allowance.wanted}
        )
    if valid_until is not None and valid_until <= timezone.localdate():
        raise InvalidInput(_("The day until which it is granted has to lie ahead."))
    # Before the items, so that an application in another state is refused for that.
    needs_second = granted >= limits.allowance_second_person_from
    audit.move(allowance, "propose", **grounds, decision_reason=told)
    require_answered(allowance)
    proposal = proposals.submit_proposal(
        matter=allowance.matter,
        kind=KIND,
        content={
            "allowance": allowance.pk,
            "reference": allowance.reference,
            "granted": granted,
            "valid_until": valid_until.isoformat() if valid_until is not None else None,
        },
        slots=(APPROVE,) if needs_second else (),
        proposer_side=Side.DECIDED,
        approver_side=Side.DECIDED,
        **grounds,
    )
    if item is not None:
        close_item(item)
    if not needs_second:
        _grant(allowance, proposal, grounds)
    return proposal


def allowance_of_proposal(proposal: Proposal) -> AccountAllowance:
    """
    Return the application that a proposal is about.

    :raises InvalidInput: if it is about something else.
    """
    if proposal.kind != KIND:
        raise InvalidInput(_("This proposal is not about more accounts of a subject."))
    return AccountAllowance.objects.get(pk=json.loads(proposal.content)["allowance"])


@transaction.atomic
def approve_allowance(
    *, proposal: Proposal, actor: StaffUser, provision: Provision, reason: str
) -> AccountAllowance:
    """
    Approve a proposal; from now on registration counts against what is granted.

    Public Account Provisions, art. 10 §1; our choice: by somebody else than the proposer. What was
    granted before gives way to it.

    :raises SamePerson: if the actor proposed it.
    :raises NotPermitted: if the actor may not approve it.
    :raises ProposalClosed: if it was approved, returned or withdrawn.
    """
    allowance = allowance_of_proposal(proposal)
    grounds = Grounds(actor=actor, provision=provision, reason=reason)
    Subject.objects.select_for_update(no_key=True).get(pk=allowance.subject_id)
    proposals.approve_proposal(proposal=proposal, **grounds)
    _grant(allowance, proposal, grounds)
    return allowance


def _grant(allowance: AccountAllowance, proposal: Proposal, grounds: Grounds) -> None:
    content: dict[str, Any] = json.loads(proposal.content)
    for old in AccountAllowance.objects.filter(
        subject=allowance.subject_id, status=AllowanceStatus.GRANTED
    ):
        audit.move(
            old,
            "end",
            **grounds,
            ended_at=timezone.now(),
            decision_reason=_("Replaced by %(reference)s.") % {"reference": allowance.reference},
        )
    audit.move(
        allowance,
        "grant",
        **grounds,
        proposal=proposal,
        approved_result=ProposalResult.APPROVED,
        granted=content["granted"],
        valid_until=date.fromisoformat(content["valid_until"]) if content["valid_until"] else None,
        decided_by=grounds["actor"].person,
        decided_at=timezone.now(),
    )
    _finish(allowance, None, grounds)
    tell(allowance, actor=grounds["actor"])


@transaction.atomic
def end_allowance_proposal(
    *, act: str, proposal: Proposal, actor: StaffUser, provision: Provision, reason: str
) -> None:
    """
    Return a proposal to its proposer or withdraw one's own; the application is in review again.

    Public Account Provisions, art. 10 §1; our choice, as with every proposal.

    :raises InvalidInput: if the act is neither, or the proposal about something else.
    :raises SamePerson: if the actor returns a proposal of their own.
    :raises ProposalClosed: if it was approved, returned or withdrawn.
    """
    allowance = allowance_of_proposal(proposal)
    grounds = Grounds(actor=actor, provision=provision, reason=reason)
    audit.lock(allowance)
    proposals.end_proposal(act=act, proposal=proposal, **grounds)
    _reopen(allowance, grounds)


@transaction.atomic
def refuse_allowance(
    *,
    allowance: AccountAllowance,
    fence: int | None,
    expected_version: int,
    told: str,
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> None:
    """
    Refuse an application for more accounts; the way to appeal is added.

    Public Account Provisions, art. 10 §1 and art. 20 §2. `fence` is None where no item is open.

    :raises NotPermitted: if the actor may not review.
    :raises InvalidInput: if there is nothing to tell.
    :raises StaleLease: if the actor does not hold the item.
    :raises StaleVersion: if the application has moved on.
    :raises TransitionRefused: if it is in another state.
    """
    grounds = Grounds(actor=actor, provision=provision, reason=reason)
    item = _begin(allowance, actor, fence, expected_version)
    now = timezone.now()
    audit.move(
        allowance,
        "refuse",
        **grounds,
        decided_by=actor.person,
        decided_at=now,
        decision_reason=f"{_told(told)}\n{way_to_appeal(now)}",
    )
    _finish(allowance, item, grounds)
    tell(allowance, actor=actor)


@transaction.atomic
def withdraw_allowance(
    *,
    allowance: AccountAllowance,
    fence: int | None,
    expected_version: int,
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> None:
    """
    Withdraw an application because the operator wishes so.

    Public Account Provisions, art. 10 §1. `fence` is None where no item is open.

    :raises NotPermitted: if the actor may not review.
    :raises StaleLease: if the actor does not hold the item.
    :raises StaleVersion: if the application has moved on.
    :raises TransitionRefused: if it is in another state.
    """
    grounds = Grounds(actor=actor, provision=provision, reason=reason)
    item = _begin(allowance, actor, fence, expected_version)
    audit.move(allowance, "withdraw", **grounds)
    _finish(allowance, item, grounds)


@transaction.atomic
def end_allowance(
    *,
    allowance: AccountAllowance,
    expected_version: int,
    told: str,
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> None:
    """
    End what was granted: the cap of the nature holds again, accounts that exist stay.

    Public Account Provisions, art. 10 §1 and art. 20 §2: the operator is told why and how to appeal.

    :raises NotPermitted: if the actor may not approve such applications.
    :raises InvalidInput: if there is nothing to tell.
    :raises StaleVersion: if it has moved on.
    :raises TransitionRefused: if it is not granted.
    """
    require_permission(actor, APPROVE)
    if not told.strip():
        raise ActionRefused(_("Write the reason that the operator is told."))
    Subject.objects.select_for_update(no_key=True).get(pk=allowance.subject_id)
    now = timezone.now()
    audit.move(
        allowance,
        "end",
        actor=actor,
        provision=provision,
        reason=reason,
        expected_version=expected_version,
        ended_at=now,
        decision_reason=f"{told.strip()}\n{way_to_appeal(now)}",
    )
    tell(allowance, actor=actor)
