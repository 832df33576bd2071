"""Services for entries of the blacklist: listed by a decision, kept, removed, undone exactly."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.blacklist_words import BarField, EntryKind, EntryStatus
from accounts.enums import (
    AccountStatus,
    ApplicationStatus,
    FindingKind,
    GroundKind,
    ListedNameKind,
)
from accounts.models import (
    Application,
    BlacklistEntry,
    ListedName,
    PublicAccount,
    Subject,
    Transfer,
)
from accounts.rules.names import fold
from accounts.services.bars import bar_identity, identity_of, lift_identity_bar, mark_alike
from accounts.services.findings import FindingDraft, record_findings
from accounts.services.name_keys import forget_listed, index_listed
from accounts.services.registration import lock_identity
from accounts.services.restrictions import REASON_LENGTH
from compliance import audit
from compliance.clocks.limits import limit_for
from compliance.context import record_language
from compliance.errors import ActionRefused, IdentityErased, InvalidInput
from compliance.grounds import Grounds
from compliance.identity import vault
from compliance.models import Proposal, ProposalResult, StaffUser
from compliance.provisions import Provision
from compliance.staff import system_actor

REVIEW_STEP: Final = "blacklist_review"


@dataclass(frozen=True, kw_only=True)
class EntryDraft:
    """What a decision lists: whom, by which measure, on what, and until when it is looked at."""

    kind: EntryKind
    account: PublicAccount
    ground_ref: str
    basis: str
    review_date: date
    proposal: Proposal


def latest_review_date(today: date) -> date:
    """Return the last day on which an entry made or kept today may fall due for review."""
    return today + timedelta(days=limit_for(REVIEW_STEP, timezone.now()).amount)


def require_review_date(review_date: date | None, today: date) -> date:
    """
    Return the review date of an entry.

    Our choice, no article: an entry is looked at within the published time, twelve months at most.

    :raises InvalidInput: if it is missing, not after today, or too late.
    """
    if review_date is None:
        raise InvalidInput(_("Say on which day the entry is to be looked at again."))
    latest = latest_review_date(today)
    if not today < review_date <= latest:
        raise InvalidInput(
            _("The review has to fall after today, and by %(day)s at the latest.")
            % {"day": latest.isoformat()}
        )
    return review_date


def require_listable(account: PublicAccount) -> None:
    """
    Refuse to list a subject of whom no document number is known.

    Public Account Provisions, art. 19 §2.

    :raises ActionRefused: if there is none, or the identity data was erased.
    """
    subject = Subject.objects.select_related("id_number__key").get(pk=account.subject_id)
    try:
        identity_of(subject)
    except IdentityErased as erased:
        raise ActionRefused(_("The identity data of this subject was erased.")) from erased


@transaction.atomic
def list_subject(
    *, draft: EntryDraft, actor: StaffUser, provision: Provision, reason: str
) -> BlacklistEntry:
    """
    Put the subject of an account on the blacklist, or bar it and the account's name from coming back.

    Public Account Provisions, art. 13 §2, art. 19 §2 and art. 8 §3. Who may order it is the matter
    of the service that decides; the database demands a proposal with two approvals. Other accounts
    that the subject runs are not touched: each is noted as a finding, for a person to look at.

    :raises MissingReason: if the reason is blank.
    :raises InvalidInput: if the review date is missing, past or too late.
    :raises ActionRefused: if no valid document number of the subject is known.
    """
    grounds = Grounds(actor=actor, provision=provision, reason=reason)
    today = timezone.localdate()
    review_date = require_review_date(draft.review_date, today)
    require_listable(draft.account)
    # As in registering: first whoever registers now, then the subject's row.
    subject = Subject.objects.select_related("id_number__key").get(pk=draft.account.subject_id)
    lock_identity(identity_of(subject))
    audit.lock(subject)
    entry = BlacklistEntry(
        kind=draft.kind,
        subject=subject,
        account=draft.account,
        ground_ref=draft.ground_ref,
        basis=draft.basis,
        proposal=draft.proposal,
        approvals_given=draft.proposal.approvals_needed,
        listed_at=timezone.now(),
        review_date=review_date,
        review_set_on=today,
    )
    audit.create(entry, **grounds)
    _put_bars(entry, subject, grounds)
    _note_running_accounts(entry)
    return entry


def _put_bars(entry: BlacklistEntry, subject: Subject, grounds: Grounds) -> None:
    bar_identity(
        subject=subject,
        ground_kind=GroundKind.DECISION,
        ground_ref=entry.ground_ref,
        review_date=entry.review_date,
        entry=entry,
        **grounds,
    )
    if entry.kind == EntryKind.BAR:
        _bar_name(entry, grounds)
        return
    for mobile in sorted(_mobiles_of(subject)):
        mark_alike(entry, BarField.MOBILE, mobile, grounds)
    folded = fold(subject.organisation_name)
    if folded:
        mark_alike(entry, BarField.NAME, folded, grounds)


def _bar_name(entry: BlacklistEntry, grounds: Grounds) -> None:
    account = entry.account
    # A name of nothing but symbols folds to nothing: it equals no name and bars none.
    if not account.folded_name:
        return
    barred = ListedName(
        kind=ListedNameKind.BARRED,
        name=account.name,
        folded_name=account.folded_name,
        reason=entry.basis[:REASON_LENGTH],
        ground_kind=GroundKind.DECISION,
        ground_ref=name_ref(entry),
    )
    audit.create(barred, **grounds)
    index_listed([barred])


def name_ref(entry: BlacklistEntry) -> str:
    """Return the ground of the barred name of an entry: a closure by the same decision has its own."""
    return f"{entry.ground_ref}/entry:{entry.pk}"


def _mobiles_of(subject: Subject) -> set[str]:
    """Return the mobile numbers under which the subject came to accounts, in the clear."""
    applied = Application.objects.filter(
        subject=subject, status=ApplicationStatus.APPROVED, mobile__isnull=False
    ).select_related("mobile__key")
    taken = Transfer.objects.filter(
        subject=subject, account__subject=subject, mobile__isnull=False
    ).select_related("mobile__key")
    given = [*(each.mobile for each in applied), *(each.mobile for each in taken)]
    return {vault.read(value) for value in given if value is not None}


def _note_running_accounts(entry: BlacklistEntry) -> None:
    others = PublicAccount.objects.filter(
        subject=entry.subject_id, status=AccountStatus.ACTIVE
    ).exclude(pk=entry.account_id)
    with record_language():
        facts = _(
            "Its operator was put on the blacklist or barred by decision %(decision)s about another "
            "account. Nothing follows from that by itself for this one."
        ) % {"decision": entry.ground_ref}
        reason = _("Operator listed by %(entry)s") % {"entry": entry.reference}
    record_findings(
        [
            FindingDraft(
                account=account,
                kind=FindingKind.BLACKLISTED_SUBJECT,
                facts=facts,
                ground_ref=entry.reference_ref,
            )
            for account in others.order_by("pk")
        ],
        actor=system_actor(),
        provision=Provision.PUBLIC_ACCOUNT_19_1,
        reason=reason,
    )


@transaction.atomic
def keep_entry(
    *,
    entry: BlacklistEntry,
    review_date: date | None,
    expected_version: int | None = None,
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> None:
    """
    Keep an entry after a review, until it is looked at again.

    Our choice, no article: within the published time, twelve months at most.

    :raises MissingReason: if the reason is blank.
    :raises InvalidInput: if the review date is missing, past or too late.
    :raises StaleVersion: if the entry has moved on.
    :raises ActionRefused: if it is not in force.
    """
    audit.lock(entry, expected_version=expected_version)
    if entry.status != EntryStatus.LISTED:
        raise ActionRefused(_("This entry is not in force any more."))
    today = timezone.localdate()
    review_date = require_review_date(review_date, today)
    grounds = Grounds(actor=actor, provision=provision, reason=reason)
    audit.amend(entry, "keep", **grounds, review_date=review_date, review_set_on=today)
    for bar in entry.bars.filter(removed_at__isnull=True).order_by("pk"):
        audit.amend(bar, "keep", **grounds, review_date=review_date)


@transaction.atomic
def remove_entry(
    *,
    entry: BlacklistEntry,
    removal: Proposal,
    told: str,
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> None:
    """
    Remove an entry by a proposal that two have approved, and erase every digest of it.

    Public Account Provisions, art. 19 §2; Personal Information Protection Law, art. 47. Other
    entries on the same subject stay.

    :raises MissingReason: if the reason is blank.
    :raises TransitionRefused: if it was removed or undone before.
    """
    grounds = Grounds(actor=actor, provision=provision, reason=reason)
    audit.move(
        entry,
        "remove",
        **grounds,
        removal=removal,
        removal_result=ProposalResult.APPROVED,
        removal_approvals=removal.approvals_needed,
        ended_at=timezone.now(),
        ended_reason=told.strip(),
    )
    _take_bars_back(entry, grounds)


@transaction.atomic
def reverse_entry(
    *, entry: BlacklistEntry, actor: StaffUser, provision: Provision, reason: str
) -> None:
    """
    Undo an entry: exactly its own bars, its name and its digests; those of other decisions stay.

    Public Account Provisions, art. 20 §2: what an appeal revokes is undone exactly.

    :raises MissingReason: if the reason is blank.
    :raises TransitionRefused: if it was removed or undone before.
    """
    grounds = Grounds(actor=actor, provision=provision, reason=reason)
    audit.move(
        entry,
        "reverse",
        **grounds,
        ended_at=timezone.now(),
        ended_reason=audit.require_reason(reason),
    )
    _take_bars_back(entry, grounds)


@transaction.atomic
def relist_entry(
    *, entry: BlacklistEntry, actor: StaffUser, provision: Provision, reason: str
) -> None:
    """
    Let an entry hold again that was undone on a claim which proved false.

    Public Account Provisions, art. 20 §2: what proves wrong is undone exactly.

    :raises TransitionRefused: if it was not undone.
    """
    grounds = Grounds(actor=actor, provision=provision, reason=reason)
    audit.move(entry, "relist", **grounds, ended_at=None, ended_reason="")
    subject = Subject.objects.select_related("id_number__key").get(pk=entry.subject_id)
    _put_bars(entry, subject, grounds)


def _take_bars_back(entry: BlacklistEntry, grounds: Grounds) -> None:
    for bar in entry.bars.filter(removed_at__isnull=True).order_by("pk"):
        lift_identity_bar(bar=bar, **grounds)
    names = list(
        ListedName.objects.in_force().filter(
            kind=ListedNameKind.BARRED,
            ground_kind=GroundKind.DECISION,
            ground_ref=name_ref(entry),
        )
    )
    for name in names:
        audit.amend(name, "remove", **grounds, removed_at=timezone.now())
    forget_listed(names)


def count_refused(entry: BlacklistEntry) -> int:
    """Return how many applications were refused because of an entry, and stay so."""
    return entry.matches.filter(
        application__status=ApplicationStatus.REFUSED, fields__contains=[BarField.ID_NUMBER]
    ).count()
