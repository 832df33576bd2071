"""Services of the watch list: propose, approve, look after, remove."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.enums import AccountStatus
from accounts.models import PublicAccount
from compliance import audit, proposals
from compliance.clocks.limits import limit_for
from compliance.context import record_language
from compliance.errors import ActionRefused, InvalidInput, TransitionRefused
from compliance.grounds import Grounds
from compliance.models import Person, Proposal, ProposalResult, Side, StaffUser
from compliance.proposals import open_matter
from compliance.provisions import Provision
from compliance.roles import people_with, require_permission
from enforcement.models import WatchEntry
from enforcement.watch_words import WatchBasis, WatchStatus

KIND: Final = "watch_entry"
PROPOSE: Final = "enforcement.propose_watchentry"
APPROVE: Final = "enforcement.approve_watchentry"
VIEW: Final = "enforcement.view_watchentry"
REVIEW_STEP: Final = "watch_review"
TERM_STEP: Final = "watch_term"


@dataclass(frozen=True, kw_only=True)
class WatchDraft:
    """Which account is to be watched: on what, why, how, by whom, until when."""

    account: PublicAccount
    basis: str
    reason: str
    steps: str
    owner: Person
    expires_on: date


def last_day_of_watch(today: date) -> date:
    """Return the last day until which an account can be watched from today on."""
    return today + timedelta(days=limit_for(TERM_STEP, timezone.now()).amount)


def next_review(today: date, expires_on: date) -> date:
    """Return by when an entry is looked at: the published time, never past its end."""
    due = today + timedelta(days=limit_for(REVIEW_STEP, timezone.now()).amount)
    return min(due, expires_on)


def _require_draft(draft: WatchDraft, today: date) -> None:
    if draft.basis not in WatchBasis.values:
        raise InvalidInput(_("Say on what the account is to be watched."))
    if not draft.reason.strip() or not draft.steps.strip():
        raise InvalidInput(_("Say why the account is to be watched, and what is looked at."))
    latest = last_day_of_watch(today)
    if not today < draft.expires_on <= latest:
        raise InvalidInput(
            _("The last day has to be after today, and %(day)s at the latest.")
            % {"day": latest.isoformat()}
        )
    if draft.owner.pk not in people_with(VIEW):
        raise InvalidInput(_("Whoever looks after it has to be allowed to see the watch list."))


@transaction.atomic
def propose_watch(
    *, draft: WatchDraft, actor: StaffUser, provision: Provision, reason: str
) -> WatchEntry:
    """
    Propose that an account be watched for a time; a second person approves it.

    Opinions on Platform Responsibility, point 3: accounts to be watched are listed, and how they are
    looked at is laid down. It limits nothing about the account.

    :raises NotPermitted: if the actor may not propose it.
    :raises InvalidInput: if basis, reason, steps, owner or last day do not do.
    :raises MissingReason: if the reason is blank.
    :raises ActionRefused: if the account is closed, watched already, or proposed to be.
    """
    require_permission(actor, PROPOSE)
    today = timezone.localdate()
    _require_draft(draft, today)
    account = audit.lock(draft.account)
    if account.status != AccountStatus.ACTIVE:
        raise ActionRefused(_("The account is closed: there is nothing to watch."))
    if (
        WatchEntry.objects.in_force(today).filter(account=account).exists()
        or account.watch_entries.filter(proposal__open_mark__isnull=False).exists()
    ):
        raise ActionRefused(_("The account is on the watch list already, or proposed for it."))
    grounds = Grounds(actor=actor, provision=provision, reason=audit.require_reason(reason))
    with record_language():
        # Proposals are listed where the watch list is not: the words stand on the entry alone.
        unsaid = _("Entry of the watch list; its words are on its page")
    proposal = proposals.submit_proposal(
        matter=open_matter(KIND),
        kind=KIND,
        content={
            "account": account.pk,
            "basis": draft.basis,
            "reason": draft.reason.strip(),
            "steps": draft.steps.strip(),
            "owner": draft.owner.pk,
            "expires_on": draft.expires_on.isoformat(),
        },
        slots=(APPROVE,),
        proposer_side=Side.DECIDED,
        approver_side=Side.DECIDED,
        actor=actor,
        provision=provision,
        reason=unsaid,
    )
    entry = WatchEntry(
        account=account,
        basis=draft.basis,
        reason=draft.reason.strip(),
        steps=draft.steps.strip(),
        owner=draft.owner,
        proposed_on=today,
        review_date=next_review(today, draft.expires_on),
        expires_on=draft.expires_on,
        proposal=proposal,
    )
    return audit.create(entry, **grounds)


def entry_of_proposal(proposal: Proposal) -> WatchEntry:
    """
    Return the entry that a proposal is about.

    :raises InvalidInput: if it is about something else.
    """
    if proposal.kind != KIND:
        raise InvalidInput(_("This proposal is not about the watch list."))
    return WatchEntry.objects.select_related("account").get(proposal=proposal)


@transaction.atomic
def approve_watch(
    *, proposal: Proposal, actor: StaffUser, provision: Provision, reason: str
) -> WatchEntry:
    """
    Approve that an account is watched; from now on it is.

    Opinions on Platform Responsibility, point 3; our choice: by a second person.

    :raises NotPermitted: if the actor may not approve it.
    :raises SamePerson: if the actor proposed it.
    :raises ProposalClosed: if it was approved, returned or withdrawn.
    :raises ActionRefused: if its last day is past, or the account closed meanwhile.
    """
    grounds = Grounds(actor=actor, provision=provision, reason=reason)
    entry = entry_of_proposal(proposal)
    account = audit.lock(entry.account)
    proposals.approve_proposal(proposal=proposal, **grounds)
    today = timezone.localdate()
    if account.status != AccountStatus.ACTIVE:
        raise ActionRefused(_("The account is closed: there is nothing to watch."))
    if entry.expires_on <= today:
        raise ActionRefused(_("The last day of this entry is past. Return it to its proposer."))
    audit.move(
        entry,
        "list",
        **grounds,
        approved_result=ProposalResult.APPROVED,
        listed_at=timezone.now(),
        review_date=next_review(today, entry.expires_on),
    )
    return entry


@transaction.atomic
def end_watch_proposal(
    *, act: str, proposal: Proposal, actor: StaffUser, provision: Provision, reason: str
) -> None:
    """
    Return a proposal to its proposer, or withdraw one's own.

    Our choice, as with every proposal.

    :raises InvalidInput: if the act is neither, or the proposal about something else.
    :raises SamePerson: if the actor returns a proposal of their own.
    :raises ProposalClosed: if it was approved, returned or withdrawn.
    """
    grounds = Grounds(actor=actor, provision=provision, reason=reason)
    entry = entry_of_proposal(proposal)
    audit.lock(entry)
    proposals.end_proposal(act=act, proposal=proposal, **grounds)
    audit.move(
        entry,
        act,
        **grounds,
        ended_at=timezone.now(),
        ended_reason=audit.require_reason(reason),
    )


def _lock_in_force(entry: WatchEntry, expected_version: int | None) -> date:
    today = timezone.localdate()
    audit.lock(entry, expected_version=expected_version)
    if entry.status != WatchStatus.LISTED or entry.expires_on < today:
        raise TransitionRefused(_("The account is not watched by this entry any more."))
    return today


@transaction.atomic
def keep_watch(
    *,
    entry: WatchEntry,
    expected_version: int | None = None,
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> None:
    """
    Put on record that an entry was looked at and goes on until its next review, never past its end.

    Opinions on Platform Responsibility, point 3.

    :raises NotPermitted: if the actor may not propose entries.
    :raises MissingReason: if the reason is blank.
    :raises StaleVersion: if the entry has moved on.
    :raises TransitionRefused: if it is not in force.
    """
    require_permission(actor, PROPOSE)
    today = _lock_in_force(entry, expected_version)
    audit.amend(
        entry,
        "keep",
        actor=actor,
        provision=provision,
        reason=reason,
        review_date=next_review(today, entry.expires_on),
    )


@transaction.atomic
def remove_watch(
    *,
    entry: WatchEntry,
    expected_version: int | None = None,
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> None:
    """
    Take an account off the watch list before its last day.

    Opinions on Platform Responsibility, point 3: who is no risk any more is not watched.

    :raises NotPermitted: if the actor may not propose entries.
    :raises MissingReason: if the reason is blank.
    :raises StaleVersion: if the entry has moved on.
    :raises TransitionRefused: if it is not in force.
    """
    require_permission(actor, PROPOSE)
    _lock_in_force(entry, expected_version)
    audit.move(
        entry,
        "remove",
        actor=actor,
        provision=provision,
        reason=reason,
        ended_at=timezone.now(),
        ended_reason=audit.require_reason(reason),
    )
