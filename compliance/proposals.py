"""Services for what needs a second person: propose, approve, return, withdraw."""

import hashlib
from collections.abc import Sequence
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import OuterRef, Subquery
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from compliance import audit
from compliance.eligibility import deputyships, is_recused
from compliance.errors import (
    ActionRefused,
    InvalidInput,
    NotPermitted,
    ProposalClosed,
    Recused,
    SamePerson,
)
from compliance.models import (
    Approval,
    ApprovalSlot,
    Deputy,
    Matter,
    Participation,
    Person,
    Proposal,
    ProposalOutcome,
    ProposalResult,
    Side,
    StaffUser,
    Verdict,
)
from compliance.provisions import Provision


def open_matter(kind: str) -> Matter:
    """Open a matter in which participations are counted."""
    return Matter.objects.create(kind=kind)


def take_part(matter: Matter, actor: StaffUser, side: Side) -> Participation:
    """
    Record that the actor takes part in the matter on one side.

    Our choice, no article: whoever decided does not hear the appeal. Counted by person, so a
    second login does not help.

    :raises SamePerson: if the person already took part on another side.
    :raises Recused: if the person keeps out of the matter.
    """
    return _join(matter, actor.person, side)


def _join(matter: Matter, person: Person, side: Side) -> Participation:
    if is_recused(matter, person):
        raise Recused
    participation, _created = Participation.objects.get_or_create(
        matter=matter, person=person, defaults={"side": side}
    )
    if participation.side != side:
        raise SamePerson
    return participation


@transaction.atomic
def submit_proposal(
    *,
    matter: Matter,
    kind: str,
    content: dict[str, Any],
    slots: Sequence[str],
    proposer_side: Side,
    approver_side: Side,
    actor: StaffUser,
    provision: Provision,
    reason: str,
    supersedes: Proposal | None = None,
) -> Proposal:
    """
    Put a proposal on record; `slots` names the permission that each approver must hold, in order.

    Opinions on Platform Responsibility, point 2: measures, authority and procedure are laid down.

    :raises MissingReason: if the reason is blank.
    :raises ProposalClosed: if the proposal to be replaced has ended.
    :raises SamePerson: if the proposer already took part on another side.
    """
    reason = audit.require_reason(reason)
    if len(slots) > 2:
        raise InvalidInput(_("A proposal has at most two approvers."))
    take_part(matter, actor, proposer_side)
    if supersedes is not None:
        _lock(supersedes)
        _end(supersedes, ProposalResult.SUPERSEDED)
    text = audit.canonical_json(content)
    proposal = Proposal.objects.create(
        matter=matter,
        kind=kind,
        proposer=actor.person,
        proposer_side=proposer_side,
        approver_side=approver_side,
        approvals_needed=len(slots),
        content=text,
        content_sha256=hashlib.sha256(text.encode()).hexdigest(),
        provision=provision,
        reason=reason,
        supersedes=supersedes,
    )
    ApprovalSlot.objects.bulk_create(
        ApprovalSlot(
            proposal=proposal, approvals_needed=len(slots), number=number, permission=permission
        )
        for number, permission in enumerate(slots, start=1)
    )
    audit.record(
        action="compliance.proposal.submit",
        target=proposal,
        actor=actor,
        provision=provision,
        reason=reason,
        changes={"kind": kind, "content_sha256": proposal.content_sha256},
    )
    if not slots:
        _end(proposal, ProposalResult.APPROVED)
    return proposal


def is_open(proposal: Proposal) -> bool:
    """Return whether a proposal still waits for what becomes of it."""
    return not ProposalOutcome.objects.filter(proposal=proposal).exists()


def next_slot(proposal: Proposal, actor: StaffUser) -> ApprovalSlot | None:
    """Return the open slot that the actor may fill, by role or as a deputy, or None."""
    found = _fitting(proposal, actor)
    return found[0] if found else None


def may_decide(proposal: Proposal, actor: StaffUser) -> bool:
    """Return whether the actor could give a verdict on a proposal now, as far as can be told."""
    person = actor.person_id
    elsewhere = Participation.objects.filter(matter=proposal.matter_id, person=person)
    return (
        proposal.proposer_id != person
        and is_open(proposal)
        and not proposal.approvals.filter(approver=person).exists()
        and not elsewhere.exclude(side=proposal.approver_side).exists()
        and not is_recused(proposal.matter, actor.person)
        and next_slot(proposal, actor) is not None
    )


def _fitting(proposal: Proposal, actor: StaffUser) -> tuple[ApprovalSlot, Deputy | None] | None:
    filled = proposal.approvals.filter(verdict=Verdict.APPROVE).values("slot")
    slots = list(proposal.slots.exclude(number__in=filled).order_by("number"))
    by_role = actor.get_group_permissions()
    for slot in slots:
        if slot.permission in by_role:
            return slot, None
    if not actor.is_active:
        return None
    standing_in = deputyships(proposal, [slot.permission for slot in slots], timezone.now())
    deputy = standing_in.filter(deputy=actor.person).order_by("pk").first()
    if deputy is None:
        return None
    return next(slot for slot in slots if slot.permission == deputy.permission), deputy


@transaction.atomic
def approve_proposal(
    *, proposal: Proposal, actor: StaffUser, provision: Provision, reason: str
) -> bool:
    """
    Approve exactly the bytes of a proposal; return whether every slot is now filled.

    Opinions on Platform Responsibility, point 2.

    :raises SamePerson: if the actor proposed it, approved it before, or stands on another side.
    :raises ProposalClosed: if the proposal has ended.
    :raises NotPermitted: if no open slot fits the actor's roles.
    """
    _give_verdict(proposal, Verdict.APPROVE, actor, provision, reason)
    given = proposal.approvals.filter(verdict=Verdict.APPROVE).count()
    if given < proposal.approvals_needed:
        return False
    _end(proposal, ProposalResult.APPROVED)
    return True


@transaction.atomic
def return_proposal(
    *, proposal: Proposal, actor: StaffUser, provision: Provision, reason: str
) -> None:
    """
    Return a proposal to its proposer; the reason is the suggestion for a new one.

    Opinions on Platform Responsibility, point 2.

    :raises SamePerson: if the actor proposed it or stands on another side.
    :raises ProposalClosed: if the proposal has ended.
    :raises NotPermitted: if no open slot fits the actor's roles.
    """
    _give_verdict(proposal, Verdict.RETURN, actor, provision, reason)
    _end(proposal, ProposalResult.RETURNED)


def end_proposal(
    *, act: str, proposal: Proposal, actor: StaffUser, provision: Provision, reason: str
) -> None:
    """
    Return a proposal to its proposer, or withdraw one's own: whichever `act` says.

    Opinions on Platform Responsibility, point 2.

    :raises InvalidInput: if the act is neither.
    :raises ActionRefused: for every reason for which that act is refused.
    """
    services = {"return": return_proposal, "withdraw": withdraw_proposal}
    if act not in services:
        raise InvalidInput(_("This page does not offer that act."))
    services[act](proposal=proposal, actor=actor, provision=provision, reason=reason)


@transaction.atomic
def withdraw_proposal(
    *, proposal: Proposal, actor: StaffUser, provision: Provision, reason: str
) -> None:
    """
    Take back a proposal of one's own that nobody has decided.

    Opinions on Platform Responsibility, point 2.

    :raises ActionRefused: if somebody else proposed it.
    :raises ProposalClosed: if the proposal has ended.
    """
    if proposal.proposer_id != actor.person_id and not actor.person.is_system:
        raise ActionRefused(_("Only the proposer can withdraw a proposal."))
    _lock(proposal)
    _end(proposal, ProposalResult.WITHDRAWN)
    audit.record(
        action="compliance.proposal.withdraw",
        target=proposal,
        actor=actor,
        provision=provision,
        reason=reason,
    )


@transaction.atomic
def adopt_approvals(
    *,
    proposal: Proposal,
    approved: Proposal,
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> None:
    """
    Approve a proposal by the approvals of another one that holds it as one of many.

    Opinions on Platform Responsibility, point 2: whoever approved the whole answers for each part,
    and takes part in its matter as if it had been approved alone. Called by the service that knows
    that the one holds the other.

    :raises ProposalClosed: if the proposal has ended.
    :raises SamePerson: if an approver proposed it, or stands on another side of its matter.
    :raises Recused: if an approver keeps out of its matter.
    :raises ActionRefused: if the other one was not approved by those whom this one needs.
    """
    reason = audit.require_reason(reason)
    _lock(proposal)
    if not is_open(proposal):
        raise _closed(proposal)
    given = {
        each.permission: each
        for each in Approval.objects.filter(
            proposal=approved,
            verdict=Verdict.APPROVE,
            proposal__outcome__result=ProposalResult.APPROVED,
        )
        .annotate(
            permission=Subquery(
                ApprovalSlot.objects.filter(
                    proposal=OuterRef("proposal"), number=OuterRef("slot")
                ).values("permission")
            )
        )
        .select_related("approver")
    }
    slots = list(proposal.slots.order_by("number"))
    if sorted(given) != sorted(each.permission for each in slots):
        raise ActionRefused(_("It needs other approvals than those that were given."))
    for slot in slots:
        approval = given[slot.permission]
        if proposal.proposer_id == approval.approver_id:
            raise SamePerson(_("Nobody approves a proposal of their own."))
        _join(proposal.matter, approval.approver, Side(proposal.approver_side))
        Approval.objects.create(
            proposal=proposal,
            matter_id=proposal.matter_id,
            proposer_id=proposal.proposer_id,
            approver=approval.approver,
            approver_side=proposal.approver_side,
            slot=slot.number,
            verdict=Verdict.APPROVE,
            as_deputy_id=approval.as_deputy_id,
            reason=approval.reason,
        )
    audit.record(
        action="compliance.proposal.adopt_approvals",
        target=proposal,
        actor=actor,
        provision=provision,
        reason=reason,
        changes={"approved": approved.pk, "content_sha256": proposal.content_sha256},
    )
    _end(proposal, ProposalResult.APPROVED)


def _lock(proposal: Proposal) -> None:
    # One verdict or end at a time: the matter's row is the lock, the proposal's own, a record of
    # fact, cannot be locked.
    Matter.objects.select_for_update(no_key=True).get(pk=proposal.matter_id)


def _give_verdict(
    proposal: Proposal, verdict: Verdict, actor: StaffUser, provision: Provision, reason: str
) -> None:
    reason = audit.require_reason(reason)
    _lock(proposal)
    if not is_open(proposal):
        raise _closed(proposal)
    if proposal.proposer_id == actor.person_id:
        raise SamePerson(_("Nobody approves a proposal of their own."))
    if proposal.approvals.filter(approver=actor.person).exists():
        raise SamePerson(_("You already gave your verdict on this proposal."))
    fitting = _fitting(proposal, actor)
    if fitting is None:
        raise NotPermitted(_("No open approval of this proposal fits your roles."))
    slot, deputy = fitting
    take_part(proposal.matter, actor, Side(proposal.approver_side))
    Approval.objects.create(
        proposal=proposal,
        matter_id=proposal.matter_id,
        proposer_id=proposal.proposer_id,
        approver=actor.person,
        approver_side=proposal.approver_side,
        slot=slot.number,
        verdict=verdict,
        as_deputy=deputy,
        reason=reason,
    )
    audit.record(
        action=f"compliance.proposal.{verdict}",
        target=proposal,
        actor=actor,
        provision=provision,
        reason=reason,
        changes={
            "slot": slot.number,
            "content_sha256": proposal.content_sha256,
            **({"as_deputy": deputy.pk} if deputy else {}),
        },
    )


def _end(proposal: Proposal, result: ProposalResult) -> None:
    try:
        with transaction.atomic():
            ProposalOutcome.objects.create(proposal=proposal, result=result)
    except IntegrityError as problem:
        raise _closed(proposal) from problem


def _closed(proposal: Proposal) -> ProposalClosed:
    """Return the refusal with how the proposal ended, by whose verdict and when."""
    outcome = ProposalOutcome.objects.get(proposal=proposal)
    last = Approval.objects.filter(proposal=proposal).select_related("approver").last()
    by_verdict = outcome.result in (ProposalResult.APPROVED, ProposalResult.RETURNED)
    words = {
        "result": ProposalResult(outcome.result).label,
        "time": date_format(timezone.localtime(outcome.at), "SHORT_DATETIME_FORMAT"),
        "name": last.approver.name if last is not None and by_verdict else "",
    }
    if not words["name"]:
        return ProposalClosed(_("This proposal has ended already: %(result)s, %(time)s.") % words)
    return ProposalClosed(
        _("This proposal has ended already: %(result)s by %(name)s, %(time)s.") % words
    )
