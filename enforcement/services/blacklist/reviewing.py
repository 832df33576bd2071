"""Services by which an entry of the blacklist is kept after its review, or removed by two."""

import json
from datetime import date
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.blacklist_words import EntryStatus
from accounts.models import BlacklistEntry
from accounts.services.blacklist import listing
from compliance import audit, proposals
from compliance.clocks import finish_clock, start_clock
from compliance.errors import ActionRefused, InvalidInput, StaleLease
from compliance.grounds import Grounds
from compliance.models import Proposal, Side, StaffUser, WorkItem
from compliance.provisions import Provision
from compliance.roles import require_permission
from compliance.work import close_item, require_lease
from enforcement.enums import MeasureStatus
from enforcement.models import Measure
from enforcement.services.blacklist.reviews import (
    REMOVAL_KIND,
    REQUEST_STEP,
    REVIEW,
    open_review_item,
    put_up_for_review,
    removal_of,
)
from enforcement.services.blacklist.telling import KEPT, REMOVED, tell_of_review
from enforcement.services.spent import end_if_spent

APPROVE: Final = "accounts.approve_blacklist_removal"
APPROVE_AS_OFFICER: Final = "accounts.approve_blacklist_removal_as_officer"


def _begin(
    entry: BlacklistEntry, actor: StaffUser, fence: int, expected_version: int | None
) -> WorkItem:
    """Lock an entry for an act of whoever holds its review; who decided it may not."""
    require_permission(actor, REVIEW)
    audit.lock(entry, expected_version=expected_version)
    item = open_review_item(entry)
    if item is None:
        raise StaleLease
    require_lease(work_item=item, actor=actor, fence=fence)
    if entry.status != EntryStatus.LISTED:
        raise ActionRefused(_("This entry is not in force any more."))
    proposals.take_part(entry.proposal.matter, actor, Side.REVIEWER)
    return item


def _require_told(told: str) -> str:
    if not told.strip():
        raise InvalidInput(_("Write the reason that the operator is told."))
    return told.strip()


@transaction.atomic
def keep_entry(
    *,
    entry: BlacklistEntry,
    review_date: date | None,
    told: str,
    fence: int,
    expected_version: int | None = None,
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> None:
    """
    Keep an entry after its review until a new date; the operator is told why.

    Our choice, no article: the new date lies within the published time, twelve months at most.

    :raises NotPermitted: if the actor may not review entries.
    :raises SamePerson: if the actor took part in the listing.
    :raises InvalidInput: if there is nothing to tell, or the date is missing, past or too late.
    :raises StaleLease: if the actor does not hold the review.
    :raises StaleVersion: if the entry has moved on.
    :raises ActionRefused: if it is not in force.
    """
    grounds = Grounds(actor=actor, provision=provision, reason=reason)
    item = _begin(entry, actor, fence, expected_version)
    told = _require_told(told)
    listing.keep_entry(entry=entry, review_date=review_date, **grounds)
    close_item(item)
    finish_clock(clock=item.clock, **grounds)
    tell_of_review(entry, KEPT, told, actor)


@transaction.atomic
def propose_removal(
    *,
    entry: BlacklistEntry,
    told: str,
    fence: int,
    expected_version: int | None = None,
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> Proposal:
    """
    Propose that an entry be removed; two others approve it, none of whom took part in the listing.

    Public Account Provisions, art. 19 §2; our choice: a removal needs the approvals of a listing.

    :raises NotPermitted: if the actor may not review entries.
    :raises SamePerson: if the actor took part in the listing.
    :raises InvalidInput: if there is nothing to tell.
    :raises StaleLease: if the actor does not hold the review.
    :raises StaleVersion: if the entry has moved on.
    :raises ActionRefused: if it is not in force, or its removal is proposed already.
    """
    grounds = Grounds(actor=actor, provision=provision, reason=reason)
    item = _begin(entry, actor, fence, expected_version)
    told = _require_told(told)
    if removal_of(entry) is not None:
        raise ActionRefused(_("The removal of this entry is proposed already."))
    proposal = proposals.submit_proposal(
        matter=entry.proposal.matter,
        kind=REMOVAL_KIND,
        content={
            "entry": entry.pk,
            "reference": entry.reference,
            "kind": entry.kind,
            "account": entry.account.platform_uid,
            "decision": entry.ground_ref,
            "told": told,
        },
        slots=(APPROVE, APPROVE_AS_OFFICER),
        proposer_side=Side.REVIEWER,
        approver_side=Side.REVIEWER,
        **grounds,
    )
    close_item(item)
    finish_clock(clock=item.clock, **grounds)
    return proposal


def entry_of_proposal(proposal: Proposal) -> BlacklistEntry:
    """
    Return the entry that a proposal would remove.

    :raises InvalidInput: if it is about something else.
    """
    if proposal.kind != REMOVAL_KIND:
        raise InvalidInput(_("This proposal is not about the removal of a blacklist entry."))
    found = BlacklistEntry.objects.select_related(
        "account", "proposal__matter", "measure__decision"
    )
    return found.get(pk=json.loads(proposal.content)["entry"])


@transaction.atomic
def approve_removal(
    *, proposal: Proposal, actor: StaffUser, provision: Provision, reason: str
) -> bool:
    """
    Approve that an entry is removed; with the second approval it is. Return whether it was.

    Public Account Provisions, art. 19 §2. Its digests are erased, its measure ends as lifted, the
    operator is told in every language; entries of other decisions stay.

    :raises NotPermitted: if no open approval fits the actor's roles.
    :raises SamePerson: if the actor proposed or approved it, or took part in the listing.
    :raises ProposalClosed: if it was approved, returned or withdrawn.
    :raises TransitionRefused: if the entry was undone meanwhile.
    """
    grounds = Grounds(actor=actor, provision=provision, reason=reason)
    entry = entry_of_proposal(proposal)
    if not proposals.approve_proposal(proposal=proposal, **grounds):
        return False
    told = json.loads(proposal.content)["told"]
    # The decision before its measures, as in every act on both, so that none waits for another.
    measure = Measure.objects.select_related("decision").get(entry=entry)
    decision = audit.lock(measure.decision)
    listing.remove_entry(entry=entry, removal=proposal, told=told, **grounds)
    audit.lock(measure)
    assert entry.ended_at is not None
    if measure.status == MeasureStatus.IN_FORCE:
        audit.move(measure, "lift", **grounds, ended_at=entry.ended_at)
        end_if_spent(decision, "lift", at=entry.ended_at, **grounds)
    tell_of_review(entry, REMOVED, told, actor)
    return True


@transaction.atomic
def end_removal_proposal(
    *, act: str, proposal: Proposal, actor: StaffUser, provision: Provision, reason: str
) -> None:
    """
    Return a proposed removal or withdraw one's own; an entry in force goes into its queue again.

    Our choice, as with every proposal.

    :raises InvalidInput: if the act is neither, or the proposal about something else.
    :raises SamePerson: if the actor returns a proposal of their own.
    :raises ProposalClosed: if it was approved, returned or withdrawn.
    """
    grounds = Grounds(actor=actor, provision=provision, reason=reason)
    entry = entry_of_proposal(proposal)
    audit.lock(entry)
    proposals.end_proposal(act=act, proposal=proposal, **grounds)
    if entry.status == EntryStatus.LISTED:
        clock = start_clock(step=REQUEST_STEP, **grounds)
        put_up_for_review(entry, clock, "review_again", grounds)
