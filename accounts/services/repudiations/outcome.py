"""Services by which an account leaves a name, and comes back to it where the claim was false."""

import json
from typing import Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.enums import AccountStatus, FindingKind, GroundKind
from accounts.models import Finding, IdentityBar, PublicAccount, Repudiation, Subject
from accounts.repudiation_words import RepudiationStatus
from accounts.services.bars import bar_identity, bars_of, lift_identity_bar
from accounts.services.blacklist.listing import relist_entry, reverse_entry
from accounts.services.findings import FindingDraft, record_finding, set_aside_finding
from accounts.services.repudiations import notices
from accounts.services.repudiations.grounds import grounds_of
from accounts.services.repudiations.review import (
    begin,
    finish,
    lift_protections,
    protections_of,
    reopen,
    require_told,
    suspend,
)
from accounts.services.repudiations.shown import end_shown, restore_shown
from compliance import audit, proposals
from compliance.context import record_language
from compliance.errors import ActionRefused, InvalidInput
from compliance.grounds import Grounds
from compliance.identity import vault
from compliance.models import Proposal, ProposalResult, Side, StaffUser
from compliance.provisions import Provision
from compliance.roles import require_permission
from compliance.staff import system_actor
from compliance.work import close_item

KIND: Final = "repudiation"
APPROVE: Final = "accounts.approve_repudiation"


def reference_of(repudiation: Repudiation) -> str:
    """Return by what findings name the claim that they rest on."""
    return f"repudiation:{repudiation.pk}"


@transaction.atomic
def propose_uphold(
    *,
    repudiation: Repudiation,
    fence: int,
    expected_version: int,
    told: str,
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> Proposal:
    """
    Propose that an account leaves the claimant's name; somebody else approves it.

    Public Account Provisions, art. 8 §1; our choice: by two persons, for it takes an account out of
    service.

    :raises NotPermitted: if the actor may not review.
    :raises InvalidInput: if there is nothing to tell, or no account is named.
    :raises StaleLease: if the actor does not hold the item.
    :raises StaleVersion: if the claim has moved on.
    :raises TransitionRefused: if it is not in review.
    """
    grounds = Grounds(actor=actor, provision=provision, reason=reason)
    item = begin(repudiation, actor, fence, expected_version)
    told = require_told(told)
    audit.move(repudiation, "propose", **grounds, decision_reason=told)
    if repudiation.account is None:
        raise InvalidInput(_("Say first which account the claim is about."))
    proposal = proposals.submit_proposal(
        matter=repudiation.matter,
        kind=KIND,
        content={
            "repudiation": repudiation.pk,
            "reference": repudiation.reference,
            "account": repudiation.account.platform_uid,
            "subject": repudiation.subject_id,
        },
        slots=(APPROVE,),
        proposer_side=Side.DECIDED,
        approver_side=Side.DECIDED,
        **grounds,
    )
    if item is not None:
        close_item(item)
    return proposal


def repudiation_of_proposal(proposal: Proposal) -> Repudiation:
    """
    Return the claim that a proposal is about.

    :raises InvalidInput: if it is about something else.
    """
    if proposal.kind != KIND:
        raise InvalidInput(_("This proposal is not about an identity used without consent."))
    return Repudiation.objects.with_identity().get(pk=json.loads(proposal.content)["repudiation"])


@transaction.atomic
def end_uphold_proposal(
    *, act: str, proposal: Proposal, actor: StaffUser, provision: Provision, reason: str
) -> None:
    """
    Return a proposal to its proposer or withdraw one's own; the claim is in review again.

    Public Account Provisions, art. 8 §1; our choice, as with every proposal.

    :raises InvalidInput: if the act is neither, or the proposal about something else.
    :raises SamePerson: if the actor returns a proposal of their own.
    :raises ProposalClosed: if it was approved, returned or withdrawn.
    """
    repudiation = repudiation_of_proposal(proposal)
    grounds = Grounds(actor=actor, provision=provision, reason=reason)
    audit.lock(repudiation)
    proposals.end_proposal(act=act, proposal=proposal, **grounds)
    reopen(repudiation, grounds)


@transaction.atomic
def uphold_repudiation(
    *, proposal: Proposal, actor: StaffUser, provision: Provision, reason: str
) -> Repudiation:
    """
    Approve that an account leaves the claimant's name, and with it everything that came of it.

    Public Account Provisions, art. 8 §1. The account goes to a subject without identity and out of
    service; its place under the cap is free; bars on the claimant that rest on acts about this
    account are lifted, others stay; its marks end and fields that they opened are shut; a finding
    goes up. What was declared and done stays on record.

    :raises SamePerson: if the actor proposed it.
    :raises NotPermitted: if the actor may not approve it.
    :raises ProposalClosed: if it was approved, returned or withdrawn.
    :raises ActionRefused: if the account does not stand in the claimant's name any more.
    """
    repudiation = repudiation_of_proposal(proposal)
    grounds = Grounds(actor=actor, provision=provision, reason=reason)
    account, subject = _lock_both(repudiation)
    proposals.approve_proposal(proposal=proposal, **grounds)
    if account.subject_id != subject.pk:
        raise ActionRefused(_("The account does not stand in the claimant’s name any more."))
    unknown = audit.create(Subject(key=vault.new_key()[0], nature=subject.nature), **grounds)
    audit.amend(account, "leave_name", **grounds, subject=unknown)
    lifted = _lift_bars(account, subject, grounds)
    now = timezone.now()
    end_shown(account, subject, now, grounds)
    audit.move(
        repudiation,
        "uphold",
        **grounds,
        proposal=proposal,
        approved_result=ProposalResult.APPROVED,
        unknown_subject=unknown,
        lifted_bars=lifted,
        decided_by=actor.person,
        # By this instant what ended with the name is found again.
        decided_at=now,
    )
    if account.status == AccountStatus.ACTIVE and not protections_of(repudiation):
        suspend(repudiation, grounds)
    finish(repudiation, None, grounds)
    with record_language():
        facts = _("The registered identity was used without its holder’s consent (%(reference)s).")
        _record(
            account, facts % {"reference": repudiation.reference}, reference_of(repudiation), reason
        )
    told = repudiation.decision_reason
    notices.tell(repudiation, notices.RESULT, told=told, actor=actor)
    notices.tell(repudiation, notices.REMOVED, told=told, actor=actor)
    return repudiation


def _lock_both(repudiation: Repudiation) -> tuple[PublicAccount, Subject]:
    assert repudiation.subject_id is not None
    assert repudiation.account_id is not None
    # The subject first, as in registering: its places are counted under this lock.
    subject = Subject.objects.select_for_update(no_key=True, of=("self",)).get(
        pk=repudiation.subject_id
    )
    account = audit.lock(PublicAccount.objects.get(pk=repudiation.account_id))
    repudiation.account = account
    return account, subject


def _record(account: PublicAccount, facts: str, ground_ref: str, reason: str) -> None:
    record_finding(
        FindingDraft(
            account=account,
            kind=FindingKind.IDENTITY_REPUDIATED,
            facts=facts,
            ground_ref=ground_ref,
        ),
        actor=system_actor(),
        provision=Provision.PUBLIC_ACCOUNT_8_1,
        reason=reason,
    )


def _lift_bars(account: PublicAccount, subject: Subject, grounds: Grounds) -> list[int]:
    """Lift the bars on the claimant that rest on acts about this account, and return which."""
    because_of_it = grounds_of(account)
    lifted = []
    for bar in bars_of(Subject.objects.select_related("id_number__key").get(pk=subject.pk)).filter(
        removed_at=None
    ):
        if (bar.ground_kind, bar.ground_ref) in because_of_it:
            if bar.entry is not None:
                reverse_entry(entry=bar.entry, **grounds)
            else:
                lift_identity_bar(bar=bar, **grounds)
            lifted.append(bar.pk)
    return lifted


@transaction.atomic
def undo_repudiation(
    *,
    repudiation: Repudiation,
    expected_version: int,
    told: str,
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> None:
    """
    Undo what was upheld on a claim that turned out to be false: the account comes back to the name.

    Public Account Provisions, art. 20 §2: what proves wrong is undone exactly. Bars that were
    lifted hold again on the same grounds, marks and fields that ended with the name are back, the
    suspension ends, an open finding is set aside.

    :raises NotPermitted: if the actor may not approve such claims.
    :raises InvalidInput: if there is nothing to tell.
    :raises StaleVersion: if the claim has moved on.
    :raises TransitionRefused: if it was not upheld.
    :raises ActionRefused: if the account belongs to somebody else by now.
    """
    require_permission(actor, APPROVE)
    told = require_told(told)
    grounds = Grounds(actor=actor, provision=provision, reason=reason)
    upheld_at = audit.lock(repudiation, expected_version=expected_version).decided_at
    audit.move(
        repudiation,
        "undo",
        **grounds,
        expected_version=expected_version,
        decided_by=actor.person,
        decided_at=timezone.now(),
        decision_reason=told,
    )
    account, subject = _lock_both(repudiation)
    if account.subject_id != repudiation.unknown_subject_id:
        raise ActionRefused(_("The account belongs to somebody else by now; nothing was undone."))
    audit.amend(account, "return_to_name", **grounds, subject=subject)
    holder = Subject.objects.select_related("id_number__key").get(pk=subject.pk)
    for bar in IdentityBar.objects.filter(pk__in=repudiation.lifted_bars).order_by("pk"):
        if bar.entry is not None:
            relist_entry(entry=bar.entry, **grounds)
            continue
        bar_identity(
            subject=holder,
            ground_kind=GroundKind(bar.ground_kind),
            ground_ref=bar.ground_ref,
            review_date=bar.review_date,
            **grounds,
        )
    restore_shown(account, subject, upheld_at, grounds)
    lift_protections(repudiation, grounds)
    for finding in Finding.objects.open().filter(ground_ref=reference_of(repudiation)):
        set_aside_finding(
            finding=finding,
            fence=None,
            actor=system_actor(),
            provision=provision,
            reason=grounds["reason"],
        )
    notices.tell(repudiation, notices.RESULT, told=told, actor=actor)
    notices.tell(repudiation, notices.ENDED, told=told, actor=actor)


def is_repudiated(account: PublicAccount) -> bool:
    """Return whether an account has left the name that its application gave."""
    return account.repudiations.filter(status=RepudiationStatus.UPHELD).exists()
